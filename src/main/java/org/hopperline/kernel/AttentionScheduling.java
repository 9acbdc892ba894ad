package org.hopperline.kernel;

import org.hopperline.core.Check;

/**
 * How tiles fill a chip and how the clock answers.
 *
 * @param launchSeconds time of a kernel that does nothing
 * @param tailShare idle time at the end of a kernel, in mean tiles: SMs finish at different times
 * @param throttleShare how much longer a kernel of endless length takes than a short one, if the tensor units were busy
 *     at the peak throughout: the clock falls until the board is within its power
 * @param throttleSeconds length of a kernel at which half of that has set in
 */
public record AttentionScheduling(
        double launchSeconds, double tailShare, double throttleShare, double throttleSeconds) {

    /** Checks that nothing is negative. */
    public AttentionScheduling {
        Check.nonNegative(launchSeconds, "launch time", "s");
        Check.nonNegative(tailShare, "tail share", "1");
        Check.nonNegative(throttleShare, "throttle share", "1");
        Check.positive(throttleSeconds, "throttle time", "s");
    }

    /**
     * Time of a kernel whose clock falls as it runs: {@code t (1 + A u t / (t + tau))}, with {@code A} the throttle share,
     * {@code tau} the throttle time and {@code u} the utilisation.
     *
     * @param seconds time at the clock of a short kernel
     * @param utilisation share of the tensor peak that the kernel reaches, 0 to about 1
     */
    double throttled(double seconds, double utilisation) {
        return seconds * (1 + throttleShare * utilisation * seconds / (seconds + throttleSeconds));
    }
}
