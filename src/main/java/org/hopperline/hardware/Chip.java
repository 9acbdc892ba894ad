package org.hopperline.hardware;

import java.util.EnumMap;
import java.util.Map;
import org.hopperline.core.Check;
import org.hopperline.core.Figure;
import org.hopperline.core.Precision;

/**
 * One device as its driver enumerates it: a whole GPU, an MI250X graphics compute die, a Max 1550 tile.
 *
 * @param name the maker's name and size
 * @param architecture the family
 * @param computeUnits streaming multiprocessors, compute units or Xe cores
 * @param densePeaks specified dense matrix (or, for FP32 and FP64 without matrix units, vector) peak, FLOP/s
 * @param tensorClock clock at which {@code densePeaks} hold, Hz
 * @param maximumClock highest clock, Hz
 * @param specifiedMemory memory on the data sheet, byte
 * @param visibleMemory memory that the driver shows, byte
 * @param memoryBandwidth specified, byte/s
 * @param l2 level-2 cache, byte
 * @param sharedMemoryPerUnit shared memory of one compute unit, byte
 * @param powerLimit board power, W
 */
public record Chip(
        String name,
        Architecture architecture,
        int computeUnits,
        Map<Precision, Figure> densePeaks,
        Figure tensorClock,
        Figure maximumClock,
        Figure specifiedMemory,
        Figure visibleMemory,
        Figure memoryBandwidth,
        Figure l2,
        Figure sharedMemoryPerUnit,
        Figure powerLimit) {

    /** Checks the name and the count, and copies the map. */
    public Chip {
        Check.notBlank(name, "name of a chip");
        Check.notNull(architecture, "architecture");
        Check.positive(computeUnits, "compute units");
        densePeaks = java.util.Collections.unmodifiableMap(new EnumMap<>(densePeaks));
    }

    /** True if the chip has a matrix rate for {@code precision}. */
    public boolean supports(Precision precision) {
        return densePeaks.containsKey(precision);
    }

    /**
     * Specified dense peak in FLOP/s.
     *
     * @throws IllegalArgumentException if the chip has no rate for {@code precision}, naming those it has
     */
    public double denseFlopsPerSecond(Precision precision) {
        Figure peak = densePeaks.get(precision);
        if (peak == null) {
            throw new IllegalArgumentException(name + " has no " + precision + " matrix rate; it has "
                    + String.join(
                            ", ", densePeaks.keySet().stream().map(Enum::name).toList()));
        }
        return peak.value();
    }

    /** Specified memory bandwidth in bytes a second. */
    public double memoryBytesPerSecond() {
        return memoryBandwidth.value();
    }

    /** Memory that the driver shows, in bytes. */
    public double visibleMemoryBytes() {
        return visibleMemory.value();
    }

    /** Board power in watts. */
    public double powerLimitWatts() {
        return powerLimit.value();
    }
}
