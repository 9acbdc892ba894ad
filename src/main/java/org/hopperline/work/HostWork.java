package org.hopperline.work;

import org.hopperline.core.Precision;
import org.hopperline.plan.Fp8Recipe;
import org.hopperline.plan.SoftwareProfile;

/**
 * What the host issues for one layer and one micro-batch of one rank: operations of the framework, each a call of a module
 * or of its gradient, and the kernels that they launch. Where both take longer than the kernels run, the host sets the pace.
 *
 * @param forwardOperations calls in the forward pass
 * @param forwardKernels kernels launched in the forward pass
 * @param backwardOperations calls in the backward pass
 * @param backwardKernels kernels launched in the backward pass
 */
public record HostWork(
        double forwardOperations, double forwardKernels, double backwardOperations, double backwardKernels) {

    /** Nothing, as for a graph that the device replays. */
    public static final HostWork NONE = new HostWork(0, 0, 0, 0);

    /**
     * Routing of tokens, forward (Megatron-Core, transformer/moe/router.py and token_dispatcher.py): scores, choice, map of
     * probabilities, auxiliary loss and its scaler, tokens for each expert; gather of these over the ranks, splits of input
     * and output, sums over local experts, their copies to the host, events and waits; order, exchange and padding of the
     * probabilities beside those of the tokens.
     */
    private static final int ROUTING_FORWARD = 28;

    /** Their gradients: probabilities back through order and exchange, map, auxiliary loss and scores. */
    private static final int ROUTING_BACKWARD = 14;

    /**
     * Pieces into which a layer is cut so that the exchange of one micro-batch runs beside the compute of another:
     * attention, router, dispatch, experts, combine (Megatron-Core, TransformerLayerSchedulePlan).
     */
    private static final int PIECES = 5;

    /** Calls around a piece: enter its stream, await its event, detach or collect its gradient, record its event. */
    private static final int CALLS_OF_A_PIECE = 4;

    /** Counts the list of a layer. */
    public static HostWork of(LayerWork work, SoftwareProfile software, Precision precision) {
        if (software.graphs()) {
            return NONE;
        }
        double kernels = 0;
        double casts = 0;
        for (MatrixProduct product : work.products()) {
            kernels += product.groups();
            casts += precision == Precision.FP8 && product.lowPrecision()
                    ? product.groups() * kernelsOfACast(software.fp8Recipe())
                    : 0;
        }
        double calls = work.products().size() + work.attention().size();
        double pieces = 0;
        for (Pass pass : work.passes()) {
            boolean cast = pass.casts();
            calls += cast ? 0 : 1;
            pieces += cast ? 0 : pass.pieces();
        }
        double forward = calls;
        double backward = calls;
        for (Message message : work.messages()) {
            forward += message.forward();
            backward += message.backward();
        }
        if (work.expertParameters() > 0) {
            int cut = software.expertOverlap() ? PIECES * CALLS_OF_A_PIECE : 0;
            forward += ROUTING_FORWARD + cut;
            backward += ROUTING_BACKWARD + cut;
        }
        return new HostWork(forward, kernels + casts + pieces, backward, 2 * kernels + casts + pieces);
    }

    /** Largest magnitude, scale and cast; or the cast alone. */
    private static int kernelsOfACast(Fp8Recipe recipe) {
        return recipe == Fp8Recipe.CURRENT ? 3 : 1;
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
