package org.hopperline.kernel;

import org.hopperline.core.AttentionBackend;
import org.hopperline.core.Check;
import org.hopperline.core.Figure;
import org.hopperline.core.Precision;
import org.hopperline.hardware.Architecture;
import org.hopperline.hardware.Chip;

/**
 * Attention as separate kernels: a batched product for the scores, their softmax, a batched product with the values, and
 * between them the scores in memory. A causal mask saves nothing, and a window neither.
 *
 * <p>Scores cross memory in 2 bytes: written by the first product, read and written by the softmax, read by the second
 * product, 8 bytes a score in all; a mask that is a kernel of its own and dropout add passes. The constants hold what
 * kernels of the fused-attention papers took, and so include what the count leaves out.
 */
public final class UnfusedAttention implements Attention {

    /** Dropout forward: scores read and written, and a mask of one byte written. */
    private static final double DROPOUT_FORWARD_BYTES = 5;

    /** Dropout backward: gradients read and written, and the mask read. */
    private static final double DROPOUT_BACKWARD_BYTES = 5;

    /** Kernels of a forward pass: scores, softmax, values. */
    private static final int FORWARD_LAUNCHES = 3;

    /** Kernels of a backward pass: the gradients of values, probabilities, scores, queries and keys. */
    private static final int BACKWARD_LAUNCHES = 5;

    private final boolean hopper;
    private final double flopsPerSecond;
    private final double memoryBytesPerSecond;
    private final double launchSeconds;
    private final double forwardBytes;
    private final double maskBytes;
    private final double backwardBytes;
    private final boolean separateMask;
    private final boolean dropout;

    private UnfusedAttention(
            boolean hopper,
            double flopsPerSecond,
            double memoryBytesPerSecond,
            double launchSeconds,
            double forwardBytes,
            double maskBytes,
            double backwardBytes,
            boolean separateMask,
            boolean dropout) {
        this.hopper = hopper;
        this.flopsPerSecond = flopsPerSecond;
        this.memoryBytesPerSecond = memoryBytesPerSecond;
        this.launchSeconds = launchSeconds;
        this.forwardBytes = forwardBytes;
        this.maskBytes = maskBytes;
        this.backwardBytes = backwardBytes;
        this.separateMask = separateMask;
        this.dropout = dropout;
    }

    static UnfusedAttention on(Chip chip, Precision precision) {
        if (precision != Precision.BF16 && precision != Precision.FP16) {
            throw new IllegalArgumentException("UNFUSED has no " + precision + " form here; it has BF16 and FP16");
        }
        return new UnfusedAttention(
                chip.architecture() == Architecture.HOPPER,
                chip.denseFlopsPerSecond(precision)
                        / AttentionConstants.figure("unfused.tensor_slowdown").value(),
                chip.memoryBytesPerSecond() * AttentionConstants.memoryShare(),
                AttentionConstants.figure("launch_time").value(),
                AttentionConstants.figure("unfused.forward_score_bytes").value(),
                AttentionConstants.figure("unfused.mask_score_bytes").value(),
                AttentionConstants.figure("unfused.backward_score_bytes").value(),
                false,
                false);
    }

    /**
     * The same with other constants: for fits and for what-if questions.
     *
     * @param newFlopsPerSecond rate of the batched products, FLOP/s
     * @param newForwardBytes bytes of a score in the forward pass, without mask and dropout
     * @param newMaskBytes bytes that a mask of its own adds, in either pass
     * @param newBackwardBytes bytes of a score in the backward pass
     */
    public UnfusedAttention withCosts(
            double newFlopsPerSecond, double newForwardBytes, double newMaskBytes, double newBackwardBytes) {
        return new UnfusedAttention(
                hopper,
                Check.positive(newFlopsPerSecond, "rate of the products", "FLOP/s"),
                memoryBytesPerSecond,
                launchSeconds,
                Check.positive(newForwardBytes, "forward bytes of a score", "byte"),
                Check.nonNegative(newMaskBytes, "mask bytes of a score", "byte"),
                Check.positive(newBackwardBytes, "backward bytes of a score", "byte"),
                separateMask,
                dropout);
    }

    /** The same with a causal mask applied by kernels of its own, as in eager PyTorch, or within the softmax. */
    public UnfusedAttention withSeparateMask(boolean newSeparateMask) {
        return new UnfusedAttention(
                hopper,
                flopsPerSecond,
                memoryBytesPerSecond,
                launchSeconds,
                forwardBytes,
                maskBytes,
                backwardBytes,
                newSeparateMask,
                dropout);
    }

    /** The same with or without dropout of the probabilities. */
    public UnfusedAttention withDropout(boolean newDropout) {
        return new UnfusedAttention(
                hopper,
                flopsPerSecond,
                memoryBytesPerSecond,
                launchSeconds,
                forwardBytes,
                maskBytes,
                backwardBytes,
                separateMask,
                newDropout);
    }

    /** {@inheritDoc} Memory rules its time and the units idle for most of it, so the power limit does not bind. */
    @Override
    public UnfusedAttention sustained() {
        return this;
    }

    @Override
    public AttentionBackend backend() {
        return AttentionBackend.UNFUSED;
    }

    @Override
    public Figure relativeError(boolean backward, int queryDim, int valueDim, boolean causal, int window) {
        boolean scored = hopper && window == 0 && queryDim == valueDim;
        return AttentionConstants.figure(scored ? "unfused.held_out_error" : "unscored_error");
    }

    @Override
    public double forwardSeconds(
            int batch,
            int heads,
            int kvHeads,
            int queries,
            int keys,
            int queryDim,
            int valueDim,
            boolean causal,
            int window) {
        AttentionFormulas.checkShape(batch, heads, kvHeads, queries, keys, queryDim, valueDim, causal, window);
        double scores = (double) batch * heads * queries * keys;
        double bytes = forwardBytes + (causal && separateMask ? maskBytes : 0) + (dropout ? DROPOUT_FORWARD_BYTES : 0);
        return FORWARD_LAUNCHES * launchSeconds
                + scores * 2 * ((double) queryDim + valueDim) / flopsPerSecond
                + scores * bytes / memoryBytesPerSecond;
    }

    @Override
    public double backwardSeconds(
            int batch,
            int heads,
            int kvHeads,
            int queries,
            int keys,
            int queryDim,
            int valueDim,
            boolean causal,
            int window) {
        AttentionFormulas.checkShape(batch, heads, kvHeads, queries, keys, queryDim, valueDim, causal, window);
        double scores = (double) batch * heads * queries * keys;
        double bytes =
                backwardBytes + (causal && separateMask ? maskBytes : 0) + (dropout ? DROPOUT_BACKWARD_BYTES : 0);
        // probabilities are kept, so four products: dV, dP, dQ, dK
        return BACKWARD_LAUNCHES * launchSeconds
                + scores * 4 * ((double) queryDim + valueDim) / flopsPerSecond
                + scores * bytes / memoryBytesPerSecond;
    }
}
