package org.hopperline.step;

import org.hopperline.core.Check;

/**
 * Compute that runs beside traffic. While it lasts, the traffic takes streaming multiprocessors from what they bound
 * (products, attention) and memory bandwidth from what memory bounds; it is not slowed itself, since it moves less than
 * either can.
 */
public final class Contention {

    private Contention() {}

    /**
     * Rate of compute beside traffic over its rate alone: {@code (k + p) / (k/(1 - s) + p/(1 - b))}; 1 where nothing is
     * taken or nothing computes.
     *
     * @param products k, seconds alone of what multiprocessors bound
     * @param passes p, seconds alone of what memory bounds
     * @param unitShare s, share of the multiprocessors that the traffic takes, from 0 and below 1
     * @param memoryShare b, share of the memory bandwidth that the traffic takes, from 0 and below 1
     */
    public static double rate(double products, double passes, double unitShare, double memoryShare) {
        Check.nonNegative(products, "time of products", "s");
        Check.nonNegative(passes, "time of memory-bound operations", "s");
        below(unitShare, "multiprocessors");
        below(memoryShare, "memory bandwidth");
        double alone = products + passes;
        return alone == 0 ? 1 : alone / (products / (1 - unitShare) + passes / (1 - memoryShare));
    }

    /**
     * Rate of a pass of which only a part computes and the rest waits, for other traffic or the host, and so loses nothing:
     * {@code 1 / (1 + u (1/r - 1))}.
     *
     * @param rate r, of the compute beside the traffic over that alone, above 0 and at most 1
     * @param computing u, share of the pass alone that computes, from 0 to 1
     */
    public static double waiting(double rate, double computing) {
        return 1 / (1 + computing * (1 / rate - 1));
    }

    private static void below(double share, String what) {
        if (!(share >= 0 && share < 1)) {
            throw new IllegalArgumentException("traffic takes " + share + " of the " + what
                    + "; a share is from 0 and below 1, or nothing is left to compute with");
        }
    }

    /**
     * Seconds that compute loses to traffic beside it, which lasts as long as either does:
     * {@code min((1 - r) X, (1/r - 1) C)}.
     *
     * @param compute C, seconds alone
     * @param traffic X, seconds
     * @param rate r, of compute beside the traffic over that alone, above 0 and at most 1
     */
    public static double lost(double compute, double traffic, double rate) {
        return Math.min((1 - rate) * traffic, (1 / rate - 1) * compute);
    }

    /** Seconds by which traffic outlasts the compute that it slows: {@code max(0, X - C/r)}. */
    public static double exposed(double compute, double traffic, double rate) {
        return Math.max(0, traffic - compute / rate);
    }
}
