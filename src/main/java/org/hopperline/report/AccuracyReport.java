package org.hopperline.report;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.hopperline.calibration.ErrorStatistics;
import org.hopperline.core.Explanation;
import org.hopperline.measured.MeasuredRun;
import org.hopperline.measured.SetAside;
import org.hopperline.report.Report.Section;
import org.hopperline.step.RunConstants;
import org.hopperline.validation.Accuracy;
import org.hopperline.validation.Comparison;
import org.hopperline.validation.ConstantUtilization;
import org.hopperline.validation.HeldOutResidual;

/** Predicted against measured as a report. */
final class AccuracyReport {

    /** The heading of the section that stands in for the whole where there is little room. */
    static final String SUMMARY = "Summary";

    private static final int WORST = 20;
    private static final List<String> SPLITS = List.of("calibration", "validation");
    private static final List<String> COLUMNS = List.of(
            "split",
            "runs",
            "rows",
            "MAPE",
            "median",
            "p90",
            "bias",
            "nothing fitted to runs, MAPE",
            "best constant MFU, MAPE");

    private final Accuracy accuracy;
    private final ConstantUtilization constant;
    private final Map<Comparison, Comparison> unfitted = new IdentityHashMap<>();
    private final List<Section> sections = new ArrayList<>();

    private AccuracyReport(Accuracy accuracy) {
        this.accuracy = accuracy;
        accuracy.with(RunConstants.none(), unfitted::put);
        List<MeasuredRun> fitted =
                split("calibration").comparisons().stream().map(Comparison::run).toList();
        this.constant = ConstantUtilization.fit(
                fitted.isEmpty()
                        ? accuracy.comparisons().stream().map(Comparison::run).toList()
                        : fitted);
    }

    static Report of(Accuracy accuracy) {
        if (accuracy.comparisons().isEmpty()) {
            throw new IllegalArgumentException("none of "
                    + accuracy.setAside().size() + " measured runs could be predicted, so there is nothing to report; "
                    + "see the reasons in setAside()");
        }
        AccuracyReport report = new AccuracyReport(accuracy);
        report.write();
        return new Report(
                "Predicted against measured",
                report.sections,
                AccuracyRows.table(accuracy.comparisons()),
                AccuracyChart.of(accuracy));
    }

    private void write() {
        sections.add(new Section(
                SUMMARY,
                String.format(
                        Locale.ROOT,
                        "%d published runs predicted, %d set aside with a reason. Errors are of the token rate, positive"
                                + " where the prediction is too fast. Beside them stand the same model with constants of"
                                + " kernels and fabrics alone, and the best constant model FLOPs utilization of each"
                                + " chip and precision, fitted to the calibration rows.",
                        accuracy.comparisons().size(),
                        accuracy.setAside().size()),
                scores(RunClass::of),
                List.of()));
        sections.add(worst());
        sections.add(LeftOutTable.section(split("calibration"), HeldOutResidual.shipped()));
        Map<String, Accuracy> splits =
                SPLITS.stream().collect(Collectors.toMap(s -> s, this::split, (a, b) -> a, LinkedHashMap::new));
        sections.add(IntervalScores.section(split("calibration"), split("validation"), HeldOutResidual.shipped()));
        sections.add(AnchorTable.section(splits));
        sections.add(ContrastTable.section(accuracy, SPLITS));
        sections.add(FloorTable.section(accuracy, SPLITS));
        by("Devices", RunClass::devices);
        by("Chip", MeasuredRun::chip);
        by("Precision", run -> run.precision().toString());
        by("Architecture", RunClass::architecture);
        by("Software", run -> run.software().name());
        by("Source", MeasuredRun::source);
        sections.add(setAside());
    }

    private Accuracy split(String name) {
        return accuracy.where(run -> run.split().equals(name));
    }

    private void by(String heading, Function<MeasuredRun, String> key) {
        sections.add(new Section("By " + heading.toLowerCase(Locale.ROOT), "", scores(key), List.of()));
    }

    private Table scores(Function<MeasuredRun, String> key) {
        List<List<String>> rows = new ArrayList<>();
        for (String split : SPLITS) {
            Map<String, List<Comparison>> groups = split(split).comparisons().stream()
                    .collect(Collectors.groupingBy(c -> key.apply(c.run()), TreeMap::new, Collectors.toList()));
            groups.forEach(
                    (group, comparisons) -> rows.add(row(split, group.strip().replaceAll(" +", " "), comparisons)));
            if (groups.size() > 1) {
                rows.add(row(split, "all", split(split).comparisons()));
            }
        }
        return new Table(COLUMNS, rows);
    }

    private List<String> row(String split, String group, List<Comparison> comparisons) {
        ErrorStatistics ours = errors(comparisons);
        ErrorStatistics alone = errors(comparisons.stream().map(unfitted::get).toList());
        ErrorStatistics rule = ErrorStatistics.of(constant.errors(comparisons));
        return List.of(
                split,
                group,
                Integer.toString(ours.rows()),
                percent(ours.mape()),
                percent(ours.median()),
                percent(ours.p90()),
                String.format(Locale.ROOT, "%+.1f %%", 100 * ours.bias()),
                percent(alone.mape()),
                percent(rule.mape()));
    }

    private static ErrorStatistics errors(List<Comparison> comparisons) {
        return ErrorStatistics.of(
                comparisons.stream().mapToDouble(Comparison::error).toArray());
    }

    private Section worst() {
        List<List<String>> rows = new ArrayList<>();
        for (Comparison c : accuracy.worst(WORST)) {
            MeasuredRun run = c.run();
            Explanation.Term largest = c.prediction().explain().largest();
            rows.add(List.of(
                    run.id(),
                    run.split(),
                    run.softwareVersion(),
                    run.model().name() + ", " + run.cluster().devices() + " x " + run.chip() + ", " + run.precision(),
                    String.format(Locale.ROOT, "%+.1f %%", 100 * c.error()),
                    ErrorReasons.of(run),
                    String.format(Locale.ROOT, "%s, %.0f %%", largest.label(), 100 * largest.share()),
                    c.prediction().assumptions().isEmpty()
                            ? "nothing"
                            : String.join("; ", c.prediction().assumptions())));
        }
        return new Section(
                "Worst rows",
                "The rows with the largest error, with the reason as far as it is known, and what was filled in because the"
                        + " source does not say it.",
                new Table(
                        List.of("row", "split", "software", "run", "error", "reason", "largest term", "filled in"),
                        rows),
                List.of());
    }

    private Section setAside() {
        Map<String, List<SetAside>> reasons = new TreeMap<>();
        for (SetAside row : accuracy.setAside()) {
            // Rows whose reasons differ only in numbers stand together.
            String reason =
                    row.reason().lines().collect(Collectors.joining(" ")).replaceAll("\\d+(\\.\\d+)?", "#");
            reasons.computeIfAbsent(reason, r -> new ArrayList<>()).add(row);
        }
        List<List<String>> rows = new ArrayList<>();
        reasons.forEach((reason, some) -> rows.add(List.of(
                Integer.toString(some.size()),
                reason,
                some.stream().map(SetAside::id).collect(Collectors.joining(" ")))));
        return new Section(
                "Rows set aside",
                "In a reason, # stands for a number that differs between rows.",
                new Table(List.of("rows", "reason", "which"), rows),
                List.of());
    }

    static String percent(double fraction) {
        return Double.isNaN(fraction) ? "-" : String.format(Locale.ROOT, "%.1f %%", 100 * fraction);
    }
}
