package org.hopperline.hardware;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.hopperline.core.Check;
import org.hopperline.core.Figure;
import org.hopperline.core.Kind;
import org.hopperline.core.Precision;
import org.hopperline.core.Units;
import org.hopperline.text.Nearest;
import org.hopperline.text.TextTable;
import org.jspecify.annotations.Nullable;

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
 * @param sparsePeaks specified peak with 2:4 sparsity, FLOP/s; empty where the maker has none
 * @param vectorPeaks specified peak of the vector units, FLOP/s
 * @param measuredRates highest matrix rate somebody measured, FLOP/s; never mixed with a peak
 * @param further other figures, by the names that {@link ChipBuilder#FURTHER} lists
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
        Figure powerLimit,
        Map<Precision, Figure> sparsePeaks,
        Map<Precision, Figure> vectorPeaks,
        Map<Precision, Figure> measuredRates,
        Map<String, Figure> further) {

    /** Checks the name, the count and that every figure is above zero, and copies the maps. */
    public Chip {
        Check.notBlank(name, "name of a chip");
        Check.notNull(architecture, "architecture");
        Check.positive(computeUnits, "compute units of " + name);
        positive(name, "tensor clock", tensorClock);
        positive(name, "maximum clock", maximumClock);
        positive(name, "specified memory", specifiedMemory);
        positive(name, "visible memory", visibleMemory);
        positive(name, "memory bandwidth", memoryBandwidth);
        positive(name, "L2", l2);
        positive(name, "shared memory", sharedMemoryPerUnit);
        positive(name, "power limit", powerLimit);
        densePeaks = copy(name, "dense peak", densePeaks);
        sparsePeaks = copy(name, "sparse peak", sparsePeaks);
        vectorPeaks = copy(name, "vector peak", vectorPeaks);
        measuredRates = copy(name, "measured rate", measuredRates);
        further = Collections.unmodifiableMap(new LinkedHashMap<>(further));
        further.forEach((key, figure) -> positive(name, key, figure));
    }

    /** A chip of which only the figures that every prediction needs are known. */
    public Chip(
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
        this(
                name,
                architecture,
                computeUnits,
                densePeaks,
                tensorClock,
                maximumClock,
                specifiedMemory,
                visibleMemory,
                memoryBandwidth,
                l2,
                sharedMemoryPerUnit,
                powerLimit,
                Map.of(),
                Map.of(),
                Map.of(),
                Map.of());
    }

    /** Describes a new chip figure by figure; what is left out is assumed and said to be so. */
    public static ChipBuilder builder(String name, Architecture architecture) {
        return new ChipBuilder(name, architecture);
    }

    private static void positive(String chip, String what, Figure figure) {
        Check.positive(Check.notNull(figure, what + " of " + chip).value(), what + " of " + chip, figure.unit());
    }

    private static Map<Precision, Figure> copy(String chip, String what, Map<Precision, Figure> peaks) {
        Map<Precision, Figure> copy = new EnumMap<>(Precision.class);
        copy.putAll(Check.notNull(peaks, what));
        copy.forEach((precision, figure) -> positive(chip, precision + " " + what, figure));
        return Collections.unmodifiableMap(copy);
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

    /** Every figure by name, in a fixed order: {@code dense_bf16}, {@code memory_bandwidth} and so on. */
    public Map<String, Figure> figures() {
        Map<String, Figure> all = new LinkedHashMap<>();
        all.put("tensor_clock", tensorClock);
        all.put("maximum_clock", maximumClock);
        put(all, "dense_", densePeaks);
        put(all, "sparse_", sparsePeaks);
        put(all, "vector_", vectorPeaks);
        put(all, "measured_", measuredRates);
        all.put("specified_memory", specifiedMemory);
        all.put("visible_memory", visibleMemory);
        all.put("memory_bandwidth", memoryBandwidth);
        all.put("l2", l2);
        all.put("shared_memory_per_unit", sharedMemoryPerUnit);
        all.put("power_limit", powerLimit);
        all.putAll(further);
        return all;
    }

    private static void put(Map<String, Figure> all, String prefix, Map<Precision, Figure> peaks) {
        peaks.forEach((precision, figure) -> all.put(prefix + precision.name().toLowerCase(Locale.ROOT), figure));
    }

    /**
     * The figure of that name.
     *
     * @throws IllegalArgumentException if the chip has none, with the nearest names
     */
    public Figure figure(String figureName) {
        Map<String, Figure> all = figures();
        Figure figure = all.get(figureName);
        if (figure == null) {
            throw Nearest.unknown("figure of " + name, figureName, all.keySet());
        }
        return figure;
    }

    /**
     * The same chip with one figure varied; the new figure is of kind assumed and names the old one.
     *
     * @param figureName such as {@code power_limit}
     * @param value in the SI unit of the figure, above zero
     */
    public Chip with(String figureName, double value) {
        Figure varied = figure(figureName).varied(value);
        ChipBuilder builder = new ChipBuilder(name, architecture).computeUnits(computeUnits);
        figures().forEach((key, figure) -> builder.figure(key, key.equals(figureName) ? varied : figure));
        return builder.build();
    }

    /** What nobody published: one line for each figure of kind assumed, with the value taken and the reason. */
    public List<String> assumptions() {
        List<String> lines = new ArrayList<>();
        figures().forEach((key, figure) -> {
            if (figure.kind() == Kind.ASSUMED) {
                lines.add(key + " = " + Units.format(figure.value(), figure.unit()) + ": " + figure.source());
            }
        });
        return List.copyOf(lines);
    }

    /**
     * The figures that the chip lacks and for which nothing is assumed, by the names that {@link ChipBuilder} takes;
     * what needs one says so or goes without it.
     */
    public List<String> missing() {
        List<String> names = new ArrayList<>(ChipBuilder.names());
        names.removeAll(figures().keySet());
        return List.copyOf(names);
    }

    /** The levels from the registers outward; a level without a known capacity is left out. */
    public List<MemoryLevel> memoryLevels() {
        List<MemoryLevel> levels = new ArrayList<>();
        Figure registers = further.get("register_file_per_unit");
        if (registers != null) {
            levels.add(new MemoryLevel("registers", wholeChip(registers, computeUnits), null));
        }
        Figure perClock = further.get("shared_memory_bandwidth_per_unit_per_clock");
        levels.add(new MemoryLevel(
                "shared memory", wholeChip(sharedMemoryPerUnit, computeUnits), sharedMemoryBandwidth(perClock)));
        levels.add(new MemoryLevel("L2", l2, further.get("measured_l2_bandwidth")));
        levels.add(new MemoryLevel("device memory", visibleMemory, memoryBandwidth));
        return List.copyOf(levels);
    }

    private static Figure wholeChip(Figure perUnit, int units) {
        return new Figure(
                perUnit.value() * units, perUnit.unit(), perUnit.kind(), units + " units, each: " + perUnit.source());
    }

    private @Nullable Figure sharedMemoryBandwidth(@Nullable Figure perClock) {
        return perClock == null
                ? null
                : new Figure(
                        perClock.value() * computeUnits * maximumClock.value(),
                        "byte/s",
                        perClock.kind(),
                        computeUnits + " units at the maximum clock, each: " + perClock.source());
    }

    /** One line: {@code H100 SXM5 80GB: 989.4 TFLOP/s BF16, 3.35 TB/s, 80 GB, 700 W}. */
    @Override
    public String toString() {
        Figure bf16 = densePeaks.get(Precision.BF16);
        String peak = bf16 == null ? "no BF16" : Units.format(bf16.value(), "FLOP/s") + " BF16";
        String line = name + ": " + peak + ", " + Units.format(memoryBandwidth.value(), "byte/s") + ", "
                + Units.format(specifiedMemory.value(), "byte") + ", " + Units.format(powerLimit.value(), "W");
        return line.length() < 80 ? line : line.substring(0, 76) + "...";
    }

    /** Every figure with its unit, kind and source, one a line, and the names of the missing ones. */
    public String card() {
        TextTable table = TextTable.of(4);
        table.row("compute_units", Integer.toString(computeUnits), "", "");
        figures()
                .forEach((key, figure) -> table.row(
                        key,
                        Units.format(figure.value(), figure.unit()),
                        figure.kind().name().toLowerCase(Locale.ROOT),
                        figure.source()));
        return this + "\n" + architecture + "\n" + table + "missing: " + String.join(", ", missing()) + "\n";
    }
}
