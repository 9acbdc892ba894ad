package org.hopperline.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.hopperline.core.Interval;
import org.hopperline.measured.MeasuredRun;
import org.hopperline.step.StepInterval;
import org.hopperline.validation.Comparison;

/** One row of text for each measured run beside its prediction. */
final class AccuracyRows {

    private static final double COVERAGE = 0.8;
    private static final List<String> COLUMNS = List.of(
            "id",
            "split",
            "source",
            "software",
            "profile",
            "model",
            "chip",
            "devices",
            "precision",
            "plan",
            "measured_tokens_per_s_per_device",
            "predicted_tokens_per_s_per_device",
            "error",
            "low_80",
            "high_80");

    private AccuracyRows() {}

    static Table table(List<Comparison> comparisons) {
        List<List<String>> rows = new ArrayList<>();
        for (Comparison c : comparisons) {
            MeasuredRun run = c.run();
            double predicted = c.prediction().tokensPerSecondPerDevice();
            List<String> row = new ArrayList<>(List.of(
                    run.id(),
                    run.split(),
                    run.source(),
                    run.softwareVersion(),
                    run.software().name(),
                    run.model().name(),
                    run.chip(),
                    Integer.toString(run.cluster().devices()),
                    run.precision().toString(),
                    c.prediction().setup().plan().toString(),
                    number(run.tokensPerSecondPerDevice()),
                    number(predicted),
                    String.format(Locale.ROOT, "%.4f", c.error())));
            row.addAll(ends(c, predicted));
            rows.add(row);
        }
        return new Table(COLUMNS, rows);
    }

    /** Token rates at both ends of the interval; empty where nothing supports one. */
    private static List<String> ends(Comparison c, double predicted) {
        if (!StepInterval.isLearnt(c.prediction().setup())) {
            return List.of("", "");
        }
        Interval factor = c.prediction().factor(COVERAGE);
        return List.of(number(predicted / factor.high()), number(predicted / factor.low()));
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.5g", value);
    }
}
