package org.hopperline.report;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.hopperline.validation.Accuracy;
import org.hopperline.validation.Comparison;

/** Predicted over measured token rates, one colour for each class of runs. */
final class AccuracyChart {

    private AccuracyChart() {}

    static Chart of(Accuracy accuracy) {
        Map<String, List<Comparison>> groups = accuracy.comparisons().stream()
                .collect(Collectors.groupingBy(
                        c -> (c.run().model().hasExperts() ? "experts, " : "dense, ")
                                + c.run().split(),
                        TreeMap::new,
                        Collectors.toList()));
        double least = Double.POSITIVE_INFINITY;
        double most = 0;
        Chart.Builder chart = Chart.builder("Token rate of a device, predicted against measured")
                .x(Axis.log("measured", "token/s"))
                .y(Axis.log("predicted", "token/s"));
        for (Map.Entry<String, List<Comparison>> group : groups.entrySet()) {
            double[] x = group.getValue().stream()
                    .mapToDouble(c -> c.run().tokensPerSecondPerDevice())
                    .toArray();
            double[] y = group.getValue().stream()
                    .mapToDouble(c -> c.prediction().tokensPerSecondPerDevice())
                    .toArray();
            for (double value : x) {
                least = Math.min(least, value);
                most = Math.max(most, value);
            }
            chart.points(group.getKey(), x, y);
        }
        double[] ends = {least, most};
        return chart.line("equal", ends, ends)
                .line("20 % above", ends, new double[] {1.2 * least, 1.2 * most}, Chart.Stroke.DASHED)
                .line("20 % below", ends, new double[] {0.8 * least, 0.8 * most}, Chart.Stroke.DASHED)
                .build();
    }
}
