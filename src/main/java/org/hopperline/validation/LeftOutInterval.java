package org.hopperline.validation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.hopperline.calibration.ErrorStatistics;
import org.hopperline.core.Interval;

/**
 * A calibration run that neither the constants nor the interval have seen, and what the interval was.
 *
 * @param run the residual
 * @param ratio measured over predicted step time by constants that never saw what was left out
 * @param factor the interval learnt from the residuals of the others
 * @param oneWidth one interval for all classes, the quantiles of the residuals of the others
 */
public record LeftOutInterval(HeldOutResidual run, double ratio, Interval factor, Interval oneWidth) {

    /** Each family left out in turn, with the interval of its release. */
    public static List<LeftOutInterval> ofFamilies(List<HeldOutResidual> residuals, double coverage) {
        return of(
                residuals,
                HeldOutResidual::family,
                HeldOutResidual::log,
                (others, run) -> IntervalTable.ofFamily(others, run.regime(), run.software(), run.profile(), coverage),
                coverage);
    }

    /** Each release left out in turn, with the interval that a release without calibrated runs is given. */
    public static List<LeftOutInterval> ofReleases(List<HeldOutResidual> residuals, double coverage) {
        return of(
                residuals,
                HeldOutResidual::profile,
                HeldOutResidual::logWithoutRelease,
                (others, run) -> IntervalTable.ofRelease(others, run.regime(), run.software(), coverage),
                coverage);
    }

    /** Each software left out in turn, with the interval that software without calibrated runs is given. */
    public static List<LeftOutInterval> ofSoftwares(List<HeldOutResidual> residuals, double coverage) {
        return of(
                residuals,
                HeldOutResidual::software,
                HeldOutResidual::logWithoutSoftware,
                (others, run) -> IntervalTable.ofOther(others, run.regime(), coverage),
                coverage);
    }

    /** What the others teach of a run. */
    private interface Lesson {
        Interval factor(List<HeldOutResidual> others, HeldOutResidual run);
    }

    private static List<LeftOutInterval> of(
            List<HeldOutResidual> residuals,
            Function<HeldOutResidual, String> group,
            ToDoubleFunction<HeldOutResidual> log,
            Lesson lesson,
            double coverage) {
        Map<String, List<HeldOutResidual>> others = new HashMap<>();
        Map<String, Interval> one = new HashMap<>();
        Map<List<Object>, Interval> factors = new HashMap<>();
        List<LeftOutInterval> all = new ArrayList<>();
        for (HeldOutResidual run : residuals) {
            String left = group.apply(run);
            List<HeldOutResidual> rest = others.computeIfAbsent(
                    left,
                    l -> residuals.stream()
                            .filter(r -> !group.apply(r).equals(l))
                            .toList());
            Interval factor = factors.computeIfAbsent(List.of(left, run.regime()), k -> lesson.factor(rest, run));
            Interval oneWidth = one.computeIfAbsent(
                    left,
                    l -> oneWidth(
                            rest.stream()
                                    .mapToDouble(r -> Math.exp(log.applyAsDouble(r)))
                                    .toArray(),
                            coverage));
            all.add(new LeftOutInterval(run, Math.exp(log.applyAsDouble(run)), factor, oneWidth));
        }
        return Collections.unmodifiableList(all);
    }

    /** One interval for all classes: the quantiles of measured over predicted step times. */
    public static Interval oneWidth(double[] ratios, double coverage) {
        double[] sorted = ratios.clone();
        Arrays.sort(sorted);
        return new Interval(
                ErrorStatistics.quantile(sorted, (1 - coverage) / 2),
                ErrorStatistics.quantile(sorted, (1 + coverage) / 2),
                coverage);
    }
}
