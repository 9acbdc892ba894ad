package org.hopperline.kernel;

/**
 * Named memory-bound operations of a transformer, with the tensors they read and write: counts of their main tensor at
 * the precision of the activations (an FP32 temporary in a BF16 model counts 2, an FP8 copy 0.5). Counted from what each
 * must touch (fused: one kernel) and from the chain of PyTorch operators of the usual eager modules (Hugging Face Llama,
 * Megatron-Core without Transformer Engine). Rows of statistics and weights are left out: they are a hidden size below.
 */
public enum MemoryOperation {
    /**
     * Root-mean-square norm. Eager: to FP32; square; mean; scale; to BF16; times weight: reads 1+2+2+2+2+1, writes
     * 2+2+0+2+1+1.
     */
    RMS_NORM_FORWARD(MemoryPattern.TRITON_ROW, 1, 1, 6, 10, 8),
    /**
     * Reads input and output gradient, writes the input gradient. Eager, operator by operator backwards: times weight
     * 4/2; cast 1/2; scale 8/4; square and mean 2/2; sum of both gradients 4/2; cast 2/1.
     */
    RMS_NORM_BACKWARD(MemoryPattern.TRITON_ROW, 2, 1, 9, 21, 13),
    /** Layer norm, one kernel in eager PyTorch as well. */
    LAYER_NORM_FORWARD(MemoryPattern.TRITON_ROW, 1, 1, 1, 1, 1),
    /** Eager PyTorch reads both tensors a second time for the gradients of weight and bias. */
    LAYER_NORM_BACKWARD(MemoryPattern.TRITON_ROW, 2, 1, 2, 4, 1),
    /** Residual sum and norm in one: reads both terms, writes the sum and the norm. Eager: add 2/1, then the norm. */
    ADD_RMS_NORM_FORWARD(MemoryPattern.TRITON_ROW, 2, 2, 7, 12, 9),
    /** Reads sum, output gradient and residual gradient, writes one gradient. Eager: norm, then add 2/1. */
    ADD_RMS_NORM_BACKWARD(MemoryPattern.TRITON_ROW, 3, 1, 10, 23, 14),
    /** Gated activation, elements of its output: reads gate and input, writes the product. Eager: activation 1/1, product 2/1. */
    SWIGLU_FORWARD(MemoryPattern.TRITON_ROW, 2, 1, 2, 3, 2),
    /** Reads the gradient, gate and input, writes two gradients. Eager: two products 2/1 each, activation 2/1. */
    SWIGLU_BACKWARD(MemoryPattern.TRITON_ROW, 3, 2, 3, 6, 3),
    /** As {@link #SWIGLU_FORWARD} with GELU. */
    GEGLU_FORWARD(MemoryPattern.TRITON_ROW, 2, 1, 2, 3, 2),
    /** As {@link #SWIGLU_BACKWARD} with GELU. */
    GEGLU_BACKWARD(MemoryPattern.TRITON_ROW, 3, 2, 3, 6, 3),
    /** Plain activation, one kernel either way. */
    GELU_FORWARD(MemoryPattern.STREAM, 1, 1, 1, 1, 1),
    /** Reads input and output gradient. */
    GELU_BACKWARD(MemoryPattern.STREAM, 2, 1, 1, 2, 1),
    /** Squared ReLU. Eager: ReLU 1/1, square 1/1. */
    SQUARED_RELU_FORWARD(MemoryPattern.TRITON_ROW, 1, 1, 2, 2, 2),
    /**
     * Eager: the first power, a copy, 1/1; times the exponent 1/1; times the gradient 2/1 (pow_backward in PyTorch's
     * FunctionsManual.cpp); ReLU 2/1.
     */
    SQUARED_RELU_BACKWARD(MemoryPattern.TRITON_ROW, 2, 1, 4, 6, 4),
    /** Sum of a branch and its residual, forward, or of two gradients, backward. */
    RESIDUAL_ADD(MemoryPattern.ADD, 2, 1, 1, 2, 1),
    /**
     * Rotary position of queries and keys, either direction. Eager: times cosine 1/1; negate half 0.5/0.5; join 1/1;
     * times sine 1/1; sum 2/1.
     */
    ROTARY(MemoryPattern.TRITON_ROW, 1, 1, 5, 5.5, 4.5),
    /** Dropout; the mask takes a byte an element. */
    DROPOUT_FORWARD(MemoryPattern.STREAM, 1, 1.5, 1, 1, 1.5),
    /** Reads gradient and mask. */
    DROPOUT_BACKWARD(MemoryPattern.STREAM, 1.5, 1, 1, 1.5, 1),
    /** Softmax over rows that stay on chip. */
    SOFTMAX_FORWARD(MemoryPattern.SOFTMAX, 1, 1, 1, 1, 1),
    /** Reads probabilities and their gradients. */
    SOFTMAX_BACKWARD(MemoryPattern.SOFTMAX, 2, 1, 1, 2, 1),
    /**
     * Loss over the logits, elements {@code tokens x vocabulary}. Fused: one pass for maximum and sum. Eager: to FP32
     * 1/2; log-softmax 2/2; the gather is a column.
     */
    CROSS_ENTROPY_FORWARD(MemoryPattern.TRITON_ROW, 1, 0, 2, 3, 4),
    /** Fused: logits read and overwritten by their gradient. Eager: zeros 0/2; log-softmax 4/2; to BF16 2/1. */
    CROSS_ENTROPY_BACKWARD(MemoryPattern.TRITON_ROW, 1, 1, 3, 6, 5),
    /** BF16 to FP8 with a known scale. */
    CAST_TO_FP8(MemoryPattern.STREAM, 1, 0.5, 1, 1, 0.5),
    /** BF16 to FP8 with a known scale, and a transposed copy. */
    CAST_TO_FP8_TRANSPOSED(MemoryPattern.STREAM, 1, 1, 2, 2, 1),
    /** Largest magnitude of a BF16 tensor, by the kernel of an inference server. */
    ABSOLUTE_MAXIMUM(MemoryPattern.ABSOLUTE_MAXIMUM, 1, 0, 1, 1, 0),
    /** The same read as a stream, blocks joining by an atomic (Transformer Engine, common/recipe/current_scaling.cu). */
    STREAMED_MAXIMUM(MemoryPattern.STREAM, 1, 0, 1, 1, 0),
    /** Rows gathered into the order of their experts, elements after copying. */
    PERMUTE(MemoryPattern.STREAM, 1, 1, 1, 1, 1),
    /** A copy within memory. */
    COPY(MemoryPattern.STREAM, 1, 1, 1, 1, 1);

    private final MemoryPattern pattern;
    private final double reads;
    private final double writes;
    private final int eagerKernels;
    private final double eagerReads;
    private final double eagerWrites;

    MemoryOperation(
            MemoryPattern pattern,
            double reads,
            double writes,
            int eagerKernels,
            double eagerReads,
            double eagerWrites) {
        this.pattern = pattern;
        this.reads = reads;
        this.writes = writes;
        this.eagerKernels = eagerKernels;
        this.eagerReads = eagerReads;
        this.eagerWrites = eagerWrites;
    }

    /** Kind of the fused kernel. */
    public MemoryPattern pattern() {
        return pattern;
    }

    /** Tensors that the fused kernel reads. */
    public double reads() {
        return reads;
    }

    /** Tensors that the fused kernel writes. */
    public double writes() {
        return writes;
    }

    /** Kernels of the eager chain. */
    public int eagerKernels() {
        return eagerKernels;
    }

    /** Tensors that the eager chain reads. */
    public double eagerReads() {
        return eagerReads;
    }

    /** Tensors that the eager chain writes. */
    public double eagerWrites() {
        return eagerWrites;
    }

    /** Bytes read for each element by the fused kernel, or by the eager chain. */
    public double readBytes(double bytesPerElement, boolean fused) {
        return (fused ? reads : eagerReads) * bytesPerElement;
    }

    /** Bytes written for each element by the fused kernel, or by the eager chain. */
    public double writtenBytes(double bytesPerElement, boolean fused) {
        return (fused ? writes : eagerWrites) * bytesPerElement;
    }
}
