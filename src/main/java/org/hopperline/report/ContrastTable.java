package org.hopperline.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.hopperline.report.Report.Section;
import org.hopperline.validation.Accuracy;
import org.hopperline.validation.Contrast;
import org.hopperline.validation.Contrasts;

/** Pairs of runs that differ in one thing only. */
final class ContrastTable {

    private ContrastTable() {}

    static Section section(Accuracy accuracy, List<String> splits) {
        List<List<String>> rows = new ArrayList<>();
        for (Contrast.Axis axis : Contrast.Axis.values()) {
            for (String split : splits) {
                rows.add(row(
                        split, Contrasts.summary(accuracy.where(r -> r.split().equals(split)), axis)));
            }
        }
        return new Section(
                "Contrasts",
                String.format(
                        Locale.ROOT,
                        "Pairs of runs of one source and software that differ in one thing only: how well the ratio of"
                                + " their token rates is predicted. The sign is judged where the measured ratio is more"
                                + " than %.0f %% from one.",
                        100 * Contrast.NOISE),
                new Table(
                        List.of("differs in", "split", "pairs", "median error", "mean error", "judged", "sign right"),
                        rows),
                List.of());
    }

    private static List<String> row(String split, Contrasts.Summary summary) {
        return List.of(
                summary.axis().name().toLowerCase(Locale.ROOT),
                split,
                Integer.toString(summary.pairs()),
                AccuracyReport.percent(summary.median()),
                AccuracyReport.percent(summary.mean()),
                Integer.toString(summary.judged()),
                AccuracyReport.percent(summary.signRight()));
    }
}
