package org.hopperline.step;

import java.util.List;
import java.util.Locale;
import org.hopperline.core.Units;
import org.hopperline.plan.TrainingSetup;

/**
 * Predicts steps of runs like one that was measured: each prediction is multiplied by what the measured step took over what
 * was predicted for it, since what a model misses of one run it misses of runs alike. The interval narrows to what
 * published runs show when one of a family anchors the others, where they also {@linkplain MeasuredStep#near shard,
 * recompute and feed their devices alike}.
 */
public final class AnchoredStepModel {

    private final StepModel model;
    private final MeasuredStep measured;
    private final double factor;

    AnchoredStepModel(StepModel model, MeasuredStep measured) {
        this.model = model;
        this.measured = measured;
        this.factor = measured.seconds() / model.predict(measured.setup()).seconds();
    }

    /** Measured over predicted seconds of the anchor. */
    public double factor() {
        return factor;
    }

    /**
     * Predicts one step of a run like the measured one.
     *
     * @throws IllegalArgumentException if it is unlike in chip, model, software, precision, sequence length or micro-batch,
     *     with every difference, or breaks a rule of shape
     */
    public StepPrediction predict(TrainingSetup setup) {
        return predict(setup, List.of());
    }

    /** Predicts one step of a question some of whose parts were assumed. */
    public StepPrediction predict(TrainingSetup setup, List<String> assumptions) {
        List<String> differences = measured.differences(setup);
        if (!differences.isEmpty()) {
            throw new IllegalArgumentException("a measured run anchors runs like it only, but "
                    + String.join("; ", differences)
                    + ". Anchored across such differences predictions of published runs grew worse, not better:"
                    + " measure a run alike, or ask without an anchor");
        }
        boolean near = measured.near(setup);
        return model.predict(setup, assumptions)
                .anchored(
                        factor,
                        String.format(
                                Locale.ROOT,
                                "every time multiplied by %.3f, as measured on %d devices: a step of %s%s",
                                factor,
                                measured.setup().cluster().devices(),
                                Units.format(measured.seconds(), "s"),
                                near
                                        ? ""
                                        : "; the interval is that of no anchor, for that run had "
                                                + MeasuredStep.regime(measured.setup()) + ", and this one has "
                                                + MeasuredStep.regime(setup)),
                        near && (StepInterval.scored(setup) || !StepInterval.scored(measured.setup())));
    }
}
