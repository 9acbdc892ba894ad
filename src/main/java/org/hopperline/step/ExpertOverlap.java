package org.hopperline.step;

/**
 * Exchange of tokens of one micro-batch beside the compute of another (Megatron-Core, TransformerLayerSchedulePlan.run): the
 * forward pass of a layer for one micro-batch and the backward pass for another are cut into pieces and laid on two
 * streams,
 *
 * <pre>
 *   exchange  combine gradient | dispatch             | dispatch gradient | combine
 *   compute   attention        | experts' gradients   | experts           | attention's gradients
 * </pre>
 *
 * one column after the other, since each piece needs what the other stream did in the column before: dispatch the tokens
 * that attention made, experts' gradients those that combine sent back, and so on. What runs with attention are norms,
 * router and the order of rows; with the experts, their casts, activation and order.
 */
public final class ExpertOverlap {

    private ExpertOverlap() {}

    /**
     * Seconds by which exchange outlasts the compute beside it, in a layer's forward and backward pass together: {@code
     * e(x, A) + e(x, E') + e(x, E) + e(x, A')} with {@link Contention#exposed}.
     *
     * @param exchange x, one dispatch or combine
     * @param attentionForward A, what runs beside the gradient of combine
     * @param expertsBackward E', what runs beside dispatch
     * @param expertsForward E, what runs beside the gradient of dispatch
     * @param attentionBackward A', what runs beside combine
     * @param rate of compute beside exchange over that alone
     */
    public static double exposed(
            double exchange,
            double attentionForward,
            double expertsBackward,
            double expertsForward,
            double attentionBackward,
            double rate) {
        return Contention.exposed(attentionForward, exchange, rate)
                + Contention.exposed(expertsBackward, exchange, rate)
                + Contention.exposed(expertsForward, exchange, rate)
                + Contention.exposed(attentionBackward, exchange, rate);
    }

    /** Seconds that the compute beside exchange loses to it, of the same pieces, with {@link Contention#lost}. */
    public static double lost(
            double exchange,
            double attentionForward,
            double expertsBackward,
            double expertsForward,
            double attentionBackward,
            double rate) {
        return Contention.lost(attentionForward, exchange, rate)
                + Contention.lost(expertsBackward, exchange, rate)
                + Contention.lost(expertsForward, exchange, rate)
                + Contention.lost(attentionBackward, exchange, rate);
    }

    /**
     * Share of the passes that have no pass of the other direction beside them: the forward passes with which a stage warms
     * up, and the backward passes that are left at the end, in the mean over the stages {@code (p - 1 + (v - 1) p) / (v m)};
     * without a pipeline the first and the last, {@code 1/m}.
     *
     * @param stages p
     * @param virtualStages v
     * @param microBatches m
     */
    public static double unpaired(int stages, int virtualStages, int microBatches) {
        double warmUp = stages == 1 ? 1 : stages - 1 + (virtualStages - 1.0) * stages;
        return Math.min(1, warmUp / ((double) virtualStages * microBatches));
    }
}
