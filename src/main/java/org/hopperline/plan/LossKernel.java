package org.hopperline.plan;

/** How the loss is computed from the logits, and so how many bytes of each logit stand at once. */
public enum LossKernel {
    /**
     * The logits in 16 bits, in whose place their gradient is written (Transformer Engine's parallel cross entropy, a Triton
     * kernel: cross_entropy_fusion_impl = te).
     */
    IN_PLACE(2, 2, 2),
    /** The logits in 16 bits and their gradient in 16 bits (flash-attention's fused cross entropy, as llm-foundry takes it). */
    FUSED_16_BIT(2 + 2, 2 + 2, 2),
    /**
     * The logits in 16 bits and a copy in 32 bits, in whose place softmax and gradient are written (Megatron-Core,
     * vocab_parallel_cross_entropy; a compiled loss).
     */
    FUSED(2 + 4, 2 + 4, 4),
    /**
     * Logits, their logarithmic softmax and two gradients in 16 bits (PyTorch, cross_entropy of the logits as they are, one
     * kernel an operation).
     */
    UNFUSED_16_BIT(2 + 2 + 2 + 2, 2 + 4 * 2, 2),
    /**
     * The logits in 16 bits, their copy in 32 bits, its logarithmic softmax, and the gradient (PyTorch, cross_entropy of
     * {@code logits.float()}, one kernel an operation). Divided over tensor ranks, beside the logits: logarithmic softmax,
     * the gradient at the targets, the softmax, and their sum (PyTorch, distributed/tensor/parallel/loss.py).
     */
    UNFUSED(2 + 4 + 4 + 4, 2 + 4 * 4, 4);

    private final int bytes;
    private final int dividedBytes;
    private final int keptBytes;

    LossKernel(int bytes, int dividedBytes, int keptBytes) {
        this.bytes = bytes;
        this.dividedBytes = dividedBytes;
        this.keptBytes = keptBytes;
    }

    /**
     * Bytes of one logit at the peak.
     *
     * @param divided true if tensor ranks share the vocabulary
     */
    public int bytes(boolean divided) {
        return divided ? dividedBytes : bytes;
    }

    /** Bytes of one logit kept from the forward to the backward pass: logits, softmax or gradient, whichever that needs. */
    public int keptBytes() {
        return keptBytes;
    }
}
