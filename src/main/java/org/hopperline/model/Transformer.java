package org.hopperline.model;

import org.hopperline.core.Check;
import org.jspecify.annotations.Nullable;

/**
 * The shape of a decoder-only transformer.
 *
 * @param name the model
 * @param layers transformer layers
 * @param hidden width of the residual stream
 * @param heads query heads
 * @param kvHeads key and value heads
 * @param headDim size of a query or key head
 * @param ffnHidden intermediate width of the dense feed-forward part; of one expert where there are experts
 * @param gated true if the feed-forward part has a gate (three matrices, SwiGLU or GeGLU), else two
 * @param vocab rows of the embedding
 * @param tiedEmbeddings true if input and output embedding are one matrix
 * @param experts the mixture of experts, or null
 * @param latentAttention the low-rank attention, or null
 */
public record Transformer(
        String name,
        int layers,
        int hidden,
        int heads,
        int kvHeads,
        int headDim,
        int ffnHidden,
        boolean gated,
        int vocab,
        boolean tiedEmbeddings,
        @Nullable Experts experts,
        @Nullable LatentAttention latentAttention) {

    /** Checks counts and that query heads share key heads evenly. */
    public Transformer {
        Check.notBlank(name, "name of a model");
        Check.positive(layers, "layers");
        Check.positive(hidden, "hidden width");
        Check.positive(heads, "heads");
        Check.positive(kvHeads, "key and value heads");
        Check.positive(headDim, "head size");
        Check.positive(ffnHidden, "intermediate width");
        Check.positive(vocab, "vocabulary");
        if (heads % kvHeads != 0) {
            throw new IllegalArgumentException(heads + " query heads do not share " + kvHeads
                    + " key and value heads evenly; the second must divide the first");
        }
    }
}
