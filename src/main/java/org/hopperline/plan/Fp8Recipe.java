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
    BLOCK;

    /**
     * True if an operand is cast before tensor-parallel ranks gather it, so that the gather moves one byte an element: with
     * one scale a tensor, which all ranks share (Transformer Engine, pytorch/module/linear.py; torchao float8). Rows and
     * blocks are gathered in 16 bits.
     */
    public boolean castsBeforeGather() {
        return this == DELAYED || this == CURRENT;
    }

    /**
     * True if products of the forward pass add their partial sums in 32 bits at intervals, too: a product of blocks scales
     * each partial sum by itself (arXiv 2412.19437 section 3.3.2).
     */
    public boolean accumulatesExactlyForward() {
        return this == BLOCK;
    }

    /**
     * True if products of gradients add their partial sums in 32 bits at intervals (Transformer Engine and torchao, {@code
     * use_split_accumulator}, {@code use_fast_accum} false); PyTorch's products scaled by rows are fast without only, and
     * torchao's recipe leaves it out (torchao/float8/config.py).
     */
    public boolean accumulatesExactly() {
        return this != ROW;
    }
}
