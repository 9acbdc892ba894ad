package org.hopperline.kernel;

import org.hopperline.core.Check;

/**
 * How tiles fill a chip.
 *
 * @param launchSeconds time of a kernel that does nothing
 * @param tailShare idle time at the end of a kernel, in mean tiles: SMs finish at different times
 */
public record AttentionScheduling(double launchSeconds, double tailShare) {

    /** Checks that nothing is negative. */
    public AttentionScheduling {
        Check.nonNegative(launchSeconds, "launch time", "s");
        Check.nonNegative(tailShare, "tail share", "1");
    }
}
