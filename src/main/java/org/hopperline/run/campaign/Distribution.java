package org.hopperline.run.campaign;

import java.util.Arrays;
import org.hopperline.core.Check;
import org.hopperline.core.Interval;

/** What is believed of a quantity that is not known. Given by its quantiles, so that any uniform number draws from it. */
public sealed interface Distribution {

    /**
     * The value below which the quantity lies with chance {@code p}.
     *
     * @param p above 0 and below 1
     */
    double quantile(double p);

    /** A quantity that is known. */
    static Distribution fixed(double value) {
        return new Fixed(value);
    }

    /**
     * Log-normal by its median and spread.
     *
     * @param median above 0
     * @param sigma standard deviation of the logarithm, above 0
     */
    static Distribution logNormal(double median, double sigma) {
        return new LogNormal(median, sigma);
    }

    /**
     * The distribution with a logarithm of Laplace's law that holds {@code interval} with its coverage and as much chance
     * below as above; such as the measured-over-predicted interval of a step, which is learnt by that law.
     */
    static Distribution logLaplace(Interval interval) {
        double low = Check.positive(interval.low(), "low end", "1");
        return new LogLaplace(
                Math.sqrt(low * interval.high()),
                Math.log(interval.high() / low) / (-2 * Math.log(1 - interval.coverage())));
    }

    /** The log-normal distribution that holds {@code interval} with its coverage and as much chance below as above. */
    static Distribution logNormal(Interval interval) {
        double low = Check.positive(interval.low(), "low end", "1");
        double z = Normal.quantile(0.5 + interval.coverage() / 2);
        return new LogNormal(Math.sqrt(low * interval.high()), Math.log(interval.high() / low) / (2 * z));
    }

    /** Triangular from {@code low} over the most likely {@code mode} to {@code high}. */
    static Distribution triangular(double low, double mode, double high) {
        return new Triangular(low, mode, high);
    }

    /** Values as they were observed, each as likely as the others; linear between their ranks. */
    static Distribution empirical(double... values) {
        return new Empirical(values);
    }

    /**
     * A known quantity.
     *
     * @param value finite
     */
    record Fixed(double value) implements Distribution {

        /** @throws IllegalArgumentException if the value is not finite */
        public Fixed {
            Check.finite(value, "value", "1");
        }

        @Override
        public double quantile(double p) {
            inside(p);
            return value;
        }
    }

    /**
     * Log-normal.
     *
     * @param median above 0
     * @param sigma standard deviation of the logarithm, above 0
     */
    record LogNormal(double median, double sigma) implements Distribution {

        /** @throws IllegalArgumentException if a parameter is not above 0 */
        public LogNormal {
            Check.positive(median, "median", "1");
            Check.positive(sigma, "standard deviation of the logarithm", "1");
        }

        @Override
        public double quantile(double p) {
            return median * StrictMath.exp(sigma * Normal.quantile(p));
        }
    }

    /**
     * Its logarithm follows Laplace's law.
     *
     * @param median above 0
     * @param scale mean distance of the logarithm from that of the median, above 0
     */
    record LogLaplace(double median, double scale) implements Distribution {

        /** @throws IllegalArgumentException if a parameter is not above 0 */
        public LogLaplace {
            Check.positive(median, "median", "1");
            Check.positive(scale, "scale of the logarithm", "1");
        }

        @Override
        public double quantile(double p) {
            inside(p);
            return p < 0.5
                    ? median * StrictMath.exp(scale * StrictMath.log(2 * p))
                    : median * StrictMath.exp(-scale * StrictMath.log(2 * (1 - p)));
        }
    }

    /**
     * Triangular.
     *
     * @param low least value
     * @param mode most likely value
     * @param high greatest value
     */
    record Triangular(double low, double mode, double high) implements Distribution {

        /** @throws IllegalArgumentException unless low &le; mode &le; high and low &lt; high */
        public Triangular {
            Check.finite(low, "low end", "1");
            Check.finite(high, "high end", "1");
            if (!(low <= mode && mode <= high && low < high)) {
                throw new IllegalArgumentException("triangular distribution from " + low + " over " + mode + " to "
                        + high + ": the three must rise; take Distribution.fixed for a known value");
            }
        }

        @Override
        public double quantile(double p) {
            inside(p);
            double left = (mode - low) / (high - low);
            return p < left
                    ? low + Math.sqrt(p * (high - low) * (mode - low))
                    : high - Math.sqrt((1 - p) * (high - low) * (high - mode));
        }
    }

    /** Observed values. */
    final class Empirical implements Distribution {

        private final double[] sorted;

        private Empirical(double[] values) {
            if (values.length == 0) {
                throw new IllegalArgumentException("an empirical distribution needs at least one value");
            }
            sorted = values.clone();
            for (double value : sorted) {
                Check.finite(value, "observed value", "1");
            }
            Arrays.sort(sorted);
        }

        @Override
        public double quantile(double p) {
            inside(p);
            double rank = p * (sorted.length - 1);
            int below = (int) rank;
            int above = Math.min(below + 1, sorted.length - 1);
            return sorted[below] + (rank - below) * (sorted[above] - sorted[below]);
        }
    }

    private static void inside(double p) {
        if (!(p > 0 && p < 1)) {
            throw new IllegalArgumentException("probability is " + p + ", but must lie between 0 and 1");
        }
    }
}
