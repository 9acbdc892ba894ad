package org.hopperline.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.hopperline.calibration.ErrorStatistics;
import org.hopperline.core.Interval;
import org.hopperline.report.Report.Section;
import org.hopperline.step.StepInterval;
import org.hopperline.validation.Accuracy;
import org.hopperline.validation.HeldOutResidual;
import org.hopperline.validation.LeftOutInterval;

/** How often the intervals hold what was measured, and whether they are worth more than one width for all. */
final class IntervalScores {

    private static final double[] COVERAGES = {0.8, 0.9};

    private IntervalScores() {}

    /**
     * A run that neither the constants nor the interval saw, beside both intervals.
     *
     * @param group what has one vote together
     */
    private record Scored(StepInterval.Regime regime, String group, double ratio, Interval factor, Interval oneWidth) {

        static Scored of(LeftOutInterval left, Function<HeldOutResidual, String> group) {
            return new Scored(
                    left.run().regime(),
                    left.run().regime() + group.apply(left.run()),
                    left.ratio(),
                    left.factor(),
                    left.oneWidth());
        }

        double inside() {
            return factor.contains(ratio) ? 1 : 0;
        }

        double score() {
            return factor.score(ratio);
        }

        double scoreOfOneWidth() {
            return oneWidth.score(ratio);
        }
    }

    static Section section(Accuracy calibration, Accuracy validation, List<HeldOutResidual> residuals) {
        Set<String> ids = calibration.comparisons().stream()
                .map(c -> c.run().id())
                .collect(Collectors.toCollection(HashSet::new));
        List<List<String>> rows = new ArrayList<>();
        List<String> worse = new ArrayList<>();
        for (double coverage : COVERAGES) {
            add(rows, worse, "validation", coverage, unseen(calibration, validation, coverage));
            add(
                    rows,
                    worse,
                    "calibration, family left out",
                    coverage,
                    scored(LeftOutInterval.ofFamilies(residuals, coverage), ids, HeldOutResidual::family));
            add(
                    rows,
                    worse,
                    "calibration, release left out",
                    coverage,
                    scored(LeftOutInterval.ofReleases(residuals, coverage), ids, HeldOutResidual::profile));
            add(
                    rows,
                    worse,
                    "calibration, software left out",
                    coverage,
                    scored(LeftOutInterval.ofSoftwares(residuals, coverage), ids, HeldOutResidual::software));
        }
        return new Section(
                "Intervals",
                "Measured over predicted step time should lie inside as often as claimed. No row here was seen by the"
                        + " constants that predict it nor by its interval: validation rows never are, and of calibration"
                        + " rows a whole family (software, model, precision), a whole release or a whole software is left"
                        + " out of both in turn; a release left out gets the interval of releases without calibrated runs,"
                        + " a software left out that of software without. Rows that are left out together go together: of"
                        + " families, releases or softwares each has one vote in each class, and the binomial error of"
                        + " their share follows from their number; of validation rows families have. Lower interval scores"
                        + " (Gneiting and Raftery 2007) are better; beside them stands that of one interval for all"
                        + " classes, the quantiles of the residuals of the rows that were not left out."
                        + (worse.isEmpty()
                                ? ""
                                : " One width scores better by rows for " + String.join("; ", worse) + "."),
                new Table(
                        List.of(
                                "claimed",
                                "split",
                                "class",
                                "rows",
                                "inside",
                                "votes",
                                "votes inside",
                                "median width",
                                "mean score",
                                "of one width",
                                "score by vote",
                                "of one width"),
                        rows),
                List.of());
    }

    private static List<Scored> scored(
            List<LeftOutInterval> left, Set<String> ids, Function<HeldOutResidual, String> group) {
        return left.stream()
                .filter(i -> ids.contains(i.run().id()))
                .map(i -> Scored.of(i, group))
                .toList();
    }

    private static List<Scored> unseen(Accuracy calibration, Accuracy validation, double coverage) {
        if (calibration.comparisons().isEmpty()) {
            return List.of();
        }
        Interval oneWidth = LeftOutInterval.oneWidth(
                calibration.comparisons().stream()
                        .filter(c -> StepInterval.isLearnt(c.prediction().setup()))
                        .mapToDouble(c -> Math.exp(c.logError()))
                        .toArray(),
                coverage);
        return validation.comparisons().stream()
                .filter(c -> StepInterval.isLearnt(c.prediction().setup()))
                .map(c -> new Scored(
                        StepInterval.regime(c.prediction().setup()),
                        c.run().family(),
                        Math.exp(c.logError()),
                        c.prediction().factor(coverage),
                        oneWidth))
                .toList();
    }

    private static void add(
            List<List<String>> rows, List<String> worse, String split, double coverage, List<Scored> all) {
        for (StepInterval.Regime regime : StepInterval.Regime.values()) {
            List<Scored> some = all.stream().filter(s -> s.regime() == regime).toList();
            if (!some.isEmpty()) {
                add(rows, worse, split, RunClass.label(regime), coverage, some);
            }
        }
        if (!all.isEmpty()) {
            add(rows, worse, split, "all", coverage, all);
        }
    }

    private static void add(
            List<List<String>> rows,
            List<String> worse,
            String split,
            String label,
            double coverage,
            List<Scored> some) {
        rows.add(row(split, label, coverage, some));
        double own = some.stream().mapToDouble(Scored::score).sum();
        if (own > some.stream().mapToDouble(Scored::scoreOfOneWidth).sum()) {
            worse.add(label + " at " + AccuracyReport.percent(coverage) + " (" + split + ")");
        }
    }

    private static List<String> row(String split, String label, double coverage, List<Scored> some) {
        double[] widths = some.stream().mapToDouble(s -> s.factor().width()).toArray();
        Arrays.sort(widths);
        double[] votes = byVote(some, Scored::inside);
        return List.of(
                AccuracyReport.percent(coverage),
                split,
                label,
                Integer.toString(some.size()),
                AccuracyReport.percent(
                        mean(some.stream().mapToDouble(Scored::inside).toArray())),
                Integer.toString(votes.length),
                share(mean(votes), coverage, votes.length),
                AccuracyReport.percent(ErrorStatistics.quantile(widths, 0.5)),
                score(some.stream().mapToDouble(Scored::score).toArray()),
                score(some.stream().mapToDouble(Scored::scoreOfOneWidth).toArray()),
                score(byVote(some, Scored::score)),
                score(byVote(some, Scored::scoreOfOneWidth)));
    }

    /** The mean of each vote. */
    private static double[] byVote(List<Scored> some, ToDoubleFunction<Scored> value) {
        return some.stream()
                .collect(Collectors.groupingBy(Scored::group, Collectors.averagingDouble(value)))
                .values()
                .stream()
                .mapToDouble(Double::doubleValue)
                .toArray();
    }

    /** A share with the error that so many votes have where the claim is true. */
    static String share(double inside, double coverage, int votes) {
        return String.format(
                Locale.ROOT, "%.0f +- %.0f %%", 100 * inside, 100 * Math.sqrt(coverage * (1 - coverage) / votes));
    }

    private static double mean(double[] values) {
        return Arrays.stream(values).average().orElse(Double.NaN);
    }

    private static String score(double[] scores) {
        return String.format(Locale.ROOT, "%.3f", mean(scores));
    }
}
