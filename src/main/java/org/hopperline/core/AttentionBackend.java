package org.hopperline.core;

/** Families of attention kernels that differ in rate. */
public enum AttentionBackend {
    /** FlashAttention-2 (arXiv 2307.08691), also behind PyTorch's scaled dot-product attention until 2025. */
    FLASH_2,
    /** FlashAttention-3 (arXiv 2407.08608). */
    FLASH_3,
    /** cuDNN's fused attention, as Transformer Engine calls it on Hopper. */
    CUDNN,
    /** FlashAttention-1 written in Triton, as llm-foundry used it in 2023. */
    TRITON_FLASH,
    /** Two batched products with the scores written to memory between them. */
    UNFUSED
}
