package org.hopperline.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.hopperline.calibration.ErrorStatistics;
import org.hopperline.report.Report.Section;
import org.hopperline.validation.Accuracy;
import org.hopperline.validation.Comparison;
import org.hopperline.validation.NoiseFloor;

/** About what is left to who does not know the release of the software, beside what the library does. */
final class FloorTable {

    private FloorTable() {}

    static Section section(Accuracy accuracy, List<String> splits) {
        NoiseFloor floor = NoiseFloor.of(accuracy);
        List<List<String>> rows = new ArrayList<>();
        for (String split : splits) {
            for (boolean experts : new boolean[] {false, true}) {
                rows.add(row(floor, split, experts));
            }
        }
        return new Section(
                "Noise floor",
                "Rows whose configuration was measured with two releases of the software or more, and an oracle that answers"
                        + " with the mean of all of them: about what is left to a predictor that does not know the release."
                        + " Profiles tell some releases apart, so predictions may come below it.",
                new Table(
                        List.of(
                                "split",
                                "runs",
                                "rows",
                                "oracle, MAPE",
                                "oracle, p90",
                                "predicted, MAPE",
                                "predicted, p90"),
                        rows),
                List.of());
    }

    private static List<String> row(NoiseFloor floor, String split, boolean experts) {
        List<Double> oracle = new ArrayList<>();
        List<Double> predicted = new ArrayList<>();
        for (int i = 0; i < floor.repeated().size(); i++) {
            Comparison comparison = floor.repeated().get(i);
            if (comparison.run().split().equals(split)
                    && comparison.run().model().hasExperts() == experts) {
                oracle.add(floor.oracle().get(i));
                predicted.add(comparison.error());
            }
        }
        ErrorStatistics least = statistics(oracle);
        ErrorStatistics ours = statistics(predicted);
        return List.of(
                split,
                experts ? "experts" : "dense",
                String.format(Locale.ROOT, "%d", ours.rows()),
                AccuracyReport.percent(least.mape()),
                AccuracyReport.percent(least.p90()),
                AccuracyReport.percent(ours.mape()),
                AccuracyReport.percent(ours.p90()));
    }

    private static ErrorStatistics statistics(List<Double> errors) {
        return ErrorStatistics.of(
                errors.stream().mapToDouble(Double::doubleValue).toArray());
    }
}
