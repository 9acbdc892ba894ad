package org.hopperline.plan;

/** A part of a layer that may run again in the backward pass while the rest is kept. */
public enum RecomputedPart {
    /** The outputs of the norms ({@code layernorm} in Megatron-Core's recompute_modules). */
    NORMS("norms"),
    /** The function between the products of the feed-forward part or of the experts ({@code moe_act}). */
    ACTIVATION("activation function"),
    /** Queries, keys and values, from the input of the layer or from the ranks of latent attention ({@code mla_up_proj}). */
    QUERY_KEY_VALUE("queries, keys and values"),
    /** Scores, softmax and its dropout, and their product with the values ({@code core_attn}). */
    ATTENTION_CORE("attention core"),
    /** The projection of the output of attention. */
    ATTENTION_OUTPUT("attention output"),
    /** The dense feed-forward part or the experts with their exchange ({@code mlp}, {@code moe}). */
    FEED_FORWARD("feed-forward part");

    private final String label;

    RecomputedPart(String label) {
        this.label = label;
    }

    /** The name that a plan shows. */
    public String label() {
        return label;
    }
}
