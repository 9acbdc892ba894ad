package org.hopperline.plan;

/** How the gradient of a micro-batch joins the sum over micro-batches, where parameters are not fully sharded. */
public enum GradientSum {
    /** The product that makes it adds it (Megatron-LM's fused accumulation). */
    IN_PRODUCT,
    /** A kernel of its own adds it, as automatic differentiation does in PyTorch. */
    ADDED,
    /** Cast to 32 bits, then added to a sum in 32 bits (DeepSpeed's BF16_Optimizer). */
    CAST_AND_ADDED
}
