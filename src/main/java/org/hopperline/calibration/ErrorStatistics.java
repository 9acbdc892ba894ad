package org.hopperline.calibration;

import java.util.Arrays;
import java.util.Locale;
import org.hopperline.core.Check;

/**
 * How far predictions stand from measurements, as shares of the measurement.
 *
 * @param rows how many were compared
 * @param mape mean of {@code |predicted / measured - 1|}
 * @param median median of the same
 * @param p90 its ninetieth percentile
 * @param worst the largest
 * @param bias mean of {@code predicted / measured - 1} with its sign: above zero where the model predicts too much
 */
public record ErrorStatistics(int rows, double mape, double median, double p90, double worst, double bias) {

    /**
     * Compares pairs.
     *
     * @param predicted what the model said
     * @param measured what was measured, in the same unit and order; not zero
     * @throws IllegalArgumentException if the lengths differ or are 0, or a measurement is zero or not finite
     */
    public static ErrorStatistics of(double[] predicted, double[] measured) {
        Check.notNull(predicted, "predicted");
        Check.notNull(measured, "measured");
        if (predicted.length != measured.length || measured.length == 0) {
            throw new IllegalArgumentException(predicted.length + " predictions for " + measured.length
                    + " measurements; give one for each, and at least one");
        }
        double[] errors = new double[measured.length];
        for (int i = 0; i < errors.length; i++) {
            if (measured[i] == 0 || !Double.isFinite(measured[i]) || !Double.isFinite(predicted[i])) {
                throw new IllegalArgumentException("pair " + i + ": predicted " + predicted[i] + ", measured "
                        + measured[i] + "; a relative error needs finite numbers and a measurement other than 0");
            }
            errors[i] = predicted[i] / measured[i] - 1;
        }
        return of(errors);
    }

    /** The statistics of some errors, {@code predicted / measured - 1}; all not-a-number for none. */
    public static ErrorStatistics of(double... errors) {
        double[] sizes = Arrays.stream(errors).map(Math::abs).sorted().toArray();
        return new ErrorStatistics(
                sizes.length,
                Arrays.stream(sizes).average().orElse(Double.NaN),
                quantile(sizes, 0.5),
                quantile(sizes, 0.9),
                quantile(sizes, 1),
                Arrays.stream(errors).average().orElse(Double.NaN));
    }

    /**
     * The quantile of a sorted sample, linear between order statistics (definition 7 of Hyndman and Fan 1996).
     *
     * @param sorted the sample in rising order
     * @param share between 0 and 1
     * @return not-a-number for an empty sample
     */
    public static double quantile(double[] sorted, double share) {
        Check.within(share, 0, 1, "share of a quantile", "1");
        if (sorted.length == 0) {
            return Double.NaN;
        }
        double position = share * (sorted.length - 1);
        int below = (int) Math.floor(position);
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
    }

    /** One line in percent: {@code 120 rows, MAPE 3.4 %, median 2.1 %, p90 7.7 %, worst 21 %, bias -0.4 %}. */
    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%d rows, MAPE %.2f %%, median %.2f %%, p90 %.2f %%, worst %.1f %%, bias %+.2f %%",
                rows,
                100 * mape,
                100 * median,
                100 * p90,
                100 * worst,
                100 * bias);
    }
}
