package org.hopperline.validation;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Errors of a group of rows, as fractions of the measured token rate.
 *
 * @param group what the rows have in common
 * @param rows how many
 * @param mape mean absolute error
 * @param median median absolute error
 * @param p90 ninetieth percentile of the absolute error
 * @param bias mean error; positive where predictions are too fast
 */
public record Score(String group, int rows, double mape, double median, double p90, double bias) {

    /** The score of some comparisons; all not-a-number for none. */
    public static Score of(String group, List<Comparison> comparisons) {
        return ofErrors(
                group, comparisons.stream().mapToDouble(Comparison::error).toArray());
    }

    /** The score of some errors, fractions of what was measured; all not-a-number for none. */
    public static Score ofErrors(String group, double[] errors) {
        double[] sizes = Arrays.stream(errors).map(Math::abs).sorted().toArray();
        return new Score(
                group,
                errors.length,
                Arrays.stream(sizes).average().orElse(Double.NaN),
                quantile(sizes, 0.5),
                quantile(sizes, 0.9),
                Arrays.stream(errors).average().orElse(Double.NaN));
    }

    /**
     * The quantile of sorted values with linear interpolation between order statistics (type 7 of Hyndman and Fan 1996);
     * not-a-number for none.
     */
    public static double quantile(double[] sorted, double share) {
        if (sorted.length == 0) {
            return Double.NaN;
        }
        double place = share * (sorted.length - 1);
        int below = (int) Math.floor(place);
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%-44s n %4d  MAPE %5.1f %%  median %5.1f %%  p90 %5.1f %%  bias %+5.1f %%",
                group,
                rows,
                100 * mape,
                100 * median,
                100 * p90,
                100 * bias);
    }
}
