package org.hopperline.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.hopperline.calibration.ErrorStatistics;
import org.hopperline.core.Interval;
import org.hopperline.report.Report.Section;
import org.hopperline.step.StepInterval;
import org.hopperline.validation.Accuracy;
import org.hopperline.validation.Comparison;

/** How often the intervals hold what was measured, and whether they are worth more than one width for all. */
final class IntervalScores {

    private static final double[] COVERAGES = {0.8, 0.9};

    private IntervalScores() {}

    static Section section(Accuracy calibration, Map<String, Accuracy> splits) {
        List<List<String>> rows = new ArrayList<>();
        for (double coverage : COVERAGES) {
            Interval constant = constant(calibration, coverage);
            splits.forEach((name, accuracy) -> {
                List<Comparison> supported = accuracy.comparisons().stream()
                        .filter(c -> StepInterval.isLearnt(c.prediction().setup()))
                        .toList();
                for (StepInterval.Regime regime : StepInterval.Regime.values()) {
                    List<Comparison> some = supported.stream()
                            .filter(c -> StepInterval.regime(c.prediction().setup()) == regime)
                            .toList();
                    if (!some.isEmpty()) {
                        rows.add(row(name, RunClass.label(regime), coverage, some, constant));
                    }
                }
                rows.add(row(name, "all", coverage, supported, constant));
            });
        }
        return new Section(
                "Intervals",
                "Measured over predicted step time should lie inside as often as claimed. Rows of one family (software,"
                        + " model, precision) go together: the share of families gives each one vote, and its binomial error"
                        + " follows from their number. Lower interval scores (Gneiting and Raftery 2007) are better; beside"
                        + " them stands that of one interval for all classes, the quantiles of all calibration residuals."
                        + " Calibration rows are scored with the constants fitted to them, so validation rows are what"
                        + " counts.",
                new Table(
                        List.of(
                                "claimed",
                                "split",
                                "class",
                                "rows",
                                "inside",
                                "families",
                                "families inside",
                                "median width",
                                "mean score",
                                "score of one width"),
                        rows),
                List.of());
    }

    private static List<String> row(
            String split, String label, double coverage, List<Comparison> some, Interval constant) {
        double inside = 0;
        double score = 0;
        double other = 0;
        double[] widths = new double[some.size()];
        for (int i = 0; i < some.size(); i++) {
            Comparison c = some.get(i);
            double ratio = Math.exp(c.logError());
            Interval factor = c.prediction().factor(coverage);
            inside += factor.contains(ratio) ? 1 : 0;
            score += factor.score(ratio);
            other += constant.score(ratio);
            widths[i] = factor.width();
        }
        Arrays.sort(widths);
        Map<String, Double> families = families(some, coverage);
        double share = families.values().stream()
                .mapToDouble(Double::doubleValue)
                .average()
                .orElse(Double.NaN);
        return List.of(
                AccuracyReport.percent(coverage),
                split,
                label,
                Integer.toString(some.size()),
                AccuracyReport.percent(inside / some.size()),
                Integer.toString(families.size()),
                String.format(
                        Locale.ROOT,
                        "%.0f +- %.0f %%",
                        100 * share,
                        100 * Math.sqrt(coverage * (1 - coverage) / families.size())),
                AccuracyReport.percent(ErrorStatistics.quantile(widths, 0.5)),
                String.format(Locale.ROOT, "%.3f", score / some.size()),
                String.format(Locale.ROOT, "%.3f", other / some.size()));
    }

    /** Share of the rows inside, by family. */
    private static Map<String, Double> families(List<Comparison> some, double coverage) {
        return some.stream()
                .collect(Collectors.groupingBy(
                        c -> c.run().family(),
                        Collectors.averagingDouble(
                                c -> c.prediction().factor(coverage).contains(Math.exp(c.logError())) ? 1 : 0)));
    }

    private static Interval constant(Accuracy calibration, double coverage) {
        double[] ratios = calibration.comparisons().stream()
                .mapToDouble(c -> Math.exp(c.logError()))
                .sorted()
                .toArray();
        return new Interval(
                ErrorStatistics.quantile(ratios, (1 - coverage) / 2),
                ErrorStatistics.quantile(ratios, (1 + coverage) / 2),
                coverage);
    }
}
