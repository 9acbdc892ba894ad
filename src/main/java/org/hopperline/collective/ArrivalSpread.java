package org.hopperline.collective;

import org.hopperline.core.Check;

/**
 * How far apart ranks arrive at a collective, as a stated distribution of each rank's own lateness, independent of the
 * others'. A collective ends no earlier than its last rank arrives, so the wait is the expected maximum of n draws.
 *
 * @param shape the distribution
 * @param mean mean lateness of a rank, seconds
 * @param deviation standard deviation of the lateness, seconds
 */
public record ArrivalSpread(Shape shape, double mean, double deviation) {

    /** Distributions with a closed or easily integrated maximum. */
    public enum Shape {
        /** Symmetric: the maximum grows as the square root of 2 ln n. */
        NORMAL,
        /** A floor and an exponential tail, the floor at mean minus deviation: the maximum grows as ln n. */
        EXPONENTIAL,
        /** Evenly between two bounds: the maximum stays below the upper. */
        UNIFORM
    }

    /** @throws IllegalArgumentException if the mean is not finite, or the deviation is negative or not finite */
    public ArrivalSpread {
        Check.notNull(shape, "shape of an arrival spread");
        Check.finite(mean, "mean lateness", "s");
        Check.nonNegative(deviation, "deviation of lateness", "s");
    }

    /** A normal spread. */
    public static ArrivalSpread normal(double mean, double deviation) {
        return new ArrivalSpread(Shape.NORMAL, mean, deviation);
    }

    /** A spread with an exponential tail above the floor {@code mean - deviation}. */
    public static ArrivalSpread exponential(double mean, double deviation) {
        return new ArrivalSpread(Shape.EXPONENTIAL, mean, deviation);
    }

    /** A uniform spread. */
    public static ArrivalSpread uniform(double mean, double deviation) {
        return new ArrivalSpread(Shape.UNIFORM, mean, deviation);
    }

    /** Expected lateness of the last of {@code ranks}, seconds. */
    public double expectedMaximumSeconds(long ranks) {
        Check.positive(ranks, "ranks");
        double standard;
        switch (shape) {
            case NORMAL:
                standard = standardNormalMaximum(ranks);
                break;
            case EXPONENTIAL:
                standard = harmonicNumber(ranks) - 1;
                break;
            default:
                standard = standardUniformMaximum(ranks);
        }
        return mean + deviation * standard;
    }

    /** Expected wait of a rank of mean lateness for the last of {@code ranks}, seconds; 0 for one rank. */
    public double expectedWaitSeconds(long ranks) {
        return expectedMaximumSeconds(ranks) - mean;
    }

    /**
     * Harmonic number {@code 1 + 1/2 + ... + 1/n}, the expected maximum of n exponential draws of mean 1: summed to 64,
     * beyond by {@code ln n + gamma + 1/(2n) - 1/(12 n^2)}.
     */
    public static double harmonicNumber(long n) {
        if (n <= 64) {
            double sum = 0;
            for (int i = 1; i <= n; i++) {
                sum += 1.0 / i;
            }
            return sum;
        }
        double x = n;
        return Math.log(x) + 0.5772156649015329 + 1 / (2 * x) - 1 / (12 * x * x);
    }

    /** Expected maximum of n draws of a uniform distribution of mean 0 and deviation 1: {@code sqrt(3) (n-1)/(n+1)}. */
    public static double standardUniformMaximum(long n) {
        return Math.sqrt(3) * (n - 1.0) / (n + 1.0);
    }

    /**
     * Expected maximum of n standard normal draws, by Simpson's rule on
     * {@code integral over x > 0 of 1 - F(x)^n - F(-x)^n}, F the normal distribution; good to 1e-6.
     */
    public static double standardNormalMaximum(long n) {
        int intervals = 400;
        double width = 10.0 / intervals;
        double sum = 0;
        for (int i = 0; i <= intervals; i++) {
            double tail = upperTail(i * width);
            // 1 - (1 - tail)^n without cancellation
            double above = -Math.expm1(n * Math.log1p(-tail));
            double below = Math.pow(tail, n);
            double weight = i == 0 || i == intervals ? 1 : i % 2 == 1 ? 4 : 2;
            sum += weight * (above - below);
        }
        return sum * width / 3;
    }

    /**
     * Upper tail of the standard normal distribution for x at or above 0: Abramowitz and Stegun 26.2.17 (absolute error
     * 7.5e-8) up to 4, the leading terms of the asymptotic series 26.2.12 (relative error below 1e-3) above.
     */
    private static double upperTail(double x) {
        double density = Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
        if (x > 4) {
            double y = 1 / (x * x);
            return density / x * (1 - y * (1 - 3 * y * (1 - 5 * y * (1 - 7 * y))));
        }
        double t = 1 / (1 + 0.2316419 * x);
        return density
                * t
                * (0.319381530 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
    }
}
