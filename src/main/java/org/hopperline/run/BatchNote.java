package org.hopperline.run;

import java.util.Locale;
import java.util.Optional;
import org.hopperline.run.scaling.CriticalBatch;
import org.hopperline.run.scaling.LossLaws;
import org.hopperline.step.StepPrediction;
import org.hopperline.step.StepTerm;

/** Says where a step is too short for its machine, and how large a batch still pays. */
final class BatchNote {

    /** Share of the step that is the same for any batch, above which the batch is said to be the reason. */
    private static final double NOTICEABLE = 0.15;

    private BatchNote() {}

    /**
     * A note on a step much of which is the same for any batch: the pipeline that fills and drains, traffic among data
     * parallel ranks, the optimizer. Empty if it is little.
     *
     * @param question the run, of which the batch is part
     * @param step the step on the machine
     */
    static Optional<String> of(Training question, StepPrediction step) {
        double fixed = (step.get(StepTerm.BUBBLE) + step.get(StepTerm.DATA_EXPOSED) + step.get(StepTerm.OPTIMIZER))
                / step.seconds();
        if (fixed < NOTICEABLE) {
            return Optional.empty();
        }
        double batch = step.setup().batch().tokens();
        double loss = LossLaws.BESIROGLU.loss(question.model().activeParameters(), question.tokens());
        double critical = CriticalBatch.kaplanTokens(loss);
        return Optional.of(String.format(
                Locale.ROOT,
                "steps of %.3g tokens are short for %,d devices: %.0f %% of a step passes whatever its batch (pipeline"
                        + " filling, data-parallel traffic, optimizer). Larger steps spread it thinner, but cost tokens"
                        + " beyond the critical batch, which Kaplan's law puts at %.2g tokens (loss %.2f; fitted to small"
                        + " models, an extrapolation here)",
                batch,
                step.setup().cluster().devices(),
                100 * fixed,
                critical,
                loss));
    }
}
