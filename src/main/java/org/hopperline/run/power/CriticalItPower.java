package org.hopperline.run.power;

import org.hopperline.core.Check;
import org.hopperline.core.Units;

/**
 * Power of all computing equipment: servers with their share of storage, management and network switches.
 *
 * @param watts at least 0
 */
public record CriticalItPower(double watts) {

    /** @throws IllegalArgumentException if the power is below 0 or not finite */
    public CriticalItPower {
        Check.nonNegative(watts, "critical IT power", "W");
    }

    /** Power of {@code count} of them. */
    public CriticalItPower times(double count) {
        return new CriticalItPower(watts * Check.nonNegative(count, "count", "1"));
    }

    /** The watts with a prefix, and the level. */
    @Override
    public String toString() {
        return Units.format(watts, "W") + " (critical IT)";
    }
}
