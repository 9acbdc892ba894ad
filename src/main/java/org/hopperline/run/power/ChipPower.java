package org.hopperline.run.power;

import org.hopperline.core.Check;
import org.hopperline.core.Units;

/**
 * Power of accelerators alone: what the driver reports.
 *
 * @param watts at least 0
 */
public record ChipPower(double watts) {

    /** @throws IllegalArgumentException if the power is below 0 or not finite */
    public ChipPower {
        Check.nonNegative(watts, "chip power", "W");
    }

    /** Power of {@code count} of them. */
    public ChipPower times(double count) {
        return new ChipPower(watts * Check.nonNegative(count, "count", "1"));
    }

    /** The watts with a prefix, and the level. */
    @Override
    public String toString() {
        return Units.format(watts, "W") + " (chip)";
    }
}
