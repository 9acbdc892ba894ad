package org.hopperline.plan;

/** How tensor-parallel gathers and scatters run beside the products that use or make what they move. */
public enum TensorExchange {
    /** Before and after them, by NCCL. */
    ALONE,
    /**
     * Chunk by chunk in buffers that all ranks see: gathers by copy engines, scatters by kernels to which products leave
     * multiprocessors, the rest in bulk beside whole products (Transformer Engine, {@code ub_overlap}; NeMo's {@code
     * tp_comm_overlap}).
     */
    USER_BUFFERS,
    /**
     * As {@link #USER_BUFFERS}, with what Transformer Engine takes where no configuration is given (pytorch/module/base.py,
     * initialize_ub, get_default_config): the same multiprocessors for every scatter and bulk exchange, and scatters in 16
     * bits.
     */
    USER_BUFFERS_DEFAULT,
    /**
     * One chunk a rank, all copies by copy engines, where a compiler finds a gather whose result is the first operand of
     * products, or a scatter of one product's result: a sum of products is scattered alone, and so is gathered what is no
     * operand before it is cast (PyTorch asynchronous tensor parallelism: torch/_inductor/fx_passes/micro_pipeline_tp.py,
     * torch/distributed/_symmetric_memory).
     */
    SYMMETRIC_MEMORY;

    /** True if messages run chunk by chunk in buffers that all ranks see, tuned or not. */
    public boolean usesUserBuffers() {
        return this == USER_BUFFERS || this == USER_BUFFERS_DEFAULT;
    }
}
