package org.hopperline.schedule;

/**
 * Interleaved 1F1B (Narayanan et al., arXiv 2104.04473, section 2.2.2): each stage holds {@code v} chunks of layers, and
 * micro-batches pass the stages {@code v} times, which divides the bubble by {@code v}.
 *
 * <p>Micro-batches go in groups: a stage runs its first chunk for a group, then its second, and so on. The paper needs
 * {@code M} to be a multiple of {@code p} and has groups of {@code p}. Other counts are dealt with as PyTorch's
 * {@code ScheduleInterleaved1F1B} does, made to fit every {@code M}: {@code R = max(1, floor(M/p))} groups whose sizes
 * differ by at most one, the larger first. A group is then never smaller than {@code p} unless {@code M} is, so that no
 * stage waits for a chunk of the same group.
 */
public final class Interleaved {

    private Interleaved() {}

    /**
     * Bubble over ideal time, {@code (p-1)/(v M)} (arXiv 2104.04473, section 2.2.2), for {@code M >= p}; with fewer
     * micro-batches than stages each chunk waits for the next, and it is {@code (v p + M - 1)/(v M) - 1}.
     *
     * @param p stages, at least 2
     * @param v virtual stages, at least 2
     * @param M micro-batches, at least 1
     */
    public static double bubbleFraction(int p, int v, int M) {
        Shape.check(PipelineSchedule.INTERLEAVED, p, v, M);
        return (slots(p, v, M) - (double) v * M) / ((double) v * M);
    }

    /** Groups of micro-batches, {@code max(1, floor(M/p))}. */
    public static int groups(int p, int M) {
        Shape.check(p, M);
        return Math.max(1, M / p);
    }

    /** Micro-batches of the largest (first) group. */
    static int largestGroup(int p, int M) {
        int groups = Math.max(1, M / p);
        return (M + groups - 1) / groups;
    }

    /** Micro-batches of the smallest (last) group. */
    static int smallestGroup(int p, int M) {
        return M / Math.max(1, M / p);
    }

    /**
     * Chunk forwards before the first backward's turn, {@code 2(p-i-1) + (v-1)G} with groups of {@code G}, and never more
     * than there are (Megatron-LM, {@code forward_backward_pipelining_with_interleaving}, where {@code G = p}).
     */
    static int warmup(int p, int v, int M, int stage) {
        return (int) Math.min((long) M * v, 2L * (p - stage - 1) + (long) (v - 1) * largestGroup(p, M));
    }

    /**
     * Seconds of a step with equal chunks and no send time, {@code (v M + p - 1)(f+b)} for {@code M >= p} and
     * {@code (v p + M - 1)(f+b)} below. Exact, also where {@code p} does not divide {@code M}.
     *
     * @param p stages, at least 2
     * @param v virtual stages, at least 2
     * @param M micro-batches, at least 1
     * @param forwardSeconds one forward of one micro-batch through one chunk, f
     * @param backwardSeconds one backward, b
     */
    public static double seconds(int p, int v, int M, double forwardSeconds, double backwardSeconds) {
        Shape.check(PipelineSchedule.INTERLEAVED, p, v, M);
        double f = Shape.seconds(forwardSeconds, "forwardSeconds");
        double b = Shape.seconds(backwardSeconds, "backwardSeconds");
        return slots(p, v, M) * (f + b);
    }

    private static double slots(int p, int v, int M) {
        return M >= p ? (double) v * M + p - 1 : (double) v * p + M - 1;
    }

    /**
     * Seconds of a step with unequal chunks. Never above the true time; exact for equal chunks without sends.
     *
     * <p>For each stage {@code h}: its first work arrives after the chunks before it, it does all its work, and its last
     * result passes back to stage 0. Between, it may stand idle twice: before its first backward, until the first
     * micro-batch has passed all chunks and come back, and, in mirror image, after its last forward.
     *
     * <pre>{@code t = max over h of  f_0+..+f_(h-1) + idle + M sum_c(f+b)_(c,h) + idle' + b_(h-1)+..+b_0 + sends}</pre>
     *
     * The first micro-batch has passed all forwards after the longer of its own path and the work of a whole group on
     * one stage, chunk after chunk.
     *
     * @param p stages, at least 2
     * @param M micro-batches, at least 1
     * @param forwardSeconds forward of one micro-batch through each chunk {@code g = c*p + i}; a multiple of {@code p}
     * @param backwardSeconds backward of one micro-batch through each chunk, as many
     * @param sendSeconds one send between neighbouring stages, and from the last to the first
     */
    public static double seconds(int p, int M, double[] forwardSeconds, double[] backwardSeconds, double sendSeconds) {
        int chunks = forwardSeconds.length;
        int v = virtualStages(chunks, p);
        Shape.check(PipelineSchedule.INTERLEAVED, p, v, M);
        Shape.checkLength(backwardSeconds, chunks, "backwardSeconds");
        double s = Shape.seconds(sendSeconds, "sendSeconds");
        int first = largestGroup(p, M);
        int last = smallestGroup(p, M);
        int total = M * v;
        int finalRow = chunks - p;

        // The first micro-batch through all forwards, and in mirror image the last through all backwards; and what
        // the final row of chunks adds to turn round to stage h.
        double allF = 0;
        double allB = 0;
        double turnF = -s;
        double turnB = -s;
        boolean good = true;
        for (int g = 0; g < chunks; g++) {
            double f = forwardSeconds[g];
            double b = backwardSeconds[g];
            good &= f >= 0 & b >= 0;
            allF += f;
            allB += b;
            if (g >= finalRow) {
                turnF += f + s;
                turnB += b + s;
            }
        }
        if (!good || !((allF + allB) * M < Double.POSITIVE_INFINITY)) {
            throw Times.bad(forwardSeconds, backwardSeconds);
        }
        double throughF = Math.max(allF + (chunks - 1) * s, slowestFill(p, v, first, forwardSeconds, s, turnF));
        double throughB = Math.max(allB + (chunks - 1) * s, slowestFill(p, v, last, backwardSeconds, s, turnB));

        double longest = 0;
        double beforeF = 0;
        double beforeB = 0;
        for (int h = 0; h < p; h++) {
            double work = 0;
            for (int g = h; g < chunks; g += p) {
                work += forwardSeconds[g] + backwardSeconds[g];
            }
            turnF -= forwardSeconds[finalRow + h];
            turnB -= backwardSeconds[finalRow + h];
            int opening = (int) Math.min(total, 2L * (p - h - 1) + (long) (v - 1) * first + 1);
            int closing = (int) Math.min(total, 2L * (p - h - 1) + (long) (v - 1) * last + 1);
            double idleF = throughF + turnB - beforeF - workOfFirst(opening, first, p, h, forwardSeconds);
            double idleB = throughB + turnF - beforeB - workOfFirst(closing, last, p, h, backwardSeconds);
            idleF = Math.max(0, idleF);
            idleB = Math.max(0, idleB);
            // A stage that turns only once waits for both in the same place; the last stage turns without waiting.
            boolean once = opening == total && h < p - 1;
            double idle = once ? Math.max(idleF, idleB) : idleF + idleB;
            longest = Math.max(longest, beforeF + beforeB + M * work + idle);
            turnF -= s;
            turnB -= s;
            beforeF += forwardSeconds[h] + s;
            beforeB += backwardSeconds[h] + s;
        }
        return longest;
    }

    private static int virtualStages(int chunks, int p) {
        if (p < 2 || chunks % p != 0) {
            throw new IllegalArgumentException("forwardSeconds has " + chunks + " entries for " + p
                    + " stages, but must have a multiple of the stages (at least 2), one entry for each chunk");
        }
        return chunks / p;
    }

    /** Longest over the stages of: reach it, do all chunks but the last for a whole group, pass the last row. */
    private static double slowestFill(int p, int v, int group, double[] seconds, double s, double finalRow) {
        double longest = 0;
        double before = 0;
        double row = finalRow;
        for (int i = 0; i < p; i++) {
            double one = 0;
            int g = i;
            for (int c = 0; c < v - 1; c++, g += p) {
                one += seconds[g];
            }
            longest = Math.max(longest, before + group * one + row);
            row -= seconds[g] + s;
            before += seconds[i] + s;
        }
        return longest;
    }

    /** Seconds of the first {@code n} tasks of one direction on a stage, group by group and chunk by chunk. */
    private static double workOfFirst(int n, int group, int p, int stage, double[] seconds) {
        double sum = 0;
        int g = stage;
        for (int left = n; left > 0; left -= group) {
            sum += Math.min(group, left) * seconds[g];
            g += p;
            g = g >= seconds.length ? stage : g;
        }
        return sum;
    }
}
