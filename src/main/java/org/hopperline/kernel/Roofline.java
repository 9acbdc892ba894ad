package org.hopperline.kernel;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.hopperline.core.Check;
import org.hopperline.core.Figure;
import org.hopperline.core.Precision;
import org.hopperline.hardware.Architecture;
import org.hopperline.hardware.Chip;
import org.hopperline.hardware.Node;
import org.hopperline.text.FigureTable;
import org.jspecify.annotations.Nullable;

/**
 * Hierarchical roofline of one device (Williams, Waterman and Patterson, CACM 52(4), 2009; one memory ceiling for each
 * level after Ilic, Pratas and Sousa 2014): a kernel takes at least the longest of its FLOP over the peak of its number
 * format and its bytes at each level over the rate of that level. A kernel without FLOP, such as a copy, has intensity
 * zero and is bound by memory like any other.
 */
public final class Roofline {

    private static final int LEVELS = RooflineLevel.values().length;

    private final String name;
    private final Map<RooflineLevel, RooflineCeiling> levels;
    private final Map<Precision, RooflineCeiling> peaks;
    private final double[] bestBytesPerSecond = new double[LEVELS];
    private final double[] bestFlopsPerSecond = new double[Precision.values().length];

    private Roofline(String name, Map<RooflineLevel, RooflineCeiling> levels, Map<Precision, RooflineCeiling> peaks) {
        this.name = name;
        this.levels = levels;
        this.peaks = peaks;
        levels.forEach((level, ceiling) ->
                bestBytesPerSecond[level.ordinal()] = ceiling.best().value());
        peaks.forEach((precision, ceiling) ->
                bestFlopsPerSecond[precision.ordinal()] = ceiling.best().value());
    }

    /** The roofline of a device by itself: all levels but the network. */
    public static Roofline of(Chip chip) {
        Check.notNull(chip, "chip");
        return new Roofline(chip.name(), levels(chip), peaks(chip));
    }

    /** The roofline of one device of a node, with its links inside and its share of the network. */
    public static Roofline of(Node node) {
        Check.notNull(node, "node");
        Map<RooflineLevel, RooflineCeiling> levels = levels(node.chip());
        Figure nic = node.nic().bandwidth();
        put(
                levels,
                RooflineLevel.NETWORK,
                new Figure(
                        node.nicBytesPerSecondPerDevice(),
                        "byte/s",
                        nic.kind(),
                        node.nics() + " for " + node.devices() + " devices, each: " + nic.source()),
                null);
        Figure reached = levels.containsKey(RooflineLevel.SCALE_UP)
                ? levels.get(RooflineLevel.SCALE_UP).reachedRate()
                : null;
        put(levels, RooflineLevel.SCALE_UP, node.scaleUp().bandwidth(), reached);
        return new Roofline(node.name(), levels, peaks(node.chip()));
    }

    private static Map<RooflineLevel, RooflineCeiling> levels(Chip chip) {
        FigureTable figures = FigureTable.resource(Roofline.class, "roofline.csv");
        Map<String, Figure> known = chip.figures();
        Map<RooflineLevel, RooflineCeiling> levels = new EnumMap<>(RooflineLevel.class);
        put(levels, RooflineLevel.REGISTERS, registers(chip), null);
        put(levels, RooflineLevel.SHARED_MEMORY, sharedMemory(chip, known), null);
        Figure near = nearCache(chip, known);
        put(levels, RooflineLevel.L2_NEAR, null, near);
        put(levels, RooflineLevel.L2_FAR, null, farCache(near, figures));
        put(
                levels,
                RooflineLevel.DEVICE_MEMORY,
                chip.memoryBandwidth(),
                known.getOrDefault("measured_memory_bandwidth", reachedMemory(chip)));
        put(levels, RooflineLevel.SCALE_UP, known.get("scale_up_bandwidth"), known.get("measured_scale_up_bandwidth"));
        put(levels, RooflineLevel.HOST, known.get("host_bandwidth"), known.get("measured_host_bandwidth"));
        return levels;
    }

    private static void put(
            Map<RooflineLevel, RooflineCeiling> levels,
            RooflineLevel level,
            @Nullable Figure specified,
            @Nullable Figure reached) {
        if (specified != null || reached != null) {
            levels.put(level, new RooflineCeiling(level.label(), specified, reached));
        }
    }

    /** Three operands of 4 bytes for each fused multiply-add of the vector units at their peak: 6 bytes a FLOP. */
    private static @Nullable Figure registers(Chip chip) {
        Figure vector = chip.vectorPeaks().get(Precision.FP32);
        return vector == null
                ? null
                : new Figure(
                        6 * vector.value(),
                        "byte/s",
                        vector.kind(),
                        "three 4-byte operands for each fused multiply-add in FP32: " + vector.source());
    }

    private static @Nullable Figure sharedMemory(Chip chip, Map<String, Figure> known) {
        Figure perClock = known.get("shared_memory_bandwidth_per_unit_per_clock");
        return perClock == null
                ? null
                : new Figure(
                        perClock.value()
                                * chip.computeUnits()
                                * chip.maximumClock().value(),
                        "byte/s",
                        perClock.kind(),
                        chip.computeUnits() + " units at the maximum clock, each: " + perClock.source());
    }

    /** As measured on this chip; else, on Hopper, what the operands of measured FP8 products drew. */
    private static @Nullable Figure nearCache(Chip chip, Map<String, Figure> known) {
        Figure measured = known.get("measured_l2_bandwidth");
        if (measured != null || chip.architecture() != Architecture.HOPPER) {
            return measured;
        }
        Figure perClock = GemmFigures.SHIPPED.get("fp8.operand-bytes-per-clock");
        return new Figure(
                perClock.value() * chip.computeUnits() * chip.tensorClock().value(),
                "byte/s",
                perClock.kind(),
                "what the operands of FP8 products on H100 SXM5 drew, by clock and unit: " + perClock.source());
    }

    private static @Nullable Figure farCache(@Nullable Figure near, FigureTable figures) {
        if (near == null) {
            return null;
        }
        Figure ratio = figures.get("l2-far-over-near");
        return Figure.assumed(near.value() * ratio.value(), "byte/s", "near rate times a ratio from " + ratio.source());
    }

    private static Figure reachedMemory(Chip chip) {
        Figure share = GemmFigures.SHIPPED.get("bf16.memory-efficiency");
        return new Figure(
                chip.memoryBytesPerSecond() * share.value(),
                "byte/s",
                share.kind(),
                "share reached by products that wait for memory on H100 SXM5: " + share.source());
    }

    private static Map<Precision, RooflineCeiling> peaks(Chip chip) {
        Map<Precision, RooflineCeiling> peaks = new EnumMap<>(Precision.class);
        chip.densePeaks()
                .forEach((precision, specified) -> peaks.put(
                        precision,
                        new RooflineCeiling(
                                precision.name(),
                                specified,
                                chip.measuredRates().get(precision))));
        return peaks;
    }

    /**
     * Highest rate at an intensity: {@code min(flopsPerSecond, intensity bytesPerSecond)}.
     *
     * @param intensity FLOP a byte; 0 for a copy
     */
    public static double attainable(double intensity, double flopsPerSecond, double bytesPerSecond) {
        return Math.min(flopsPerSecond, intensity * bytesPerSecond);
    }

    /** Shortest time of a kernel: {@code max(flops / flopsPerSecond, bytes / bytesPerSecond)}; FLOP may be zero. */
    public static double seconds(double flops, double bytes, double flopsPerSecond, double bytesPerSecond) {
        return Math.max(flops / flopsPerSecond, bytes / bytesPerSecond);
    }

    /** What it is the roofline of. */
    public String name() {
        return name;
    }

    /** The ceilings of memory and links that are known, from the innermost outward. */
    public List<RooflineCeiling> levels() {
        return List.copyOf(levels.values());
    }

    /** The ceilings of the number formats that the device has. */
    public List<RooflineCeiling> peaks() {
        return new ArrayList<>(peaks.values());
    }

    /**
     * The ceiling of one level.
     *
     * @throws IllegalArgumentException if nothing is known of it, naming the levels that are known
     */
    public RooflineCeiling ceiling(RooflineLevel level) {
        RooflineCeiling ceiling = levels.get(level);
        if (ceiling == null) {
            throw new IllegalArgumentException(
                    "no rate of " + level + " is known for " + name + "; known are " + levels.keySet());
        }
        return ceiling;
    }

    /**
     * The ceiling of one number format.
     *
     * @throws IllegalArgumentException if the device lacks it, naming those it has
     */
    public RooflineCeiling ceiling(Precision precision) {
        RooflineCeiling ceiling = peaks.get(precision);
        if (ceiling == null) {
            throw new IllegalArgumentException(
                    name + " has no " + precision + " matrix rate; it has " + peaks.keySet());
        }
        return ceiling;
    }

    /** Highest FLOP/s at an intensity over device memory, by specified rates. */
    public double attainableFlopsPerSecond(double intensity, Precision precision) {
        return attainableFlopsPerSecond(intensity, precision, RooflineLevel.DEVICE_MEMORY, RooflineBasis.SPECIFIED);
    }

    /**
     * Highest FLOP/s at an intensity over one level.
     *
     * @param intensity FLOP for each byte at that level; 0 for a copy
     * @param basis rates as specified or as reached
     */
    public double attainableFlopsPerSecond(
            double intensity, Precision precision, RooflineLevel level, RooflineBasis basis) {
        Check.nonNegative(intensity, "intensity", "FLOP/byte");
        return attainable(
                intensity, ceiling(precision).rate(basis), ceiling(level).rate(basis));
    }

    /** Intensity at which the two ceilings meet: below it the level binds, above it the number format. */
    public double ridge(Precision precision, RooflineLevel level, RooflineBasis basis) {
        return ceiling(precision).rate(basis) / ceiling(level).rate(basis);
    }

    /**
     * Shortest time of a kernel over the best known rates: those reached where known, else those specified.
     *
     * @param flops operations, 0 for a copy
     * @param bytesByLevel bytes at each level in the order of {@link RooflineLevel}; trailing levels may be left out,
     *     0 where nothing moves
     */
    public double seconds(double flops, Precision precision, double... bytesByLevel) {
        double longest = computeSeconds(flops, precision);
        for (int i = 0; i < bytesByLevel.length; i++) {
            longest = Math.max(longest, levelSeconds(i, bytesByLevel[i]));
        }
        return longest;
    }

    /**
     * The ceiling that makes {@link #seconds(double, Precision, double...)} what it is.
     *
     * @return that of a level or of the number format
     */
    public RooflineCeiling bindingCeiling(double flops, Precision precision, double... bytesByLevel) {
        double longest = computeSeconds(flops, precision);
        RooflineCeiling binding = ceiling(precision);
        for (int i = 0; i < bytesByLevel.length; i++) {
            double t = levelSeconds(i, bytesByLevel[i]);
            if (t > longest) {
                longest = t;
                binding = ceiling(RooflineLevel.values()[i]);
            }
        }
        return binding;
    }

    private double computeSeconds(double flops, Precision precision) {
        Check.nonNegative(flops, "operations of a kernel", "FLOP");
        double peak = bestFlopsPerSecond[precision.ordinal()];
        return peak > 0 ? flops / peak : flops / ceiling(precision).best().value();
    }

    private double levelSeconds(int level, double bytes) {
        if (level >= LEVELS) {
            throw new IllegalArgumentException(
                    "bytes of level " + level + " given, but there are " + LEVELS + " levels, from 0");
        }
        Check.nonNegative(bytes, "bytes of a kernel", "byte");
        if (bytes == 0) {
            return 0;
        }
        double rate = bestBytesPerSecond[level];
        return rate > 0
                ? bytes / rate
                : bytes / ceiling(RooflineLevel.values()[level]).best().value();
    }

    /** One line a ceiling. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(name);
        levels.values().forEach(ceiling -> text.append("\n  ").append(ceiling));
        peaks.values().forEach(ceiling -> text.append("\n  ").append(ceiling));
        return text.toString();
    }
}
