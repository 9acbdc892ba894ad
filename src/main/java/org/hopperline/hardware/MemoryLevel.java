package org.hopperline.hardware;

import org.hopperline.core.Check;
import org.hopperline.core.Figure;
import org.hopperline.core.Units;
import org.jspecify.annotations.Nullable;

/**
 * One level of the memory hierarchy of a chip.
 *
 * @param name registers, shared memory, L2, device memory
 * @param capacity of the whole chip, byte
 * @param bandwidth of the whole chip, byte/s; null where nobody says
 */
public record MemoryLevel(
        String name, Figure capacity, @Nullable Figure bandwidth) {

    /** Checks the name and that the capacity is above zero. */
    public MemoryLevel {
        Check.notBlank(name, "name of a memory level");
        Check.positive(capacity.value(), "capacity of " + name, "byte");
    }

    /** One line: {@code L2: 50 MB} and, where known, the bandwidth. */
    @Override
    public String toString() {
        String size = name + ": " + Units.format(capacity.value(), "byte");
        return bandwidth == null ? size : size + ", " + Units.format(bandwidth.value(), "byte/s");
    }
}
