package org.hopperline.model;

/**
 * Counts of parameters. In the formulas h is the hidden width, a the query heads, g the key and value heads, d the
 * head size, f the intermediate width, V the vocabulary. Nothing here allocates.
 */
public final class ParameterCount {

    private ParameterCount() {}

    /** Matrices of grouped-query attention (arXiv 2305.13245): queries and output 2had, keys and values 2hgd. */
    public static long attention(int hidden, int heads, int kvHeads, int headDim) {
        return 2L * hidden * headDim * heads + 2L * hidden * headDim * kvHeads;
    }

    /**
     * Matrices of latent attention (arXiv 2405.04434 section 2.1): with query rank q, key and value rank c, unrotated
     * part n, rotated part r and value head v, hq + qa(n+r) + h(c+r) + ca(n+v) + avh; ha(n+r) in place of the first
     * two if queries are not compressed.
     */
    public static long latentAttention(int hidden, int heads, LatentAttention latent) {
        long head = latent.nopeDim() + latent.ropeDim();
        long query = latent.queryRank() == 0
                ? (long) hidden * heads * head
                : (long) hidden * latent.queryRank() + (long) latent.queryRank() * heads * head;
        return query
                + (long) hidden * (latent.keyValueRank() + latent.ropeDim())
                + (long) latent.keyValueRank() * heads * (latent.nopeDim() + latent.valueDim())
                + (long) heads * latent.valueDim() * hidden;
    }

    /** Matrices of a feed-forward part: 3hf with a gate (arXiv 2002.05202), 2hf without. */
    public static long feedForward(int hidden, int ffnHidden, boolean gated) {
        return (gated ? 3L : 2L) * hidden * ffnHidden;
    }

    /** Matrices of attention in one layer, without biases and normalisations. */
    public static long attentionMatrices(Transformer m) {
        LatentAttention latent = m.latentAttention();
        return latent == null
                ? attention(m.hidden(), m.heads(), m.kvHeads(), m.headDim())
                : latentAttention(m.hidden(), m.heads(), latent);
    }

    /** Attention of one layer: matrices, biases, sinks, and the normalisations of heads or of low ranks. */
    public static long attentionPerLayer(Transformer m) {
        long count = attentionMatrices(m);
        LatentAttention latent = m.latentAttention();
        if (latent != null) {
            count += latent.queryRank() + latent.keyValueRank();
        }
        if (m.biases() != Biases.NONE) {
            count += (long) m.headDim() * m.heads() + 2L * m.headDim() * m.kvHeads();
        }
        if (m.biases() == Biases.ATTENTION || m.biases() == Biases.ALL) {
            count += m.hidden();
        }
        if (m.queryKeyNorm()) {
            count += 2L * m.headDim();
        }
        return m.sinks() ? count + m.heads() : count;
    }

    /** A feed-forward part of that width, with its biases if the model has them: f or 2f, and h. */
    public static long feedForwardPart(Transformer m, int ffnHidden) {
        long matrices = feedForward(m.hidden(), ffnHidden, m.gated());
        return m.biases() == Biases.ALL ? matrices + (m.gated() ? 2L : 1L) * ffnHidden + m.hidden() : matrices;
    }

    /** The router of one expert layer: h for each expert, and a bias each if it has one. */
    public static long router(Transformer m) {
        Experts experts = m.experts();
        if (experts == null) {
            return 0;
        }
        boolean bias = experts.routerBias() || m.biases() == Biases.ALL;
        return (long) experts.count() * (m.hidden() + (bias ? 1 : 0));
    }

    /** Normalisations of the residual stream in one layer. */
    public static long normsPerLayer(Transformer m) {
        return (long) m.normalisation().perLayer() * m.normalisation().vectors() * m.hidden();
    }

    /** One layer with a dense feed-forward part. */
    public static long denseLayer(Transformer m) {
        return attentionPerLayer(m) + normsPerLayer(m) + feedForwardPart(m, m.denseFfnHidden());
    }

    /** One layer with experts; 0 if the model has none. */
    public static long expertLayer(Transformer m) {
        return m.experts() == null ? 0 : expertLayer(m, m.experts().count());
    }

    /** What a token passes through in one layer with experts; 0 if the model has none. */
    public static long activeExpertLayer(Transformer m) {
        return m.experts() == null ? 0 : expertLayer(m, m.experts().topK());
    }

    private static long expertLayer(Transformer m, int visited) {
        return attentionPerLayer(m) + normsPerLayer(m) + router(m) + expertsPerLayer(m, visited) + sharedExperts(m);
    }

    /** That many routed experts of one layer. */
    public static long expertsPerLayer(Transformer m, int experts) {
        return m.experts() == null
                ? 0
                : experts * feedForwardPart(m, m.experts().ffnHidden());
    }

    /** The shared experts of one layer; 0 for none. */
    public static long sharedExperts(Transformer m) {
        Experts experts = m.experts();
        return experts == null || experts.sharedFfnHidden() == 0 ? 0 : feedForwardPart(m, experts.sharedFfnHidden());
    }

    /** Input embedding, learned positions counted: (V + positions) h. */
    public static long embedding(Transformer m) {
        return ((long) m.vocab() + m.learnedPositions()) * m.hidden();
    }

    /** Output embedding of its own: Vh, or 0 if it is tied to the input's. */
    public static long unembedding(Transformer m) {
        return m.tiedEmbeddings() ? 0 : logits(m);
    }

    /** The matrix that makes logits, tied or not: Vh. */
    public static long logits(Transformer m) {
        return (long) m.vocab() * m.hidden();
    }

    /** All layers and the last normalisation, embeddings left out. */
    public static long nonEmbedding(Transformer m) {
        return m.expertLayers() * expertLayer(m) + denseAndNorm(m);
    }

    /** What a token passes through, embeddings left out. */
    public static long activeNonEmbedding(Transformer m) {
        return m.expertLayers() * activeExpertLayer(m) + denseAndNorm(m);
    }

    private static long denseAndNorm(Transformer m) {
        long dense = m.denseLayers() == 0 ? 0 : m.denseLayers() * denseLayer(m);
        return dense + (long) m.normalisation().vectors() * m.hidden();
    }

    /** Everything but multi-token prediction: layers, last normalisation, embeddings (a tied one once). */
    public static long total(Transformer m) {
        return nonEmbedding(m) + embedding(m) + unembedding(m);
    }

    /**
     * What multiplies each token: active layers and the logit matrix, tied or not. The input embedding is looked up,
     * not multiplied, and is left out.
     */
    public static long active(Transformer m) {
        return activeNonEmbedding(m) + logits(m);
    }

    /** Active layers and both embeddings (a tied one once): how some model cards count. */
    public static long activeWithEmbeddings(Transformer m) {
        return activeNonEmbedding(m) + embedding(m) + unembedding(m);
    }

    /**
     * The layers for multi-token prediction (arXiv 2412.19437 section 2.2), embeddings shared and left out: each a
     * layer like the last, a projection of 2h by h, and three normalisations.
     */
    public static long multiTokenPrediction(Transformer m) {
        return m.multiTokenLayers() * (lastLayer(m) + multiTokenExtra(m));
    }

    /** A layer like the last one: with experts if that has them. */
    static long lastLayer(Transformer m) {
        return m.isExpertLayer(m.layers() - 1) ? expertLayer(m) : denseLayer(m);
    }

    private static long multiTokenExtra(Transformer m) {
        return 2L * m.hidden() * m.hidden() + 3L * m.normalisation().vectors() * m.hidden();
    }
}
