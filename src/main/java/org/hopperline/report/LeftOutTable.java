package org.hopperline.report;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.hopperline.calibration.ErrorStatistics;
import org.hopperline.report.Report.Section;
import org.hopperline.validation.Accuracy;
import org.hopperline.validation.HeldOutResidual;
import org.hopperline.validation.LeftOutInterval;

/** Each software predicted by constants that never saw it. */
final class LeftOutTable {

    private static final double COVERAGE = 0.8;

    private LeftOutTable() {}

    static Section section(Accuracy calibration, List<HeldOutResidual> residuals) {
        Map<String, Double> fittedErrors = new HashMap<>();
        calibration.comparisons().forEach(c -> fittedErrors.put(c.run().id(), c.error()));
        List<HeldOutResidual> known =
                residuals.stream().filter(r -> fittedErrors.containsKey(r.id())).toList();
        Map<String, List<HeldOutResidual>> softwares = known.stream()
                .collect(Collectors.groupingBy(HeldOutResidual::software, TreeMap::new, Collectors.toList()));
        List<List<String>> rows = new ArrayList<>();
        Function<List<HeldOutResidual>, ErrorStatistics> fitted =
                some -> errors(some, r -> fittedErrors.getOrDefault(r.id(), Double.NaN));
        List<LeftOutInterval> intervals = LeftOutInterval.ofSoftwares(residuals, COVERAGE).stream()
                .filter(i -> fittedErrors.containsKey(i.run().id()))
                .toList();
        Function<String, List<LeftOutInterval>> given = software -> intervals.stream()
                .filter(i -> i.run().software().equals(software))
                .toList();
        softwares.forEach((software, some) -> rows.add(row(software, some, fitted.apply(some), given.apply(software))));
        double mean = softwares.values().stream()
                .mapToDouble(some -> without(some).mape())
                .average()
                .orElse(Double.NaN);
        rows.add(row("all", known, fitted.apply(known), intervals));
        double inside = softwares.keySet().stream()
                .mapToDouble(software -> inside(given.apply(software)))
                .average()
                .orElse(Double.NaN);
        return new Section(
                "Software left out",
                String.format(
                        Locale.ROOT,
                        "Calibration rows as predicted by the constants, by constants fitted without the row's family"
                                + " (software, model, precision), and without its software, whose choices stay known: what"
                                + " to expect of software with documented choices that nobody calibrated, the mean over"
                                + " softwares being %.1f %%. Inside: share of the rows that the 80 %% interval of software"
                                + " without calibrated runs holds, learnt without the software as well; %.0f %% as mean over"
                                + " softwares. As unknown: by the same"
                                + " constants and the choices of the unknown profile, whatever the software does.",
                        100 * mean,
                        100 * inside),
                new Table(
                        List.of(
                                "software",
                                "rows",
                                "families",
                                "fitted, MAPE",
                                "without family, MAPE",
                                "without software, MAPE",
                                "without software, median",
                                "without software, bias",
                                "inside 80 %",
                                "as unknown, MAPE",
                                "as unknown, median"),
                        rows),
                List.of());
    }

    private static List<String> row(
            String software, List<HeldOutResidual> some, ErrorStatistics fitted, List<LeftOutInterval> intervals) {
        ErrorStatistics withoutFamily = errors(some, rate(HeldOutResidual::log));
        ErrorStatistics withoutSoftware = without(some);
        List<HeldOutResidual> unknown =
                some.stream().filter(r -> !Double.isNaN(r.logAsUnknown())).toList();
        long families = some.stream().map(HeldOutResidual::family).distinct().count();
        return List.of(
                software,
                Integer.toString(some.size()),
                Long.toString(families),
                AccuracyReport.percent(fitted.mape()),
                AccuracyReport.percent(withoutFamily.mape()),
                AccuracyReport.percent(withoutSoftware.mape()),
                AccuracyReport.percent(withoutSoftware.median()),
                String.format(Locale.ROOT, "%+.1f %%", 100 * withoutSoftware.bias()),
                AccuracyReport.percent(inside(intervals)),
                unknown.isEmpty()
                        ? "-"
                        : AccuracyReport.percent(asUnknown(unknown).mape()),
                unknown.isEmpty()
                        ? "-"
                        : AccuracyReport.percent(asUnknown(unknown).median()));
    }

    private static double inside(List<LeftOutInterval> intervals) {
        return intervals.stream()
                .mapToDouble(i -> i.factor().contains(i.ratio()) ? 1 : 0)
                .average()
                .orElse(Double.NaN);
    }

    private static ErrorStatistics asUnknown(List<HeldOutResidual> some) {
        return errors(some, rate(HeldOutResidual::logAsUnknown));
    }

    private static ErrorStatistics without(List<HeldOutResidual> some) {
        return errors(some, rate(HeldOutResidual::logWithoutSoftware));
    }

    /** Measured over predicted time is predicted over measured rate. */
    private static ToDoubleFunction<HeldOutResidual> rate(ToDoubleFunction<HeldOutResidual> log) {
        return r -> Math.expm1(log.applyAsDouble(r));
    }

    private static ErrorStatistics errors(List<HeldOutResidual> some, ToDoubleFunction<HeldOutResidual> error) {
        return ErrorStatistics.of(some.stream().mapToDouble(error).toArray());
    }
}
