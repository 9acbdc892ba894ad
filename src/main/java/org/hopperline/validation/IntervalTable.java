package org.hopperline.validation;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
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
 * vote, which its rows share.
 *
 * <p>The interval is a split-conformal one with a scale (Lei et al. 2018, section 5.2): {@code exp(-q s)} to
 * {@code exp(q s)}. The scale {@code s} is the mean absolute residual of the software's families, shrunk towards that of
 * its class, which is shrunk towards that of all: few families do not make a narrow interval. The quantile {@code q} is
 * that of the absolute residuals over their own scale, taken as it was without them, of all classes together:
 * {@code ceil((n + 1) coverage)} of {@code n} votes. For software without calibrated runs both come from the residuals
 * without software; where not even the choices of the software are known ({@link SoftwareProfiles#UNKNOWN}), from the
 * residuals as if it were unknown, those of all dense models together. For predictions anchored to a measured run alike, residuals are differences between runs of a family
 * that may anchor each other, and the scale is that of the class.
 */
public final class IntervalTable {

    private static final double[] COVERAGES = {0.8, 0.9};
    private static final int FEWEST_FAMILIES = 5;

    /** Families of all classes that count beside those of one class. */
    private static final double CLASS_SHRINKAGE = 1;

    /** Families of the class that count beside those of one software: a software's own count for half from so many on. */
    private static final double SOFTWARE_SHRINKAGE = 4;

    private IntervalTable() {}

    /**
     * A row of the table: a class of runs on one software and the interval of measured over predicted step time.
     *
     * @param regime the class
     * @param software the software, {@link StepInterval#OTHER_SOFTWARE} or {@link StepInterval#ANCHORED}
     * @param families how many families it was learnt from
     * @param factor measured over predicted
     */
    public record Row(StepInterval.Regime regime, String software, int families, Interval factor) {}

    /**
     * The absolute residuals of one family, which have one vote together.
     *
     * @param mean of the sizes
     */
    private record Family(StepInterval.Regime regime, String software, String name, List<Double> sizes, double mean) {

        static Family of(HeldOutResidual any, List<Double> sizes) {
            double mean =
                    sizes.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
            return new Family(any.regime(), any.software(), any.family(), List.copyOf(sizes), mean);
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
        for (StepInterval.Regime regime : StepInterval.Regime.values()) {
            long count = families.stream().filter(f -> f.regime() == regime).count();
            if (count < FEWEST_FAMILIES) {
                throw new IllegalArgumentException(regime + " has " + count + " families of measured runs; "
                        + FEWEST_FAMILIES + " are the fewest from which an interval is learnt");
            }
        }
        List<Row> rows = new ArrayList<>();
        for (double coverage : COVERAGES) {
            double own =
                    quantile(families, f -> scale(without(families, o -> o == f), f.regime(), f.software()), coverage);
            double other = quantileOfStrangers(strangers, coverage);
            double unnamed = quantileOfStrangers(unknown, coverage);
            double anchored = quantile(pairs, f -> classScale(without(pairs, o -> o == f), f.regime()), coverage);
            for (StepInterval.Regime regime : StepInterval.Regime.values()) {
                families.stream()
                        .filter(f -> f.regime() == regime)
                        .map(Family::software)
                        .distinct()
                        .forEach(software -> rows.add(row(
                                regime,
                                software,
                                families.stream()
                                        .filter(f -> f.regime() == regime
                                                && f.software().equals(software))
                                        .count(),
                                own * scale(families, regime, software),
                                coverage)));
                rows.add(row(
                        regime,
                        StepInterval.OTHER_SOFTWARE,
                        strangers.stream().filter(f -> f.regime() == regime).count(),
                        other * classScale(strangers, regime),
                        coverage));
                if (unknown.stream().anyMatch(f -> f.regime() == regime)) {
                    rows.add(row(
                            regime,
                            SoftwareProfiles.UNKNOWN.stack(),
                            unknown.stream().filter(f -> f.regime() == regime).count(),
                            unnamed * classScale(unknown, regime),
                            coverage));
                }
                if (pairs.stream().filter(f -> f.regime() == regime).count() >= FEWEST_FAMILIES) {
                    rows.add(row(
                            regime,
                            StepInterval.ANCHORED,
                            pairs.stream().filter(f -> f.regime() == regime).count(),
                            anchored * classScale(pairs, regime),
                            coverage));
                }
            }
        }
        return rows;
    }

    private static Row row(StepInterval.Regime regime, String software, long families, double log, double coverage) {
        return new Row(regime, software, (int) families, new Interval(Math.exp(-log), Math.exp(log), coverage));
    }

    /** The class that the unknown profile, without tensor overlap, puts each run into. */
    private static List<Family> asUnknown(List<HeldOutResidual> residuals) {
        List<HeldOutResidual> known = residuals.stream()
                .filter(r -> !Double.isNaN(r.logAsUnknown()))
                .map(r -> r.regime() == StepInterval.Regime.TUNED_DENSE ? r.in(StepInterval.Regime.OTHER_DENSE) : r)
                .toList();
        return families(known, HeldOutResidual::logAsUnknown);
    }

    /** Each family in units of the scale that its class has without its software. */
    private static double quantileOfStrangers(List<Family> families, double coverage) {
        return quantile(
                families,
                f -> classScale(without(families, o -> o.software().equals(f.software())), f.regime()),
                coverage);
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

    private static List<Family> without(List<Family> families, Predicate<Family> left) {
        return families.stream().filter(left.negate()).toList();
    }

    /** Mean absolute residual of the class, shrunk towards that of all classes. */
    private static double classScale(List<Family> families, StepInterval.Regime regime) {
        double all = shrunk(families, f -> true, 0, 0);
        return shrunk(families, f -> f.regime() == regime, all, CLASS_SHRINKAGE);
    }

    /** Mean absolute residual of a software in its class, shrunk towards that of the class. */
    private static double scale(List<Family> families, StepInterval.Regime regime, String software) {
        return shrunk(
                families,
                f -> f.regime() == regime && f.software().equals(software),
                classScale(families, regime),
                SOFTWARE_SHRINKAGE);
    }

    /** {@code (sum of means + votes x towards) / (families + votes)}. */
    private static double shrunk(List<Family> families, Predicate<Family> some, double towards, double votes) {
        double sum = votes * towards;
        double count = votes;
        for (Family family : families) {
            if (some.test(family)) {
                sum += family.mean();
                count++;
            }
        }
        return sum / count;
    }

    /** The smallest number of scales that holds {@code coverage} of one vote more than there are. */
    private static double quantile(List<Family> families, ToDoubleFunction<Family> scale, double coverage) {
        record Scaled(double size, double weight) {}
        List<Scaled> sorted = new ArrayList<>();
        for (Family family : families) {
            double unit = scale.applyAsDouble(family);
            double weight = 1.0 / family.sizes().size();
            family.sizes().forEach(size -> sorted.add(new Scaled(size / unit, weight)));
        }
        sorted.sort(Comparator.comparingDouble(Scaled::size));
        double sum = 0;
        for (Scaled each : sorted) {
            sum += each.weight();
            if (sum >= coverage * (families.size() + 1) - 1e-9) {
                return each.size();
            }
        }
        return sorted.get(sorted.size() - 1).size();
    }

    /** The table as the step room reads it. */
    public static String toCsv(List<Row> rows) {
        StringBuilder csv = new StringBuilder(
                "# Measured over predicted step time, learnt from calibration rows with whole"
                        + " families (software, model, precision) left out, for other software with whole softwares left out,"
                        + " and for unknown software moreover by the choices of the unknown profile.\nclass,software,coverage,low,high,families\n");
        for (Row row : rows) {
            csv.append(String.format(
                    Locale.ROOT,
                    "%s,%s,%s,%.4f,%.4f,%d%n",
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
