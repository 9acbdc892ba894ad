package org.hopperline.run.goodput;

import org.hopperline.core.Check;

/**
 * Periodic checkpoints under exponentially distributed failures: J. T. Daly, "A higher order estimate of the optimum
 * checkpoint interval for restart dumps", Future Generation Computer Systems 22 (2006) 303-312. Symbols: &tau; interval
 * of useful work between checkpoints, &delta; time a checkpoint blocks the work, R recovery after a failure, M mean time
 * to failure; all in seconds.
 */
public final class Daly {

    /** Below this {@code y} the sum of {@link #gap(double)} is taken term by term, as its two terms cancel. */
    private static final double SERIES_BELOW = 0.5;

    private Daly() {}

    /**
     * The share of wall time that is useful work, exact for exponential failures that may strike during work, checkpoint
     * and recovery alike: {@code g = tau / [M e^(R/M) (e^((tau + delta)/M) - 1)]}. The mean uptime M yields {@code tau}
     * for each checkpoint that it outlives, and costs {@code M e^(R/M)} with its recovery.
     *
     * @param intervalSeconds &tau;, above 0
     * @param checkpointSeconds &delta;, at least 0
     * @param recoverySeconds R, at least 0
     * @param mttfSeconds M, above 0
     * @return above 0 and below 1; 0 where the true value is below the smallest double
     * @throws IllegalArgumentException outside these domains
     */
    public static double efficiency(
            double intervalSeconds, double checkpointSeconds, double recoverySeconds, double mttfSeconds) {
        return Math.exp(logEfficiency(intervalSeconds, checkpointSeconds, recoverySeconds, mttfSeconds));
    }

    /** The natural logarithm of {@link #efficiency}, finite even where the efficiency itself underflows to 0. */
    public static double logEfficiency(
            double intervalSeconds, double checkpointSeconds, double recoverySeconds, double mttfSeconds) {
        double interval = Check.positive(intervalSeconds, "checkpoint interval", "s");
        double checkpoint = Check.nonNegative(checkpointSeconds, "checkpoint time", "s");
        double recovery = Check.nonNegative(recoverySeconds, "recovery time", "s");
        double mttf = Check.positive(mttfSeconds, "mean time to failure", "s");
        return Math.log(interval / mttf) - recovery / mttf - logExpm1((interval + checkpoint) / mttf);
    }

    /**
     * The interval that maximises {@link #efficiency}, to machine precision; it does not depend on the recovery time.
     * With {@code t = tau/M} and {@code d = delta/M} the derivative vanishes where {@code -ln(1 - t) - t = d}, that is
     * {@code t = 1 + W0(-e^(-1-d))} with Lambert's W; solved by Newton's method in {@code y = -ln(1 - t)}.
     *
     * @param checkpointSeconds &delta;, above 0
     * @param mttfSeconds M, above 0
     * @return &tau; in seconds, above 0 and at most M
     * @throws IllegalArgumentException outside these domains
     */
    public static double optimalInterval(double checkpointSeconds, double mttfSeconds) {
        double mttf = Check.positive(mttfSeconds, "mean time to failure", "s");
        double d = Check.positive(checkpointSeconds, "checkpoint time", "s") / mttf;
        // gap is convex and rises: started above the root, every step falls towards it and none passes it.
        double y = d + Math.sqrt(2 * d);
        for (int i = 0; i < 100; i++) {
            double next = y - (gap(y) - d) / -Math.expm1(-y);
            if (!(next < y)) {
                break;
            }
            y = next;
        }
        return -Math.expm1(-y) * mttf;
    }

    /** {@link #efficiency} at {@link #optimalInterval}. */
    public static double bestEfficiency(double checkpointSeconds, double recoverySeconds, double mttfSeconds) {
        return efficiency(
                optimalInterval(checkpointSeconds, mttfSeconds), checkpointSeconds, recoverySeconds, mttfSeconds);
    }

    /**
     * The recovery time R that an observed efficiency implies at the best interval, {@code R = M ln(g0/g)} with
     * {@code g0} the efficiency at {@code R = 0}.
     *
     * @param efficiency g, above 0
     * @return R in seconds, at least 0
     * @throws IllegalArgumentException if even an instant recovery could not reach {@code efficiency}
     */
    public static double impliedRecovery(double efficiency, double checkpointSeconds, double mttfSeconds) {
        double g = Check.fraction(efficiency, "efficiency");
        double best = bestEfficiency(checkpointSeconds, 0, mttfSeconds);
        if (g > best) {
            throw new IllegalArgumentException(
                    "efficiency " + g + " is above " + best + ", the best that checkpoints of "
                            + checkpointSeconds + " s allow at a mean time to failure of " + mttfSeconds
                            + " s with instant recovery; take shorter checkpoints");
        }
        return mttfSeconds * Math.log(best / g);
    }

    /**
     * Young's first-order interval, {@code tau = sqrt(2 delta M)} (J. W. Young, CACM 17 (1974) 530-531). Domain: {@code
     * delta} far below {@code M}; at {@code delta > M/2} it even exceeds M.
     */
    public static double youngInterval(double checkpointSeconds, double mttfSeconds) {
        return Math.sqrt(2
                * Check.positive(checkpointSeconds, "checkpoint time", "s")
                * Check.positive(mttfSeconds, "mean time to failure", "s"));
    }

    /**
     * Daly's higher-order interval (2006, eq. 37): {@code tau = sqrt(2 delta M) [1 + sqrt(delta/2M)/3 + (delta/2M)/9] -
     * delta} for {@code delta < 2M}, else M.
     */
    public static double dalyInterval(double checkpointSeconds, double mttfSeconds) {
        double young = youngInterval(checkpointSeconds, mttfSeconds);
        double f = checkpointSeconds / (2 * mttfSeconds);
        return f < 1 ? young * (1 + Math.sqrt(f) / 3 + f / 9) - checkpointSeconds : mttfSeconds;
    }

    /**
     * The first-order efficiency {@code 1 - delta/tau - tau/2M - R/M}. Domain: all three losses small.
     *
     * @throws IllegalArgumentException where it leaves its domain and is not above 0
     */
    public static double firstOrderEfficiency(
            double intervalSeconds, double checkpointSeconds, double recoverySeconds, double mttfSeconds) {
        double exact = efficiency(intervalSeconds, checkpointSeconds, recoverySeconds, mttfSeconds);
        double value = 1
                - checkpointSeconds / intervalSeconds
                - intervalSeconds / (2 * mttfSeconds)
                - recoverySeconds / mttfSeconds;
        if (!(value > 0)) {
            throw new IllegalArgumentException("the first-order efficiency is " + value
                    + ": outside its domain of small losses (mean time to failure " + mttfSeconds + " s, interval "
                    + intervalSeconds + " s, checkpoint " + checkpointSeconds + " s, recovery " + recoverySeconds
                    + " s); the exact form gives " + exact);
        }
        return value;
    }

    /** {@code y + e^-y - 1}, without cancellation for small y. */
    private static double gap(double y) {
        if (y >= SERIES_BELOW) {
            return y + Math.expm1(-y);
        }
        double term = y * y / 2;
        double sum = 0;
        for (int k = 3; Math.abs(term) > 1e-18 * sum; k++) {
            sum += term;
            term *= -y / k;
        }
        return sum;
    }

    /** {@code ln(e^x - 1)}, without overflow. */
    private static double logExpm1(double x) {
        return x > 30 ? x + Math.log1p(-Math.exp(-x)) : Math.log(Math.expm1(x));
    }
}
