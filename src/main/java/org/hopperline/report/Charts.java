package org.hopperline.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.DoubleUnaryOperator;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.hopperline.core.Check;
import org.hopperline.core.Units;
import org.hopperline.measured.NcclTestLog;
import org.hopperline.plan.TrainingSetup;
import org.hopperline.run.CampaignForecast;
import org.hopperline.run.campaign.CampaignResult;
import org.hopperline.run.machines.Machine;
import org.hopperline.run.machines.MachineComparison;
import org.hopperline.run.machines.Measure;
import org.hopperline.schedule.Task;
import org.hopperline.schedule.Timeline;
import org.hopperline.search.Elasticity;
import org.hopperline.search.Sensitivity;
import org.hopperline.validation.Accuracy;

/** The charts that the results of this library ask for most, each from its numbers. */
public final class Charts {

    /** Points of a model's curve. */
    private static final int CURVE = 200;

    /** White in the colour of the last of several chunks. */
    private static final double LIGHTEST_CHUNK = 0.6;

    private Charts() {}

    /**
     * Predictions against measurements, both logarithmic, with the line of equality and broken lines of an error.
     *
     * @param title above the chart
     * @param quantity what was measured, such as {@code "time of a step"}
     * @param unit its SI unit
     * @param measured above zero
     * @param predicted as many, above zero
     * @param group the colour of a row, such as its source
     * @param error share of the measurement at which the broken lines stand: 0.1 for 10 %
     */
    public static Chart predictedAgainstMeasured(
            String title,
            String quantity,
            String unit,
            double[] measured,
            double[] predicted,
            IntFunction<String> group,
            double error) {
        if (measured.length != predicted.length || measured.length == 0) {
            throw new IllegalArgumentException(predicted.length + " predictions for " + measured.length
                    + " measurements; give one for each, and at least one");
        }
        Check.fraction(error, "error of the broken lines");
        Map<String, List<Integer>> groups = new LinkedHashMap<>();
        double least = Double.POSITIVE_INFINITY;
        double most = 0;
        for (int i = 0; i < measured.length; i++) {
            groups.computeIfAbsent(group.apply(i), g -> new ArrayList<>()).add(i);
            least = Math.min(least, Math.min(measured[i], predicted[i]));
            most = Math.max(most, Math.max(measured[i], predicted[i]));
        }
        double[] ends = {least, most};
        String percent = Axis.plain(100 * error) + " %";
        Chart.Builder chart = Chart.builder(title)
                .x(Axis.log("measured " + quantity, unit))
                .y(Axis.log("predicted " + quantity, unit))
                .line("equal", ends, ends)
                .line("+" + percent, ends, times(ends, 1 + error), Chart.Stroke.DASHED)
                .line("-" + percent, ends, times(ends, 1 - error), Chart.Stroke.DASHED);
        groups.forEach((name, rows) -> chart.points(
                name,
                rows.stream().mapToDouble(row -> measured[row]).toArray(),
                rows.stream().mapToDouble(row -> predicted[row]).toArray()));
        return chart.build();
    }

    /**
     * Predicted over measured token rates of published runs, against the measured ones: the error of each, which a chart of
     * predicted against measured over four decades hides.
     *
     * @param accuracy at least one comparison
     */
    public static Chart predictedOverMeasured(Accuracy accuracy) {
        if (accuracy.comparisons().isEmpty()) {
            throw new IllegalArgumentException("no measured run could be predicted, so there is nothing to draw");
        }
        return AccuracyChart.ratios(accuracy);
    }

    private static double[] times(double[] values, double factor) {
        double[] out = values.clone();
        for (int i = 0; i < out.length; i++) {
            out[i] *= factor;
        }
        return out;
    }

    /**
     * Bus bandwidth against size, as nccl-tests measured it and as a model has it. Bus bandwidth is the size over the
     * time, times a factor of the operation and the ranks, which is taken from the log.
     *
     * @param log of one run of nccl-tests
     * @param modelSeconds time of a size in bytes, in the counting of nccl-tests
     */
    public static Chart busBandwidth(NcclTestLog log, DoubleUnaryOperator modelSeconds) {
        List<NcclTestLog.Row> rows = log.rows().stream()
                .filter(row -> row.bytes() > 0 && row.busBytesPerSecond() > 0 && row.algorithmBytesPerSecond() > 0)
                .toList();
        if (rows.isEmpty()) {
            throw new IllegalArgumentException(
                    "the log of " + log.program() + " has no row with a size and a bandwidth; nothing can be drawn");
        }
        NcclTestLog.Row last = rows.get(rows.size() - 1);
        double factor = last.busBytesPerSecond() / last.algorithmBytesPerSecond();
        double least = rows.stream().mapToDouble(NcclTestLog.Row::bytes).min().orElseThrow();
        double most = rows.stream().mapToDouble(NcclTestLog.Row::bytes).max().orElseThrow();
        double[] sizes = IntStream.rangeClosed(0, CURVE)
                .mapToDouble(i -> least * Math.pow(most / least, (double) i / CURVE))
                .toArray();
        double[] model = new double[sizes.length];
        for (int i = 0; i < sizes.length; i++) {
            double seconds = modelSeconds.applyAsDouble(sizes[i]);
            model[i] = factor * sizes[i] / Check.positive(seconds, "time of the model", "s");
        }
        String ranks = log.ranks() + " ranks on " + log.nodes() + (log.nodes() == 1 ? " node" : " nodes");
        return Chart.builder(log.program() + ", " + ranks)
                .x(Axis.log("size", "B"))
                .y(Axis.linear("bus bandwidth", "B/s"))
                .line("model", sizes, model)
                .points(
                        "measured",
                        rows.stream().mapToDouble(NcclTestLog.Row::bytes).toArray(),
                        rows.stream()
                                .mapToDouble(NcclTestLog.Row::busBytesPerSecond)
                                .toArray())
                .build();
    }

    /**
     * Who works when in a pipeline: a row for each stage, a bar for each task with its micro-batch. Of the chunks of a
     * stage, the later is the lighter, which is said behind the title.
     *
     * @param title above the chart
     */
    public static Chart timeline(String title, Timeline timeline) {
        List<String> stages = IntStream.range(0, timeline.stages())
                .mapToObj(stage -> "stage " + stage)
                .toList();
        int lastChunk = timeline.tasks().stream().mapToInt(Task::chunk).max().orElse(0);
        Chart.Builder chart = Chart.builder(lastChunk > 0 ? title + " (later chunks lighter)" : title)
                .x(Axis.linear("time", "s").between(0, timeline.seconds()))
                .y(Axis.of("", stages));
        for (Task task : timeline.tasks()) {
            chart.bar(Chart.Bar.row(
                            String.valueOf(task.microBatch()),
                            task.kind().name().toLowerCase(Locale.ROOT).replace('_', ' '),
                            task.startSeconds(),
                            task.endSeconds(),
                            task.stage())
                    .withTint(lastChunk == 0 ? 0 : LIGHTEST_CHUNK * task.chunk() / lastChunk));
        }
        return chart.build();
    }

    /**
     * One assumption of a tornado chart.
     *
     * @param name of what was varied
     * @param low the result at its low value
     * @param high the result at its high value
     */
    public record Swing(String name, double low, double high) {

        /** @throws IllegalArgumentException if the name is blank or a result is not finite */
        public Swing {
            Check.notBlank(name, "name of what was varied");
            Check.finite(low, "result at the low value of " + name, "");
            Check.finite(high, "result at the high value of " + name, "");
        }
    }

    /**
     * What moves a result, the widest swing on top.
     *
     * @param title above the chart
     * @param quantity the result
     * @param unit its unit
     * @param base the result with nothing varied
     * @param swings one for each assumption, at least one
     */
    public static Chart tornado(String title, String quantity, String unit, double base, List<Swing> swings) {
        Check.finite(base, quantity, unit);
        if (swings.isEmpty()) {
            throw new IllegalArgumentException("0 swings for \"" + title + "\"; vary at least 1 assumption");
        }
        List<Swing> widest = swings.stream()
                .sorted(Comparator.comparingDouble((Swing s) -> -Math.abs(s.high() - s.low())))
                .toList();
        Chart.Builder chart = Chart.builder(title)
                .x(Axis.linear(quantity, unit))
                .y(Axis.of("", widest.stream().map(Swing::name).toList()));
        for (int row = 0; row < widest.size(); row++) {
            Swing swing = widest.get(row);
            chart.bar(Chart.Bar.row("", "at its low value", base, swing.low(), row));
            chart.bar(Chart.Bar.row("", "at its high value", base, swing.high(), row));
        }
        return chart.build();
    }

    /**
     * Share of a run that is done by day: the nominal course, the even one, and those that are faster or slower with a
     * chance of a tenth each. The dashed ones are single courses, each a share of its own size, and may cross.
     *
     * @param forecast of a campaign
     */
    public static Chart campaign(CampaignForecast forecast) {
        Chart.Builder chart = Chart.builder("Share of the run that is done, by day from " + forecast.start()
                        + "; dashed: the drawn course that ends at that chance")
                .x(Axis.linear("time since the planned start", "d"))
                .y(Axis.linear("done", "%").between(0, 100));
        double start = forecast.start().toEpochDay();
        course(chart, "nominal", start, forecast.nominal(), Chart.Stroke.SOLID);
        for (double p : new double[] {0.1, 0.5, 0.9}) {
            if (forecast.bands().finishedShare() >= p) {
                course(
                        chart,
                        Axis.plain(100 * p) + " %",
                        start,
                        forecast.bands().course(p),
                        Chart.Stroke.DASHED);
            }
        }
        return chart.build();
    }

    private static void course(
            Chart.Builder chart, String name, double start, CampaignResult result, Chart.Stroke stroke) {
        List<CampaignResult.Point> points = result.curve();
        chart.line(
                name,
                points.stream().mapToDouble(point -> point.day() - start).toArray(),
                points.stream()
                        .mapToDouble(point -> 100 * point.flops() / result.flops())
                        .toArray(),
                stroke);
    }

    /**
     * How many times each machine goes into the first, unit by unit, with a broken line at four.
     *
     * @param comparison at least two machines
     */
    public static Chart machines(MachineComparison comparison) {
        String first = comparison.machines().get(0).name();
        List<Measure> measures = Arrays.stream(Measure.values())
                .filter(measure -> comparison.machines().stream()
                        .skip(1)
                        .anyMatch(machine ->
                                comparison.ratio(measure, first, machine.name()).isPresent()))
                .toList();
        Chart.Builder chart = Chart.builder(first + " over other machines")
                .x(Axis.log("times as large", ""))
                .y(Axis.of("", measures.stream().map(Measure::label).toList()))
                .line(
                        "four times",
                        new double[] {4, 4},
                        new double[] {-0.5, measures.size() - 0.5},
                        Chart.Stroke.DASHED);
        for (Machine machine :
                comparison.machines().subList(1, comparison.machines().size())) {
            List<Double> xs = new ArrayList<>();
            List<Double> ys = new ArrayList<>();
            for (int row = 0; row < measures.size(); row++) {
                OptionalDouble ratio = comparison.ratio(measures.get(row), first, machine.name());
                if (ratio.isPresent()) {
                    xs.add(ratio.getAsDouble());
                    ys.add((double) row);
                }
            }
            chart.points(machine.name(), array(xs), array(ys));
        }
        return chart.build();
    }

    private static double[] array(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).toArray();
    }

    /** What moves a step: the seconds of the step with a tenth less and a tenth more of each figure of the hardware. */
    public static Chart tornado(Sensitivity sensitivity) {
        double base = sensitivity.step().seconds();
        List<Swing> swings = new ArrayList<>();
        for (Elasticity figure : sensitivity.hardware()) {
            double low = Double.isNaN(figure.lessSeconds()) ? base : figure.lessSeconds();
            double high = Double.isNaN(figure.moreSeconds()) ? base : figure.moreSeconds();
            if (low != base || high != base) {
                swings.add(new Swing(figure.name() + " " + Units.format(figure.value(), figure.unit()), low, high));
            }
        }
        TrainingSetup setup = sensitivity.step().setup();
        String title = setup.model().name() + " on " + setup.cluster().name()
                + ", a tenth less and a tenth more of each figure";
        return tornado(title, "step", "s", base, swings);
    }
}
