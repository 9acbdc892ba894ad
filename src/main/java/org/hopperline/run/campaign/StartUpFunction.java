package org.hopperline.run.campaign;

/** Time until a job of a campaign takes its first step at full speed. */
@FunctionalInterface
public interface StartUpFunction {

    /** No time at all. */
    StartUpFunction NONE = (gpus, before) -> 0;

    /**
     * Seconds that the machine stands when the run begins, or goes on, on {@code gpus} GPUs.
     *
     * @param gpus GPUs at hand, at least 1
     * @param before GPUs that it ran on until then; 0 for none
     * @return seconds, finite and at least 0; 0 if the job of before goes on as it is
     */
    double seconds(int gpus, int before);
}
