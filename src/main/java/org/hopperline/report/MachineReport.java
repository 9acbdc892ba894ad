package org.hopperline.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import org.hopperline.core.Figure;
import org.hopperline.core.Units;
import org.hopperline.report.Report.Section;
import org.hopperline.run.machines.Machine;
import org.hopperline.run.machines.MachineComparison;
import org.hopperline.run.machines.Measure;

/** Machines side by side as a report. */
final class MachineReport {

    private MachineReport() {}

    static Report of(MachineComparison comparison) {
        Table values = table(comparison, true);
        List<Section> sections = new ArrayList<>();
        sections.add(new Section("Values", "A dash: not published, or not supported.", values, List.of()));
        sections.add(new Section(
                "Times as large",
                "How many times each machine goes into "
                        + comparison.machines().get(0).name() + ".",
                table(comparison, false),
                List.of()));
        for (Machine machine : comparison.machines()) {
            sections.add(new Section("Sources: " + machine.name(), "", null, sources(machine)));
        }
        return new Report("Machines compared", sections, values, Charts.machines(comparison));
    }

    private static Table table(MachineComparison comparison, boolean values) {
        List<String> header = new ArrayList<>(List.of(""));
        comparison.machines().forEach(machine -> header.add(machine.name()));
        List<List<String>> rows = new ArrayList<>();
        for (Measure measure : Measure.values()) {
            List<String> row = new ArrayList<>(List.of(measure.label()));
            for (Machine machine : comparison.machines()) {
                row.add(values ? value(machine, measure) : ratio(comparison, machine, measure));
            }
            if (row.stream().skip(1).anyMatch(cell -> !cell.equals("-"))) {
                rows.add(row);
            }
        }
        return new Table(header, rows);
    }

    private static String value(Machine machine, Measure measure) {
        return machine.value(measure)
                .map(figure -> Units.format(figure.value(), figure.unit()))
                .orElse("-");
    }

    private static String ratio(MachineComparison comparison, Machine machine, Measure measure) {
        OptionalDouble ratio =
                comparison.ratio(measure, comparison.machines().get(0).name(), machine.name());
        return ratio.isPresent() ? String.format(Locale.ROOT, "%.2f", ratio.getAsDouble()) : "-";
    }

    private static List<String> sources(Machine machine) {
        List<String> lines = new ArrayList<>();
        for (Measure measure : Measure.values()) {
            Figure figure = machine.values().get(measure);
            if (figure != null) {
                lines.add(measure.label() + " (" + figure.kind().name().toLowerCase(Locale.ROOT) + "): "
                        + figure.source());
            }
        }
        return lines;
    }
}
