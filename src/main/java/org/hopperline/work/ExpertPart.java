package org.hopperline.work;

import static org.hopperline.work.LayerWork.ACTIVATION_BYTES;

import org.hopperline.core.Precision;
import org.hopperline.model.Biases;
import org.hopperline.model.Experts;
import org.hopperline.model.Transformer;
import org.hopperline.plan.ExpertDispatch;
import org.hopperline.plan.ExpertKernels;
import org.hopperline.plan.ParallelPlan;

/**
 * The feed-forward part of a layer with routed experts: norm, router, the experts of one rank with the ways of tokens to
 * them and back, shared experts, residual stream.
 */
final class ExpertPart {

    private final LayerDraft draft;
    private final Transformer model;
    private final ParallelPlan plan;
    private final Experts experts;

    /** Rows that one rank sends: each tensor rank routes its own part of the sequence. */
    private final double copies;

    /** Rows of the experts of the rank with the most of them: with tensor-parallel experts those of all expert-tensor ranks, gathered. */
    private final double rows;

    /** Experts on one rank. */
    private final int local;

    /** Width of an expert's activation on one rank. */
    private final long share;

    private final int gates;

    /** Width of what experts take and return. */
    private final int width;

    private ExpertPart(LayerDraft draft, Experts experts) {
        this.draft = draft;
        this.model = draft.model;
        this.plan = draft.plan;
        this.experts = experts;
        this.copies = (double) draft.tokens / plan.tensor() * experts.topK();
        this.rows = copies * plan.expertTensor() * experts.routing().load();
        this.local = Math.max(1, experts.count() / plan.expert());
        this.share = Math.max(1, experts.ffnHidden() / plan.expertTensor());
        this.gates = model.gated() ? 2 : 1;
        this.width = experts.inputWidth(model.hidden());
    }

    /**
     * The part of a layer with routed experts.
     *
     * @throws IllegalArgumentException if the model has none
     */
    static void addTo(LayerDraft draft) {
        Experts experts = draft.model.experts();
        if (experts == null) {
            throw new IllegalArgumentException(draft.model.name() + " has no experts; ask for its dense layer");
        }
        ExpertPart part = new ExpertPart(draft, experts);
        draft.norm(draft.model.hidden());
        part.router();
        if (experts.latentHidden() > 0) {
            part.latentProjection(experts.latentHidden(), draft.model.hidden());
        }
        part.products();
        part.rowOrder();
        part.join();
        part.biases();
        part.messages();
        if (experts.latentHidden() > 0) {
            part.latentProjection(draft.model.hidden(), experts.latentHidden());
        }
        if (experts.sharedFfnHidden() > 0) {
            FeedForwardPart.addMatrices(draft, experts.sharedFfnHidden(), false);
        }
        draft.residual();
    }

    private void router() {
        long routed = Math.max(1, Math.round(draft.sharedTokens));
        draft.addWithoutWeights(
                new MatrixProduct(MatrixProduct.Part.ROUTER, 1, routed, experts.count(), model.hidden(), false));
        draft.addParameters((double) experts.count() * model.hidden());
    }

    /**
     * A projection to the latent width or back, whole on every tensor rank, each for its part of the sequence (Megatron-Core,
     * transformer/moe/moe_layer.py: fc1_latent_proj and fc2_latent_proj).
     */
    private void latentProjection(int columns, int inner) {
        long rows = Math.max(1, Math.round(draft.sharedTokens));
        MatrixProduct product = new MatrixProduct(MatrixProduct.Part.FEED_FORWARD, 1, rows, columns, inner, true);
        draft.add(product);
        draft.casts(product);
    }

    private void products() {
        long each = Math.max(1, Math.round(rows / local));
        product(each, gates * share, width);
        product(each, width, share);
        draft.addExpertParameters((double) local * share * (gates + 1) * width);
        draft.add(draft.activated(rows * share).withinExperts());
    }

    private void product(long each, long columns, long inner) {
        MatrixProduct product = new MatrixProduct(MatrixProduct.Part.EXPERTS, local, each, columns, inner, true);
        draft.addWithoutWeights(product);
        draft.casts(product);
    }

    /**
     * Rows brought into another order, out and back. Where each choice of expert travels on its own, a rank's copies
     * leave in the order of the experts; those that arrive, of all ranks that divide an expert, come into the order of
     * the local experts (permute and sort_chunks_by_idxs in Megatron-Core, transformer/moe/token_dispatcher.py).
     */
    private void rowOrder() {
        Pass ordered = Pass.of(Pass.Operation.PERMUTATION, 2 * rows * width).withinExperts();
        if (draft.setup.software().dispatch() != ExpertDispatch.COPY_PER_EXPERT) {
            draft.add(ordered);
        } else {
            draft.add(sent());
            if (local > 1 && plan.expert() * plan.expertTensor() > 1) {
                draft.add(ordered);
            }
        }
        if (draft.setup.precision() == Precision.FP8 && !experts.routing().padded()) {
            // Rows of each expert are padded to a multiple of 16 and cut again (Fp8Padding in Transformer Engine).
            draft.add(ordered);
        }
    }

    /**
     * A rank's copies into the order in which they leave, and back. By single operations, in copies, which read and write 4
     * bytes an element: forward the selection is 1; the product with the router's weight 1, the sums set to zero 0.5 over
     * top-k and each row added to them 1.5 (scatter_add in unpermute, Megatron-Core, transformer/moe/moe_utils.py).
     * Backward, selection of the gradients 1, their product with the weight 1, that with the output and its sum for the
     * weight's gradient 2, and the gradients of the input as forward, 1.5 and 0.5 over top-k.
     */
    private Pass sent() {
        double elements = copies * width;
        if (draft.setup.software().expertKernels() == ExpertKernels.FUSED) {
            return Pass.of(Pass.Operation.PERMUTATION, 2 * elements);
        }
        double zeroes = 0.5 / experts.topK();
        return new Pass(Pass.Operation.PERMUTATION, (3.5 + zeroes) * elements, (5.5 + zeroes) * elements);
    }

    /** Outputs of several experts that run one after the other are joined, and the gradients of their inputs. */
    private void join() {
        if (local > 1 && draft.setup.software().expertKernels() == ExpertKernels.SEQUENTIAL) {
            draft.add(Pass.of(Pass.Operation.PERMUTATION, rows * width).withinExperts());
        }
    }

    /**
     * Rows are split by expert, the bias is added, after the second product times the router's weight, and the parts are
     * joined (_apply_bias in Megatron-Core, transformer/moe/experts.py, and in AutoModel). A copy reads and writes 4
     * bytes. The first bias: sum and join, two copies; its gradient and the join of the rows' gradients, 1.5. The
     * second in 16 bits: three and three. Where the weight has 32 bits, as DeepEP carries it, so have product, sum and
     * join: 4 + 10 + 8 bytes and 6 to return to 16 bits, seven copies; backward 6 + 6 bytes to and from 32 bits, 12
     * for the gradient of the bias and 4 to join, seven, and 12 more for that of the weight unless tokens go to experts
     * in turn.
     */
    private void biases() {
        if (model.biases() != Biases.ALL) {
            return;
        }
        double first = rows * (gates * share);
        double second = rows * width;
        boolean wide = draft.setup.software().dispatch() == ExpertDispatch.COPY_PER_NODE;
        boolean learnt = !experts.routing().consecutive();
        double forward = wide ? 7 : 3;
        double backward = wide ? (learnt ? 10 : 7) : 3;
        draft.add(new Pass(
                Pass.Operation.EXPERT_BIAS,
                2 * first + forward * second,
                1.5 * first + backward * second,
                local,
                true));
    }

    /** Tokens to the ranks of their experts and back, and among the ranks that divide an expert. */
    private void messages() {
        if (plan.expert() > 1) {
            double sent = copies * width * ACTIVATION_BYTES;
            draft.add(Message.alone(Message.Axis.EXPERT, Message.Pattern.ALL_TO_ALL, sent, 2, 2));
        }
        if (plan.expertTensor() > 1) {
            double whole = rows * width * ACTIVATION_BYTES;
            draft.add(Message.alone(Message.Axis.TENSOR, Message.Pattern.ALL_GATHER, whole, 1, 1));
            draft.add(Message.alone(Message.Axis.TENSOR, Message.Pattern.REDUCE_SCATTER, whole, 1, 1));
        }
    }
}
