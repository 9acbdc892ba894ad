package org.hopperline.validation;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.hopperline.core.Interval;
import org.hopperline.step.StepInterval;

/**
 * Learns from residuals how far measured steps lie from predicted ones.
 *
 * <p>A residual is {@code ln(measured / predicted)} of the step time. Residuals of one family (software, model,
 * precision) go together, so every family counts as one, its rows sharing its weight. Each family is left out in turn:
 * the quantiles of the others must hold its rows as often as claimed. The nominal level is raised until they do.
 */
public final class IntervalTable {

    private static final double[] COVERAGES = {0.8, 0.9};
    private static final int FEWEST_FAMILIES = 5;
    private static final double LEVEL_STEP = 0.005;

    private IntervalTable() {}

    /** A row of the table: a class of runs and the interval of measured over predicted step time. */
    public record Row(StepInterval.Regime regime, int families, Interval factor) {}

    /**
     * How far one measured step lay from its prediction.
     *
     * @param regime the class of the run
     * @param family software, model and precision
     * @param log natural logarithm of measured over predicted step time
     */
    public record Residual(StepInterval.Regime regime, String family, double log) {

        /** The residual of a comparison. */
        public static Residual of(Comparison comparison) {
            return new Residual(
                    StepInterval.regime(comparison.prediction().setup()),
                    comparison.run().family(),
                    comparison.logError());
        }
    }

    private record Weighted(String family, double log, double weight) {}

    /**
     * The table for some residuals.
     *
     * @throws IllegalArgumentException if a class has fewer than five families
     */
    public static List<Row> learn(List<Residual> residuals) {
        List<Row> rows = new ArrayList<>();
        for (StepInterval.Regime regime : StepInterval.Regime.values()) {
            List<Weighted> weighted = weighted(residuals, regime);
            long families = weighted.stream().map(Weighted::family).distinct().count();
            if (families < FEWEST_FAMILIES) {
                throw new IllegalArgumentException(regime + " has " + families + " families of measured runs; "
                        + FEWEST_FAMILIES + " are the fewest from which an interval is learnt");
            }
            for (double coverage : COVERAGES) {
                rows.add(new Row(regime, (int) families, interval(weighted, coverage)));
            }
        }
        return rows;
    }

    private static List<Weighted> weighted(List<Residual> residuals, StepInterval.Regime regime) {
        Map<String, List<Double>> families = new LinkedHashMap<>();
        for (Residual r : residuals) {
            if (r.regime() == regime) {
                families.computeIfAbsent(r.family(), k -> new ArrayList<>()).add(r.log());
            }
        }
        List<Weighted> weighted = new ArrayList<>();
        families.forEach((family, logs) ->
                logs.forEach(log -> weighted.add(new Weighted(family, log, 1.0 / logs.size()))));
        weighted.sort(Comparator.comparingDouble(Weighted::log));
        return weighted;
    }

    private static Interval interval(List<Weighted> residuals, double coverage) {
        double level = coverage;
        while (level < 1 && leftOutCoverage(residuals, level) < coverage) {
            level += LEVEL_STEP;
        }
        double[] ends = ends(residuals, Math.min(1, level), "");
        return new Interval(Math.exp(ends[0]), Math.exp(ends[1]), coverage);
    }

    /** Mean over families of the share of a family's rows that the quantiles of the others hold. */
    private static double leftOutCoverage(List<Weighted> residuals, double level) {
        Map<String, Double> held = new LinkedHashMap<>();
        for (Weighted r : residuals) {
            held.putIfAbsent(r.family(), 0.0);
        }
        for (String family : held.keySet()) {
            double[] ends = ends(residuals, level, family);
            double share = residuals.stream()
                    .filter(r -> r.family().equals(family) && r.log() >= ends[0] && r.log() <= ends[1])
                    .mapToDouble(Weighted::weight)
                    .sum();
            held.put(family, share);
        }
        return held.values().stream().mapToDouble(Double::doubleValue).average().orElse(0);
    }

    /** Central weighted quantiles at {@code level} of all residuals but those of one family. */
    private static double[] ends(List<Weighted> sorted, double level, String leftOut) {
        List<Weighted> kept =
                sorted.stream().filter(r -> !r.family().equals(leftOut)).toList();
        double total = kept.stream().mapToDouble(Weighted::weight).sum();
        return new double[] {quantile(kept, (1 - level) / 2 * total), quantile(kept, (1 + level) / 2 * total)};
    }

    private static double quantile(List<Weighted> sorted, double weight) {
        double sum = 0;
        for (Weighted r : sorted) {
            sum += r.weight();
            if (sum >= weight - 1e-12) {
                return r.log();
            }
        }
        return sorted.get(sorted.size() - 1).log();
    }

    /** The table as the step room reads it. */
    public static String toCsv(List<Row> rows) {
        StringBuilder csv = new StringBuilder("# Measured over predicted step time, learnt from calibration rows with"
                + " whole families (software, model, precision) left out in turn.\nclass,coverage,low,high,families\n");
        for (Row row : rows) {
            csv.append(String.format(
                    Locale.ROOT,
                    "%s,%s,%.4f,%.4f,%d%n",
                    row.regime().name().toLowerCase(Locale.ROOT),
                    row.factor().coverage(),
                    row.factor().low(),
                    row.factor().high(),
                    row.families()));
        }
        return csv.toString().replace("\r\n", "\n");
    }
}
