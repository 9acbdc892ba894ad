package org.hopperline.search;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import org.hopperline.core.Check;
import org.hopperline.hardware.Chip;
import org.hopperline.hardware.Cluster;
import org.hopperline.plan.ParallelPlan;
import org.hopperline.plan.PlanRules;
import org.hopperline.plan.TrainingSetup;
import org.hopperline.step.StepModel;
import org.hopperline.step.StepPrediction;
import org.hopperline.work.MemoryFootprint;
import org.jspecify.annotations.Nullable;

/**
 * What a step depends on: how much faster it gets for one per cent more of each figure of the machine, and for the next
 * value of each axis of the plan.
 *
 * @param step the step as it is
 * @param hardware the figures of the machine, the one that moves the step most first
 * @param plan the neighbouring plans, two at most on each axis, the fastest first
 */
public record Sensitivity(StepPrediction step, List<Elasticity> hardware, List<PlanStep> plan) {

    /** Relative distance of the two points between which a slope is taken. */
    private static final double SLOPE = 0.01;

    /** Relative distance of the two ends of a swing. */
    private static final double SWING = 0.1;

    /** The next value of an axis is looked for up to so many times the value. */
    private static final int LARGEST_STEP = 8;

    /** Copies the lists. */
    public Sensitivity {
        hardware = List.copyOf(hardware);
        plan = List.copyOf(plan);
    }

    /** The sensitivity of a step with the shipped constants. */
    public static Sensitivity of(TrainingSetup setup) {
        return of(setup, StepModel::on);
    }

    /**
     * The sensitivity of a step.
     *
     * @param setup the step
     * @param model the step model of a chip
     */
    public static Sensitivity of(TrainingSetup setup, Function<Chip, StepModel> model) {
        StepPrediction base =
                model.apply(Check.notNull(setup, "setup").cluster().chip()).predict(setup);
        List<Elasticity> hardware = new ArrayList<>();
        for (HardwareFigure figure : HardwareFigure.all(setup.cluster(), setup.precision())) {
            Elasticity elasticity = elasticity(setup, figure, base.seconds(), model);
            // What can be varied neither way, such as the top tier of a fabric, is no choice.
            if (!Double.isNaN(elasticity.elasticity())) {
                hardware.add(elasticity);
            }
        }
        hardware.sort(Comparator.comparingDouble((Elasticity e) -> -Math.abs(e.elasticity())));
        List<PlanStep> plan = new ArrayList<>();
        for (PlanAxis axis : PlanAxis.values()) {
            // More replicas are more devices.
            if (axis != PlanAxis.DEVICES) {
                next(base, model, axis, false, plan);
                next(base, model, axis, true, plan);
            }
        }
        plan.sort(Comparator.comparingDouble((PlanStep s) -> -s.rateRatio()));
        return new Sensitivity(base, hardware, plan);
    }

    /** What one per cent more of a figure buys, from a central difference, or a one-sided one at the end of its range. */
    private static Elasticity elasticity(
            TrainingSetup setup, HardwareFigure figure, double base, Function<Chip, StepModel> model) {
        double value = figure.of(setup.cluster());
        double less = seconds(setup, figure, value * (1 - SLOPE), model);
        double more = seconds(setup, figure, value * (1 + SLOPE), model);
        double x1 = Double.isNaN(less) ? value : value * (1 - SLOPE);
        double x2 = Double.isNaN(more) ? value : value * (1 + SLOPE);
        double slope = x1 == x2
                ? Double.NaN
                : Elasticity.between(
                        x1, 1 / (Double.isNaN(less) ? base : less), x2, 1 / (Double.isNaN(more) ? base : more));
        return new Elasticity(
                figure.name(),
                figure.unit(),
                value,
                slope,
                seconds(setup, figure, value * (1 - SWING), model),
                seconds(setup, figure, value * (1 + SWING), model));
    }

    /** Seconds of a step on a machine with another value; not-a-number if there is no such machine. */
    static double seconds(TrainingSetup setup, HardwareFigure figure, double value, Function<Chip, StepModel> model) {
        Cluster machine;
        try {
            machine = figure.with(setup.cluster(), value);
        } catch (IllegalArgumentException outOfRange) {
            return Double.NaN;
        }
        return model.apply(machine.chip())
                .predict(new TrainingSetup(
                        setup.model(), machine, setup.plan(), setup.batch(), setup.precision(), setup.software()))
                .seconds();
    }

    /** Adds the next value of an axis, up or down, for which all other axes still make a plan. */
    private static void next(
            StepPrediction base, Function<Chip, StepModel> model, PlanAxis axis, boolean up, List<PlanStep> found) {
        TrainingSetup setup = base.setup();
        int from = axis.of(setup.plan());
        int most = Math.max(LARGEST_STEP, LARGEST_STEP * from);
        for (int to = up ? from + 1 : from - 1; to >= 1 && to <= most; to += up ? 1 : -1) {
            TrainingSetup other = with(setup, axis, to);
            if (other != null && PlanRules.violations(other).isEmpty()) {
                double rate = model.apply(other.cluster().chip()).predict(other).tokensPerSecond();
                double ratio = rate / base.tokensPerSecond();
                boolean fits = MemoryFootprint.of(other).total()
                        <= other.cluster().chip().visibleMemoryBytes();
                found.add(new PlanStep(
                        axis, other.plan(), from, to, ratio, Elasticity.between(from, 1, to, ratio), fits));
                return;
            }
        }
    }

    /** The step with another value of an axis; null where that makes no plan on whole nodes. */
    private static @Nullable TrainingSetup with(TrainingSetup setup, PlanAxis axis, int to) {
        ParallelPlan plan = setup.plan();
        ParallelPlan.Builder builder = plan.toBuilder();
        switch (axis) {
            case TENSOR ->
                builder.tensor(to).sequenceParallel(to > 1 && (plan.sequenceParallel() || plan.tensor() == 1));
            case CONTEXT -> builder.context(to);
            case PIPELINE -> builder.pipeline(to);
            case VIRTUAL_STAGES -> builder.virtualStages(to);
            case EXPERT -> builder.expert(to);
            case EXPERT_TENSOR -> builder.expertTensor(to);
            case MICRO_BATCH -> builder.microBatch(to);
            case DATA, DEVICES -> builder.data(to);
        }
        if (axis == PlanAxis.EXPERT_TENSOR && setup.model().experts() == null) {
            return null;
        }
        ParallelPlan changed = builder.build();
        int ranks = changed.tensor() * changed.context() * changed.pipeline();
        if (axis != PlanAxis.DATA && setup.cluster().devices() % ranks != 0
                || !PlanSpace.evenStages(setup.model(), (long) changed.pipeline() * changed.virtualStages())) {
            return null;
        }
        if (axis == PlanAxis.DATA) {
            long devices = (long) ranks * to;
            int each = setup.cluster().node().devices();
            if (devices > Integer.MAX_VALUE || devices % each != 0 && devices > each) {
                return null;
            }
            return new TrainingSetup(
                    setup.model(),
                    setup.cluster().withDevices((int) devices),
                    changed,
                    setup.batch(),
                    setup.precision(),
                    setup.software());
        }
        return setup.withPlan(
                changed.toBuilder().data(setup.cluster().devices() / ranks).build());
    }

    /** One line a figure, then one a neighbouring plan. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(step + "\nper cent more tokens a second for one per cent more of\n");
        hardware.forEach(figure -> text.append("  ").append(figure).append('\n'));
        text.append("the next value of an axis of the plan\n");
        plan.forEach(next -> text.append("  ").append(next).append('\n'));
        return text.toString();
    }
}
