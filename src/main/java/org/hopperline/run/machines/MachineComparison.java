package org.hopperline.run.machines;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.function.Function;
import org.hopperline.core.Check;
import org.hopperline.core.Figure;
import org.hopperline.core.Units;
import org.hopperline.hardware.Cluster;
import org.hopperline.hardware.Clusters;
import org.hopperline.text.Nearest;
import org.hopperline.text.TextTable;

/**
 * Several machines in the same units, as values.
 *
 * @param machines at least one; the first is the one the others are held against
 */
public record MachineComparison(List<Machine> machines) {

    /** @throws IllegalArgumentException if there is no machine */
    public MachineComparison {
        machines = List.copyOf(machines);
        if (machines.isEmpty()) {
            throw new IllegalArgumentException("a comparison needs at least one machine");
        }
    }

    /** Machines of the catalogue. */
    public static MachineComparison of(Cluster... clusters) {
        return new MachineComparison(Arrays.stream(clusters).map(Machine::of).toList());
    }

    /** Memphis against the machines it was announced to outgrow, and against Meta's 24,576 H100s. */
    public static MachineComparison ofJuly2024() {
        return of(Clusters.MEMPHIS, Clusters.AURORA, Clusters.FRONTIER, Clusters.EAGLE, Clusters.META_ROCE);
    }

    /**
     * Adds the training throughput of one model on each machine; {@code Training.on(MachineComparison)} predicts it.
     *
     * @param flopsPerSecond model FLOP/s of a whole machine, above 0, with its birthplace
     */
    public MachineComparison withTraining(Function<Cluster, Figure> flopsPerSecond) {
        List<Machine> more = new ArrayList<>();
        for (Machine machine : machines) {
            Figure value = flopsPerSecond.apply(Clusters.named(machine.name()));
            Check.positive(value.value(), "training throughput of " + machine.name(), "FLOP/s");
            more.add(machine.with(Measure.TRAINING, value));
        }
        return new MachineComparison(more);
    }

    /**
     * How many times {@code name} goes into {@code of}, in one unit.
     *
     * @return empty if either is not published in that unit
     * @throws IllegalArgumentException if a machine is not part of this comparison, with the nearest names
     */
    public OptionalDouble ratio(Measure measure, String of, String name) {
        Figure above = machine(of).values().get(measure);
        Figure below = machine(name).values().get(measure);
        return above == null || below == null
                ? OptionalDouble.empty()
                : OptionalDouble.of(above.value() / below.value());
    }

    /** The machine of that name. */
    public Machine machine(String name) {
        return machines.stream()
                .filter(m -> Nearest.plain(m.name()).equals(Nearest.plain(name)))
                .findFirst()
                .orElseThrow(() -> Nearest.unknown(
                        "machine of this comparison",
                        name,
                        machines.stream().map(Machine::name).toList()));
    }

    /** Every value, and in brackets how many times the first machine is that of the column. */
    @Override
    public String toString() {
        TextTable table = TextTable.of(machines.size() + 1);
        List<String> header = new ArrayList<>(List.of(""));
        machines.forEach(m -> header.add(m.name()));
        table.row(header);
        String first = machines.get(0).name();
        for (Measure measure : Measure.values()) {
            List<String> row = new ArrayList<>(List.of(measure.label()));
            for (Machine machine : machines) {
                Figure value = machine.values().get(measure);
                OptionalDouble ratio = ratio(measure, first, machine.name());
                row.add(value == null ? "-" : cell(value, ratio));
            }
            if (row.stream().skip(1).anyMatch(c -> !"-".equals(c))) {
                table.row(row);
            }
        }
        return table.toString();
    }

    private static String cell(Figure value, OptionalDouble ratio) {
        String shown = Units.format(value.value(), value.unit());
        return ratio.isPresent() ? String.format(Locale.ROOT, "%s (%.2f)", shown, ratio.getAsDouble()) : shown;
    }
}
