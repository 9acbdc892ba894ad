package org.hopperline.run.power;

import org.hopperline.core.Check;

/**
 * How the wall time of a step divides by what the chip draws power for.
 *
 * @param compute kernels on the compute units, also where communication hides behind them
 * @param communication waiting for, or carrying out, communication that nothing hides
 * @param idle nothing to do: pipeline bubbles, host
 */
public record PhaseShares(double compute, double communication, double idle) {

    /** @throws IllegalArgumentException if a share is below 0, or the three do not add up to 1 */
    public PhaseShares {
        Check.within(compute, 0, 1, "compute share", "1");
        Check.within(communication, 0, 1, "communication share", "1");
        Check.within(idle, 0, 1, "idle share", "1");
        double sum = compute + communication + idle;
        if (Math.abs(sum - 1) > 1e-9) {
            throw new IllegalArgumentException("compute " + compute + ", communication " + communication + " and idle "
                    + idle + " add up to " + sum + ", but must add up to 1; take PhaseShares.ofSeconds for times");
        }
    }

    /** Shares from the seconds of each phase. */
    public static PhaseShares ofSeconds(double compute, double communication, double idle) {
        double sum = Check.positive(
                Check.nonNegative(compute, "compute time", "s")
                        + Check.nonNegative(communication, "communication time", "s")
                        + Check.nonNegative(idle, "idle time", "s"),
                "sum of the phases",
                "s");
        return new PhaseShares(compute / sum, communication / sum, idle / sum);
    }
}
