package org.hopperline.model;

/**
 * What a layer of a hybrid model is, one block of one kind, with the symbol that it has in a published pattern (NVIDIA
 * Megatron-Core, ssm/mamba_hybrid_layer_allocation.py; {@code hybrid_override_pattern} on Hugging Face).
 */
public enum LayerKind {
    /** A Mamba-2 mixer. */
    MAMBA('M'),
    /** Attention alone. */
    ATTENTION('*'),
    /** A dense feed-forward part alone. */
    FEED_FORWARD('-'),
    /** A mixture of experts alone. */
    EXPERTS('E');

    private final char symbol;

    LayerKind(char symbol) {
        this.symbol = symbol;
    }

    /** Its symbol in a pattern. */
    public char symbol() {
        return symbol;
    }
}
