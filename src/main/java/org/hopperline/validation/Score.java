package org.hopperline.validation;

import java.util.List;
import java.util.Locale;
import org.hopperline.calibration.ErrorStatistics;

/**
 * Errors of a group of rows, as fractions of the measured token rate.
 *
 * @param group what the rows have in common
 * @param errors positive where predictions are too fast; all not-a-number for no rows
 */
public record Score(String group, ErrorStatistics errors) {

    /** The score of some comparisons. */
    public static Score of(String group, List<Comparison> comparisons) {
        return new Score(
                group,
                ErrorStatistics.of(
                        comparisons.stream().mapToDouble(Comparison::error).toArray()));
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%-44s n %4d  MAPE %5.1f %%  median %5.1f %%  p90 %5.1f %%  bias %+5.1f %%",
                group,
                errors.rows(),
                100 * errors.mape(),
                100 * errors.median(),
                100 * errors.p90(),
                100 * errors.bias());
    }
}
