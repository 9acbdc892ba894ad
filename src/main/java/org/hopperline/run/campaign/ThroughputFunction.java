package org.hopperline.run.campaign;

/** Useful work of a machine while nothing fails. */
@FunctionalInterface
public interface ThroughputFunction {

    /**
     * Model FLOPs a second of a job on as many of {@code gpus} GPUs as it can use, while it steps.
     *
     * @param gpus GPUs at hand, at least 1
     * @return FLOP/s, finite and at least 0; 0 if the model cannot run on so few
     */
    double flopsPerSecond(int gpus);
}
