package org.hopperline.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.hopperline.calibration.ErrorStatistics;
import org.hopperline.report.Report.Section;
import org.hopperline.step.AnchoredStepModel;
import org.hopperline.step.MeasuredStep;
import org.hopperline.step.StepInterval;
import org.hopperline.step.StepModel;
import org.hopperline.step.StepPrediction;
import org.hopperline.validation.Accuracy;
import org.hopperline.validation.Comparison;

/** What one measured run is worth to those like it. */
final class AnchorTable {

    private static final double COVERAGE = 0.8;

    /** One run predicted with another as its anchor. */
    private record Pair(double plain, double anchored, boolean inside, double width) {}

    private AnchorTable() {}

    static Section section(Map<String, Accuracy> splits) {
        List<List<String>> rows = new ArrayList<>();
        splits.forEach((split, accuracy) ->
                pairs(accuracy).forEach((regime, pairs) -> rows.add(row(split, RunClass.label(regime), pairs))));
        return new Section(
                "Anchored to a run alike",
                "Each run predicted with each other run of the same release of the software, chip, model, precision, sequence"
                        + " length and micro-batch as the anchor of calibrateTo. The narrowed intervals are learnt from the"
                        + " calibration rows.",
                new Table(
                        List.of(
                                "split",
                                "class",
                                "pairs",
                                "MAPE",
                                "anchored, MAPE",
                                "anchored, median",
                                "inside 80 %",
                                "median width"),
                        rows),
                List.of());
    }

    private static Map<StepInterval.Regime, List<Pair>> pairs(Accuracy accuracy) {
        Map<StepInterval.Regime, List<Pair>> all = new LinkedHashMap<>();
        for (Comparison anchor : accuracy.comparisons()) {
            MeasuredStep measured =
                    new MeasuredStep(anchor.prediction().setup(), anchor.run().stepSeconds());
            List<Comparison> others = accuracy.comparisons().stream()
                    .filter(other -> other != anchor
                            && other.run().softwareVersion().equals(anchor.run().softwareVersion())
                            && measured.differences(other.prediction().setup()).isEmpty())
                    .toList();
            if (others.isEmpty()) {
                continue;
            }
            AnchoredStepModel model =
                    StepModel.on(measured.setup().cluster().chip()).calibrateTo(measured);
            for (Comparison other : others) {
                StepPrediction prediction = model.predict(other.prediction().setup());
                double ratio = other.run().stepSeconds() / prediction.seconds();
                all.computeIfAbsent(StepInterval.regime(prediction.setup()), r -> new ArrayList<>())
                        .add(new Pair(
                                other.error(),
                                ratio - 1,
                                prediction.factor(COVERAGE).contains(ratio),
                                prediction.factor(COVERAGE).width()));
            }
        }
        return all;
    }

    private static List<String> row(String split, String label, List<Pair> pairs) {
        ErrorStatistics plain =
                ErrorStatistics.of(pairs.stream().mapToDouble(Pair::plain).toArray());
        ErrorStatistics anchored =
                ErrorStatistics.of(pairs.stream().mapToDouble(Pair::anchored).toArray());
        double inside = pairs.stream().filter(Pair::inside).count();
        double[] widths = pairs.stream().mapToDouble(Pair::width).sorted().toArray();
        return List.of(
                split,
                label,
                Integer.toString(pairs.size()),
                AccuracyReport.percent(plain.mape()),
                AccuracyReport.percent(anchored.mape()),
                AccuracyReport.percent(anchored.median()),
                AccuracyReport.percent(inside / pairs.size()),
                AccuracyReport.percent(ErrorStatistics.quantile(widths, 0.5)));
    }
}
