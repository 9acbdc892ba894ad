package org.hopperline.plan;

/**
 * What the ranks of a data-parallel group divide among themselves instead of each holding a copy (ZeRO, arXiv
 * 1910.02054).
 */
public enum Sharding {
    /** Nothing: every rank holds all states; gradients are all-reduced. */
    NONE("nothing"),
    /** Optimizer states (ZeRO-1, Megatron's distributed optimizer). */
    OPTIMIZER("the optimizer's states"),
    /** Optimizer states and gradients (ZeRO-2); parameters stay gathered between forward and backward. */
    GRADIENTS("optimizer and gradients"),
    /** Optimizer states, gradients and parameters (ZeRO-3, FSDP). */
    PARAMETERS("optimizer, gradients and parameters");

    private final String label;

    Sharding(String label) {
        this.label = label;
    }

    /** What is divided, in words. */
    public String label() {
        return label;
    }
}
