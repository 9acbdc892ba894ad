package org.hopperline.step;

/**
 * Exchange of tokens of one micro-batch beside the compute of another (Megatron-Core, TransformerLayerSchedulePlan.run): the
 * forward pass of a layer for one micro-batch and the backward pass for another are cut into pieces and laid on two
 * streams,
 *
 * <pre>
 *   exchange  combine gradient | dispatch, dispatch gradient                        | combine
 *   compute   attention        | experts' gradients, weight gradients, experts      | attention's gradients
 * </pre>
 *
 * one column after the other.
 */
public final class ExpertOverlap {

    private ExpertOverlap() {}

    /**
     * Seconds by which exchange outlasts the compute beside it, in a layer's forward and backward pass together: {@code
     * e(x, A) + e(2 x, E) + e(x, A')} with {@link Contention#exposed}.
     *
     * @param exchange x, one dispatch or combine
     * @param attentionForward A, what runs beside the gradient of combine
     * @param experts E, forward and backward
     * @param attentionBackward A', what runs beside combine
     * @param rate of compute beside exchange over that alone
     */
    public static double exposed(
            double exchange, double attentionForward, double experts, double attentionBackward, double rate) {
        return Contention.exposed(attentionForward, exchange, rate)
                + Contention.exposed(experts, 2 * exchange, rate)
                + Contention.exposed(attentionBackward, exchange, rate);
    }

    /** Seconds that the compute beside exchange loses to it, of the same pieces, with {@link Contention#lost}. */
    public static double lost(
            double exchange, double attentionForward, double experts, double attentionBackward, double rate) {
        return Contention.lost(attentionForward, exchange, rate)
                + Contention.lost(experts, 2 * exchange, rate)
                + Contention.lost(attentionBackward, exchange, rate);
    }
}
