package org.hopperline.run.goodput;

import org.hopperline.core.Check;

/**
 * From a failure until the job computes again, without the work that must be redone: that one is counted by the
 * checkpoint interval. An observed loss per interruption holds the redone work and the checkpoints too; taking it as the
 * recovery would count them twice.
 *
 * @param detectionSeconds until the failure is noticed, at least 0
 * @param replacementSeconds until every broken node is replaced or left out, at least 0
 * @param restartSeconds until processes and communicators stand again, without reading the checkpoint, at least 0
 */
public record Recovery(double detectionSeconds, double replacementSeconds, double restartSeconds) {

    /** @throws IllegalArgumentException if a time is below 0 */
    public Recovery {
        Check.nonNegative(detectionSeconds, "detection time", "s");
        Check.nonNegative(replacementSeconds, "replacement time", "s");
        Check.nonNegative(restartSeconds, "restart time", "s");
    }

    /** A recovery known only as a whole. */
    public static Recovery of(double seconds) {
        return new Recovery(0, 0, seconds);
    }

    /** The sum of the three. */
    public double seconds() {
        return detectionSeconds + replacementSeconds + restartSeconds;
    }
}
