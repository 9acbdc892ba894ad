package org.hopperline.core;

/** Families of attention kernels that differ in rate. */
public enum AttentionBackend {
    /** FlashAttention-2 (arXiv 2307.08691), also behind PyTorch's scaled dot-product attention until 2025. */
    FLASH_2,
    /** FlashAttention-3 (arXiv 2407.08608). */
    FLASH_3,
    /**
     * FlashAttention-3 over a paged key-value cache as vLLM runs it, the write of the cache included: query heads that
     * share a key head are packed into one tile, and keys are split where tiles are few. Forward only.
     */
    FLASH_3_PAGED,
    /** cuDNN's fused attention, as Transformer Engine calls it on Hopper. */
    CUDNN,
    /** FlashAttention-1 written in Triton, as llm-foundry used it in 2023. */
    TRITON_FLASH,
    /** Two batched products with the scores written to memory between them. */
    UNFUSED
}
