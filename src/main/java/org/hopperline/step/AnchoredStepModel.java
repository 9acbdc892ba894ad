package org.hopperline.step;

import java.util.List;
import java.util.Locale;
import org.hopperline.core.Units;
import org.hopperline.plan.SoftwareProfiles;
import org.hopperline.plan.TrainingSetup;

/**
 * Predicts steps of runs like one that was measured: each prediction is multiplied by what the measured step took over what
 * was predicted for it, since what a model misses of one run it misses of runs alike. The interval narrows to what
 * published runs show when one of a family anchors the others, where they also {@linkplain MeasuredStep#near split the
 * model, shard, recompute, feed and join their devices alike}, and the measured step was itself to be expected: of published runs
 * outside the 90 % interval of their own prediction, the narrow one held a third of those alike, not four fifths. Beyond the
 * size of the scored runs an anchor narrows the interval of runs of its size and below, and runs of software that nobody
 * names are not known to be alike. Where it does not narrow, what the anchor had of its own may hold for the other run or
 * not: the interval spans the one without an anchor and the same about the scaled time.
 */
public final class AnchoredStepModel {

    /**
     * Measured over predicted, or its inverse, beyond which a step is not taken for one of its setup: assumed, above the worst
     * of the published runs, which took twice what is predicted for it. A cluster may well be slower than any of theirs, a
     * step in other units or of other devices lies far outside.
     */
    public static final double FARTHEST = 2.5;

    private final StepModel model;
    private final MeasuredStep measured;
    private final StepPrediction plain;
    private final double factor;

    /** @throws IllegalArgumentException if the step is farther from its prediction than {@link #FARTHEST} */
    AnchoredStepModel(StepModel model, MeasuredStep measured) {
        this.model = model;
        this.measured = measured;
        this.plain = model.predict(measured.setup());
        this.factor = measured.seconds() / plain.seconds();
        if (!(factor >= 1 / FARTHEST && factor <= FARTHEST)) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT,
                    "a measured step of %s is %.3g times the %s that are predicted for it, but must be at most %s times as long"
                            + " or as short, farther off than any published run, to be taken for a step of this setup; check that the step"
                            + " is in seconds and a token rate of all %,d devices together, or describe the machine, the"
                            + " software and the plan as they are",
                    Units.format(measured.seconds(), "s"),
                    factor,
                    Units.format(plain.seconds(), "s"),
                    FARTHEST,
                    measured.setup().cluster().devices()));
        }
    }

    /** Measured over predicted seconds of the anchor. */
    public double factor() {
        return factor;
    }

    /** True if the measured step lies inside the 90 % interval of its own prediction, without which no anchor narrows one. */
    public boolean isExpected() {
        return StepInterval.isLearnt(measured.setup())
                && plain.factor(StepInterval.EXPECTED).contains(factor);
    }

    /**
     * Predicts one step of a run like the measured one.
     *
     * @throws IllegalArgumentException if it is unlike in chip, model, software or its choices, precision, sequence or attended
     *     length or micro-batch, with every difference, or breaks a rule of shape
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
        String wide = whyWide(setup);
        return model.predict(setup, assumptions)
                .anchored(
                        factor,
                        String.format(
                                Locale.ROOT,
                                "every time multiplied by %.3f, as measured on %d devices: a step of %s%s",
                                factor,
                                measured.setup().cluster().devices(),
                                Units.format(measured.seconds(), "s"),
                                wide.isEmpty() ? "" : "; the interval spans those with and without it, for " + wide),
                        wide.isEmpty());
    }

    /** Why the interval does not narrow; empty if it does. */
    private String whyWide(TrainingSetup setup) {
        if (!StepInterval.isLearnt(setup)) {
            return StepInterval.unsupported(setup);
        }
        if (setup.software().borrowed() || setup.software().stack().equals(SoftwareProfiles.UNKNOWN.stack())) {
            return "nothing says that both ran on the same software: name it";
        }
        if (!measured.joinedAlike(setup)) {
            return "that run had the network " + MeasuredStep.network(measured.setup()) + ", and this one has "
                    + MeasuredStep.network(setup);
        }
        if (!measured.near(setup)) {
            return "that run had " + MeasuredStep.regime(measured.setup()) + ", and this one has "
                    + MeasuredStep.regime(setup);
        }
        int devices = measured.setup().plan().devices();
        if (ScoredRuns.isLarger(setup) && setup.plan().devices() > devices) {
            return "no such run of " + setup.plan().devices() + " devices is scored, and that one had " + devices;
        }
        if (!isExpected()) {
            return String.format(
                    Locale.ROOT,
                    "that step is outside the 90 %% interval of its own prediction, %s to %s: look for what the question"
                            + " does not say",
                    Units.format(plain.seconds(StepInterval.EXPECTED).low(), "s"),
                    Units.format(plain.seconds(StepInterval.EXPECTED).high(), "s"));
        }
        return "";
    }

    /** One line: {@code every time multiplied by 1.100, as measured: Llama 3 70B on 128 of DGX H100 cluster, ...}. */
    @Override
    public String toString() {
        return String.format(Locale.ROOT, "every time multiplied by %.3f, as measured: %s", factor, measured.setup());
    }
}
