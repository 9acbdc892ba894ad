package org.hopperline.model;

import org.hopperline.core.Check;

/**
 * Bytes of activations kept for the backward pass, in 16-bit numbers as trained in mixed precision. The formulas named
 * after Korthikanti et al. (arXiv 2205.05198) are for a GPT with dropout, full attention heads and a plain feed-forward
 * part of 4h; {@link #perToken} covers every shape and falls together with them there. Nothing here allocates.
 */
public final class ActivationBytes {

    private static final int ELEMENT = 2;

    private ActivationBytes() {}

    /** One layer, {@code s b h (34 + 5 a s / h)} (equation 1). */
    public static double korthikanti(int sequence, int batch, int hidden, int heads) {
        return tokens(sequence, batch) * hidden * (34 + 5.0 * heads * sequence / hidden);
    }

    /** One layer on one of t tensor-parallel ranks, {@code s b h (10 + 24/t + 5 a s / h t)} (equation 2). */
    public static double korthikantiTensor(int sequence, int batch, int hidden, int heads, int tensor) {
        double t = Check.positive(tensor, "tensor parallel degree");
        return tokens(sequence, batch) * hidden * (10 + 24 / t + 5.0 * heads * sequence / (hidden * t));
    }

    /** The same with sequence parallelism, {@code s b h / t (34 + 5 a s / h)} (equation 4). */
    public static double korthikantiSequence(int sequence, int batch, int hidden, int heads, int tensor) {
        return korthikanti(sequence, batch, hidden, heads) / Check.positive(tensor, "tensor parallel degree");
    }

    /** The same with selective recomputation, {@code 34 s b h / t} (equation 6). */
    public static double korthikantiSelective(int sequence, int batch, int hidden, int tensor) {
        return 34 * tokens(sequence, batch) * hidden / Check.positive(tensor, "tensor parallel degree");
    }

    /** One layer with full recomputation, {@code 2 s b h}: its input (section 5). */
    public static double korthikantiFull(int sequence, int batch, int hidden) {
        return 2 * tokens(sequence, batch) * hidden;
    }

    private static double tokens(int sequence, int batch) {
        return (double) Check.positive(sequence, "sequence length") * Check.positive(batch, "sequences");
    }

    /** Inputs of the normalisations of one layer, for a token; a hybrid's layer has half as many. */
    public static double norms(Transformer m) {
        return (double) ELEMENT * m.normalisation().perLayer() * m.hidden() / (m.pattern() == null ? 1 : 2);
    }

    /**
     * A Mamba-2 mixer, for a token: its input, what the first projection makes, the output of the scan before and after its
     * gate, and the input of the projection back. States and chunk matrices are made again in the backward pass
     * (state-spaces/mamba, ssd_combined.py). 0 without a mixer.
     */
    public static double mamba(Transformer m) {
        Mamba2 mamba = m.mamba();
        return mamba == null ? 0 : (double) ELEMENT * (m.hidden() + mamba.projected() + 3L * mamba.inner());
    }

    /**
     * Attention of one layer, for a token, without the scores: input, queries, keys, values, output; with latent
     * attention the compressed vectors too; with dropout a byte of mask for each element.
     */
    public static double attention(Transformer m, boolean dropout) {
        LatentAttention latent = m.latentAttention();
        long keyValueHeads = latent == null ? m.kvHeads() : m.heads();
        long elements = m.hidden()
                + (long) m.heads() * (m.headDim() + m.valueDim())
                + keyValueHeads * (m.headDim() + m.valueDim());
        if (latent != null) {
            elements += latent.queryRank() + latent.keyValueRank() + latent.ropeDim();
        }
        return (double) ELEMENT * elements + (dropout ? m.hidden() : 0);
    }

    /** Scores of one layer, for a token: 2as for the softmax, and with dropout as of mask and 2as of its output. */
    public static double scores(Transformer m, int sequence, boolean dropout) {
        return (dropout ? 5.0 : 2.0) * m.heads() * Check.positive(sequence, "sequence length");
    }

    /**
     * A feed-forward part of width f, for a token: input h, then f before and f after the activation, and f of the
     * gate's partner where there is a gate; with dropout a byte of mask for each element of the output.
     */
    public static double feedForward(int hidden, int ffnHidden, boolean gated, boolean dropout) {
        return ELEMENT * (hidden + (gated ? 3.0 : 2.0) * ffnHidden) + (dropout ? hidden : 0);
    }

    /**
     * The experts of one layer, for a token: the copy that each visited expert receives, its inner vectors, the copy
     * that it returns, the shared experts, and four bytes a score of the router. 0 without experts.
     */
    public static double experts(Transformer m) {
        Experts experts = m.experts();
        if (experts == null) {
            return 0;
        }
        int width = experts.inputWidth(m.hidden());
        // The latent copy before routing, and the sum of the experts before it is projected back.
        double latent = 2.0 * ELEMENT * experts.latentHidden();
        double routed =
                experts.topK() * (feedForward(width, experts.ffnHidden(), m.gated(), false) + (double) ELEMENT * width);
        double shared = experts.sharedFfnHidden() == 0
                ? 0
                : feedForward(m.hidden(), experts.sharedFfnHidden(), m.gated(), false) - (double) ELEMENT * m.hidden();
        return (double) ELEMENT * m.hidden() + latent + routed + shared + 4.0 * experts.count();
    }

    /**
     * One layer, for a token.
     *
     * @param layer which, from 0: it may hold experts or not
     * @param sequence tokens of a sequence
     * @param kept what is kept
     * @param dropout true if the model is trained with dropout
     */
    public static double perToken(Transformer m, int layer, int sequence, KeptActivations kept, boolean dropout) {
        if (layer < 0 || layer >= m.layers()) {
            throw new IllegalArgumentException(
                    "layer is " + layer + ", but " + m.name() + " has layers 0 to " + (m.layers() - 1));
        }
        LayerPattern pattern = m.pattern();
        if (pattern != null && kept != KeptActivations.LAYER_INPUTS) {
            if (pattern.is(LayerKind.MAMBA, layer)) {
                return mambaLayer(m);
            }
            if (pattern.is(LayerKind.ATTENTION, layer)) {
                return attentionLayer(m, sequence, kept, dropout);
            }
        }
        return layer(m, m.isExpertLayer(layer), sequence, kept, dropout);
    }

    /** All layers, for a token. */
    public static double perToken(Transformer m, int sequence, KeptActivations kept, boolean dropout) {
        double expert = m.expertLayers() == 0 ? 0 : m.expertLayers() * layer(m, true, sequence, kept, dropout);
        double dense = m.denseLayers() == 0 ? 0 : m.denseLayers() * layer(m, false, sequence, kept, dropout);
        double hybrid = 0;
        if (m.pattern() != null) {
            hybrid = kept == KeptActivations.LAYER_INPUTS
                    ? (m.attentionLayers() + m.mambaLayers()) * (double) ELEMENT * m.hidden()
                    : m.attentionLayers() * attentionLayer(m, sequence, kept, dropout)
                            + m.mambaLayers() * mambaLayer(m);
        }
        return expert + dense + hybrid;
    }

    private static double mambaLayer(Transformer m) {
        return norms(m) + mamba(m);
    }

    private static double attentionLayer(Transformer m, int sequence, KeptActivations kept, boolean dropout) {
        double scores = kept == KeptActivations.ALL ? scores(m, sequence, dropout) : 0;
        return norms(m) + attention(m, dropout) + scores;
    }

    private static double layer(Transformer m, boolean expert, int sequence, KeptActivations kept, boolean dropout) {
        if (kept == KeptActivations.LAYER_INPUTS) {
            return (double) ELEMENT * m.hidden();
        }
        double feedForward = expert ? experts(m) : feedForward(m.hidden(), m.denseFfnHidden(), m.gated(), dropout);
        if (m.pattern() != null) {
            return norms(m) + feedForward;
        }
        double scores = kept == KeptActivations.ALL ? scores(m, sequence, dropout) : 0;
        return norms(m) + attention(m, dropout) + scores + feedForward;
    }
}
