package org.hopperline.validation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.hopperline.calibration.ErrorStatistics;
import org.hopperline.measured.MeasuredRun;
import org.hopperline.plan.Recipe;
import org.hopperline.plan.Sharding;

/** Every pair of measured runs of one source and software that differ in one thing only. */
public final class Contrasts {

    /** More than any count of virtual stages or ranks, to put one count before another. */
    private static final double MANY = 1e6;

    private Contrasts() {}

    /**
     * How well a kind of contrast is predicted.
     *
     * @param axis what differs
     * @param pairs how many pairs
     * @param median median absolute error of the ratio
     * @param mean mean absolute error of the ratio
     * @param judged pairs whose measured ratio exceeds the noise
     * @param signRight share of those in which the sign of the change is right
     */
    public record Summary(Contrast.Axis axis, int pairs, double median, double mean, int judged, double signRight) {
        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "%-10s pairs %4d  ratio error median %4.1f %%, mean %4.1f %%; sign right in %.0f %% of %d beyond noise",
                    axis.name().toLowerCase(Locale.ROOT),
                    pairs,
                    100 * median,
                    100 * mean,
                    100 * signRight,
                    judged);
        }
    }

    /** All pairs along one axis. */
    public static List<Contrast> of(Accuracy accuracy, Contrast.Axis axis) {
        Map<String, List<Comparison>> alike = new LinkedHashMap<>();
        for (Comparison comparison : accuracy.comparisons()) {
            alike.computeIfAbsent(key(comparison.run(), axis), k -> new ArrayList<>())
                    .add(comparison);
        }
        ToDoubleFunction<MeasuredRun> value = value(axis);
        List<Contrast> pairs = new ArrayList<>();
        for (List<Comparison> group : alike.values()) {
            for (Comparison first : group) {
                for (Comparison second : group) {
                    if (value.applyAsDouble(first.run()) < value.applyAsDouble(second.run())
                            && (axis != Contrast.Axis.DEVICES || sameBatch(first.run(), second.run()))) {
                        pairs.add(new Contrast(axis, first, second));
                    }
                }
            }
        }
        return pairs;
    }

    /** The summary of the pairs along one axis; not-a-number where there are none. */
    public static Summary summary(Accuracy accuracy, Contrast.Axis axis) {
        List<Contrast> pairs = of(accuracy, axis);
        double[] errors =
                pairs.stream().mapToDouble(c -> Math.abs(c.error())).sorted().toArray();
        List<Contrast> judged = pairs.stream().filter(Contrast::exceedsNoise).toList();
        double right = judged.stream().filter(Contrast::signAgrees).count();
        return new Summary(
                axis,
                pairs.size(),
                ErrorStatistics.quantile(errors, 0.5),
                Arrays.stream(errors).average().orElse(Double.NaN),
                judged.size(),
                judged.isEmpty() ? Double.NaN : right / judged.size());
    }

    private static ToDoubleFunction<MeasuredRun> value(Contrast.Axis axis) {
        return switch (axis) {
            case DEVICES -> run -> run.cluster().devices();
            case PRECISION -> run -> -run.precision().bytes();
            case SEQUENCE -> run -> run.batch().sequenceLength();
            case TENSOR -> run -> run.recipe().tensor();
            case PIPELINE ->
                run -> run.recipe().pipeline() * MANY + run.recipe().virtualStages();
            case SHARDING -> run -> sharding(run.recipe()) * MANY + shards(run);
        };
    }

    /** Where devices differ, the batch is the same or has as many sequences for each device. */
    private static boolean sameBatch(MeasuredRun first, MeasuredRun second) {
        long a = first.batch().sequences();
        long b = second.batch().sequences();
        return a == b || a * second.cluster().devices() == b * first.cluster().devices();
    }

    private static int sharding(Recipe recipe) {
        Sharding sharding = recipe.sharding();
        return sharding == null ? -1 : sharding.ordinal();
    }

    /** Ranks that divide the states: those stated, or all. */
    private static int shards(MeasuredRun run) {
        Recipe recipe = run.recipe();
        int model = Math.max(1, recipe.tensor()) * Math.max(1, recipe.pipeline());
        int all = run.cluster().devices() / model;
        return recipe.shardGroup() == 0 ? all : Math.min(all, recipe.shardGroup());
    }

    /**
     * Everything that two runs must share to differ along {@code axis} only. Sequences of another length come in
     * micro-batches of as many tokens.
     */
    private static String key(MeasuredRun run, Contrast.Axis axis) {
        Recipe r = run.recipe();
        List<Object> shared = new ArrayList<>(List.of(
                run.source(),
                run.softwareVersion(),
                run.software().name(),
                run.chip(),
                run.model().toBuilder().learnedPositions(0).build(),
                r.context(),
                r.expert(),
                axis == Contrast.Axis.SEQUENCE ? r.microBatch() * run.batch().sequenceLength() : r.microBatch(),
                String.valueOf(r.recompute())));
        if (axis != Contrast.Axis.PIPELINE) {
            shared.add(r.pipeline());
            shared.add(r.virtualStages());
        }
        if (axis != Contrast.Axis.SHARDING) {
            shared.add(sharding(r));
            shared.add(r.shardGroup());
        }
        if (axis != Contrast.Axis.DEVICES) {
            shared.add(run.cluster().devices());
        }
        if (axis != Contrast.Axis.PRECISION) {
            shared.add(run.precision());
        }
        if (axis != Contrast.Axis.SEQUENCE) {
            shared.add(run.batch().sequenceLength());
        }
        if (axis != Contrast.Axis.DEVICES && axis != Contrast.Axis.SEQUENCE) {
            shared.add(run.batch().sequences());
        }
        if (axis != Contrast.Axis.TENSOR) {
            shared.add(r.tensor());
        }
        return shared.toString();
    }
}
