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

    /**
     * A Mamba-2 mixer (arXiv 2405.21060 section 7, state-spaces/mamba mamba_ssm/modules/mamba2.py): the projection to z, x,
     * B, C and dt, {@code h (2HP + 2GN + H)}; the convolution with its bias, {@code (K + 1)(HP + 2GN)}; decay, skip and step
     * bias of each head, {@code 3H}; the gated normalisation, {@code HP}; the projection back, {@code HPh}.
     */
    public static long mamba(int hidden, Mamba2 mamba) {
        return (long) hidden * mamba.projected()
                + (mamba.convolution() + 1L) * mamba.convolved()
                + 3L * mamba.heads()
                + mamba.inner()
                + (long) mamba.inner() * hidden;
    }

    /** Matrices of a Mamba-2 mixer: {@code h (2HP + 2GN + H) + HPh}; 0 if the model has none. */
    public static long mambaMatrices(Transformer m) {
        Mamba2 mamba = m.mamba();
        return mamba == null ? 0 : (long) m.hidden() * (mamba.projected() + mamba.inner());
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
        return feedForwardPart(m, m.hidden(), ffnHidden);
    }

    private static long feedForwardPart(Transformer m, int input, int ffnHidden) {
        long matrices = feedForward(input, ffnHidden, m.gated());
        return m.biases() == Biases.ALL ? matrices + (m.gated() ? 2L : 1L) * ffnHidden + input : matrices;
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

    /** Normalisations of the residual stream in one layer; a hybrid's layer, which is half of another, has half of them. */
    public static long normsPerLayer(Transformer m) {
        int norms = m.normalisation().perLayer() / (m.pattern() == null ? 1 : 2);
        return (long) norms * m.normalisation().vectors() * m.hidden();
    }

    /** One layer with a dense feed-forward part, which is all that a hybrid's has. */
    public static long denseLayer(Transformer m) {
        return besideFeedForward(m) + feedForwardPart(m, m.denseFfnHidden());
    }

    /** Attention and norms, of a hybrid the norm alone. */
    private static long besideFeedForward(Transformer m) {
        return (m.pattern() == null ? attentionPerLayer(m) : 0) + normsPerLayer(m);
    }

    /** A hybrid's layer of attention and its norm. */
    static long attentionLayer(Transformer m) {
        return attentionPerLayer(m) + normsPerLayer(m);
    }

    /** A hybrid's Mamba-2 layer and its norm; 0 if the model has none. */
    public static long mambaLayer(Transformer m) {
        return m.mamba() == null ? 0 : mamba(m.hidden(), m.mamba()) + normsPerLayer(m);
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
        return besideFeedForward(m) + router(m) + latentProjections(m) + expertsPerLayer(m, visited) + sharedExperts(m);
    }

    /** Projections to the latent width of the experts and back in one layer, {@code 2hl}; 0 for none. */
    public static long latentProjections(Transformer m) {
        return m.experts() == null ? 0 : 2L * m.hidden() * m.experts().latentHidden();
    }

    /** That many routed experts of one layer. */
    public static long expertsPerLayer(Transformer m, int experts) {
        return m.experts() == null
                ? 0
                : experts
                        * feedForwardPart(
                                m,
                                m.experts().inputWidth(m.hidden()),
                                m.experts().ffnHidden());
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

    /** Everything but experts: dense layers, those of a hybrid with attention or Mamba-2, and the last normalisation. */
    private static long denseAndNorm(Transformer m) {
        long dense = m.denseLayers() == 0 ? 0 : m.denseLayers() * denseLayer(m);
        if (m.pattern() != null) {
            dense += m.attentionLayers() * attentionLayer(m) + m.mambaLayers() * mambaLayer(m);
        }
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
     * layer like the last, of a hybrid one of attention and one of experts or else of a feed-forward part, a projection of
     * 2h by h, and three normalisations.
     */
    public static long multiTokenPrediction(Transformer m) {
        return m.multiTokenLayers() * (lastLayer(m) + multiTokenExtra(m));
    }

    /** A layer like the last one: with experts if that has them. */
    static long lastLayer(Transformer m) {
        if (m.pattern() != null) {
            return attentionLayer(m) + (m.hasExperts() ? expertLayer(m) : denseLayer(m));
        }
        return m.isExpertLayer(m.layers() - 1) ? expertLayer(m) : denseLayer(m);
    }

    private static long multiTokenExtra(Transformer m) {
        return 2L * m.hidden() * m.hidden() + 3L * m.normalisation().vectors() * m.hidden();
    }
}
