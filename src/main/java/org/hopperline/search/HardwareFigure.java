package org.hopperline.search;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import org.hopperline.core.Check;
import org.hopperline.core.Figure;
import org.hopperline.core.Precision;
import org.hopperline.hardware.Chip;
import org.hopperline.hardware.Cluster;
import org.hopperline.hardware.Link;
import org.hopperline.hardware.Node;

/**
 * A figure of a machine that can be varied: what it is, what it is worth, and the machine with another value.
 *
 * @param name such as {@code nic_bandwidth}, {@code memory_bandwidth} of the chip, or a fact of the fabric
 * @param unit its SI unit
 * @param value what a machine has
 * @param variation the machine with another value
 */
public record HardwareFigure(String name, String unit, ToDoubleFunction<Cluster> value, Variation variation) {

    /** A machine with another value of a figure. */
    @FunctionalInterface
    public interface Variation {
        /** The machine with the value put in. */
        Cluster with(Cluster machine, double value);
    }

    /** Bytes a second of one network interface. */
    public static final HardwareFigure NIC_BANDWIDTH = new HardwareFigure(
            "nic_bandwidth",
            "byte/s",
            machine -> machine.node().nic().bytesPerSecond(),
            (machine, value) -> machine.withNode(linked(
                    machine.node(),
                    machine.node().scaleUp(),
                    varied(machine.node().nic(), value))));

    /** Bytes a second out of one device inside a node. */
    public static final HardwareFigure SCALE_UP_BANDWIDTH = new HardwareFigure(
            "scale_up_bandwidth",
            "byte/s",
            machine -> machine.node().scaleUp().bytesPerSecond(),
            (machine, value) -> machine.withNode(linked(
                    machine.node(),
                    varied(machine.node().scaleUp(), value),
                    machine.node().nic())));

    /**
     * Figures of a chip that a step may depend on. Rates of other precisions are left out, as is the tensor clock: it says at
     * which clock the peaks hold, and another one with the same peaks is another statement of the same chip.
     */
    private static final List<String> OF_CHIP = List.of(
            "maximum_clock",
            "memory_bandwidth",
            "measured_memory_bandwidth",
            "l2",
            "measured_l2_bandwidth",
            "shared_memory_per_unit",
            "power_limit");

    /** Checks that all is there. */
    public HardwareFigure {
        Check.notBlank(name, "name of a figure");
        Check.notBlank(unit, "unit of " + name);
        Check.notNull(value, "value of " + name);
        Check.notNull(variation, "variation of " + name);
    }

    /** What {@code machine} has. */
    public double of(Cluster machine) {
        return value.applyAsDouble(machine);
    }

    /** {@code machine} with another value, above zero. */
    public Cluster with(Cluster machine, double other) {
        return variation.with(machine, Check.positive(other, name, unit));
    }

    /** A figure of the chip by its name, such as {@code memory_bandwidth}. */
    public static HardwareFigure ofChip(Chip chip, String figureName) {
        Figure figure = chip.figure(figureName);
        return new HardwareFigure(
                figureName,
                figure.unit(),
                machine -> machine.chip().figure(figureName).value(),
                (machine, value) ->
                        machine.withNode(chipped(machine.node(), machine.chip().with(figureName, value))));
    }

    /** A fact of the machine by its name, such as {@code throughput}. */
    public static HardwareFigure ofFact(Cluster machine, String factName) {
        Figure fact = machine.fact(factName);
        return new HardwareFigure(
                factName,
                fact.unit(),
                any -> any.fact(factName).value(),
                (any, value) -> any.withFact(factName, value));
    }

    /** Every figure of a machine that the time of a step in {@code precision} may depend on and that has no steps. */
    public static List<HardwareFigure> all(Cluster machine, Precision precision) {
        List<HardwareFigure> figures = new ArrayList<>();
        Chip chip = machine.chip();
        for (String prefix : List.of("dense_", "vector_", "measured_")) {
            add(figures, chip, prefix + precision.name().toLowerCase(Locale.ROOT));
        }
        add(figures, chip, "vector_fp32");
        OF_CHIP.forEach(name -> add(figures, chip, name));
        figures.add(SCALE_UP_BANDWIDTH);
        figures.add(NIC_BANDWIDTH);
        for (String fact : machine.facts().keySet()) {
            if (fact.equals("throughput") || fact.endsWith("_oversubscription")) {
                figures.add(ofFact(machine, fact));
            }
        }
        return figures;
    }

    private static void add(List<HardwareFigure> figures, Chip chip, String name) {
        if (chip.figures().containsKey(name)) {
            figures.add(ofChip(chip, name));
        }
    }

    private static Link varied(Link link, double bytesPerSecond) {
        return new Link(link.name(), link.bandwidth().varied(bytesPerSecond));
    }

    /** The node with other links; where its packages have the link of the whole node, they get the new one. */
    private static Node linked(Node node, Link scaleUp, Link nic) {
        return new Node(
                node.name(),
                node.chip(),
                node.devices(),
                scaleUp,
                node.nics(),
                nic,
                node.packageDevices(),
                node.packageLink().equals(node.scaleUp()) ? scaleUp : node.packageLink(),
                node.ratedPower());
    }

    private static Node chipped(Node node, Chip chip) {
        return new Node(
                node.name(),
                chip,
                node.devices(),
                node.scaleUp(),
                node.nics(),
                node.nic(),
                node.packageDevices(),
                node.packageLink(),
                node.ratedPower());
    }
}
