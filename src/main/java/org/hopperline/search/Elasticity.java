package org.hopperline.search;

import java.util.Locale;
import org.hopperline.core.Units;

/**
 * What one per cent more of a figure buys.
 *
 * @param name of the figure
 * @param unit its SI unit
 * @param value what it is
 * @param elasticity per cent more tokens a second for one per cent more of the figure, {@code d ln(rate)/d ln(value)}
 * @param lessSeconds seconds of a step with a tenth less of it; not-a-number where that is no machine
 * @param moreSeconds seconds of a step with a tenth more of it; not-a-number where that is no machine
 */
public record Elasticity(
        String name, String unit, double value, double elasticity, double lessSeconds, double moreSeconds) {

    /** {@code (ln r2 - ln r1)/(ln x2 - ln x1)}: the slope between two points of a curve on logarithmic axes. */
    public static double between(double x1, double r1, double x2, double r2) {
        return Math.log(r2 / r1) / Math.log(x2 / x1);
    }

    /** One line: {@code nic_bandwidth 50 GB/s: +0.12 %}. */
    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%-28s %14s: %+.3f %%", name, Units.format(value, unit), elasticity);
    }
}
