package org.hopperline.report;

import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.hopperline.validation.Accuracy;
import org.hopperline.validation.Comparison;

/** Predicted beside measured token rates, one colour for each class of runs. */
final class AccuracyChart {

    private AccuracyChart() {}

    /** Both logarithmic, with the line of equality. */
    static Chart of(Accuracy accuracy) {
        double[] ends = ends(accuracy);
        Chart.Builder chart = Chart.builder("Token rate of a device, predicted against measured")
                .x(Axis.log("measured", "token/s"))
                .y(Axis.log("predicted", "token/s"));
        points(chart, accuracy, c -> c.prediction().tokensPerSecondPerDevice());
        return chart.line("equal", ends, ends)
                .line("20 % above", ends, new double[] {1.2 * ends[0], 1.2 * ends[1]}, Chart.Stroke.DASHED)
                .line("20 % below", ends, new double[] {0.8 * ends[0], 0.8 * ends[1]}, Chart.Stroke.DASHED)
                .build();
    }

    /** The same over what was measured, in which an error of a tenth can be seen. */
    static Chart ratios(Accuracy accuracy) {
        double[] ends = ends(accuracy);
        Chart.Builder chart = Chart.builder("Token rate of a device, predicted over measured")
                .x(Axis.log("measured", "token/s"))
                .y(Axis.linear("predicted over measured", ""));
        points(chart, accuracy, c -> 1 + c.error());
        return chart.line("equal", ends, new double[] {1, 1})
                .line("20 % above", ends, new double[] {1.2, 1.2}, Chart.Stroke.DASHED)
                .line("20 % below", ends, new double[] {0.8, 0.8}, Chart.Stroke.DASHED)
                .build();
    }

    private static void points(Chart.Builder chart, Accuracy accuracy, ToDoubleFunction<Comparison> y) {
        Map<String, List<Comparison>> groups = accuracy.comparisons().stream()
                .collect(Collectors.groupingBy(
                        c -> RunClass.architecture(c.run()) + ", " + c.run().split(),
                        TreeMap::new,
                        Collectors.toList()));
        groups.forEach((name, some) -> chart.points(
                name,
                some.stream()
                        .mapToDouble(c -> c.run().tokensPerSecondPerDevice())
                        .toArray(),
                some.stream().mapToDouble(y).toArray()));
    }

    /** The least and the largest measured rate. */
    private static double[] ends(Accuracy accuracy) {
        DoubleSummaryStatistics rates = accuracy.comparisons().stream()
                .mapToDouble(c -> c.run().tokensPerSecondPerDevice())
                .summaryStatistics();
        return new double[] {rates.getMin(), rates.getMax()};
    }
}
