package org.hopperline.plan;

/** Where gathered parameters and their gradients stand, which decides what is copied around the collectives. */
public enum ParameterStorage {
    /** Products read and write the buffers of the collectives (Megatron-Core's buckets, XLA): nothing is copied. */
    IN_PLACE,
    /**
     * One flat tensor a layer, of which parameters are views (PyTorch FullyShardedDataParallel, FSDP1): gathered in
     * place; the gradients of the views are joined, cast where they are reduced in another precision, and divided by the
     * ranks before they are reduced.
     */
    FLAT,
    /**
     * Each parameter by itself (PyTorch fully_shard, FSDP2): copied out of the buffer of the gather, and its gradient
     * into the buffer of the scatter.
     */
    EACH
}
