package org.hopperline.schedule;

/**
 * GPipe: every stage runs all forwards, then all backwards (Huang et al., arXiv 1811.06965). Few messages, simple, and
 * every micro-batch of the step is in flight at once.
 */
public final class GPipe {

    private GPipe() {}

    /**
     * Bubble over ideal time, {@code (p-1)/M} (arXiv 2104.04473, section 2.2.1, with {@code t_pb = (p-1)(t_f+t_b)} and
     * {@code t_id = M(t_f+t_b)}).
     *
     * @param p stages, at least 1
     * @param M micro-batches, at least 1
     */
    public static double bubbleFraction(int p, int M) {
        ScheduleRules.check(p, M);
        return (p - 1.0) / M;
    }

    /**
     * Seconds of a step with equal stages, {@code (M+p-1)(f+b) + 2(p-1)s}. Exact.
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
        return (M + p - 1) * (f + b) + 2 * (p - 1) * s;
    }

    /**
     * Seconds of a step with unequal stages, {@code sum(f+b) + (M-1)(max f + max b) + 2(p-1)s}.
     *
     * <p>Exact: the forwards are a line of machines that all take the micro-batches in one order, where micro-batch
     * {@code m} leaves machine {@code i} at {@code sum(f_0..f_i) + m max(f_0..f_i) + i s}; the last stage turns at once,
     * and the backwards are such a line again.
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
        double forwards = 0;
        double backwards = 0;
        double slowestForward = 0;
        double slowestBackward = 0;
        boolean good = true;
        for (int i = 0; i < p; i++) {
            double f = forwardSeconds[i];
            double b = backwardSeconds[i];
            good &= f >= 0 & b >= 0;
            forwards += f;
            backwards += b;
            slowestForward = Math.max(slowestForward, f);
            slowestBackward = Math.max(slowestBackward, b);
        }
        double seconds = forwards + backwards + (M - 1) * (slowestForward + slowestBackward) + 2 * (p - 1) * s;
        if (!good || !(seconds < Double.POSITIVE_INFINITY)) {
            throw Times.bad(forwardSeconds, backwardSeconds);
        }
        return seconds;
    }
}
