package org.hopperline.run.power;

import org.hopperline.core.Check;
import org.hopperline.core.Units;

/**
 * Power of servers: accelerators with processors, memory, switches, network cards and fans around them.
 *
 * @param watts at least 0
 */
public record ServerPower(double watts) {

    /** @throws IllegalArgumentException if the power is below 0 or not finite */
    public ServerPower {
        Check.nonNegative(watts, "server power", "W");
    }

    /** Power of {@code count} of them. */
    public ServerPower times(double count) {
        return new ServerPower(watts * Check.nonNegative(count, "count", "1"));
    }

    /** The watts with a prefix, and the level. */
    @Override
    public String toString() {
        return Units.format(watts, "W") + " (server)";
    }
}
