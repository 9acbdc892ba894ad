package org.hopperline.plan;

/** How the gradient of a micro-batch joins the sum over micro-batches, where parameters are not fully sharded. */
public enum GradientSum {
    /** The product that makes it adds it (Megatron-LM's fused accumulation). */
    IN_PRODUCT,
    /** A kernel of its own adds it, as automatic differentiation does in PyTorch. */
    ADDED,
    /**
     * Added in 16 bits as above, then cast to 32 bits, added to a sum in 32 bits, and cleared (DeepSpeed's
     * BF16_Optimizer).
     */
    CAST_AND_ADDED
}
