package org.hopperline.run.campaign;

import org.hopperline.core.Figure;
import org.hopperline.run.goodput.FailureModel;
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

    /** The best goodput of {@code model}, its failure rate multiplied by the factor. */
    static GoodputFunction of(GoodputModel model) {
        return (gpus, failureFactor) -> {
            FailureModel failures = model.failures();
            if (failureFactor == 1) {
                return model.best(gpus).fraction();
            }
            Figure rate = failures.perNodeDay();
            Figure varied = rate.varied(rate.value() * failureFactor);
            return model.withFailures(failures.withPerNodeDay(varied))
                    .best(gpus)
                    .fraction();
        };
    }

    /** No failures and no checkpoints. */
    static GoodputFunction perfect() {
        return (gpus, failureFactor) -> 1;
    }
}
