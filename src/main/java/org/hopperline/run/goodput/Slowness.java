package org.hopperline.run.goodput;

import org.hopperline.core.Check;

/**
 * Losses that stop no job: ranks slower than the rest, and silent data corruption that comes to light late.
 *
 * @param stragglerLoss share of time lost to slow ranks that the step time does not show yet, 0 up to below 1
 * @param corruptionsPerNodeDay silent corruptions that come to light late, at least 0
 * @param detectionSeconds how late, at least 0: all work since is redone
 */
public record Slowness(double stragglerLoss, double corruptionsPerNodeDay, double detectionSeconds) {

    /** @throws IllegalArgumentException if a number is outside its domain */
    public Slowness {
        if (!(stragglerLoss >= 0 && stragglerLoss < 1)) {
            throw new IllegalArgumentException(
                    "straggler loss is " + stragglerLoss + ", but must be at least 0 and below 1, such as 0.05");
        }
        Check.nonNegative(corruptionsPerNodeDay, "silent corruptions", FailureModel.UNIT);
        Check.nonNegative(detectionSeconds, "detection time of silent corruption", "s");
    }

    /** No such losses. */
    public static Slowness none() {
        return new Slowness(0, 0, 0);
    }

    /**
     * Useful work over useful work without these losses, {@code (1 - s)/(1 + c)} with {@code c} the work redone for each
     * unit of work, nodes times rate times detection time.
     */
    public double factor(int nodes) {
        double redone = Check.positive(nodes, "nodes") * corruptionsPerNodeDay * detectionSeconds / 86_400;
        return (1 - stragglerLoss) / (1 + redone);
    }
}
