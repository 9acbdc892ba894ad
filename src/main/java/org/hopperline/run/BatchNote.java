package org.hopperline.run;

import java.util.Locale;
import java.util.Optional;
import org.hopperline.run.scaling.CriticalBatch;
import org.hopperline.run.scaling.LossLaws;
import org.hopperline.step.StepPrediction;
import org.hopperline.step.StepTerm;

/** Says where the batch leaves devices idle, and how large a batch still pays. */
final class BatchNote {

    /** Idle pipeline above which the batch is said to be the reason. */
    private static final double NOTICEABLE = 0.15;

    private BatchNote() {}

    /**
     * A note on a step whose pipeline waits for micro-batches; empty if it hardly does.
     *
     * @param question the run, of which the batch is part
     * @param step the step on the machine
     */
    static Optional<String> of(Training question, StepPrediction step) {
        double idle = step.get(StepTerm.BUBBLE) / step.seconds();
        if (idle < NOTICEABLE) {
            return Optional.empty();
        }
        double batch = step.setup().batch().tokens();
        double loss = LossLaws.BESIROGLU.loss(question.model().activeParameters(), question.tokens());
        double critical = CriticalBatch.kaplanTokens(loss);
        return Optional.of(String.format(
                Locale.ROOT,
                "steps of %.3g tokens starve %,d devices: their pipeline is idle for %.0f %% of the step. Larger steps fill"
                        + " it, but cost tokens beyond the critical batch, which Kaplan's law puts at %.2g tokens (loss %.2f;"
                        + " fitted to small models, an extrapolation here)",
                batch,
                step.setup().cluster().devices(),
                100 * idle,
                critical,
                loss));
    }
}
