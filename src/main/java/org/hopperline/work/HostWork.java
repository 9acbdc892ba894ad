package org.hopperline.work;

import org.hopperline.core.Precision;
import org.hopperline.plan.ExpertDispatch;
import org.hopperline.plan.ExpertKernels;
import org.hopperline.plan.Fp8Recipe;
import org.hopperline.plan.GraphedPart;
import org.hopperline.plan.SoftwareProfile;

/**
 * What the host issues for one layer and one micro-batch of one rank: operations of the framework and the kernels that they
 * launch. An operation is one call of any sort, all taken to last alike: a matrix product, attention, a memory-bound
 * operation, a message, a statement of routing or dispatch, the wrapper of a Triton kernel, a piece of a layer that is cut, or
 * the gradient of any of these. Where operations and launches take longer than the kernels run, the host sets the pace.
 *
 * @param forwardOperations calls in the forward pass
 * @param forwardKernels kernels launched in the forward pass
 * @param backwardOperations calls in the backward pass
 * @param backwardKernels kernels launched in the backward pass
 */
public record HostWork(
        double forwardOperations, double forwardKernels, double backwardOperations, double backwardKernels) {

    /** Nothing, as for a graph of the whole step. */
    public static final HostWork NONE = new HostWork(0, 0, 0, 0);

    /*
     * Calls of routing and dispatch, counted in Megatron-Core of 2025 (megatron/core/transformer/moe, router.py and
     * token_dispatcher.py) by statements: what a statement makes, sends, copies or orders on the device is one call, a chain
     * in one statement too; gradients by functions. With the fused kernels of Transformer Engine, as Megatron-Bridge's
     * performance scripts set moe_router_fusion and moe_permute_fusion, ROUTER_FORWARD, PREPROCESS_FORWARD, DISPATCH_FORWARD,
     * ROUTER_BACKWARD and DISPATCH_BACKWARD come to 10, 10, 8, 7 and 1; with single operations to 16, 10, 12, 10 and 6. One
     * number stands for both: forward that of fused kernels; backward 8 for the router, between the two, and 6 for the
     * dispatch, that of single operations. Those of copies by node have no second way and are counted as they stand.
     */

    /**
     * Routing of tokens, forward: random logits where balance is forced, their view, the choice; for the auxiliary loss
     * scores, tokens of each expert, their sum over the ranks, the loss, its share for the log, the log, and its scaler
     * (router.py, routing, _apply_aux_loss and attach_and_log_load_balancing_loss). As single operations choice, scores and
     * loss are 4, 3 and 2 statements.
     */
    private static final int ROUTER_FORWARD = 10;

    /**
     * Then the tokens' view, the tokens of each expert, what is sent to each rank, the gather of these over the ranks, the
     * part of the own experts, its sum by rank, what is received, of each expert rank and of each tensor rank, the sum of
     * each own expert, and the view that sorts them (token_dispatcher.py, dispatch_preprocess and preprocess).
     */
    private static final int PREPROCESS_FORWARD = 10;

    /**
     * The same where one copy goes to each node: the tokens' view, map and probabilities by rank, both flat, and the choice
     * as indices (MoEFlexTokenDispatcher, dispatch_preprocess; _DeepepManager, setup_metadata).
     */
    private static final int PREPROCESS_OF_COPIES_BY_NODE = 6;

    /**
     * Then a side stream that waits, copies of four counts to the host (tokens of each expert, sent, received, by tensor
     * rank), an event, the wait for it, and the exchange of the probabilities (_maybe_dtoh_and_synchronize and
     * dispatch_all_to_all). Single operations copy a fifth count, and select, split and join probabilities apart from the tokens. For
     * so many calls the device stands still where it had caught up with a host that waited for the counts.
     */
    private static final int DISPATCH_FORWARD = 8;

    /**
     * The same where one copy goes to each node: its layout before, then the counts as a tensor and the indices as a map
     * (fused_a2a.py, FusedDispatch; _DeepepManager, get_permuted_hidden_states_by_experts).
     */
    private static final int DISPATCH_OF_COPIES_BY_NODE = 3;

    /**
     * Of these, calls for which the device stands still: the kernel that moves the tokens is launched by the call that
     * waited for the counts (DeepEP, Buffer.dispatch), and what follows is issued beside it.
     */
    private static final int AWAITED_OF_COPIES_BY_NODE = 1;

    /**
     * Gradients of scaler, loss, scores, choice, view and random logits, and the sum of both gradients of the logits: 7;
     * as single operations the loss is 2 and the choice 3.
     */
    private static final int ROUTER_BACKWARD = 8;

    /**
     * Gradients of the probabilities as single operations: back from the order by expert (join, split), through the
     * exchange, and from the order by rank (selection, copy, view). Fused kernels take all but the exchange with the tokens.
     */
    private static final int DISPATCH_BACKWARD = 6;

    /** The same where one copy goes to each node: back from the map, the indices, and both flat views. */
    private static final int BACKWARD_OF_COPIES_BY_NODE = 4;

    /**
     * Triton kernels of the scan forward: decays, chunk states, passing of states, chunk matrices, outputs. Each is a call: a
     * wrapper in Python checks shapes, allocates and hands some fifty arguments to its own launcher (mamba_ssm,
     * ops/triton/ssd_combined.py).
     */
    private static final int SCAN_FORWARD = 5;

    /** Triton kernels of the scan backward: four of these again, and eleven for the gradients. */
    private static final int SCAN_BACKWARD = 15;

    /** Kernels of PyTorch beside those of the scan forward. */
    private static final int SCAN_GLUE_FORWARD = 2;

    /** Kernels of PyTorch between those of the scan backward: cleared buffers, sums over blocks, running sums. */
    private static final int SCAN_GLUE_BACKWARD = 20;

    /**
     * Pieces into which a layer is cut so that the exchange of one micro-batch runs beside the compute of another:
     * attention, router, dispatch, experts, combine (Megatron-Core, TransformerLayerSchedulePlan). Each is a node that is
     * called forward and, for a graph of gradients of its own, backward. Where all experts are on the rank nothing is
     * exchanged, and the layer stays whole.
     */
    private static final int PIECES = 5;

    /**
     * Counts the list of a layer; a part that CUDA graphs hold is one call with one launch each way. Where a layer is cut
     * into pieces, gradients of weights are postponed beside exchange, each a call of its own (backward_dw of the modules of
     * Transformer Engine, delay_wgrad_compute in Megatron-Bridge; arXiv 2412.19437, section 3.2.1).
     */
    public static HostWork of(LayerWork work, SoftwareProfile software, Precision precision) {
        if (software.graphs().cover(GraphedPart.ITERATION)) {
            return NONE;
        }
        HostTally tally = new HostTally(software.graphs());
        boolean expertLayer = work.expertParameters() > 0;
        boolean mamba = work.scan() != null;
        boolean cut = software.expertOverlap() && work.exchangesTokens();
        LayerWork.Extent attention = work.attentionPart();
        for (int i = 0; i < work.products().size(); i++) {
            MatrixProduct product = work.products().get(i);
            boolean routed = product.part() == MatrixProduct.Part.EXPERTS;
            GraphedPart part = part(i < attention.products(), mamba, expertLayer, routed);
            int casts = precision == Precision.FP8 && product.lowPrecision()
                    ? product.groups() * kernelsOfACast(software.fp8Recipe())
                    : 0;
            double calls = software.expertKernels() == ExpertKernels.SEQUENTIAL ? product.groups() : 1;
            int postponed = cut && product.part() != MatrixProduct.Part.ROUTER ? 1 : 0;
            tally.add(part, calls, product.groups() + casts, calls + postponed, 2 * product.groups() + casts);
        }
        int calls = work.attention().size();
        tally.add(GraphedPart.ATTENTION, calls, 0, calls, 0);
        for (int i = 0; i < work.passes().size(); i++) {
            Pass pass = work.passes().get(i);
            if (!pass.casts()) {
                boolean routed = pass.ofExperts()
                        || pass.operation() == Pass.Operation.PERMUTATION
                        || pass.operation() == Pass.Operation.RESIDUAL;
                GraphedPart part = part(i < attention.passes(), mamba, expertLayer, routed);
                tally.add(part, 1, pass.pieces(), 1, pass.pieces());
            }
        }
        for (int i = 0; i < work.messages().size(); i++) {
            Message message = work.messages().get(i);
            boolean routed = message.axis() == Message.Axis.EXPERT || message.column() < 0 && message.row() < 0;
            GraphedPart part = part(i < attention.messages(), mamba, expertLayer, routed);
            tally.add(part, message.forward(), 0, message.backward(), 0);
        }
        if (mamba) {
            tally.add(
                    GraphedPart.MAMBA,
                    SCAN_FORWARD,
                    SCAN_FORWARD + SCAN_GLUE_FORWARD,
                    SCAN_BACKWARD,
                    SCAN_BACKWARD + SCAN_GLUE_BACKWARD);
        }
        if (expertLayer) {
            int pieces = cut ? PIECES : 0;
            tally.add(GraphedPart.ROUTER, ROUTER_FORWARD, 0, ROUTER_BACKWARD, 0);
            boolean byNode = software.dispatch() == ExpertDispatch.COPY_PER_NODE;
            int preprocess = byNode ? PREPROCESS_OF_COPIES_BY_NODE : PREPROCESS_FORWARD;
            int dispatch = byNode ? DISPATCH_OF_COPIES_BY_NODE : DISPATCH_FORWARD;
            int back = byNode ? BACKWARD_OF_COPIES_BY_NODE : DISPATCH_BACKWARD;
            tally.add(GraphedPart.PREPROCESS, preprocess, 0, 0, 0);
            tally.add(GraphedPart.EXPERTS, dispatch + pieces, 0, back + pieces, 0);
        }
        return tally.sum();
    }

    /**
     * The part of a layer that a graph may hold. Of a layer with experts, what follows on attention and is not of the
     * routed experts and their sum stands before the router: the norm and the shared experts.
     */
    private static GraphedPart part(boolean ofAttention, boolean mamba, boolean expertLayer, boolean routed) {
        if (mamba) {
            return GraphedPart.MAMBA;
        }
        if (ofAttention) {
            return GraphedPart.ATTENTION;
        }
        if (!expertLayer) {
            return GraphedPart.FEED_FORWARD;
        }
        return routed ? GraphedPart.EXPERTS : GraphedPart.ROUTER;
    }

    /** Largest magnitude, scale and cast; or the cast alone. */
    private static int kernelsOfACast(Fp8Recipe recipe) {
        return recipe == Fp8Recipe.CURRENT ? 3 : 1;
    }

    /**
     * Calls for which the device stands still in a layer of experts that are not padded, where it had caught up with a host
     * that waited for the token counts.
     */
    public static int awaited(ExpertDispatch dispatch) {
        return dispatch == ExpertDispatch.COPY_PER_NODE ? AWAITED_OF_COPIES_BY_NODE : DISPATCH_FORWARD;
    }

    /** Host seconds of the forward pass. */
    public double forwardSeconds(double operationSeconds, double launchSeconds) {
        return forwardOperations * operationSeconds + forwardKernels * launchSeconds;
    }

    /** Host seconds of the backward pass. */
    public double backwardSeconds(double operationSeconds, double launchSeconds) {
        return backwardOperations * operationSeconds + backwardKernels * launchSeconds;
    }
}
