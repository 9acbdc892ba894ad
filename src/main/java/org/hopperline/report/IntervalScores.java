package org.hopperline.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.hopperline.core.Interval;
import org.hopperline.report.Report.Section;
import org.hopperline.step.StepInterval;
import org.hopperline.validation.Accuracy;
import org.hopperline.validation.Comparison;
import org.hopperline.validation.Score;

/** How often the intervals hold what was measured, and whether they are worth more than one width for all. */
final class IntervalScores {

    private static final double[] COVERAGES = {0.8, 0.9};

    private IntervalScores() {}

    static Section section(Accuracy calibration, Map<String, Accuracy> splits) {
        List<List<String>> rows = new ArrayList<>();
        for (double coverage : COVERAGES) {
            Interval constant = constant(calibration, coverage);
            splits.forEach((name, accuracy) -> {
                for (StepInterval.Regime regime : StepInterval.Regime.values()) {
                    List<Comparison> some = accuracy.comparisons().stream()
                            .filter(c -> StepInterval.regime(c.prediction().setup()) == regime)
                            .filter(c -> isSupported(c, coverage))
                            .toList();
                    if (!some.isEmpty()) {
                        rows.add(row(name, regime, coverage, some, constant));
                    }
                }
            });
        }
        return new Section(
                "Intervals",
                "Measured over predicted step time should lie inside as often as claimed. Lower interval scores"
                        + " (Gneiting and Raftery 2007) are better; beside them stands that of one interval for all"
                        + " classes, the quantiles of all calibration residuals.",
                new Table(
                        List.of(
                                "claimed",
                                "split",
                                "class",
                                "rows",
                                "inside",
                                "median width",
                                "mean score",
                                "score of one width"),
                        rows),
                List.of());
    }

    private static List<String> row(
            String split, StepInterval.Regime regime, double coverage, List<Comparison> some, Interval constant) {
        double inside = 0;
        double score = 0;
        double other = 0;
        double[] widths = new double[some.size()];
        for (int i = 0; i < some.size(); i++) {
            Comparison c = some.get(i);
            double ratio = Math.exp(c.logError());
            Interval factor = StepInterval.factor(c.prediction().setup(), coverage);
            inside += factor.contains(ratio) ? 1 : 0;
            score += factor.score(ratio);
            other += constant.score(ratio);
            widths[i] = factor.width();
        }
        Arrays.sort(widths);
        return List.of(
                AccuracyReport.percent(coverage),
                split,
                regime.name().toLowerCase(Locale.ROOT).replace('_', ' '),
                Integer.toString(some.size()),
                AccuracyReport.percent(inside / some.size()),
                AccuracyReport.percent(Score.quantile(widths, 0.5)),
                String.format(Locale.ROOT, "%.3f", score / some.size()),
                String.format(Locale.ROOT, "%.3f", other / some.size()));
    }

    private static Interval constant(Accuracy calibration, double coverage) {
        double[] ratios = calibration.comparisons().stream()
                .mapToDouble(c -> Math.exp(c.logError()))
                .sorted()
                .toArray();
        return new Interval(
                Score.quantile(ratios, (1 - coverage) / 2), Score.quantile(ratios, (1 + coverage) / 2), coverage);
    }

    private static boolean isSupported(Comparison c, double coverage) {
        try {
            StepInterval.factor(c.prediction().setup(), coverage);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
