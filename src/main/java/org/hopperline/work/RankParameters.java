package org.hopperline.work;

import org.hopperline.model.Experts;
import org.hopperline.model.LatentAttention;
import org.hopperline.model.Transformer;
import org.hopperline.plan.ParallelPlan;

/**
 * Parameters of one layer on one rank, as formulas: what {@link LayerWork} counts product by product. Nothing here
 * allocates.
 */
final class RankParameters {

    private RankParameters() {}

    /** Norms, attention, and the dense feed-forward part. */
    static double dense(Transformer m, ParallelPlan plan) {
        Experts experts = m.experts();
        int width = experts == null ? m.ffnHidden() : experts.denseFfnHidden();
        return attention(m, plan.tensor()) + feedForward(m, width, plan.tensor());
    }

    /** Norms, attention, router and shared experts of a layer with experts: all but the routed experts. */
    static double besideExperts(Transformer m, ParallelPlan plan) {
        Experts experts = m.experts();
        if (experts == null) {
            return 0;
        }
        double shared = experts.sharedFfnHidden() == 0 ? 0 : feedForward(m, experts.sharedFfnHidden(), plan.tensor());
        return attention(m, plan.tensor()) + (double) experts.count() * m.hidden() + shared;
    }

    /** Routed experts of one layer. */
    static double experts(Transformer m, ParallelPlan plan) {
        Experts experts = m.experts();
        if (experts == null) {
            return 0;
        }
        int local = Math.max(1, experts.count() / plan.expert());
        long share = Math.max(1, experts.ffnHidden() / plan.expertTensor());
        return (double) local * share * (m.gated() ? 3 : 2) * m.hidden();
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
