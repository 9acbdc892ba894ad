package org.hopperline.work;

import org.hopperline.model.Experts;
import org.hopperline.model.LatentAttention;
import org.hopperline.model.Mamba2;
import org.hopperline.model.Transformer;
import org.hopperline.plan.ParallelPlan;

/**
 * Parameters of one layer on one rank, as formulas: what {@link LayerWork} counts product by product. Nothing here
 * allocates.
 */
final class RankParameters {

    private RankParameters() {}

    /** Norms, attention, and the dense feed-forward part; of a hybrid's layer a norm and that part. */
    static double dense(Transformer m, ParallelPlan plan) {
        Experts experts = m.experts();
        int width = experts == null ? m.ffnHidden() : experts.denseFfnHidden();
        return before(m, plan) + feedForward(m, width, plan.tensor());
    }

    /** What stands before a feed-forward part: both norms and attention, or in a hybrid its norm alone. */
    private static double before(Transformer m, ParallelPlan plan) {
        return m.pattern() == null ? attention(m, plan.tensor()) : m.hidden();
    }

    /** A hybrid's layer of attention and its norm; 0 for another model. */
    static double attentionLayer(Transformer m, ParallelPlan plan) {
        return m.pattern() == null || m.attentionLayers() == 0 ? 0 : attention(m, plan.tensor()) - m.hidden();
    }

    /** A Mamba-2 layer and its norm; 0 if the model has none. */
    static double mambaLayer(Transformer m, ParallelPlan plan) {
        Mamba2 mamba = m.mamba();
        if (mamba == null) {
            return 0;
        }
        double heads = Math.max(1, mamba.heads() / plan.tensor());
        double inner = heads * mamba.headDim();
        double convolved = inner + 2.0 * Math.max(1, mamba.groups() / plan.tensor()) * mamba.state();
        return m.hidden() * (1 + inner + convolved + heads + inner)
                + (mamba.convolution() + 1) * convolved
                + 3 * heads
                + inner;
    }

    /** Norms, attention, router, latent projections and shared experts of a layer with experts: all but routed experts. */
    static double besideExperts(Transformer m, ParallelPlan plan) {
        Experts experts = m.experts();
        if (experts == null) {
            return 0;
        }
        double shared = experts.sharedFfnHidden() == 0 ? 0 : feedForward(m, experts.sharedFfnHidden(), plan.tensor());
        double latent = 2.0 * m.hidden() * experts.latentHidden();
        return before(m, plan) + (double) experts.count() * m.hidden() + latent + shared;
    }

    /** Routed experts of one layer. */
    static double experts(Transformer m, ParallelPlan plan) {
        Experts experts = m.experts();
        if (experts == null) {
            return 0;
        }
        int local = Math.max(1, experts.count() / plan.expert());
        long share = Math.max(1, experts.ffnHidden() / plan.expertTensor());
        return (double) local * share * (m.gated() ? 3 : 2) * experts.inputWidth(m.hidden());
    }

    /**
     * What a layer for a further token has beside a layer like the last: the projection of {@code 2h} to {@code h}, three
     * norms, and in a pipeline a copy of the embedding.
     */
    static double besideFurther(Transformer m, ParallelPlan plan) {
        double h = m.hidden();
        double projection = 2 * h * Math.max(1, m.hidden() / plan.tensor());
        return projection + 3 * h + (plan.pipeline() > 1 ? embedding(m, plan) : 0);
    }

    /** The token embedding. */
    static double embedding(Transformer m, ParallelPlan plan) {
        return (double) m.vocab() / plan.tensor() * m.hidden();
    }

    /** The last norm and the output embedding, unless it is the input's and stands on the same rank. */
    static double logits(Transformer m, ParallelPlan plan) {
        double matrix = (double) Math.max(1, m.vocab() / plan.tensor()) * m.hidden();
        return m.hidden() + (!m.tiedEmbeddings() || plan.pipeline() > 1 ? matrix : 0);
    }

    /** Both norms of the layer, the projections of attention and the norms inside. */
    private static double attention(Transformer m, int tensor) {
        double h = m.hidden();
        int heads = Math.max(1, m.heads() / tensor);
        LatentAttention latent = m.latentAttention();
        if (latent == null) {
            int keyHeads = Math.max(1, m.kvHeads() / tensor);
            return 2 * h + h * m.headDim() * (2.0 * heads + 2.0 * keyHeads);
        }
        double queryColumns = (double) heads * (latent.nopeDim() + latent.ropeDim());
        double queries = latent.queryRank() == 0
                ? queryColumns * h
                : latent.queryRank() * (h + 1) + queryColumns * latent.queryRank();
        double keys = (latent.keyValueRank() + latent.ropeDim()) * h
                + latent.keyValueRank()
                + (double) heads * (latent.nopeDim() + latent.valueDim()) * latent.keyValueRank();
        return 2 * h + queries + keys + h * heads * latent.valueDim();
    }

    private static double feedForward(Transformer m, int width, int tensor) {
        return (double) Math.max(1, width / tensor) * (m.gated() ? 3 : 2) * m.hidden();
    }
}
