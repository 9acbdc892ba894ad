package org.hopperline.calibration;

import java.util.List;
import java.util.Locale;
import org.hopperline.core.Check;

/**
 * Where a model errs: relative errors by region of the table.
 *
 * @param regions one entry for each label
 * @param all the same for all rows together
 */
public record ResidualReport(List<Region> regions, ErrorStatistics all) {

    /** @throws IllegalArgumentException if a part is null */
    public ResidualReport {
        regions = List.copyOf(Check.notNull(regions, "regions"));
        Check.notNull(all, "all");
    }

    /**
     * One region.
     *
     * @param label as the caller named it
     * @param errors of its rows
     */
    public record Region(String label, ErrorStatistics errors) {

        /** @throws IllegalArgumentException if a part is null */
        public Region {
            Check.notNull(label, "label of a region");
            Check.notNull(errors, "errors");
        }
    }

    /** A table: a line for each region, and one for all. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(String.format(
                Locale.ROOT, "%-32s %8s %8s %8s %8s %8s%n", "region", "rows", "MAPE %", "median %", "p90 %", "bias %"));
        for (Region region : regions) {
            line(text, region.label(), region.errors());
        }
        line(text, "all", all);
        return text.toString();
    }

    private static void line(StringBuilder text, String label, ErrorStatistics e) {
        text.append(String.format(
                Locale.ROOT,
                "%-32s %8d %8.2f %8.2f %8.2f %+8.2f%n",
                label,
                e.rows(),
                100 * e.mape(),
                100 * e.median(),
                100 * e.p90(),
                100 * e.bias()));
    }
}
