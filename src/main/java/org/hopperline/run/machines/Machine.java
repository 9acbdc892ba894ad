package org.hopperline.run.machines;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.hopperline.core.Check;
import org.hopperline.core.Figure;
import org.hopperline.core.Kind;
import org.hopperline.core.Precision;
import org.hopperline.hardware.Chip;
import org.hopperline.hardware.Cluster;
import org.hopperline.text.FigureTable;

/**
 * One machine in every unit in which it is known.
 *
 * @param name the installation
 * @param values what is known, with its birthplace; an absent measure is not published
 */
public record Machine(String name, Map<Measure, Figure> values) {

    private static final FigureTable FIGURES = FigureTable.resource(Machine.class, "machines.csv");

    private static final Map<Measure, Precision> PEAKS = Map.of(
            Measure.FP64_PEAK, Precision.FP64,
            Measure.FP32_PEAK, Precision.FP32,
            Measure.TF32_PEAK, Precision.TF32,
            Measure.FP16_PEAK, Precision.FP16,
            Measure.BF16_PEAK, Precision.BF16,
            Measure.FP8_PEAK, Precision.FP8,
            Measure.INT8_PEAK, Precision.INT8);

    /** Copies the values. */
    public Machine {
        Check.notBlank(name, "name of a machine");
        EnumMap<Measure, Figure> copy = new EnumMap<>(Measure.class);
        copy.putAll(values);
        values = Collections.unmodifiableMap(copy);
    }

    /**
     * All that the catalogue knows of a machine. Linpack belongs to the nodes that ran it: where the catalogue says how many
     * those were, they divide it, never the whole machine.
     */
    public static Machine of(Cluster cluster) {
        EnumMap<Measure, Figure> values = new EnumMap<>(Measure.class);
        Chip chip = cluster.chip();
        int devices = cluster.devices();
        int packageDevices = cluster.node().packageDevices();
        values.put(
                Measure.ACCELERATORS,
                Figure.specified(devices / packageDevices, "1", cluster.name() + " in the catalogue"));
        PEAKS.forEach((measure, precision) -> peak(values, measure, chip, precision, devices));
        String perNode = cluster.name() + ".measured_bf16_per_node";
        Figure perChip = chip.figures().get("measured_bf16");
        if (FIGURES.names().contains(perNode)) {
            values.put(Measure.BF16_MEASURED, times(FIGURES.get(perNode), cluster.nodes()));
        } else if (perChip != null) {
            values.put(Measure.BF16_MEASURED, times(perChip, devices));
        }
        Figure hpl = cluster.facts().get("hpl_rmax");
        if (hpl != null) {
            values.put(Measure.HPL, hpl);
            Linpack predicted = Linpack.of(cluster);
            values.put(
                    Measure.HPL_PREDICTED,
                    Figure.assumed(
                            predicted.flopsPerSecond(),
                            "FLOP/s",
                            "machines.Linpack; products: " + predicted.rate().source()));
            Figure hplNodes = cluster.facts().get("hpl_nodes");
            double nodes = hplNodes == null ? cluster.nodes() : hplNodes.value();
            double accelerators = nodes * cluster.node().devices() / packageDevices;
            values.put(Measure.HPL_PER_ACCELERATOR, times(hpl, 1 / accelerators));
        }
        values.put(Measure.MEMORY, times(chip.specifiedMemory(), devices));
        Figure each = cluster.fact("it_power_per_device");
        values.put(Measure.IT_POWER, times(each, devices));
        values.put(
                Measure.FACILITY_POWER,
                new Figure(cluster.facilityWatts(), "W", Kind.ASSUMED, each.source() + "; times usage effectiveness"));
        return new Machine(cluster.name(), values);
    }

    /** The same machine with one more value. */
    public Machine with(Measure measure, Figure value) {
        if (!measure.unit().equals(value.unit())) {
            throw new IllegalArgumentException(measure.label() + " of " + name + " is given in " + value.unit()
                    + ", but must be in " + measure.unit());
        }
        EnumMap<Measure, Figure> more = new EnumMap<>(Measure.class);
        more.putAll(values);
        more.put(measure, value);
        return new Machine(name, more);
    }

    /** The value in one unit; empty if it is not published. */
    public Optional<Figure> value(Measure measure) {
        return Optional.ofNullable(values.get(measure));
    }

    private static void peak(
            Map<Measure, Figure> values, Measure measure, Chip chip, Precision precision, int devices) {
        if (chip.supports(precision)) {
            values.put(measure, times(chip.figure("dense_" + precision.name().toLowerCase(Locale.ROOT)), devices));
        }
    }

    private static Figure times(Figure figure, double factor) {
        return new Figure(figure.value() * factor, figure.unit(), figure.kind(), figure.source());
    }
}
