package org.hopperline.step;

import org.hopperline.core.Check;

/**
 * Compute that runs beside traffic. While it lasts, the traffic takes streaming multiprocessors from what they bound
 * (products, attention) and memory bandwidth from what memory bounds; it is not slowed itself, since it moves less than
 * either can.
 *
 * <table>
 * <caption>Who takes what</caption>
 * <tr><th>Traffic</th><th>Beside</th><th>Takes</th></tr>
 * <tr><td>parameters and gradients</td><td>forward and backward passes</td><td>channels and bytes of NCCL</td></tr>
 * <tr><td>keys and values of context ranks</td><td>attention</td><td>channels of NCCL's sends and gathers; Transformer
 * Engine's ring posts isend and irecv of NCCL on a stream beside that of attention (context_parallel.py), a ring of copy
 * engines would take none</td></tr>
 * <tr><td>tensor-parallel, user buffers</td><td>products</td><td>the SMs that the configuration gives ({@link
 * StepConstants}); gathers by copy engines none</td></tr>
 * <tr><td>tensor-parallel, without</td><td>gradients of weights and inputs</td><td>channels of NCCL</td></tr>
 * <tr><td>tokens of experts</td><td>another micro-batch</td><td>the SMs of the exchange ({@link
 * org.hopperline.collective.ExpertExchange})</td></tr>
 * </table>
 *
 * <p>Power is no term of its own. Kernels are priced at the clock to which a chip settles under products at its power limit;
 * what whole runs tell of products ({@link RunConstants}) was learnt with traffic beside them and so holds its mean. No
 * public measurement tells the clock with traffic beside products from that without.
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
