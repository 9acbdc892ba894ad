package org.hopperline.plan;

/**
 * What of a step CUDA graphs may hold, by the names of Megatron-Core's {@code --cuda-graph-scope} (later {@code
 * --cuda-graph-modules}) and as its help text says (megatron/training/arguments.py).
 */
public enum GraphedPart {
    /** Attention with its norm and its addition to the residual stream: {@code TransformerLayer._forward_attention}. */
    ATTENTION("attn"),
    /** A Mamba-2 layer with its norm and its addition to the residual stream. */
    MAMBA("mamba"),
    /** The feed-forward part of a dense layer: {@code TransformerLayer._forward_mlp}. */
    FEED_FORWARD("mlp"),
    /** The same of a layer with experts, with their dispatch: only where every expert gets a fixed number of rows. */
    EXPERTS("moe"),
    /** Of a layer with experts, all up to the router: norm, shared experts, scores, choice, auxiliary loss. */
    ROUTER("moe_router"),
    /** Of a layer with experts, counts and splits before tokens are dispatched: {@code MoELayer.preprocess}. */
    PREPROCESS("moe_preprocess"),
    /** A whole step. */
    ITERATION("full_iteration");

    private final String label;

    GraphedPart(String label) {
        this.label = label;
    }

    /** The name in Megatron-Core. */
    public String label() {
        return label;
    }
}
