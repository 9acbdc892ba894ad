package org.hopperline.kernel;

import org.hopperline.core.AttentionBackend;
import org.hopperline.core.Check;
import org.hopperline.core.Figure;
import org.hopperline.core.Precision;
import org.hopperline.hardware.Architecture;
import org.hopperline.hardware.Chip;

/**
 * The state-space scan of Mamba-2 on one chip, as the Triton kernels of state-spaces/mamba compute it.
 *
 * <p>The kernels are short and follow on each other: each launch adds its time, and loads from memory do not hide behind
 * products; those from L2, where each head finds what its group shares, are pipelined with the products (num_stages of the
 * kernels), and the longer of both counts, so that the time is {@code n t_0 + bytes / B + max(cached / B_L2, FLOPs / R)}.
 * {@code B} is what Triton kernels that memory bounds reach, {@code B_L2} what they are taken to reach out of L2, {@code R}
 * the dense 16-bit peak over the slowdown of the Triton kernels of attention, measured on their own. That these rates hold
 * for the scan is assumed: no measurement of its kernels is fitted.
 * Immutable; every time is a closed form and allocates nothing.
 */
public final class StateSpaceScan {

    private final Chip chip;
    private final double launchSeconds;
    private final double bytesPerSecond;
    private final double cacheBytesPerSecond;
    private final double forwardFlopsPerSecond;
    private final double backwardFlopsPerSecond;

    private StateSpaceScan(Chip chip) {
        this.chip = chip;
        MemoryBound memory = MemoryBound.on(chip);
        this.launchSeconds = memory.cost(MemoryPattern.STREAM).launchSeconds();
        this.bytesPerSecond = memory.bytesPerSecond(MemoryPattern.TRITON_ROW);
        this.cacheBytesPerSecond = memory.cost(MemoryPattern.TRITON_ROW).cacheShare() * chip.memoryBytesPerSecond();
        boolean hopper = chip.architecture() == Architecture.HOPPER;
        double peak = chip.denseFlopsPerSecond(Precision.BF16);
        this.forwardFlopsPerSecond = peak / slowdown(hopper, true);
        this.backwardFlopsPerSecond = peak / slowdown(hopper, false);
    }

    private static double slowdown(boolean hopper, boolean forward) {
        return AttentionConstants.tileCost(AttentionBackend.TRITON_FLASH, false, hopper, forward)
                .tensorSlowdown();
    }

    /** The scan on {@code chip}. */
    public static StateSpaceScan on(Chip chip) {
        return new StateSpaceScan(Check.notNull(chip, "chip"));
    }

    /**
     * Seconds of the forward pass.
     *
     * @param tokens of all sequences
     * @param heads heads on this chip
     * @param headDim size of a head
     * @param groups groups of heads on this chip that share B and C
     * @param state size of a state
     * @param chunk tokens of a chunk
     */
    public double forwardSeconds(double tokens, int heads, int headDim, int groups, int state, int chunk) {
        check(tokens, heads, headDim, groups, state, chunk);
        return seconds(
                ScanFormulas.FORWARD_KERNELS + ScanFormulas.FORWARD_GLUE_KERNELS,
                ScanFormulas.forwardBytes(tokens, heads, headDim, groups, state, chunk),
                ScanFormulas.forwardCacheBytes(tokens, heads, state, chunk),
                ScanFormulas.forwardFlops(tokens, heads, headDim, groups, state, chunk),
                forwardFlopsPerSecond);
    }

    /** Seconds of the backward pass, which makes chunk matrices and states again. */
    public double backwardSeconds(double tokens, int heads, int headDim, int groups, int state, int chunk) {
        check(tokens, heads, headDim, groups, state, chunk);
        return seconds(
                ScanFormulas.BACKWARD_KERNELS + ScanFormulas.BACKWARD_GLUE_KERNELS,
                ScanFormulas.backwardBytes(tokens, heads, headDim, groups, state, chunk),
                ScanFormulas.backwardCacheBytes(tokens, heads, state, chunk),
                ScanFormulas.backwardFlops(tokens, heads, headDim, groups, state, chunk),
                backwardFlopsPerSecond);
    }

    private double seconds(int kernels, double bytes, double cached, double flops, double flopsPerSecond) {
        return kernels * launchSeconds
                + bytes / bytesPerSecond
                + Math.max(cached / cacheBytesPerSecond, flops / flopsPerSecond);
    }

    private static void check(double tokens, int heads, int headDim, int groups, int state, int chunk) {
        Check.nonNegative(tokens, "tokens", "1");
        Check.positive(heads, "heads");
        Check.positive(headDim, "head size");
        Check.positive(groups, "groups");
        Check.positive(state, "state size");
        Check.positive(chunk, "chunk length");
    }

    /** How far the times may be off, relative: that of kernels which no published row scores. */
    public Figure relativeError() {
        return AttentionConstants.figure("unscored_error");
    }

    @Override
    public String toString() {
        return "state-space scan on " + chip.name();
    }
}
