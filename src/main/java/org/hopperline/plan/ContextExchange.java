package org.hopperline.plan;

/** How context-parallel ranks exchange keys and values, and what runs beside it. */
public enum ContextExchange {
    /**
     * Hop by hop round a ring, each hop a send and a receive by kernels of NCCL beside the attention to the keys of the hop
     * before; in the backward pass with their gradients (arXiv 2310.01889; Transformer Engine, {@code cp_comm_type p2p}).
     */
    RING,
    /**
     * All gathered before attention, and their gradients summed and scattered after it, with nothing beside either (Llama 3,
     * arXiv 2407.21783 section 3.3.2; Transformer Engine, {@code cp_comm_type all_gather}).
     */
    GATHER,
    /**
     * Gathered beside attention to a rank's own keys; gradients go round a ring in 32 bits, each hop beside attention to
     * the next keys. Keys and values of grouped-query attention are repeated for every head before (PyTorch {@code
     * context_parallel} with its all-gather, torch/distributed/tensor/experimental/_attention.py, as torchtitan calls it).
     */
    GATHER_BESIDE
}
