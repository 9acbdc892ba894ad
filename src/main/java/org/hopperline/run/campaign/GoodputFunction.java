package org.hopperline.run.campaign;

import org.hopperline.core.Check;
import org.hopperline.run.goodput.Goodput;
import org.hopperline.run.goodput.GoodputModel;

/** Share of the wall time that is useful work. */
@FunctionalInterface
public interface GoodputFunction {

    /**
     * Goodput of a job.
     *
     * @param gpus GPUs at hand, at least 1
     * @param failureFactor failure rate over the nominal one, above 0
     * @return 0 to 1
     */
    double fraction(int gpus, double failureFactor);

    /**
     * Share of the wall time in which the chips stand: in checkpoints and recovery. Work that a failure undoes later draws
     * as much as work that stays. All of the time that is not useful, unless the function knows better.
     *
     * @return 0 to 1
     */
    default double standingShare(int gpus, double failureFactor) {
        return 1 - fraction(gpus, failureFactor);
    }

    /** The best goodput of {@code model}, its failure rate multiplied by the factor. */
    static GoodputFunction of(GoodputModel model) {
        Check.notNull(model, "goodput model");
        return new GoodputFunction() {
            @Override
            public double fraction(int gpus, double failureFactor) {
                return model.best(gpus, failureFactor).fraction();
            }

            @Override
            public double standingShare(int gpus, double failureFactor) {
                Goodput best = model.best(gpus, failureFactor);
                return best.checkpointShare() + best.recoveryShare();
            }
        };
    }

    /** No failures and no checkpoints. */
    static GoodputFunction perfect() {
        return (gpus, failureFactor) -> 1;
    }
}
