package org.hopperline.search;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import org.hopperline.core.Check;
import org.hopperline.core.Precision;
import org.hopperline.hardware.Cluster;
import org.hopperline.model.Transformer;
import org.hopperline.plan.ParallelPlan;
import org.hopperline.plan.SoftwareProfile;
import org.hopperline.plan.SoftwareProfiles;

/**
 * Every combination of the values of any number of axes: {@code SweepSpace.of(model, machine, 16e6,
 * 8192).machines(list).vary(HardwareFigure.NIC_BANDWIDTH, 25e9, 50e9, 100e9).sweep()}. Immutable; each method returns a space with
 * one more axis, the last added varying fastest.
 */
public final class SweepSpace {

    private static final int USUAL_KEEP = 10;

    private final SweepPoint start;
    private final List<Axis> axes;
    private final UnaryOperator<PlanSearch> search;
    private final SweepMeasure measure;
    private final int keep;

    private record Axis(int size, Value value) {}

    private interface Value {
        SweepPoint put(SweepPoint point, int place);
    }

    /** What one value of an axis does to a question. Called from several threads; must not change anything. */
    @FunctionalInterface
    public interface Variation {
        /** The question with the value put in; may throw {@link IllegalArgumentException}, which fails that question. */
        SweepPoint put(SweepPoint point, double value);
    }

    private SweepSpace(
            SweepPoint start, List<Axis> axes, UnaryOperator<PlanSearch> search, SweepMeasure measure, int keep) {
        this.search = search;
        this.start = start;
        this.axes = List.copyOf(axes);
        this.measure = measure;
        this.keep = keep;
    }

    /** One question: the best plan of a model on a machine, steps of about so many tokens, BF16, Megatron-Core. */
    public static SweepSpace of(Transformer model, Cluster machine, double batchTokens, int sequenceLength) {
        return of(new SweepPoint(
                model,
                machine,
                null,
                BatchTarget.about(batchTokens, sequenceLength),
                Precision.BF16,
                SoftwareProfiles.MEGATRON,
                0,
                List.of()));
    }

    /** One question. */
    public static SweepSpace of(SweepPoint question) {
        return new SweepSpace(
                Check.notNull(question, "question"),
                List.of(),
                UnaryOperator.identity(),
                SweepMeasure.TIME,
                USUAL_KEEP);
    }

    private <T> SweepSpace axis(String what, List<T> values, BiFunction<SweepPoint, T, SweepPoint> put) {
        if (values.isEmpty()) {
            throw new IllegalArgumentException("0 " + what + " make an empty sweep; give at least 1");
        }
        List<T> copy = List.copyOf(values);
        List<Axis> more = new ArrayList<>(axes);
        more.add(new Axis(copy.size(), (point, place) -> put.apply(point, copy.get(place))));
        return new SweepSpace(start, more, search, measure, keep);
    }

    /** These models. */
    public SweepSpace models(List<Transformer> models) {
        return axis("models", models, SweepPoint::withModel);
    }

    /** These machines. */
    public SweepSpace machines(List<Cluster> machines) {
        return axis("machines", machines, SweepPoint::withMachine);
    }

    /** These plans, instead of the best. */
    public SweepSpace plans(List<ParallelPlan> plans) {
        return axis("plans", plans, SweepPoint::withPlan);
    }

    /** These batches. */
    public SweepSpace batches(List<BatchTarget> batches) {
        return axis("batches", batches, SweepPoint::withBatch);
    }

    /** These precisions. */
    public SweepSpace precisions(List<Precision> precisions) {
        return axis("precisions", precisions, SweepPoint::withPrecision);
    }

    /** These software profiles. */
    public SweepSpace software(List<SoftwareProfile> profiles) {
        return axis("software profiles", profiles, SweepPoint::withSoftware);
    }

    /** These prices of a device-hour in dollars. */
    public SweepSpace dollarsPerDeviceHour(double... dollars) {
        return axis("prices", boxed(dollars), SweepPoint::withDollarsPerDeviceHour);
    }

    /** These values of a figure of the hardware, such as the speed of a link. */
    public SweepSpace vary(HardwareFigure figure, double... values) {
        return vary(figure.name(), (point, value) -> point.withMachine(figure.with(point.machine(), value)), values);
    }

    /** These values of anything. */
    public SweepSpace vary(String name, Variation variation, double... values) {
        Check.notBlank(name, "name of an axis");
        Check.notNull(variation, "variation");
        return axis(
                "values of " + name,
                boxed(values),
                (point, value) -> variation.put(point, value).noting(name, value));
    }

    private static List<Double> boxed(double... values) {
        List<Double> all = new ArrayList<>();
        for (double value : values) {
            all.add(value);
        }
        return all;
    }

    /**
     * Where the best plan is searched, it is searched like this: {@code searching(search ->
     * search.tensor(8).objective(Objectives.DEVICE_TIME))}. Batch, precision and software are those of the question.
     *
     * @param limits called from several threads; must not change anything
     */
    public SweepSpace searching(UnaryOperator<PlanSearch> limits) {
        return new SweepSpace(start, axes, Check.notNull(limits, "limits of a search"), measure, keep);
    }

    /** Ranked by this measure. */
    public SweepSpace by(SweepMeasure other) {
        return new SweepSpace(start, axes, search, Check.notNull(other, "measure"), keep);
    }

    /** So many of the best are kept. */
    public SweepSpace keep(int count) {
        return new SweepSpace(start, axes, search, measure, Check.positive(count, "answers to keep"));
    }

    /** The sweep over all combinations. */
    public Sweep sweep() {
        long size = 1;
        for (Axis axis : axes) {
            size = Math.multiplyExact(size, (long) axis.size());
        }
        return new QuestionSweep(size, start, this::vary, search, measure, keep);
    }

    /** The question of that number. */
    private SweepPoint vary(long index) {
        long rest = index;
        int[] places = new int[axes.size()];
        for (int i = places.length - 1; i >= 0; i--) {
            places[i] = (int) (rest % axes.get(i).size());
            rest /= axes.get(i).size();
        }
        SweepPoint point = start;
        for (int i = 0; i < places.length; i++) {
            point = axes.get(i).value().put(point, places[i]);
        }
        return point;
    }
}
