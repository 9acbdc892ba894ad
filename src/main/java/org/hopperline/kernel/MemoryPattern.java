package org.hopperline.kernel;

/**
 * Kinds of memory-bound kernel that reach different shares of the bandwidth. The constants of each, fitted to the
 * measurements named, stand in {@code memory.csv}.
 */
public enum MemoryPattern {
    /** A fused element-wise kernel with wide, coalesced accesses: casts with a known scale, fused activations, copies. */
    STREAM,
    /** Sum of two tensors by a PyTorch kernel right after its operands were written: part of them still lies in L2. */
    ADD,
    /** A Triton kernel that handles a row in one pass: norms, gated activations, add and norm together (Liger). */
    TRITON_ROW,
    /** An element-wise kernel of eager PyTorch, with its launch. */
    EAGER,
    /** A softmax of eager PyTorch over rows. */
    SOFTMAX,
    /** The layer norm of eager PyTorch, FP32. */
    EAGER_NORM,
    /** The RMS norm of vLLM in 2024: two passes over a row, narrow accesses. */
    SERVING_NORM,
    /** The gated activation of vLLM in 2024. */
    SERVING_GATE,
    /** The largest magnitude of a tensor for an FP8 scale: a reduction in two kernels; reads only. */
    ABSOLUTE_MAXIMUM
}
