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
     * Seconds by which exchange lengthens a layer's forward and backward pass together: {@code e(x, A) + e(2 x, E) + e(x,
     * A')}.
     *
     * @param exchange x, one dispatch or combine
     * @param attentionForward A, what runs beside the gradient of combine
     * @param experts E, forward and backward
     * @param attentionBackward A', what runs beside combine
     * @param unitShare share of the multiprocessors that exchange takes
     */
    public static double exposed(
            double exchange, double attentionForward, double experts, double attentionBackward, double unitShare) {
        return beside(exchange, attentionForward, unitShare)
                + beside(2 * exchange, experts, unitShare)
                + beside(exchange, attentionBackward, unitShare);
    }

    /**
     * Seconds that traffic adds to the compute beside it: {@code e(x, c) = max(x, c + s x) - c}. While it lasts it takes a
     * share s of the multiprocessors.
     */
    public static double beside(double traffic, double compute, double unitShare) {
        return Math.max(traffic, compute + unitShare * traffic) - compute;
    }
}
