package org.hopperline.plan;

/** How a software runs the memory-bound operations between the products. */
public enum ElementwiseKernels {
    /** Hand-fused kernels: Transformer Engine, Apex, Megatron's fusions. */
    FUSED,
    /** Fused by a compiler: XLA, torch.compile. */
    COMPILED,
    /** One kernel an operation. */
    EAGER
}
