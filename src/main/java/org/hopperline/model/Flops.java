package org.hopperline.model;

import org.hopperline.core.Check;

/**
 * Floating-point operations of training, one for a multiplication and one for an addition. The backward pass costs
 * twice the forward pass: each matrix product has two gradients. Recomputation is not counted unless a name says so.
 * Nothing here allocates.
 */
public final class Flops {

    /** Backward and forward pass over the forward pass alone. */
    private static final double TRAINING_OVER_FORWARD = 3;

    private Flops() {}

    /** Training FLOPs of a token by 6N (arXiv 2001.08361 section 2.1): two for each parameter, three times. */
    public static double sixN(double parameters) {
        return 6 * Check.positive(parameters, "parameters", "1");
    }

    /**
     * Training FLOPs of a token with every key counted, 6N + 12LHQT (PaLM, arXiv 2204.02311 appendix B).
     *
     * @param parameters N
     * @param layers L
     * @param heads H, query heads
     * @param headDim Q, size of a head
     * @param sequence T, tokens
     */
    public static double palm(double parameters, int layers, int heads, int headDim, int sequence) {
        return sixN(parameters) + 12.0 * layers * heads * headDim * sequence;
    }

    /** Training FLOPs of a token with half of the keys counted, 6N + 6LHQT: a causal mask leaves so many. */
    public static double palmCausal(double parameters, int layers, int heads, int headDim, int sequence) {
        return sixN(parameters) + 6.0 * layers * heads * headDim * sequence;
    }

    /**
     * Training FLOPs of a token as NVIDIA's recipes count them: {@code 12 L h^2 (1 + g/a + s/h) + 18 L f h + 6 V h}
     * with a gate, {@code 12 L f h} in the second term without (NVIDIA/dgxc-benchmarking, Llama 3.1 recipe). Every
     * key is counted; a h/a = h is taken for granted.
     *
     * @param layers L
     * @param hidden h
     * @param heads a, query heads
     * @param kvHeads g, key and value heads
     * @param ffnHidden f
     * @param gated true for three matrices
     * @param vocab V
     * @param sequence s
     */
    public static double nvidia(
            int layers, int hidden, int heads, int kvHeads, int ffnHidden, boolean gated, int vocab, int sequence) {
        double h = hidden;
        double attention = 12 * layers * h * h * (1 + (double) kvHeads / heads + sequence / h);
        double feedForward = (gated ? 18.0 : 12.0) * layers * ffnHidden * h;
        return attention + feedForward + 6.0 * vocab * h;
    }

    /**
     * FLOPs of one step of a GPT with every layer run forward twice, {@code 96 B s l h^2 (1 + s/6h + V/16lh)}
     * (Narayanan et al. 2021, arXiv 2104.04473 equation 3).
     *
     * @param batch B, sequences
     * @param sequence s
     * @param layers l
     * @param hidden h
     * @param vocab V
     */
    public static double narayananStep(int batch, int sequence, int layers, int hidden, int vocab) {
        double h = hidden;
        return 96.0 * batch * sequence * layers * h * h * (1 + sequence / (6 * h) + vocab / (16.0 * layers * h));
    }

    /** Forward FLOPs of a token in the projections of attention, all layers: two for each matrix element. */
    public static double attentionProjections(Transformer m) {
        return 2.0 * m.attentionLayers() * ParameterCount.attentionMatrices(m);
    }

    /** Forward FLOPs of a token in the projections of Mamba-2 mixers, all layers: two for each matrix element. */
    public static double mambaProjections(Transformer m) {
        return 2.0 * m.mambaLayers() * ParameterCount.mambaMatrices(m);
    }

    /**
     * Forward FLOPs of a token in the scan of one Mamba-2 mixer, by the chunked algorithm (arXiv 2405.21060 section 6, and
     * NVIDIA/dgxc-benchmarking, Nemotron-H recipe): {@code C B^T} within a chunk {@code 2QNG}, its product with x
     * {@code 2QHP}, the state of the chunk {@code 2NHP}, and what earlier chunks add {@code 2NHP}. Whole chunk matrices are
     * counted, as kernels multiply them; the convolution and the passing of states, element by element, are not.
     */
    public static double scan(Mamba2 mamba) {
        double inner = mamba.inner();
        return 2.0 * mamba.chunk() * ((double) mamba.state() * mamba.groups() + inner) + 4.0 * mamba.state() * inner;
    }

    /** Forward FLOPs of a token in the scans of all Mamba-2 layers. */
    public static double scans(Transformer m) {
        return m.mamba() == null ? 0 : m.mambaLayers() * scan(m.mamba());
    }

    /**
     * Forward FLOPs of a token in the two products of attention, all layers: {@code 2 a (d + v)} for each key, with a
     * query heads of size d and values of size v. Windowed layers meet fewer keys.
     */
    public static double attentionScores(Transformer m, int sequence, ScoreCounting counting) {
        Check.positive(sequence, "sequence length");
        double perKey = 2.0 * m.heads() * (m.headDim() + m.valueDim());
        SlidingWindow window = m.slidingWindow();
        int windowed = window == null ? 0 : window.layersOf(m.layers());
        double inWindow = window == null ? 0 : windowed * counting.meanKeys(sequence, window.tokens());
        return perKey * (inWindow + (m.attentionLayers() - windowed) * counting.meanKeys(sequence, 0));
    }

    /** Forward FLOPs of a token in dense feed-forward parts, all dense layers. */
    public static double denseFeedForward(Transformer m) {
        return 2.0 * m.denseLayers() * ParameterCount.feedForward(m.hidden(), m.denseFfnHidden(), m.gated());
    }

    /**
     * Forward FLOPs of a token in the routed experts it visits, in the projections to their latent width and back, and in
     * the shared ones, all expert layers.
     */
    public static double experts(Transformer m) {
        Experts experts = m.experts();
        if (experts == null) {
            return 0;
        }
        if (experts.latentHidden() > 0) {
            return 2.0
                    * m.expertLayers()
                    * (ParameterCount.latentProjections(m)
                            + (m.gated() ? 3.0 : 2.0) * experts.latentHidden() * experts.topK() * experts.ffnHidden()
                            + ParameterCount.feedForward(m.hidden(), experts.sharedFfnHidden(), m.gated()));
        }
        long width = (long) experts.topK() * experts.ffnHidden() + experts.sharedFfnHidden();
        return 2.0 * m.expertLayers() * (m.gated() ? 3.0 : 2.0) * m.hidden() * width;
    }

    /** Forward FLOPs of a token in the routers, all expert layers. */
    public static double routers(Transformer m) {
        Experts experts = m.experts();
        return experts == null ? 0 : 2.0 * m.expertLayers() * experts.count() * m.hidden();
    }

    /** Forward FLOPs of a token for its logits, 2Vh. */
    public static double logits(Transformer m) {
        return 2.0 * ParameterCount.logits(m);
    }

    /**
     * Forward FLOPs of a token in the layers for multi-token prediction: each a layer like the last, a projection of
     * 2h by h, and logits once more.
     */
    public static double multiTokenPrediction(Transformer m, int sequence, ScoreCounting counting) {
        if (m.multiTokenLayers() == 0) {
            return 0;
        }
        boolean expertLayer = m.pattern() != null ? m.hasExperts() : m.isExpertLayer(m.layers() - 1);
        double feedForward = expertLayer
                ? (experts(m) + routers(m)) / m.expertLayers()
                : denseFeedForward(m) / Math.max(1, m.denseLayers());
        double attention = (attentionProjections(m) + attentionScores(m, sequence, counting)) / m.attentionLayers();
        double projection = 4.0 * m.hidden() * m.hidden();
        return m.multiTokenLayers() * (attention + feedForward + projection + logits(m));
    }

    /**
     * Forward FLOPs of a token: projections, scores, feed-forward parts, routers, Mamba-2 mixers and logits; multi-token
     * prediction is left out.
     *
     * @param sequence tokens of a sequence
     * @param counting how the scores are counted
     */
    public static double forward(Transformer m, int sequence, ScoreCounting counting) {
        return attentionProjections(m)
                + attentionScores(m, sequence, counting)
                + denseFeedForward(m)
                + experts(m)
                + routers(m)
                + mambaProjections(m)
                + scans(m)
                + logits(m);
    }

    /** Training FLOPs of a token: three times {@link #forward}. */
    public static double training(Transformer m, int sequence, ScoreCounting counting) {
        return TRAINING_OVER_FORWARD * forward(m, sequence, counting);
    }

    /** Training FLOPs of a token without its logits, as some reports count. */
    public static double trainingWithoutLogits(Transformer m, int sequence, ScoreCounting counting) {
        return TRAINING_OVER_FORWARD * (forward(m, sequence, counting) - logits(m));
    }

    /**
     * Training FLOPs that the hardware runs when every layer runs forward twice: four passes for three in the layers,
     * logits three.
     */
    public static double withFullRecompute(Transformer m, int sequence, ScoreCounting counting) {
        return training(m, sequence, counting) + forward(m, sequence, counting) - logits(m);
    }

    /**
     * Training FLOPs that the hardware runs when the scores run forward twice (selective recomputation, arXiv
     * 2205.05198; a flash kernel does so by its nature).
     */
    public static double withSelectiveRecompute(Transformer m, int sequence, ScoreCounting counting) {
        return training(m, sequence, counting) + attentionScores(m, sequence, counting);
    }
}
