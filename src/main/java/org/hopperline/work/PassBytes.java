package org.hopperline.work;

import org.hopperline.plan.ElementwiseKernels;
import org.hopperline.plan.Fp8Recipe;

/**
 * Bytes that the memory-bound operations move for each element, with 16-bit activations. A fused kernel reads each
 * input once and writes each output once; a software that runs one kernel an operation writes every intermediate value
 * and reads it again.
 *
 * @param normForward read x, write y
 * @param normBackward read dy and x, write dx
 * @param residualForward read both, write the sum
 * @param residualBackward read both gradients, write their sum
 * @param rotaryForward read and write
 * @param rotaryBackward read and write
 * @param gatedForward for each element of the product of gate and input: read both, write the product
 * @param gatedBackward read dy and both, write both gradients
 * @param plainForward read x, write y
 * @param plainBackward read dy and x, write dx
 */
record PassBytes(
        int normForward,
        int normBackward,
        int residualForward,
        int residualBackward,
        int rotaryForward,
        int rotaryBackward,
        int gatedForward,
        int gatedBackward,
        int plainForward,
        int plainBackward) {

    private static final PassBytes FUSED = new PassBytes(4, 6, 6, 6, 4, 4, 6, 10, 4, 6);

    /** The compiler adds the residual in the kernel of the norm that follows: one read less each way. */
    private static final PassBytes COMPILED = new PassBytes(4, 6, 4, 4, 4, 4, 6, 10, 4, 6);

    /**
     * Norm: the sum of squares and the scaling are two kernels. Rotation: two products and a sum. Gate: activation and
     * product are two kernels.
     */
    private static final PassBytes EAGER = new PassBytes(8, 12, 6, 6, 14, 14, 10, 18, 4, 6);

    static PassBytes of(ElementwiseKernels kernels) {
        return switch (kernels) {
            case FUSED -> FUSED;
            case COMPILED -> COMPILED;
            case EAGER -> EAGER;
        };
    }

    int activationForward(boolean gated) {
        return gated ? gatedForward : plainForward;
    }

    int activationBackward(boolean gated) {
        return gated ? gatedBackward : plainBackward;
    }

    /**
     * Bytes for each element of an FP8 operand: a 16-bit read and 8-bit writes as it is and transposed, since Hopper
     * multiplies FP8 in one layout only; where the scale is the operand's own, another read finds its maximum.
     */
    static int cast(Fp8Recipe recipe) {
        return switch (recipe) {
            case DELAYED -> 2 + 1 + 1;
            case CURRENT -> 2 + 2 + 1 + 1;
            case ROW, BLOCK -> 2 + 1 + 2 + 1;
        };
    }
}
