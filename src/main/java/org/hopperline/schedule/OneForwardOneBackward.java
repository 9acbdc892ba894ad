package org.hopperline.schedule;

/**
 * 1F1B without interleaving, also called PipeDream-flush (Narayanan et al., arXiv 2104.04473, section 2.2.1): stage
 * {@code i} runs {@code p-i-1} forwards, then alternates one forward with one backward, then drains.
 */
public final class OneForwardOneBackward {

    private OneForwardOneBackward() {}

    /** Bubble over ideal time, {@code (p-1)/M}, the same as {@link GPipe} (arXiv 2104.04473, section 2.2.1). */
    public static double bubbleFraction(int p, int M) {
        return GPipe.bubbleFraction(p, M);
    }

    /** Forwards before the first backward's turn, {@code min(M, p-i-1)}. */
    static int warmup(int p, int M, int stage) {
        return Math.min(M, p - 1 - stage);
    }

    /**
     * Seconds of a step with equal stages, {@code (M+p-1)(f+b) + 2s(M+p-1-n)} with {@code n = 1 + ceil((M-1)/p)}. Exact.
     *
     * <p>Stage {@code i} holds {@code p-i} micro-batches, just enough to hide the compute of the stages behind it and
     * none of the sends, so sends show in the steady state as well. Every path through the dependency graph has
     * {@code 2(M+p-1)} tasks; between two neighbours on it lies a send, unless it turns on a stage from forward to
     * backward or back. A path that turns {@code 2n-1} times sends {@code 2(M+p-1-n)} times, and as it can go down at
     * most {@code p-1} stages between two turns, {@code n} is at least the one above, which a path attains.
     *
     * @param p stages, at least 1
     * @param M micro-batches, at least 1
     * @param forwardSeconds one forward of one micro-batch on one stage, f
     * @param backwardSeconds one backward, b
     * @param sendSeconds one send between neighbouring stages, s
     */
    public static double seconds(int p, int M, double forwardSeconds, double backwardSeconds, double sendSeconds) {
        ScheduleRules.check(p, M);
        double f = ScheduleRules.seconds(forwardSeconds, "forwardSeconds");
        double b = ScheduleRules.seconds(backwardSeconds, "backwardSeconds");
        double s = ScheduleRules.seconds(sendSeconds, "sendSeconds");
        int n = 1 + (M + p - 2) / p;
        return (M + p - 1) * (f + b) + 2 * s * (M + p - 1 - n);
    }

    /**
     * Seconds of a step with unequal stages. Exact for {@code s = 0}, and for equal stages with any sends; with both
     * unequal stages and sends not above the true time, and below it by at most 0.02 % on 4,000 random pipelines whose
     * first and last stage are heavier and whose sends take up to 5 % of a forward.
     *
     * <p>The longest path enters the steady state on some stage {@code h} with its first backward, at the earliest
     *
     * <pre>{@code U_h = max over j >= h of  f_0+..+f_j + (p-1-j) max(f_0..f_j) + b_j+..+b_h + sends}</pre>
     *
     * (fill the pipeline down to {@code j}, wait there or before it for the {@code p-1-j} further forwards of the
     * warm-up, come back to {@code h}), goes round {@code M-2-(p-1-h)} times in the steady state, and leaves with the
     * last forward of {@code h}, which is the same in mirror image, {@code D_h}, with f and b exchanged. A round costs
     * {@code f_h + b_h}, the forward or backward of a slower stage before {@code h}, or, with sends, its share of a
     * zigzag over the stages {@code h..j}: {@code k = j-h+1} rounds for {@code (f+b)_h + .. + (f+b)_j + 2(k-1)s}. Without
     * sends a zigzag never beats the slowest stage in it, which is why the formula is then exact. With few
     * micro-batches, {@code M <= p-h}, stage {@code h} has no steady state and works like {@link GPipe}.
     *
     * @param M micro-batches, at least 1
     * @param forwardSeconds forward of one micro-batch on each stage
     * @param backwardSeconds backward of one micro-batch on each stage, as many
     * @param sendSeconds one send between neighbouring stages
     */
    public static double seconds(int M, double[] forwardSeconds, double[] backwardSeconds, double sendSeconds) {
        int p = forwardSeconds.length;
        ScheduleRules.check(p, M);
        ScheduleRules.checkLength(backwardSeconds, p, "backwardSeconds");
        double s = ScheduleRules.seconds(sendSeconds, "sendSeconds");

        // Sums and maxima over stages 0..h, kept while h walks down from the last stage.
        double sumF = (p - 1) * s;
        double sumB = sumF;
        int slowF = 0;
        int slowB = 0;
        boolean good = true;
        for (int i = 0; i < p; i++) {
            double f = forwardSeconds[i];
            double b = backwardSeconds[i];
            good &= f >= 0 & b >= 0;
            sumF += f;
            sumB += b;
            slowF = f > forwardSeconds[slowF] ? i : slowF;
            slowB = b > backwardSeconds[slowB] ? i : slowB;
        }
        if (!good || !((sumF + sumB) * M < Double.POSITIVE_INFINITY)) {
            throw Times.bad(forwardSeconds, backwardSeconds);
        }

        double longest = 0;
        double enter = -s; // no stage comes after the last, and no send
        double leave = -s;
        double zigzag = -2 * s;
        double slowest = 0;
        double fastest = Double.POSITIVE_INFINITY;
        for (int h = p - 1; h >= 0; h--) {
            slowF = slowF > h ? slowest(forwardSeconds, h) : slowF;
            slowB = slowB > h ? slowest(backwardSeconds, h) : slowB;
            double maxF = forwardSeconds[slowF];
            double maxB = backwardSeconds[slowB];
            double f = forwardSeconds[h];
            double b = backwardSeconds[h];
            double round = f + b;
            int warmup = p - 1 - h;

            // Turn at h without a round of its own.
            int waits = Math.min(warmup, M - 1);
            double turn = sumF + sumB + waits * (maxF + maxB) + (M - 1 - waits) * Math.max(maxF, maxB);
            longest = Math.max(longest, turn);

            enter = Math.max(sumF + warmup * maxF, enter + s) + b;
            leave = Math.max(sumB + warmup * maxB, leave + s) + f;
            zigzag += round + 2 * s;
            slowest = Math.max(slowest, round);
            fastest = Math.min(fastest, round);
            int rounds = M - 2 - warmup;
            if (rounds >= 0) {
                double steady = rounds * Math.max(round, Math.max(maxF, maxB));
                if (s > 0) {
                    steady = Math.max(steady, zigzags(rounds, warmup + 1, zigzag, slowest, fastest, round, s));
                }
                longest = Math.max(longest, enter + steady + leave);
            }
            sumF -= f + s;
            sumB -= b + s;
        }
        return longest;
    }

    /** Seconds of {@code rounds} steady rounds as zigzags over {@code k} stages and one shorter zigzag for the rest. */
    private static double zigzags(
            int rounds, int k, double zigzag, double slowest, double fastest, double round, double s) {
        int whole = rounds / k;
        int rest = rounds - whole * k;
        if (rest == 0) {
            return whole * zigzag;
        }
        // The rest passes the stage h itself if no whole zigzag was made, the slowest stage of the zigzag otherwise.
        double through = whole == 0 ? round : slowest;
        return whole * zigzag + through + (rest - 1) * (fastest + 2 * s);
    }

    static int slowest(double[] seconds, int last) {
        int slow = 0;
        for (int i = 1; i <= last; i++) {
            slow = seconds[i] > seconds[slow] ? i : slow;
        }
        return slow;
    }
}
