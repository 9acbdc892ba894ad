package org.hopperline.run.power;

import org.hopperline.core.Check;
import org.hopperline.core.Units;

/**
 * Power at the meter of the site: critical IT times power usage effectiveness.
 *
 * @param watts at least 0
 */
public record FacilityPower(double watts) {

    /** @throws IllegalArgumentException if the power is below 0 or not finite */
    public FacilityPower {
        Check.nonNegative(watts, "facility power", "W");
    }

    /** Power of {@code count} of them. */
    public FacilityPower times(double count) {
        return new FacilityPower(watts * Check.nonNegative(count, "count", "1"));
    }

    /** The watts with a prefix, and the level. */
    @Override
    public String toString() {
        return Units.format(watts, "W") + " (facility)";
    }
}
