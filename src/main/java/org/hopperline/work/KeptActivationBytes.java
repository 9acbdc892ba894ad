package org.hopperline.work;

import org.hopperline.core.AttentionBackend;
import org.hopperline.core.Precision;
import org.hopperline.model.Experts;
import org.hopperline.model.LatentAttention;
import org.hopperline.model.Mamba2;
import org.hopperline.model.Transformer;
import org.hopperline.plan.ParallelPlan;
import org.hopperline.plan.Recompute;
import org.hopperline.plan.RecomputedPart;
import org.hopperline.plan.TrainingSetup;

/**
 * Bytes that one layer keeps for the backward pass, for each token of a micro-batch on a context rank, tensor by tensor:
 * what arXiv 2205.05198 section 4 counts, for every shape, precision and recomputation. Nothing here allocates.
 *
 * <p>With h the hidden size, t the tensor ranks, d the ranks that divide the sequence (t with sequence parallelism, else
 * 1), e the bytes of a product's input (2, in FP8 1), for a plain GPT in 16 bits with unfused attention and dropout they
 * sum up to {@code h (10/d + 24/t) + 5 a s / t} (equations 2 and 4 there).
 */
final class KeptActivationBytes {

    private static final int ELEMENT = LayerWork.ACTIVATION_BYTES;

    private KeptActivationBytes() {}

    /** The input of a layer, {@code 2 h / d}. */
    static double input(TrainingSetup setup) {
        return (double) ELEMENT * setup.model().hidden() / divided(setup.plan());
    }

    /** Everything that a layer keeps when nothing runs again. */
    static double whole(TrainingSetup setup, boolean expertLayer) {
        return layer(setup, expertLayer, Recompute.NONE);
    }

    /**
     * What a layer keeps that does not run again as a whole.
     *
     * @param expertLayer true for a layer with routed experts
     * @param what its parts, or its share of products, that run again
     */
    static double layer(TrainingSetup setup, boolean expertLayer, Recompute what) {
        return what.productShare() > 0
                ? alternateProducts(setup, expertLayer, what.productShare())
                : before(setup, what) + feedForward(setup, expertLayer, what);
    }

    /** What stands before a feed-forward part, in a hybrid nothing. */
    private static double before(TrainingSetup setup, Recompute what) {
        return setup.model().pattern() == null ? attention(setup, what) : 0;
    }

    /** What a hybrid's layer of attention keeps that does not run again as a whole. */
    static double attentionLayer(TrainingSetup setup, Recompute what) {
        return what.productShare() > 0
                ? withShare(attention(setup, Recompute.NONE), 2 * input(setup), what.productShare())
                : attention(setup, what);
    }

    /**
     * What a Mamba-2 layer keeps that does not run again as a whole: input and output of its norm, what the first projection
     * makes, the output of the scan before its gate, after it and normalised. States and chunk matrices are made again
     * (state-spaces/mamba, MambaSplitConv1dScanCombinedFn).
     */
    static double mambaLayer(TrainingSetup setup, Recompute what) {
        Mamba2 mamba = setup.model().mamba();
        if (mamba == null) {
            return 0;
        }
        double t = setup.plan().tensor();
        double kept = input(setup)
                + ELEMENT * (mamba.projected() + 2.0 * mamba.inner()) / t
                + productInput(setup) * mamba.inner() / t;
        if (!what.again(RecomputedPart.NORMS)) {
            kept += productInput(setup) * setup.model().hidden() / divided(setup.plan());
        }
        return what.productShare() > 0 ? withShare(kept, 2 * input(setup), what.productShare()) : kept;
    }

    /** Between everything and what is kept where every second product runs again. */
    private static double withShare(double whole, double alternate, double again) {
        return whole + (alternate - whole) * Math.min(1, again / Recompute.ALTERNATE_PRODUCTS.productShare());
    }

    /**
     * Every second product's output is kept, and that of attention (torchtitan, models/llama3/parallelize_llama.py): the
     * layer's input, queries, values, the output of attention, the gate and the output of the layer. For another share of
     * products that run again, in proportion between that and everything.
     */
    private static double alternateProducts(TrainingSetup setup, boolean expertLayer, double again) {
        Transformer m = setup.model();
        double t = setup.plan().tensor();
        double alternate = 2 * input(setup)
                + (m.pattern() == null ? ELEMENT * (queries(m) + values(m) + outputs(m)) / t : 0)
                + ELEMENT * width(m, expertLayer) / t;
        double whole = before(setup, Recompute.NONE) + feedForward(setup, expertLayer, Recompute.NONE);
        return withShare(whole, alternate, again);
    }

    private static double width(Transformer m, boolean expertLayer) {
        Experts experts = m.experts();
        if (experts == null) {
            return m.ffnHidden();
        }
        return expertLayer
                ? (double) experts.topK() * experts.ffnHidden() + experts.sharedFfnHidden()
                : experts.denseFfnHidden();
    }

    /** Inputs of norms beyond the two: those after attention and after the feed-forward part. */
    private static double furtherNorms(TrainingSetup setup) {
        return (setup.model().normalisation().perLayer() - 2)
                * input(setup)
                / (setup.model().pattern() == null ? 1 : 2);
    }

    /** Input and output of the first norm; queries, keys, values; scores where a kernel writes them; the output. */
    private static double attention(TrainingSetup setup, Recompute what) {
        Transformer m = setup.model();
        ParallelPlan plan = setup.plan();
        double t = plan.tensor();
        double bytes = input(setup);
        if (!what.again(RecomputedPart.NORMS)) {
            bytes += productInput(setup) * m.hidden() / divided(plan);
        }
        LatentAttention latent = m.latentAttention();
        if (latent != null) {
            // The ranks before and after their norms; the rotary part of the keys has none.
            double ranks = latent.queryRank() + latent.keyValueRank();
            bytes += ((ELEMENT + productInput(setup)) * ranks + ELEMENT * latent.ropeDim()) / divided(plan);
        }
        if (!what.again(RecomputedPart.QUERY_KEY_VALUE)) {
            bytes += ELEMENT * (queries(m) + keys(m) + values(m)) / t;
        }
        if (!what.again(RecomputedPart.ATTENTION_CORE)) {
            bytes += scores(setup);
        }
        if (!what.coreAgain(false)) {
            // The projection keeps its input: in 16 bits the output of attention itself, in 8 bits a copy beside it.
            bytes += (ELEMENT + (setup.precision() == Precision.FP8 ? 1 : 0)) * outputs(m) / t;
        }
        return bytes + dropoutMask(setup);
    }

    /**
     * Softmax of the scores, {@code 2 a s / t}, and with dropout its mask and its output, {@code 5 a s / t}; a flash
     * kernel writes none.
     */
    private static double scores(TrainingSetup setup) {
        if (setup.software().attention() != AttentionBackend.UNFUSED) {
            return 0;
        }
        double each = setup.software().dropout() ? 5 : 2;
        return each
                * setup.model().heads()
                / setup.plan().tensor()
                * setup.batch().sequenceLength();
    }

    /** A byte for each element of the residual stream, with dropout. */
    private static double dropoutMask(TrainingSetup setup) {
        return setup.software().dropout() ? (double) setup.model().hidden() / divided(setup.plan()) : 0;
    }

    /** Input and output of the second norm, and what lies between the products of the feed-forward part. */
    private static double feedForward(TrainingSetup setup, boolean expertLayer, Recompute what) {
        Transformer m = setup.model();
        ParallelPlan plan = setup.plan();
        double bytes = dropoutMask(setup) + furtherNorms(setup);
        if (m.pattern() != null || !what.again(RecomputedPart.ATTENTION_OUTPUT)) {
            bytes += input(setup);
        }
        if (!what.again(RecomputedPart.NORMS)) {
            bytes += productInput(setup) * m.hidden() / divided(plan);
        }
        if (what.again(RecomputedPart.FEED_FORWARD)) {
            return bytes;
        }
        Experts experts = m.experts();
        if (experts == null) {
            return bytes + inner(setup, m.ffnHidden(), what) / plan.tensor();
        }
        return bytes
                + (expertLayer
                        ? experts(setup, experts, what)
                        : inner(setup, experts.denseFfnHidden(), what) / plan.tensor());
    }

    /** Before and after the function between the products: {@code (2 g + e) f}, g 2 with a gate and else 1. */
    private static double inner(TrainingSetup setup, int width, Recompute what) {
        double before = ELEMENT * (setup.model().gated() ? 2.0 : 1.0) * width;
        return what.again(RecomputedPart.ACTIVATION) ? before : before + productInput(setup) * width;
    }

    /**
     * Scores of the router in 32 bits; for each copy of a token that reaches an expert of the rank its input, and its
     * output where the router's weight is applied after the experts; what lies between the products; shared experts.
     */
    private static double experts(TrainingSetup setup, Experts experts, Recompute what) {
        ParallelPlan plan = setup.plan();
        int hidden = setup.model().hidden();
        double t = plan.tensor();
        double copies = experts.topK() / t * plan.expertTensor();
        // Since 2025-04 Megatron-Core multiplies by it inside the activation function, so no gradient needs the output.
        double output = setup.software().newerLibraries() ? 0 : ELEMENT;
        return 4.0 * experts.count() / t
                + copies * (productInput(setup) + output) * experts.inputWidth(hidden)
                + latent(setup, experts)
                + copies * inner(setup, experts.ffnHidden(), what) / plan.expertTensor()
                + inner(setup, experts.sharedFfnHidden(), what) / t;
    }

    /** The latent copy of a token, and the sum of its experts, the input of the projection back. */
    private static double latent(TrainingSetup setup, Experts experts) {
        return (ELEMENT + productInput(setup)) * experts.latentHidden() / divided(setup.plan());
    }

    private static double queries(Transformer m) {
        LatentAttention latent = m.latentAttention();
        return (double) m.heads() * (latent == null ? m.headDim() : latent.nopeDim() + latent.ropeDim());
    }

    private static double keys(Transformer m) {
        return m.latentAttention() == null ? (double) m.kvHeads() * m.headDim() : queries(m);
    }

    private static double values(Transformer m) {
        return m.latentAttention() == null ? (double) m.kvHeads() * m.headDim() : outputs(m);
    }

    private static double outputs(Transformer m) {
        LatentAttention latent = m.latentAttention();
        return (double) m.heads() * (latent == null ? m.headDim() : latent.valueDim());
    }

    /** Bytes of one element that a linear product keeps for its weight gradient: 1 in FP8, else 2. */
    private static double productInput(TrainingSetup setup) {
        return setup.precision() == Precision.FP8 ? 1 : ELEMENT;
    }

    private static double divided(ParallelPlan plan) {
        return plan.sequenceParallel() ? plan.tensor() : 1;
    }
}
