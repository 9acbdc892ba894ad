package org.hopperline.validation;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.hopperline.core.Interval;
import org.hopperline.plan.SoftwareProfiles;
import org.hopperline.step.StepInterval;

/**
 * Learns from residuals how far measured steps lie from predicted ones.
 *
 * <p>A residual is {@code ln(measured / predicted)} of the step time by constants that never saw the family (software,
 * model, precision) of the run, or never saw its software. Residuals of one family go together, so every family has one
 * vote: the mean of their sizes.
 *
 * <p>Sizes are taken to follow Laplace's law of errors (1774), {@code P(|x| > t) = exp(-t / b)}, whose scale {@code b} is
 * the mean size, so that the interval of coverage {@code c} is {@code exp(-b ln(1 / (1 - c)))} to its inverse. The scale of
 * a software is the mean of its families, shrunk towards that of its class, which is shrunk towards that of all, by
 * {@linkplain Credibility hierarchical credibility}: how much is estimated from how families, softwares and classes
 * differ. A software without calibrated runs gets the scale of its class, in which every software counts for little more
 * than one vote however many families it has, from the residuals without software, or that of the software of the class that
 * is met worst if that is wider, since nothing says that the new one is met better. A release without calibrated runs, of
 * software that has such, may change nothing or as much as another software does, and nothing says which: it gets the mean
 * of the scales of its software and of its class without software, or that of its software without it if that is wider.
 * Where not even the choices of the software are known ({@link SoftwareProfiles#UNKNOWN}), the scale is from the residuals
 * as if it were unknown, those of all dense models together. For predictions anchored to a measured run alike, residuals are differences between runs of a family that may
 * anchor each other.
 */
public final class IntervalTable {

    private static final double[] COVERAGES = {0.8, 0.9};
    private static final int FEWEST_FAMILIES = 5;

    private IntervalTable() {}

    /**
     * A row of the table: a class of runs on one software and the interval of measured over predicted step time.
     *
     * @param regime the class
     * @param software the profile, {@link StepInterval#OTHER_SOFTWARE}, {@link StepInterval#LEFT_OUT}, a software as
     *     {@link StepInterval#newRelease(String)} has it for its other profiles, or as {@link StepInterval#anchored(String)}
     *     for anchored predictions
     * @param families how many families it was learnt from
     * @param factor measured over predicted
     */
    public record Row(StepInterval.Regime regime, String software, int families, Interval factor) {

        private Row anchored() {
            return named(StepInterval.anchored(software));
        }

        private Row named(String name) {
            return new Row(regime, name, families, factor);
        }
    }

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
        List<Family> strangers = families(residuals, HeldOutResidual::logWithoutSoftware);
        List<Family> unknown = asUnknown(residuals);
        List<Family> pairs = pairs(residuals);
        List<Row> rows = new ArrayList<>();
        for (double coverage : COVERAGES) {
            for (StepInterval.Regime regime : StepInterval.Regime.values()) {
                int count = of(regime, families).size();
                if (count < FEWEST_FAMILIES) {
                    throw new IllegalArgumentException(regime + " has " + count + " families of measured runs; "
                            + FEWEST_FAMILIES + " are the fewest from which an interval is learnt");
                }
                rows.addAll(profiles(families, regime, coverage));
                rows.addAll(releases(families, strangers, regime, coverage));
                rows.add(new Row(
                        regime,
                        StepInterval.LEFT_OUT,
                        of(regime, strangers).size(),
                        factor(scales(strangers).of(regime.name()), coverage)));
                double other = scaleOfOther(families, strangers, regime);
                rows.add(new Row(
                        regime,
                        StepInterval.OTHER_SOFTWARE,
                        of(regime, strangers).size(),
                        factor(other, coverage)));
                if (!of(regime, unknown).isEmpty()) {
                    double scale = Math.max(other, scales(unknown).of(regime.name()));
                    rows.add(new Row(
                            regime,
                            SoftwareProfiles.UNKNOWN.stack(),
                            of(regime, unknown).size(),
                            factor(scale, coverage)));
                }
                if (of(regime, pairs).size() >= FEWEST_FAMILIES) {
                    softwares(pairs, regime, coverage).forEach(row -> rows.add(row.anchored()));
                    rows.add(new Row(
                                    regime,
                                    StepInterval.OTHER_SOFTWARE,
                                    of(regime, pairs).size(),
                                    factor(scales(pairs).of(regime.name()), coverage))
                            .anchored());
                }
            }
        }
        return rows;
    }

    /** The interval of a software, from residuals by constants that never saw the family. */
    static Interval ofFamily(
            List<HeldOutResidual> residuals, StepInterval.Regime regime, String software, double coverage) {
        return factor(scales(families(residuals, HeldOutResidual::log)).of(regime.name(), software), coverage);
    }

    /** The interval of a software without calibrated runs, from residuals by constants that never saw the software. */
    static Interval ofOther(List<HeldOutResidual> residuals, StepInterval.Regime regime, double coverage) {
        return factor(
                scaleOfOther(
                        families(residuals, HeldOutResidual::log),
                        families(residuals, HeldOutResidual::logWithoutSoftware),
                        regime),
                coverage);
    }

    /**
     * The interval of Laplace's law.
     *
     * @param scale mean size of the logarithm of measured over predicted
     */
    static Interval factor(double scale, double coverage) {
        double log = -scale * Math.log(1 - coverage);
        return new Interval(Math.exp(-log), Math.exp(log), coverage);
    }

    /** Each profile has the interval of its software. */
    private static List<Row> profiles(List<Family> families, StepInterval.Regime regime, double coverage) {
        Map<String, String> softwares = of(regime, families).stream()
                .collect(Collectors.toMap(Family::profile, Family::software, (a, b) -> a, LinkedHashMap::new));
        List<Row> rows = softwares(families, regime, coverage);
        List<Row> all = new ArrayList<>();
        softwares.forEach((profile, software) -> rows.stream()
                .filter(row -> row.software().equals(software))
                .forEach(row -> all.add(row.named(profile))));
        return all;
    }

    /** Other releases: midway between the software and any other of the class, or as the software was met without it. */
    private static List<Row> releases(
            List<Family> families, List<Family> strangers, StepInterval.Regime regime, double coverage) {
        Credibility with = scales(families);
        Credibility without = scales(strangers);
        return softwares(strangers, regime, coverage).stream()
                .map(row -> new Row(
                        regime,
                        StepInterval.newRelease(row.software()),
                        row.families(),
                        factor(
                                Math.max(
                                        0.5 * (with.of(regime.name(), row.software()) + without.of(regime.name())),
                                        without.of(regime.name(), row.software())),
                                coverage)))
                .toList();
    }

    private static List<Row> softwares(List<Family> families, StepInterval.Regime regime, double coverage) {
        Credibility scales = scales(families);
        Map<String, Long> counts = of(regime, families).stream()
                .collect(Collectors.groupingBy(Family::software, LinkedHashMap::new, Collectors.counting()));
        List<Row> rows = new ArrayList<>();
        counts.forEach((software, count) -> rows.add(
                new Row(regime, software, count.intValue(), factor(scales.of(regime.name(), software), coverage))));
        return rows;
    }

    /** Of software that was never seen: that of its class without software, or of the software that is met worst with it. */
    private static double scaleOfOther(List<Family> families, List<Family> strangers, StepInterval.Regime regime) {
        Credibility known = scales(families);
        return of(regime, families).stream()
                .mapToDouble(family -> known.of(regime.name(), family.software()))
                .reduce(scales(strangers).of(regime.name()), Math::max);
    }

    private static Credibility scales(List<Family> families) {
        return new Credibility(families.stream()
                .map(f -> new Credibility.Item(f.regime().name(), f.software(), f.mean()))
                .toList());
    }

    private static List<Family> of(StepInterval.Regime regime, List<Family> families) {
        return families.stream().filter(f -> f.regime() == regime).toList();
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
                        + " families (software, model, precision) left out, for new releases and other software with whole softwares left out,"
                        + " and for unknown software moreover by the choices of the unknown profile.\nclass,software,coverage,low,high,families\n");
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
