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
    GATHER_BESIDE,
    /**
     * As {@link #GATHER_BESIDE}, inside a compiled program, where every exchange is awaited before what follows it in the
     * program (PyTorch, torch/distributed/_functional_collectives.py, {@code _maybe_wrap_tensor} while tracing).
     */
    GATHER_AWAITED;

    /** True if attention meets the keys of one context rank after the other, and partial results are added. */
    public boolean meetsInTurn() {
        return this != GATHER;
    }

    /** True if nothing runs beside it. */
    public boolean standsAlone() {
        return this == GATHER || this == GATHER_AWAITED;
    }

    /** True if keys and values of grouped-query attention are repeated for every head before. */
    public boolean repeatsHeads() {
        return this == GATHER_BESIDE || this == GATHER_AWAITED;
    }
}
