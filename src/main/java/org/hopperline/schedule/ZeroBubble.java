package org.hopperline.schedule;

import org.hopperline.core.Check;

/**
 * ZB-H1 (Qi et al., Zero Bubble Pipeline Parallelism, arXiv 2401.10241, section 2.1): 1F1B with the backward split into
 * the gradient of the input (B in the paper), on which other stages wait, and the gradient of the weights (W), on which
 * none does. Stage {@code i} postpones its weight gradients by {@code i} micro-batches, so that they fill the drain, and
 * no stage holds more than 1F1B's first.
 *
 * <p>Times: {@code f} a forward, {@code b} an input gradient, {@code w} a weight gradient (T_F, T_B, T_W in the paper).
 */
public final class ZeroBubble {

    private ZeroBubble() {}

    /**
     * Bubble of a step with equal stages and at least as many micro-batches as stages, {@code (p-1)(f+b-w)} (arXiv
     * 2401.10241, table 2). The paper takes the three times to be about equal; the formula holds while
     * {@code w <= min(f, b)}, beyond that the first stage's wait for its first gradient or the last stage's for its first
     * micro-batch remains, and it is {@code (p-1) max(f, b)}.
     *
     * @param p stages, at least 1
     * @param forwardSeconds f
     * @param inputGradientSeconds b
     * @param weightGradientSeconds w
     */
    public static double bubbleSeconds(
            int p, double forwardSeconds, double inputGradientSeconds, double weightGradientSeconds) {
        ScheduleRules.check(p, p);
        double f = ScheduleRules.seconds(forwardSeconds, "forwardSeconds");
        double b = ScheduleRules.seconds(inputGradientSeconds, "inputGradientSeconds");
        double w = ScheduleRules.seconds(weightGradientSeconds, "weightGradientSeconds");
        return (p - 1) * Math.max(Math.max(f, b), f + b - w);
    }

    /**
     * Weight gradients that a stage has yet to do at its peak, {@code min(M, i+1)}.
     *
     * @param p stages, at least 1
     * @param M micro-batches, at least 1
     * @param stage the stage, in {@code [0, p)}
     */
    public static int peakPendingWeightGradients(int p, int M, int stage) {
        ScheduleRules.check(p, M);
        ScheduleRules.checkStage(stage, p);
        return Math.min(M, stage + 1);
    }

    /**
     * Activation memory of a stage at its peak, in those of one micro-batch: {@code (p-i) + i r}, where {@code r} is the
     * share of the activations that the weight gradient still needs once the input gradient is done (arXiv 2401.10241,
     * section 2.3: {@code (p-i+1) M_B + (i-1) M_W} for stages counted from 1, with {@code r = M_W / M_B}). With fewer
     * micro-batches than stages, all of them at most.
     *
     * @param p stages, at least 1
     * @param M micro-batches, at least 1
     * @param stage the stage, in {@code [0, p)}
     * @param weightGradientShare r, from 0 to 1
     */
    public static double peakActivations(int p, int M, int stage, double weightGradientShare) {
        ScheduleRules.check(p, M);
        ScheduleRules.checkStage(stage, p);
        double r = Check.within(weightGradientShare, 0, 1, "weightGradientShare", "");
        return Math.min(M, p - stage) + r * pendingAtPeak(p, M, stage);
    }

    /** Weight gradients yet to do while {@code min(M, p-i)} micro-batches are in flight: {@code min(i, M - min(M, p-i))}. */
    static int pendingAtPeak(int p, int M, int stage) {
        return Math.min(stage, M - Math.min(M, p - stage));
    }

    /**
     * Seconds of a step with equal stages and no send time. Exact.
     *
     * <p>For {@code M >= p} it is {@code M(f+b+w)} and {@link #bubbleSeconds}. Below, no weight gradient comes between the
     * first micro-batches, and the longest of these paths counts, over the stages {@code i}: the last stage's forwards
     * and input gradients, up to {@code i}, and the postponed weight gradients there; or all the work of {@code i} after
     * the first micro-batch has come back to it.
     *
     * @param p stages, at least 1
     * @param M micro-batches, at least 1
     * @param forwardSeconds one forward of one micro-batch on one stage, f
     * @param inputGradientSeconds one input gradient, b
     * @param weightGradientSeconds one weight gradient, w
     */
    public static double seconds(
            int p, int M, double forwardSeconds, double inputGradientSeconds, double weightGradientSeconds) {
        ScheduleRules.check(p, M);
        double f = forwardSeconds;
        double b = inputGradientSeconds;
        double w = weightGradientSeconds;
        double bubble = bubbleSeconds(p, f, b, w);
        if (M >= p) {
            return M * (f + b + w) + bubble;
        }
        double longest = 0;
        for (int i = 0; i < p; i++) {
            double drained = (p - 1) * f + M * (f + b) + (p - 1 - i) * b + Math.min(i + 1, M) * w;
            double returned = p * f + (p - 1 - i) * b;
            double busy = returned + Math.max(0, M - (p - i)) * f + M * (b + w);
            longest = Math.max(longest, Math.max(drained, busy));
        }
        return longest;
    }

    /**
     * Seconds of a step with unequal stages. Not above the true time; without sends, exact for equal stages, and on
     * thousands of random pipelines for equal stages but the first and the last, if f, b and w grow together. Where every
     * stage is drawn within 30 %, it falls short by less than 1 %; where f, b and w are all drawn apart, by 6 % at worst.
     *
     * <p>As in {@link OneForwardOneBackward}, the first input gradient of stage {@code h} can start at
     *
     * <pre>{@code V_h = max over j >= h of  f_0+..+f_j + (p-1-j) max(f_0..f_j) + b_j+..+b_(h+1) + sends}</pre>
     *
     * From there on, either stage {@code h} is never idle again and finishes all its work, or it is busy until its last
     * forward, from which the last micro-batch runs down to a stage and back up to another, which ends with its postponed
     * weight gradients.
     *
     * @param M micro-batches, at least 1
     * @param forwardSeconds forward of one micro-batch on each stage
     * @param inputGradientSeconds input gradient of one micro-batch on each stage, as many
     * @param weightGradientSeconds weight gradient of one micro-batch on each stage, as many
     * @param sendSeconds one send between neighbouring stages
     */
    public static double seconds(
            int M,
            double[] forwardSeconds,
            double[] inputGradientSeconds,
            double[] weightGradientSeconds,
            double sendSeconds) {
        int p = forwardSeconds.length;
        ScheduleRules.check(p, M);
        ScheduleRules.checkLength(inputGradientSeconds, p, "inputGradientSeconds");
        ScheduleRules.checkLength(weightGradientSeconds, p, "weightGradientSeconds");
        double s = ScheduleRules.seconds(sendSeconds, "sendSeconds");

        double sumF = (p - 1) * s;
        double all = 0;
        int slowF = 0;
        boolean good = true;
        for (int i = 0; i < p; i++) {
            double f = forwardSeconds[i];
            double b = inputGradientSeconds[i];
            double w = weightGradientSeconds[i];
            good &= f >= 0 & b >= 0 & w >= 0;
            sumF += f;
            all += f + b + w;
            slowF = f > forwardSeconds[slowF] ? i : slowF;
        }
        if (!good || !((all + sumF) * M < Double.POSITIVE_INFINITY)) {
            throw Times.bad(forwardSeconds, inputGradientSeconds, weightGradientSeconds);
        }

        int alike = alike(inputGradientSeconds, weightGradientSeconds);
        double longest = 0;
        double enter = 0;
        double leave = 0;
        for (int h = p - 1; h >= 0; h--) {
            slowF = slowF > h ? OneForwardOneBackward.slowest(forwardSeconds, h) : slowF;
            double f = forwardSeconds[h];
            double b = inputGradientSeconds[h];
            double w = weightGradientSeconds[h];
            int warmup = Math.min(p - 1 - h, M - 1);
            double maxF = forwardSeconds[slowF];
            enter = Math.max(sumF + warmup * maxF, h == p - 1 ? 0 : enter + inputGradientSeconds[h + 1] + s);

            // Never idle again.
            longest = Math.max(longest, enter + M * (f + b + w) - (warmup + 1) * f);

            double drained = drain(h, warmup, p, M, inputGradientSeconds, weightGradientSeconds, s, alike);
            leave = Math.max(drained, h == p - 1 ? 0 : leave + s) + f;
            int rounds = M - 1 - warmup;
            if (rounds > 0) {
                double steady = (rounds - 1) * f + rounds * b + Math.max(0, rounds - h) * w;
                longest = Math.max(longest, enter + steady + leave);
            } else {
                longest = Math.max(longest, enter + drained);
            }
            sumF -= f + s;
        }
        return longest;
    }

    /**
     * Longest path from the input gradient that follows stage {@code j}'s last forward to the end: the {@code waits}
     * further ones on the slowest stage it passes, the way up to a stage {@code i}, and {@code i}'s postponed weight
     * gradients.
     *
     * @param alike see {@link #alike}
     */
    private static double drain(int j, int waits, int p, int M, double[] b, double[] w, double s, int alike) {
        double longest = 0;
        double way = -s;
        double slowest = 0;
        int above = j + 1;
        for (int i = j; i >= 0; i = below(i, alike, M)) {
            way += (above - i) * (b[i] + s);
            above = i;
            // With fewer micro-batches than stages, weight gradients may all be postponed past these.
            slowest = Math.max(slowest, M >= p ? b[i] + w[i] : b[i]);
            longest = Math.max(longest, way + waits * slowest + Math.min(i + 1, M) * w[i]);
        }
        return longest;
    }

    /**
     * The stage looked at after {@code i} on the way up. From stage 1 to {@code alike} all are the same, and a path that
     * ends on one of them grows or falls evenly, but for a bend where there are as many micro-batches as stages to come.
     */
    private static int below(int i, int alike, int M) {
        if (i > alike || i < 2) {
            return i - 1;
        }
        return i > M - 1 && M > 2 ? M - 1 : 1;
    }

    /** The last of the stages from the second on that are the same as the second. */
    private static int alike(double[] b, double[] w) {
        int last = 1;
        while (last + 1 < b.length && b[last + 1] == b[1] && w[last + 1] == w[1]) {
            last++;
        }
        return last;
    }
}
