package org.hopperline.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
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
    private record Pair(String family, double plain, double anchored, boolean inside, double width) {}

    private AnchorTable() {}

    static Section section(Map<String, Accuracy> splits) {
        List<List<String>> rows = new ArrayList<>();
        splits.forEach(
                (split, accuracy) -> pairs(accuracy).forEach((label, pairs) -> rows.add(row(split, label, pairs))));
        return new Section(
                "Anchored to a run alike",
                "Each run predicted with each other run of the same release of the software, chip, model, precision, sequence"
                        + " length and micro-batch as the anchor of calibrateTo. Where both also split the model, shard, recompute"
                        + " and feed a device alike on a like network, the interval narrows to what such pairs of calibration rows show,"
                        + " unless the anchor is far off, outside the 90 % interval of its own prediction; else it spans the"
                        + " intervals with and without the anchor."
                        + " Each family has one vote on the share inside.",
                new Table(
                        List.of(
                                "split",
                                "class",
                                "pairs",
                                "MAPE",
                                "anchored, MAPE",
                                "anchored, median",
                                "inside 80 %",
                                "families",
                                "families inside",
                                "median width"),
                        rows),
                List.of());
    }

    private static Map<String, List<Pair>> pairs(Accuracy accuracy) {
        Map<String, List<Pair>> all = new TreeMap<>();
        for (Comparison anchor : accuracy.comparisons()) {
            if (!StepInterval.isLearnt(anchor.prediction().setup())) {
                continue;
            }
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
                String label = RunClass.label(StepInterval.regime(prediction.setup()))
                        + (!measured.near(prediction.setup())
                                ? ", fed, sharded, split or joined otherwise"
                                : model.isExpected() ? "" : ", anchor far off");
                all.computeIfAbsent(label, r -> new ArrayList<>())
                        .add(new Pair(
                                other.run().family(),
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
        Map<String, Double> families = pairs.stream()
                .collect(Collectors.groupingBy(Pair::family, Collectors.averagingDouble(p -> p.inside() ? 1 : 0)));
        double share = families.values().stream()
                .mapToDouble(Double::doubleValue)
                .average()
                .orElse(Double.NaN);
        double[] widths = pairs.stream().mapToDouble(Pair::width).sorted().toArray();
        return List.of(
                split,
                label,
                Integer.toString(pairs.size()),
                AccuracyReport.percent(plain.mape()),
                AccuracyReport.percent(anchored.mape()),
                AccuracyReport.percent(anchored.median()),
                AccuracyReport.percent(inside / pairs.size()),
                Integer.toString(families.size()),
                IntervalScores.share(share, COVERAGE, families.size()),
                AccuracyReport.percent(ErrorStatistics.quantile(widths, 0.5)));
    }
}
