package org.hopperline.schedule;

/**
 * When the data-parallel traffic of a chunk can run behind the pipeline: a sharded optimizer gathers the weights before
 * the first forward and scatters the gradients after the last backward. Closed forms for equal chunks; for others see
 * {@link PipelineRun#firstForwardSeconds} and {@link PipelineRun#reduceScatterWindowSeconds}.
 *
 * <p>These are the gaps that the pipeline itself leaves. The traffic of single layers also hides behind the first forward
 * and the last backward of their own chunk, which the caller knows.
 */
public final class TrafficWindow {

    private TrafficWindow() {}

    /**
     * Seconds from the start of the step to the first forward of a chunk, {@code i(f+s) + c max(G f, p(f+s))}: the
     * micro-batch passes {@code i} stages, and {@code c} times either a whole group of {@code G} or itself all round.
     * Exact for equal chunks in every schedule.
     *
     * @param pipeline schedule and shape
     * @param stage the stage, i
     * @param chunk the chunk on that stage, c
     * @param forwardSeconds one forward of one micro-batch through one chunk, f
     * @param sendSeconds one send, s
     */
    public static double allGatherSeconds(
            Pipeline pipeline, int stage, int chunk, double forwardSeconds, double sendSeconds) {
        int group = Interleaved.largestGroup(pipeline.stages(), pipeline.microBatches());
        return edge(pipeline, stage, chunk, group, forwardSeconds, sendSeconds, "forwardSeconds");
    }

    /**
     * Seconds from the last gradient of a chunk to the end of the step, {@code i(b+s) + c max(G b, p(b+s))}, the mirror
     * image of {@link #allGatherSeconds}. Stage 0's first chunk has none: it is the worst. Exact for equal chunks in
     * schedules that do not split the backward; {@link PipelineSchedule#ZERO_BUBBLE_H1} fills these gaps with weight
     * gradients and is refused.
     *
     * @param pipeline schedule and shape
     * @param stage the stage, i
     * @param chunk the chunk on that stage, c
     * @param backwardSeconds one backward of one micro-batch through one chunk, b
     * @param sendSeconds one send, s
     */
    public static double reduceScatterSeconds(
            Pipeline pipeline, int stage, int chunk, double backwardSeconds, double sendSeconds) {
        if (pipeline.schedule().splitsBackward()) {
            throw new IllegalArgumentException(
                    "schedule is " + pipeline.schedule().label()
                            + ", whose last weight gradients depend on all times; simulate it and ask reduceScatterWindowSeconds");
        }
        int group = Interleaved.smallestGroup(pipeline.stages(), pipeline.microBatches());
        return edge(pipeline, stage, chunk, group, backwardSeconds, sendSeconds, "backwardSeconds");
    }

    private static double edge(
            Pipeline pipeline, int stage, int chunk, int group, double seconds, double sendSeconds, String name) {
        int p = pipeline.stages();
        ScheduleRules.checkStage(stage, p);
        if (chunk < 0 || chunk >= pipeline.virtualStages()) {
            throw new IllegalArgumentException("chunk is " + chunk + ", but must lie between 0 and "
                    + (pipeline.virtualStages() - 1) + " on each of " + p + " stages");
        }
        double t = ScheduleRules.seconds(seconds, name);
        double s = ScheduleRules.seconds(sendSeconds, "sendSeconds");
        return stage * (t + s) + chunk * Math.max(group * t, p * (t + s));
    }
}
