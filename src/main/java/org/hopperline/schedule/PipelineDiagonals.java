package org.hopperline.schedule;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The recurrence in an order that never waits. All stages run the same forwards, and the same backwards, one after the
 * other, a stage only fewer forwards ahead than the stage before it. Forward {@code t + p-1-i + W} (interleaved; {@code t}
 * otherwise) and backward {@code t - (p-1-i)} of stage {@code i} make diagonal {@code t}: all that a diagonal needs lies on
 * those before it, or on the same one at the stage before. It has neither to be asked whether an input is known, nor to be
 * kept what each stage does next.
 *
 * <p>Holds where each group of interleaved micro-batches has at least as many as there are stages, and for schedules of
 * one chunk a stage but {@link PipelineSchedule#GPIPE}. Keeps its memory between calls.
 */
final class PipelineDiagonals {

    private @Nullable PipelineSchedule ordered;
    private int orderedStages;
    private int orderedChunks;
    private int orderedMicroBatches;
    private int[] forwardChunk = {};
    private int[] forwardAt = {};
    private int[] backwardChunk = {};
    private int[] backwardAt = {};
    private double[] free = {};
    private double[] end = {};

    /** True if this order is that of the schedule. */
    static boolean hold(PipelineSchedule schedule, int p, int M) {
        return schedule == PipelineSchedule.INTERLEAVED ? M >= p : schedule != PipelineSchedule.GPIPE;
    }

    /** Exact seconds of a step, see {@link PipelineRecurrence#seconds}. */
    double seconds(
            PipelineSchedule schedule,
            int p,
            int M,
            double[] forward,
            double[] backward,
            double[] weightGradient,
            double send) {
        int chunks = forward.length;
        int span = chunks * M;
        int total = chunks / p * M;
        boolean interleaved = schedule == PipelineSchedule.INTERLEAVED;
        boolean splits = schedule.splitsBackward();
        int ahead = interleaved ? (chunks / p - 1) * Interleaved.largestGroup(p, M) : 0;
        order(schedule, p, chunks, M);
        Arrays.fill(free, 0, p, 0);
        for (int t = interleaved ? 1 - p - ahead : 0; t < total + p - 1; t++) {
            for (int i = 0; i < p; i++) {
                int f = interleaved ? t + p - 1 - i + ahead : t;
                int b = t - (p - 1 - i);
                double now = free[i];
                if (f >= 0 && f < total) {
                    int chunk = forwardChunk[f] + i;
                    int at = forwardAt[f] + i * M;
                    double input = chunk == 0 ? 0 : end[at - M] + send;
                    now = (input > now ? input : now) + forward[chunk];
                    end[at] = now;
                }
                if (b >= 0 && b < total) {
                    int chunk = backwardChunk[b] + i;
                    int at = backwardAt[b] + i * M;
                    double input = chunk == chunks - 1 ? end[at] : end[span + at + M] + send;
                    now = (input > now ? input : now) + backward[chunk];
                    end[span + at] = now;
                    if (splits) {
                        now = postponed(now, weightGradient[i], b, i, M);
                    }
                }
                free[i] = now;
            }
        }
        double last = 0;
        for (int i = 0; i < p; i++) {
            last = Math.max(last, free[i]);
        }
        return last;
    }

    /** The time after the weight gradients that follow a backward: one, once as many wait as stages come before; at last all. */
    private static double postponed(double now, double seconds, int backward, int stage, int M) {
        int count = (backward >= stage ? 1 : 0) + (backward == M - 1 ? Math.min(stage, M) : 0);
        double after = now;
        for (int i = 0; i < count; i++) {
            after += seconds;
        }
        return after;
    }

    /** Lays out the order of the first stage; the chunks of every other are as many further on as its number. */
    private void order(PipelineSchedule schedule, int p, int chunks, int M) {
        if (schedule == ordered && p == orderedStages && chunks == orderedChunks && M == orderedMicroBatches) {
            return;
        }
        ordered = null;
        int v = chunks / p;
        int total = v * M;
        if (forwardAt.length < total) {
            forwardChunk = new int[total];
            forwardAt = new int[total];
            backwardChunk = new int[total];
            backwardAt = new int[total];
        }
        free = free.length < p ? new double[p] : free;
        end = end.length < 2 * chunks * M ? new double[2 * chunks * M] : end;
        WorkOrder.fillTable(p, v, M, forwardAt);
        for (int k = 0; k < total; k++) {
            int c = forwardAt[k] / M;
            int m = forwardAt[k] - c * M;
            forwardChunk[k] = c * p;
            forwardAt[k] = c * p * M + m;
            backwardChunk[k] = (v - 1 - c) * p;
            backwardAt[k] = (v - 1 - c) * p * M + m;
        }
        ordered = schedule;
        orderedStages = p;
        orderedChunks = chunks;
        orderedMicroBatches = M;
    }
}
