package org.hopperline.report;

import java.util.ArrayList;
import java.util.List;
import org.hopperline.core.Check;
import org.hopperline.run.CampaignForecast;
import org.hopperline.run.PhasedPrediction;
import org.hopperline.run.RunPrediction;
import org.hopperline.run.machines.MachineComparison;
import org.hopperline.search.ParetoFront;
import org.hopperline.search.SearchResult;
import org.hopperline.search.Sensitivity;
import org.hopperline.validation.Accuracy;
import org.jspecify.annotations.Nullable;

/**
 * A result as a document: sections of text and tables that become Markdown, plain text for a terminal, or CSV.
 *
 * @param title above everything
 * @param sections in order
 * @param data the rows that {@link #toCsv()} writes
 * @param chart a picture of the result; null if there is none
 */
public record Report(
        String title,
        List<Section> sections,
        Table data,
        @Nullable Chart chart) {

    private static final int TEXT_WIDTH = 98;

    /**
     * A part of a report.
     *
     * @param heading above it
     * @param text a paragraph; empty for none
     * @param table below the paragraph; null for none
     * @param items a list below the table; empty for none
     */
    public record Section(
            String heading, String text, @Nullable Table table, List<String> items) {

        /** Copies the list. */
        public Section {
            items = List.copyOf(items);
        }

        /** The section in Markdown, without its heading. */
        public String body() {
            StringBuilder markdown = new StringBuilder();
            if (!text.isEmpty()) {
                markdown.append(text).append("\n\n");
            }
            if (table != null) {
                markdown.append(table.toMarkdown()).append('\n');
            }
            items.forEach(item -> markdown.append("- ").append(item).append('\n'));
            if (!items.isEmpty()) {
                markdown.append('\n');
            }
            return markdown.toString();
        }
    }

    /** Copies the list. */
    public Report {
        sections = List.copyOf(sections);
    }

    /** Predicted against measured: scores by every grouping, contrasts, intervals, the worst rows, rows set aside. */
    public static Report of(Accuracy accuracy) {
        return AccuracyReport.of(Check.notNull(accuracy, "accuracy"));
    }

    /** The answer to one training question: figures, the largest terms of a step, and what was assumed. */
    public static Report of(RunPrediction prediction) {
        return RunReport.of(List.of(Check.notNull(prediction, "prediction")));
    }

    /** The forecast of a campaign: finish, energy and cost with bands, the machine by date, power, reasons. */
    public static Report of(CampaignForecast forecast) {
        return CampaignReport.of(Check.notNull(forecast, "forecast"));
    }

    /** Machines in every unit, how many times each goes into the first, and where each figure comes from. */
    public static Report of(MachineComparison machines) {
        return MachineReport.of(Check.notNull(machines, "machines"));
    }

    /** The answer to a run in phases: one line a phase, and their sums. */
    public static Report of(PhasedPrediction prediction) {
        return PhasesReport.of(Check.notNull(prediction, "prediction"));
    }

    /** Answers beside each other: first their figures in columns, then what each is made of. */
    public static Report compare(RunPrediction first, RunPrediction second, RunPrediction... more) {
        List<RunPrediction> all = new ArrayList<>(List.of(first, second));
        all.addAll(List.of(more));
        return RunReport.of(all);
    }

    /** The best plans of a search: the plans, why the second lost, and what became of all others. */
    public static Report of(SearchResult result) {
        return SearchReport.of(Check.notNull(result, "result"));
    }

    /** Plans between two objectives. */
    public static Report of(ParetoFront front) {
        return SearchReport.of(Check.notNull(front, "front"));
    }

    /** What a step depends on, with its tornado chart. */
    public static Report of(Sensitivity sensitivity) {
        return SearchReport.of(Check.notNull(sensitivity, "sensitivity"));
    }

    /**
     * The section of that heading.
     *
     * @throws IllegalArgumentException if there is none, with the headings there are
     */
    public Section section(String heading) {
        return sections.stream()
                .filter(s -> s.heading().equals(heading))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no section \"" + heading + "\"; there are "
                        + sections.stream().map(Section::heading).toList()));
    }

    /** The whole report in Markdown. */
    public String toMarkdown() {
        StringBuilder markdown = new StringBuilder("# ").append(title).append("\n\n");
        for (Section section : sections) {
            markdown.append("## ").append(section.heading()).append("\n\n").append(section.body());
        }
        return markdown.toString().stripTrailing() + "\n";
    }

    /** The whole report as plain text for a terminal of 100 columns, as far as its tables allow. */
    public String toText() {
        StringBuilder plain = new StringBuilder(title).append('\n');
        for (Section section : sections) {
            plain.append('\n').append(section.heading()).append('\n');
            if (!section.text().isEmpty()) {
                wrap(plain, "", section.text());
            }
            if (section.table() != null) {
                plain.append(section.table().toText());
            }
            section.items().forEach(item -> wrap(plain, "- ", item));
        }
        return plain.toString();
    }

    /** The rows behind the report as CSV. */
    public String toCsv() {
        return data.toCsv();
    }

    private static void wrap(StringBuilder plain, String lead, String text) {
        StringBuilder line = new StringBuilder(lead);
        for (String word : text.split(" ")) {
            if (line.length() > lead.length() && line.length() + word.length() > TEXT_WIDTH) {
                plain.append(line.toString().stripTrailing()).append('\n');
                line = new StringBuilder(" ".repeat(lead.length()));
            }
            line.append(word).append(' ');
        }
        plain.append(line.toString().stripTrailing()).append('\n');
    }
}
