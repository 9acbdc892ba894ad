package org.hopperline.plan;

import org.hopperline.core.Check;

/**
 * How a software moves parameters and gradients between the ranks that hold or share them. Choices, no rates.
 *
 * @param storage where gathered parameters and their gradients stand
 * @param gradientSum how gradients of micro-batches are added
 * @param broadcasts true if each owner broadcasts its part of the updated parameters in turn before the next step starts,
 *     false if all gather at once beside its forward pass
 * @param gathersFp8 true if, in FP8, parameters travel in one byte each
 */
public record StateTraffic(ParameterStorage storage, GradientSum gradientSum, boolean broadcasts, boolean gathersFp8) {

    /** Checks that nothing is missing. */
    public StateTraffic {
        Check.notNull(storage, "parameter storage");
        Check.notNull(gradientSum, "sum of gradients");
    }
}
