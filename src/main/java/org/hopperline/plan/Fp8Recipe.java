package org.hopperline.plan;

/** How FP8 operands get their scales. */
public enum Fp8Recipe {
    /** One scale a tensor, from the maxima of earlier steps: a cast reads the operand once. */
    DELAYED,
    /** One scale a tensor, from its own maximum: a cast reads the operand twice. */
    CURRENT,
    /** One scale a row: the maximum and the cast share a pass. */
    ROW,
    /** One scale a block of 128 elements (1 x 128 activations, 128 x 128 weights). */
    BLOCK
}
