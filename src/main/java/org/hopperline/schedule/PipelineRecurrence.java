package org.hopperline.schedule;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The exact seconds of a step for any schedule and any times: the max-plus recurrence over the dependency graph, a task
 * ends its seconds after the later of its stage's task before and its input.
 *
 * <p>Keeps its memory between calls and allocates only when a pipeline is larger than every one before, or of another
 * shape, so it suits repeated evaluation of one pipeline with changing times. Not safe for use by several threads at
 * once; give each its own.
 */
public final class PipelineRecurrence {

    private final PipelineDiagonals diagonals = new PipelineDiagonals();
    private @Nullable PipelineSchedule ordered;
    private int orderedStages;
    private int orderedChunks;
    private int orderedMicroBatches;
    private int perStage;
    private int[] codes = {};
    private int[] table = {};
    private int[] next = {};
    private double[] free = {};
    private double[] end = {};

    /** A recurrence with no memory yet. */
    public PipelineRecurrence() {}

    /**
     * Exact seconds of a step.
     *
     * @param pipeline the schedule and its shape
     * @param times of each chunk, split if the schedule splits the backward
     */
    public double seconds(Pipeline pipeline, ChunkTimes times) {
        pipeline.requireFit(times);
        double[] backward = pipeline.schedule().splitsBackward() ? times.inputGradient : times.backward;
        return seconds(
                pipeline.schedule(),
                pipeline.stages(),
                pipeline.microBatches(),
                times.forward,
                backward,
                times.weightGradient,
                times.sendSeconds());
    }

    /**
     * Exact seconds of a step.
     *
     * @param schedule the order of work
     * @param p stages, at least 1
     * @param M micro-batches, at least 1
     * @param forwardSeconds forward of one micro-batch through each chunk, as many as there are chunks
     * @param backwardSeconds backward, as many; of the input alone if the schedule splits it
     * @param weightGradientSeconds gradient of the weights, as many; not looked at unless the backward is split
     * @param sendSeconds one send between neighbouring stages
     */
    public double seconds(
            PipelineSchedule schedule,
            int p,
            int M,
            double[] forwardSeconds,
            double[] backwardSeconds,
            double[] weightGradientSeconds,
            double sendSeconds) {
        int chunks = forwardSeconds.length;
        ScheduleRules.check(schedule, p, chunks / p, M);
        ScheduleRules.checkLength(forwardSeconds, chunks / p * p, "forwardSeconds");
        ScheduleRules.checkLength(backwardSeconds, chunks, "backwardSeconds");
        ScheduleRules.seconds(sendSeconds, "sendSeconds");
        long tasks = 3L * chunks * M;
        if (tasks > Integer.MAX_VALUE / 8) {
            throw new IllegalArgumentException("tasks is about " + tasks + " (" + chunks + " chunks x " + M
                    + " micro-batches x 3), but must be at most " + Integer.MAX_VALUE / 8
                    + "; use the closed form or fewer micro-batches");
        }
        return PipelineDiagonals.hold(schedule, p, M)
                ? diagonals.seconds(schedule, p, M, forwardSeconds, backwardSeconds, weightGradientSeconds, sendSeconds)
                : asInputsCome(schedule, p, M, forwardSeconds, backwardSeconds, weightGradientSeconds, sendSeconds);
    }

    /** The same for any order: every stage runs as far as its inputs are known, again and again. */
    double asInputsCome(
            PipelineSchedule schedule,
            int p,
            int M,
            double[] forwardSeconds,
            double[] backwardSeconds,
            double[] weightGradientSeconds,
            double sendSeconds) {
        int chunks = forwardSeconds.length;
        order(schedule, p, chunks, M);
        Arrays.fill(end, 0, 2 * chunks * M, Double.NaN);
        Arrays.fill(next, 0, p, 0);
        Arrays.fill(free, 0, p, 0);
        int left = p * perStage;
        while (left > 0) {
            int before = left;
            for (int i = 0; i < p; i++) {
                left -= advance(i, M, forwardSeconds, backwardSeconds, weightGradientSeconds, sendSeconds);
            }
            if (left == before) {
                throw new IllegalStateException(
                        p + " stages of " + schedule.label() + " wait for one another for ever");
            }
        }
        double last = 0;
        for (int i = 0; i < p; i++) {
            last = Math.max(last, free[i]);
        }
        return last;
    }

    /** Runs a stage as far as its inputs are known; returns how many tasks that were. */
    private int advance(int stage, int M, double[] forward, double[] backward, double[] weightGradient, double send) {
        int chunks = forward.length;
        int span = chunks * M;
        int at = stage * perStage + next[stage];
        int stop = (stage + 1) * perStage;
        int start = at;
        double now = free[stage];
        for (; at < stop; at++) {
            int code = codes[at];
            if (code >= 2 * span) {
                now += weightGradient[code / M - 2 * chunks];
                continue;
            }
            double input;
            double work;
            if (code < span) {
                input = code < M ? 0 : end[code - M] + send;
                work = forward[code / M];
            } else {
                boolean turn = code >= 2 * span - M;
                input = turn ? end[code - span] : end[code + M] + send;
                work = backward[code / M - chunks];
            }
            if (Double.isNaN(input)) {
                break;
            }
            now = Math.max(now, input) + work;
            end[code] = now;
        }
        free[stage] = now;
        next[stage] = at - stage * perStage;
        return at - start;
    }

    private void order(PipelineSchedule schedule, int p, int chunks, int M) {
        if (schedule == ordered && p == orderedStages && chunks == orderedChunks && M == orderedMicroBatches) {
            return;
        }
        int v = chunks / p;
        ordered = null;
        perStage = WorkOrder.tasksPerStage(schedule, v, M);
        codes = codes.length < p * perStage ? new int[p * perStage] : codes;
        table = table.length < v * M ? new int[v * M] : table;
        next = next.length < p ? new int[p] : next;
        free = free.length < p ? new double[p] : free;
        end = end.length < 2 * chunks * M ? new double[2 * chunks * M] : end;
        for (int i = 0; i < p; i++) {
            WorkOrder.write(schedule, p, v, M, i, codes, i * perStage, table);
        }
        ordered = schedule;
        orderedStages = p;
        orderedChunks = chunks;
        orderedMicroBatches = M;
    }
}
