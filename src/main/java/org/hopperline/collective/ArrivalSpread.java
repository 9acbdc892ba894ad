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

    /**
     * Expected maximum of 1, 2, 4, ... 2^31 standard normal draws: the integral of {@link #standardNormalMaximum} by
     * Gauss-Legendre quadrature, 24 nodes on each tenth of [0, 12]. The first are {@code 1/sqrt(pi)} and those of Harter,
     * Biometrika 48 (1961), table 1.
     */
    private static final double[] NORMAL_MAXIMUM = {
        0.0000000000, 0.5641895835, 1.0293753730, 1.4236003060, 1.7659913931, 2.0696688279, 2.3437334651, 2.5945973686,
        2.8268632789, 3.0439031612, 3.2482396014, 3.4417990991, 3.6260821778, 3.8022792189, 3.9713505703, 4.1340828689,
        4.2911293159, 4.4430389653, 4.5902783775, 4.7332478814, 4.8722939725, 5.0077188973, 5.1397881595, 5.2687364701,
        5.3947725158, 5.5180828196, 5.6388348965, 5.7571798534, 5.8732545508, 5.9871834111, 6.0990799422, 6.2090480302
    };

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
     * Expected maximum of n standard normal draws, {@code integral over x > 0 of 1 - F(x)^n - F(-x)^n} with F the normal
     * distribution: the integral at powers of two, and a polynomial of fifth degree in log2 n through the nearest six
     * between them, good to 1e-5.
     *
     * @param n at least 1 and at most 2^31
     */
    public static double standardNormalMaximum(long n) {
        if (n < 1 || n > 1L << NORMAL_MAXIMUM.length - 1) {
            throw new IllegalArgumentException("the largest of " + n + " normal draws is not known; take 1 to 2^"
                    + (NORMAL_MAXIMUM.length - 1) + " draws");
        }
        double x = Math.log(n) / Math.log(2);
        int first = Math.max(0, Math.min(NORMAL_MAXIMUM.length - 6, (int) x - 2));
        double sum = 0;
        for (int i = 0; i < 6; i++) {
            double weight = 1;
            for (int j = 0; j < 6; j++) {
                weight *= j == i ? 1 : (x - first - j) / (i - j);
            }
            sum += weight * NORMAL_MAXIMUM[first + i];
        }
        return sum;
    }
}
