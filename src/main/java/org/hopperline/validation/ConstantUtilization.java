package org.hopperline.validation;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.hopperline.core.Precision;
import org.hopperline.measured.MeasuredRun;
import org.hopperline.model.Flops;
import org.hopperline.model.ScoreCounting;

/**
 * The rule that predictions must beat: every run of a chip and a precision has one model FLOPs utilization. Each constant
 * is the one with the least mean absolute percentage error on the runs it was fitted to.
 *
 * @param utilizations model FLOPs over the dense BF16 peak by chip and precision
 * @param otherwise of all runs together, for a chip or a precision without fitted runs
 */
public record ConstantUtilization(Map<String, Double> utilizations, double otherwise) {

    /** Copies the map. */
    public ConstantUtilization {
        utilizations = Map.copyOf(utilizations);
    }

    /**
     * Fits the constants.
     *
     * @throws IllegalArgumentException if there are no runs
     */
    public static ConstantUtilization fit(List<MeasuredRun> runs) {
        if (runs.isEmpty()) {
            throw new IllegalArgumentException("no measured runs to fit a utilization to; give at least one");
        }
        Map<String, List<MeasuredRun>> groups = runs.stream()
                .collect(Collectors.groupingBy(ConstantUtilization::key, TreeMap::new, Collectors.toList()));
        Map<String, Double> fitted =
                groups.entrySet().stream().collect(Collectors.toMap(Map.Entry::getKey, e -> best(e.getValue())));
        return new ConstantUtilization(fitted, best(runs));
    }

    /** Relative errors of the rule on {@code comparisons}, positive where it is too fast. */
    public double[] errors(List<Comparison> comparisons) {
        return comparisons.stream()
                .map(Comparison::run)
                .mapToDouble(run -> utilizations.getOrDefault(key(run), otherwise) / measured(run) - 1)
                .toArray();
    }

    /** Measured utilization of a run: training FLOPs of a token, half of the scores counted, over the BF16 peak. */
    public static double measured(MeasuredRun run) {
        return Flops.training(run.model(), run.batch().sequenceLength(), ScoreCounting.CAUSAL)
                * run.tokensPerSecondPerDevice()
                / run.cluster().chip().denseFlopsPerSecond(Precision.BF16);
    }

    /** The mean absolute error is piecewise linear in the constant, so its least lies at one of the measured values. */
    private static double best(List<MeasuredRun> runs) {
        double[] measured =
                runs.stream().mapToDouble(ConstantUtilization::measured).toArray();
        Function<Double, Double> mean = c ->
                Arrays.stream(measured).map(u -> Math.abs(c / u - 1)).average().orElseThrow();
        double best = measured[0];
        for (double candidate : measured) {
            best = mean.apply(candidate) < mean.apply(best) ? candidate : best;
        }
        return best;
    }

    private static String key(MeasuredRun run) {
        return run.chip() + " " + run.precision();
    }
}
