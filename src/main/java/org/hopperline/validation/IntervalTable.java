package org.hopperline.validation;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.hopperline.core.Interval;
import org.hopperline.plan.SoftwareProfiles;
import org.hopperline.step.StepInterval;

/**
 * Learns from residuals how far measured steps lie from predicted ones.
 *
 * <p>A residual is {@code ln(measured / predicted)} of the step time by constants that never saw the family (software,
 * model, precision) of the run, or never saw its release, or its software. Residuals of one family go together, so every
 * family has one vote: the mean of their sizes.
 *
 * <p>What to expect of a release, of a new release of a software and of new software is learnt by one rule, {@link
 * ErrorScales}: a release with calibrated runs has its own scale, as far as its families tell it beside the others of its
 * software; a release without has that of its software, in which every release counts for little more than one vote; and
 * software without calibrated runs that of its class, in which every software does. Each is learnt from the residuals that
 * belong to it: without the family, without the release, without the software. Where not even the choices of the software
 * are known ({@link SoftwareProfiles#UNKNOWN}), the scale is from the residuals as if it were unknown, those of all dense
 * models together. For predictions anchored to a measured run alike, residuals are differences between runs of a family
 * that may anchor each other.
 */
public final class IntervalTable {

    private static final double[] COVERAGES = {0.8, 0.9};
    private static final int FEWEST_FAMILIES = 5;

    private IntervalTable() {}

    /**
     * A row of the table: a class of runs on one software and the interval of measured over predicted step time.
     *
     * @param regime the class
     * @param software the profile, {@link StepInterval#OTHER_SOFTWARE}, a software as
     *     {@link StepInterval#newRelease(String)} has it for its other profiles, or as {@link StepInterval#anchored(String)}
     *     for anchored predictions
     * @param families how many families it was learnt from
     * @param factor measured over predicted
     */
    public record Row(StepInterval.Regime regime, String software, int families, Interval factor) {}

    /**
     * One family.
     *
     * @param mean of the sizes of its residuals
     */
    private record Family(StepInterval.Regime regime, String software, String profile, double mean) {

        static Family of(HeldOutResidual any, List<Double> sizes) {
            return new Family(
                    any.regime(),
                    any.software(),
                    any.profile(),
                    sizes.stream().mapToDouble(Double::doubleValue).average().orElseThrow());
        }
    }

    /**
     * The table for some residuals.
     *
     * @throws IllegalArgumentException if a class has fewer than five families
     */
    public static List<Row> learn(List<HeldOutResidual> residuals) {
        List<Family> families = families(residuals, HeldOutResidual::log);
        List<Family> unknown = asUnknown(residuals);
        List<Family> pairs = pairs(residuals);
        ErrorScales releases = scales(families);
        ErrorScales softwares = scales(families(residuals, HeldOutResidual::logWithoutRelease));
        ErrorScales classes = scales(families(residuals, HeldOutResidual::logWithoutSoftware));
        List<Row> rows = new ArrayList<>();
        for (double coverage : COVERAGES) {
            for (StepInterval.Regime regime : StepInterval.Regime.values()) {
                List<Family> own = of(regime, families);
                if (own.size() < FEWEST_FAMILIES) {
                    throw new IllegalArgumentException(regime + " has " + own.size() + " families of measured runs; "
                            + FEWEST_FAMILIES + " are the fewest from which an interval is learnt");
                }
                String name = regime.name();
                by(Family::profile, own)
                        .forEach((profile, some) -> rows.add(new Row(
                                regime,
                                profile,
                                some.size(),
                                factor(
                                        releases.quantile(
                                                coverage, name, some.get(0).software(), profile),
                                        coverage))));
                by(Family::software, own)
                        .forEach((software, some) -> rows.add(new Row(
                                regime,
                                StepInterval.newRelease(software),
                                some.size(),
                                factor(softwares.quantile(coverage, name, software), coverage))));
                double other = classes.quantile(coverage, name);
                rows.add(new Row(regime, StepInterval.OTHER_SOFTWARE, own.size(), factor(other, coverage)));
                if (!of(regime, unknown).isEmpty()) {
                    rows.add(new Row(
                            regime,
                            SoftwareProfiles.UNKNOWN.stack(),
                            of(regime, unknown).size(),
                            factor(Math.max(other, scales(unknown).quantile(coverage, name)), coverage)));
                }
                if (of(regime, pairs).size() >= FEWEST_FAMILIES) {
                    rows.addAll(anchored(pairs, regime, coverage));
                }
            }
        }
        return rows;
    }

    /** The interval of a release, from residuals by constants that never saw the family. */
    static Interval ofFamily(
            List<HeldOutResidual> residuals,
            StepInterval.Regime regime,
            String software,
            String profile,
            double coverage) {
        ErrorScales releases = scales(families(residuals, HeldOutResidual::log));
        return factor(releases.quantile(coverage, regime.name(), software, profile), coverage);
    }

    /** The interval of a new release of a software, from residuals by constants that never saw the release. */
    static Interval ofRelease(
            List<HeldOutResidual> residuals, StepInterval.Regime regime, String software, double coverage) {
        ErrorScales softwares = scales(families(residuals, HeldOutResidual::logWithoutRelease));
        return factor(softwares.quantile(coverage, regime.name(), software), coverage);
    }

    /** The interval of a software without calibrated runs, from residuals by constants that never saw the software. */
    static Interval ofOther(List<HeldOutResidual> residuals, StepInterval.Regime regime, double coverage) {
        ErrorScales classes = scales(families(residuals, HeldOutResidual::logWithoutSoftware));
        return factor(classes.quantile(coverage, regime.name()), coverage);
    }

    /** An interval from the size that the logarithm of measured over predicted stays below. */
    static Interval factor(double size, double coverage) {
        return new Interval(Math.exp(-size), Math.exp(size), coverage);
    }

    /** Each software by its pairs, of all its releases together; software of which there are none by those of the class. */
    private static List<Row> anchored(List<Family> pairs, StepInterval.Regime regime, double coverage) {
        ErrorScales scales = new ErrorScales(pairs.stream()
                .map(f -> new ErrorScales.Size(List.of(f.regime().name(), f.software()), f.mean()))
                .toList());
        List<Row> rows = new ArrayList<>();
        by(Family::software, of(regime, pairs))
                .forEach((software, some) -> rows.add(new Row(
                        regime,
                        StepInterval.anchored(software),
                        some.size(),
                        factor(scales.quantile(coverage, regime.name(), software), coverage))));
        rows.add(new Row(
                regime,
                StepInterval.anchored(StepInterval.OTHER_SOFTWARE),
                of(regime, pairs).size(),
                factor(scales.quantile(coverage, regime.name()), coverage)));
        return rows;
    }

    private static ErrorScales scales(List<Family> families) {
        return new ErrorScales(families.stream()
                .map(f -> new ErrorScales.Size(List.of(f.regime().name(), f.software(), f.profile()), f.mean()))
                .toList());
    }

    private static List<Family> of(StepInterval.Regime regime, List<Family> families) {
        return families.stream().filter(f -> f.regime() == regime).toList();
    }

    private static Map<String, List<Family>> by(Function<Family, String> key, List<Family> families) {
        return families.stream().collect(Collectors.groupingBy(key, LinkedHashMap::new, Collectors.toList()));
    }

    /** The class that the unknown profile, without tensor overlap, puts each run into. */
    private static List<Family> asUnknown(List<HeldOutResidual> residuals) {
        List<HeldOutResidual> known = residuals.stream()
                .filter(r -> !Double.isNaN(r.logAsUnknown()))
                .map(r -> r.regime() == StepInterval.Regime.TUNED_DENSE ? r.in(StepInterval.Regime.OTHER_DENSE) : r)
                .toList();
        return families(known, HeldOutResidual::logAsUnknown);
    }

    private static List<Family> families(List<HeldOutResidual> residuals, ToDoubleFunction<HeldOutResidual> log) {
        return byFamily(residuals).values().stream()
                .map(of -> Family.of(
                        of.get(0),
                        of.stream().map(r -> Math.abs(log.applyAsDouble(r))).toList()))
                .toList();
    }

    /** What is left of each residual when a run alike anchors the prediction: the difference of theirs. */
    private static List<Family> pairs(List<HeldOutResidual> residuals) {
        List<Family> all = new ArrayList<>();
        for (List<HeldOutResidual> of : byFamily(residuals).values()) {
            List<Double> sizes = new ArrayList<>();
            for (int i = 0; i < of.size(); i++) {
                for (int j = 0; j < i; j++) {
                    if (of.get(i).like().equals(of.get(j).like())) {
                        sizes.add(Math.abs(of.get(i).log() - of.get(j).log()));
                    }
                }
            }
            if (!sizes.isEmpty()) {
                all.add(Family.of(of.get(0), sizes));
            }
        }
        return all;
    }

    private static Map<String, List<HeldOutResidual>> byFamily(List<HeldOutResidual> residuals) {
        return residuals.stream()
                .collect(Collectors.groupingBy(HeldOutResidual::family, LinkedHashMap::new, Collectors.toList()));
    }

    /** The table as the step room reads it. */
    public static String toCsv(List<Row> rows) {
        StringBuilder csv = new StringBuilder(
                "# Measured over predicted step time, learnt from calibration rows with whole"
                        + " families (software, model, precision) left out, for new releases with whole releases left out, for other software"
                        + " with whole softwares left out, and for unknown software moreover by the choices of the unknown profile.\nclass,software,coverage,low,high,families\n");
        for (Row row : rows) {
            csv.append(String.format(
                    Locale.ROOT,
                    "%s,\"%s\",%s,%.4f,%.4f,%d%n",
                    row.regime().name().toLowerCase(Locale.ROOT),
                    row.software(),
                    row.factor().coverage(),
                    row.factor().low(),
                    row.factor().high(),
                    row.families()));
        }
        return csv.toString().replace("\r\n", "\n");
    }
}
