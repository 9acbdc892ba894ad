package org.hopperline.schedule;

import org.hopperline.core.Check;
import org.hopperline.plan.ParallelPlan;

/**
 * A pipeline: a schedule, its stages and its micro-batches. Without pipelining there is one stage.
 *
 * @param schedule the order of work
 * @param stages p, at least 1; at least 2 if interleaved
 * @param virtualStages v, chunks on each stage: at least 2 if interleaved, else 1
 * @param microBatches M of one step, at least 1
 */
public record Pipeline(PipelineSchedule schedule, int stages, int virtualStages, int microBatches) {

    /** Checks the rules above. */
    public Pipeline {
        ScheduleRules.check(schedule, stages, virtualStages, microBatches);
    }

    /** The pipeline that Megatron-LM runs for these numbers: 1F1B, interleaved where there are virtual stages. */
    public static Pipeline of(int stages, int virtualStages, int microBatches) {
        return new Pipeline(
                virtualStages > 1 ? PipelineSchedule.INTERLEAVED : PipelineSchedule.ONE_FORWARD_ONE_BACKWARD,
                stages,
                virtualStages,
                microBatches);
    }

    /**
     * The pipeline of a plan: its order, interleaved where it has virtual stages and more than one stage.
     *
     * @param microBatches M of one step, at least 1
     */
    public static Pipeline of(ParallelPlan plan, int microBatches) {
        PipelineSchedule schedule = scheduleOf(plan);
        int p = plan.pipeline();
        return new Pipeline(schedule, p, p == 1 ? 1 : plan.virtualStages(), microBatches);
    }

    /** The schedule of a plan: its order, interleaved where it has virtual stages and more than one stage. */
    public static PipelineSchedule scheduleOf(ParallelPlan plan) {
        Check.notNull(plan, "plan");
        return switch (plan.order()) {
            case ONE_FORWARD_ONE_BACKWARD ->
                plan.virtualStages() > 1 && plan.pipeline() > 1
                        ? PipelineSchedule.INTERLEAVED
                        : PipelineSchedule.ONE_FORWARD_ONE_BACKWARD;
            case ZERO_BUBBLE_H1 -> PipelineSchedule.ZERO_BUBBLE_H1;
            case GPIPE -> PipelineSchedule.GPIPE;
        };
    }

    /** This pipeline with another number of micro-batches. */
    public Pipeline withMicroBatches(int count) {
        return new Pipeline(schedule, stages, virtualStages, count);
    }

    /** Chunks over all stages, {@code p*v}. */
    public int chunks() {
        return stages * virtualStages;
    }

    /** Chunk forwards that a stage runs before it alternates, see {@link PipelineSchedule#warmup}. */
    public int warmup(int stage) {
        return schedule.warmup(stages, virtualStages, microBatches, stage);
    }

    /** Most chunk activations that a stage holds at once, see {@link PipelineSchedule#peakInFlight}. */
    public int peakInFlight(int stage) {
        return schedule.peakInFlight(stages, virtualStages, microBatches, stage);
    }

    /** The same in micro-batches that hold all chunks of the stage, {@code peakInFlight / v}. */
    public double microBatchesInFlight(int stage) {
        return peakInFlight(stage) / (double) virtualStages;
    }

    /**
     * Micro-batches whose weight gradients a stage has yet to do while it holds its most activations: none unless the
     * schedule splits the backward.
     */
    public int pendingWeightGradients(int stage) {
        ScheduleRules.checkStage(stage, stages);
        return schedule.pendingWeightGradients(stages, microBatches, stage);
    }

    /**
     * Seconds of a step by the closed form of this schedule; allocates nothing.
     *
     * @param times of each chunk, split if the schedule splits the backward
     */
    public double seconds(ChunkTimes times) {
        requireFit(times);
        double[] backward = schedule.splitsBackward() ? times.inputGradient : times.backward;
        return schedule.seconds(
                stages, microBatches, times.forward, backward, times.weightGradient, times.sendSeconds());
    }

    /** Plays the schedule event by event and keeps what happened. */
    public PipelineRun simulate(ChunkTimes times) {
        requireFit(times);
        return new PipelineSimulation(this, times).run();
    }

    /**
     * Bubble over ideal time: the step's seconds over those of the slowest stage at work without a pause, less one.
     *
     * @param times of each chunk
     */
    public double bubbleFraction(ChunkTimes times) {
        double slowest = 0;
        double seconds = seconds(times);
        for (int i = 0; i < stages; i++) {
            double work = 0;
            for (int g = i; g < chunks(); g += stages) {
                work += times.forwardSeconds(g) + times.backwardSeconds(g);
            }
            slowest = Math.max(slowest, work);
        }
        return seconds / (microBatches * Check.positive(slowest, "seconds of the slowest stage", "s")) - 1;
    }

    void requireFit(ChunkTimes times) {
        Check.notNull(times, "times");
        if (times.chunks() != chunks()) {
            throw new IllegalArgumentException("times has " + times.chunks() + " chunks, but must have " + chunks()
                    + ": " + stages + " stages x " + virtualStages + " virtual stages");
        }
        if (schedule.splitsBackward() && !times.isSplit()) {
            throw new IllegalArgumentException("times has whole backwards, but " + schedule.label()
                    + " splits them; give input-gradient and weight-gradient seconds");
        }
    }
}
