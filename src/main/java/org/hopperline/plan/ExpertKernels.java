package org.hopperline.plan;

/** How the local experts of a rank are computed, and their rows brought into order. */
public enum ExpertKernels {
    /**
     * One expert after the other, each a feed-forward part of its own; where there are several their outputs are joined by
     * a copy (SequentialMLP in Megatron-Core, transformer/moe/experts.py, moe_grouped_gemm false). Rows are ordered by
     * single operations of PyTorch.
     */
    SEQUENTIAL,
    /**
     * All experts by grouped products. Rows are ordered by single operations of PyTorch: selected, and on the way back
     * multiplied by the router's weight and added up (permute and unpermute in Megatron-Core,
     * transformer/moe/moe_utils.py).
     */
    GROUPED,
    /** All experts by grouped products; one kernel each orders rows and brings them back (moe_permute_fusion). */
    FUSED
}
