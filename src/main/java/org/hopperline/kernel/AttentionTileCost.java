package org.hopperline.kernel;

import org.hopperline.core.Check;

/**
 * What one tile of a flash kernel costs, relative to the chip's units. A block of {@code a} scores takes {@code
 * tensorSlowdown} times its products at the tensor peak, plus {@code exponentialExposure} times its {@code a}
 * exponentials at the rate of the special-function units: the part of the softmax that does not hide behind the products.
 *
 * @param tensorSlowdown time of the products over their time at the dense peak, at the clock of that peak
 * @param exponentialExposure exposed time of the softmax over the time of its exponentials alone
 * @param tileSeconds time of a tile besides its blocks: prologue, loads of the first operands, epilogue and store
 * @param causalSlowdown factor on a block under a causal mask: uneven tiles and masked blocks
 * @param wideHeadSlowdown factor on a block where a vector exceeds 128 elements: accumulators crowd the registers
 */
public record AttentionTileCost(
        double tensorSlowdown,
        double exponentialExposure,
        double tileSeconds,
        double causalSlowdown,
        double wideHeadSlowdown) {

    /** Checks that factors are positive and times not negative. */
    public AttentionTileCost {
        Check.positive(tensorSlowdown, "tensor slowdown", "1");
        Check.nonNegative(exponentialExposure, "exponential exposure", "1");
        Check.nonNegative(tileSeconds, "tile time", "s");
        Check.positive(causalSlowdown, "causal slowdown", "1");
        Check.positive(wideHeadSlowdown, "wide-head slowdown", "1");
    }

    /** Seconds of one block on one SM, given the times of its products and its exponentials at full rate. */
    double blockSeconds(double productSeconds, double exponentialSeconds, boolean causal, boolean wide) {
        double seconds = tensorSlowdown * productSeconds + exponentialExposure * exponentialSeconds;
        if (causal) {
            seconds *= causalSlowdown;
        }
        return wide ? seconds * wideHeadSlowdown : seconds;
    }
}
