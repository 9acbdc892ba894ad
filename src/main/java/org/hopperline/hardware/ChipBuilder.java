package org.hopperline.hardware;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.hopperline.core.Check;
import org.hopperline.core.Figure;
import org.hopperline.core.Precision;
import org.hopperline.core.Units;
import org.hopperline.text.Nearest;
import org.jspecify.annotations.Nullable;

/**
 * Describes a chip figure by figure. Compute units, one dense peak, the memory and its bandwidth must be given; every
 * other figure that a prediction needs is assumed from the reference chip of the architecture where it is missing, and
 * {@link Chip#assumptions()} says so.
 */
public final class ChipBuilder {

    /** Names of figures that a chip may have beside those with accessors of their own. */
    public static final List<String> FURTHER = List.of(
            "shared_memory_bandwidth_per_unit_per_clock",
            "register_file_per_unit",
            "scale_up_bandwidth",
            "host_bandwidth",
            "measured_memory_bandwidth",
            "measured_l2_bandwidth",
            "measured_scale_up_bandwidth",
            "measured_host_bandwidth",
            "idle_power");

    private static final Map<String, String> UNITS = units();

    private final String name;
    private final Architecture architecture;
    private final Map<String, Figure> figures = new LinkedHashMap<>();
    private int computeUnits;

    ChipBuilder(String name, Architecture architecture) {
        this.name = Check.notBlank(name, "name of a chip");
        this.architecture = Check.notNull(architecture, "architecture of " + name);
    }

    private static Map<String, String> units() {
        Map<String, String> units = new LinkedHashMap<>();
        units.put("tensor_clock", "Hz");
        units.put("maximum_clock", "Hz");
        for (String prefix : List.of("dense_", "sparse_", "vector_", "measured_")) {
            for (Precision precision : Precision.values()) {
                units.put(prefix + precision.name().toLowerCase(Locale.ROOT), "FLOP/s");
            }
        }
        units.put("specified_memory", "byte");
        units.put("visible_memory", "byte");
        units.put("memory_bandwidth", "byte/s");
        units.put("l2", "byte");
        units.put("shared_memory_per_unit", "byte");
        units.put("power_limit", "W");
        for (String further : FURTHER) {
            units.put(further, further.endsWith("_bandwidth") ? "byte/s" : further.endsWith("_power") ? "W" : "byte");
        }
        return units;
    }

    /** Every name of a figure, in the order of a card. */
    static Set<String> names() {
        return UNITS.keySet();
    }

    /** Streaming multiprocessors, compute units or Xe cores; at least 1. */
    public ChipBuilder computeUnits(int units) {
        computeUnits = Check.positive(units, "compute units of " + name);
        return this;
    }

    /**
     * Sets a figure; the last one of a name counts.
     *
     * @throws IllegalArgumentException if the name is unknown, with the nearest, or the unit is not that of the name
     */
    public ChipBuilder figure(String figureName, Figure figure) {
        String unit = UNITS.get(figureName);
        if (unit == null) {
            throw Nearest.unknown("figure of a chip", figureName, UNITS.keySet());
        }
        if (!unit.equals(figure.unit())) {
            throw new IllegalArgumentException(
                    figureName + " of " + name + " is given in " + figure.unit() + ", but must be in " + unit);
        }
        Check.positive(figure.value(), figureName + " of " + name, unit);
        figures.put(figureName, figure);
        return this;
    }

    /** Sets a figure that the maker printed, such as {@code ("dense_bf16", "989.4 TFLOP/s", "data sheet")}. */
    public ChipBuilder specified(String figureName, String quantity, String source) {
        return figure(figureName, Figure.specified(parsed(figureName, quantity), unitOf(figureName), source));
    }

    /** Sets a figure that somebody measured. */
    public ChipBuilder measured(String figureName, String quantity, String source) {
        return figure(figureName, Figure.measured(parsed(figureName, quantity), unitOf(figureName), source));
    }

    /** The value in SI, once its unit is that of the name: no byte/s for a peak, no FLOP for FLOP/s. */
    private double parsed(String figureName, String quantity) {
        double value = Units.parse(quantity);
        String unit = unitOf(figureName);
        List<String> endings = switch (unit) {
            case "byte" -> List.of("B");
            case "byte/s" -> List.of("B/s", "b/s");
            default -> List.of(unit);
        };
        if (endings.stream().noneMatch(quantity.strip()::endsWith)) {
            throw new IllegalArgumentException(figureName + " of " + name + " is given as \"" + quantity
                    + "\", but must be in " + String.join(" or ", endings) + ", with a prefix or none");
        }
        return value;
    }

    private static String unitOf(String figureName) {
        String unit = UNITS.get(figureName);
        if (unit == null) {
            throw Nearest.unknown("figure of a chip", figureName, UNITS.keySet());
        }
        return unit;
    }

    /** What {@link #build()} would assume if it were called now, by name; empty if nothing is missing. */
    public Map<String, Figure> missing() {
        Map<String, Figure> assumed = new LinkedHashMap<>();
        borrow(assumed, "dense_fp16", "dense_bf16");
        borrow(assumed, "dense_bf16", "dense_fp16");
        borrow(assumed, "visible_memory", "specified_memory");
        borrow(assumed, "maximum_clock", "tensor_clock");
        borrow(assumed, "tensor_clock", "maximum_clock");
        for (String needed : List.of("tensor_clock", "maximum_clock", "l2", "shared_memory_per_unit", "power_limit")) {
            if (!figures.containsKey(needed) && !assumed.containsKey(needed)) {
                Chip reference = Chips.reference(architecture);
                Figure figure = reference.figure(needed);
                assumed.put(needed, Figure.assumed(figure.value(), figure.unit(), "not given; as " + reference.name()));
            }
        }
        return assumed;
    }

    private void borrow(Map<String, Figure> assumed, String wanted, String from) {
        Figure other = figures.get(from);
        if (!figures.containsKey(wanted) && other != null) {
            assumed.put(wanted, Figure.assumed(other.value(), other.unit(), "not given; as " + from));
        }
    }

    /**
     * The chip.
     *
     * @throws IllegalArgumentException if compute units, a dense peak, the memory or its bandwidth are missing, all
     *     of them named
     */
    public Chip build() {
        List<String> absent = new ArrayList<>();
        if (computeUnits == 0) {
            absent.add("computeUnits");
        }
        if (peaks(figures, "dense_").isEmpty()) {
            absent.add("dense_bf16 or another dense peak");
        }
        for (String needed : List.of("specified_memory", "memory_bandwidth")) {
            if (!figures.containsKey(needed)) {
                absent.add(needed);
            }
        }
        if (!absent.isEmpty()) {
            throw new IllegalArgumentException(name + " cannot be built without " + String.join(", ", absent)
                    + "; nothing sensible can be assumed");
        }
        Map<String, Figure> all = new LinkedHashMap<>(figures);
        all.putAll(missing());
        Map<String, Figure> further = new LinkedHashMap<>();
        for (String key : FURTHER) {
            Figure figure = all.get(key);
            if (figure != null) {
                further.put(key, figure);
            }
        }
        return new Chip(
                name,
                architecture,
                computeUnits,
                peaks(all, "dense_"),
                need(all, "tensor_clock"),
                need(all, "maximum_clock"),
                need(all, "specified_memory"),
                need(all, "visible_memory"),
                need(all, "memory_bandwidth"),
                need(all, "l2"),
                need(all, "shared_memory_per_unit"),
                need(all, "power_limit"),
                peaks(all, "sparse_"),
                peaks(all, "vector_"),
                peaks(all, "measured_"),
                further);
    }

    private static Map<Precision, Figure> peaks(Map<String, Figure> all, String prefix) {
        Map<Precision, Figure> peaks = new EnumMap<>(Precision.class);
        for (Precision precision : Precision.values()) {
            @Nullable Figure figure = all.get(prefix + precision.name().toLowerCase(Locale.ROOT));
            if (figure != null) {
                peaks.put(precision, figure);
            }
        }
        return peaks;
    }

    private Figure need(Map<String, Figure> all, String figureName) {
        return Objects.requireNonNull(all.get(figureName), () -> figureName + " of " + name);
    }
}
