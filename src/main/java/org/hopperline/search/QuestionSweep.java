package org.hopperline.search;

import java.util.List;
import java.util.function.LongFunction;
import java.util.function.UnaryOperator;
import org.hopperline.core.Units;
import org.hopperline.hardware.Cluster;
import org.hopperline.plan.Batch;
import org.hopperline.plan.ParallelPlan;
import org.hopperline.plan.PlanRules;
import org.hopperline.plan.TrainingSetup;
import org.hopperline.step.StepModel;
import org.hopperline.step.StepPrediction;
import org.hopperline.work.MemoryFootprint;

/**
 * A sweep over whole questions: models, machines, plans, batches, prices and whatever a caller varies. Where a question has
 * no plan, the best is searched.
 */
final class QuestionSweep implements Sweep {

    /** Failures that a sweep counts by. */
    private static final String BAD_QUESTION = "bad question";

    private static final String NO_PLAN = "no plan";
    private static final String DEVICES = "devices";
    private static final String BATCH = "batch not divided";
    private static final String RULES = "rules of shape";
    private static final String MEMORY = "memory";
    private static final String NO_PRICE = "no price";

    private final long size;
    private final SweepPoint start;
    private final LongFunction<SweepPoint> points;
    private final UnaryOperator<PlanSearch> search;
    private final SweepMeasure measure;
    private final int keep;

    /**
     * @param start what a failure names whose question could not be put
     * @param search what is asked of the plans of questions without one
     */
    QuestionSweep(
            long size,
            SweepPoint start,
            LongFunction<SweepPoint> points,
            UnaryOperator<PlanSearch> search,
            SweepMeasure measure,
            int keep) {
        this.search = search;
        this.size = size;
        this.start = start;
        this.points = points;
        this.measure = measure;
        this.keep = keep;
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public SweepOutcome at(long index) {
        Sweep.checkRange(index, index + 1, size);
        SweepPoint point = start;
        try {
            point = points.apply(index);
            SweepOutcome outcome = point.plan() == null ? searched(index, point) : planned(index, point, point.plan());
            return measure == SweepMeasure.DOLLARS && outcome.step() != null && point.dollarsPerDeviceHour() == 0
                    ? SweepOutcome.failed(index, point, NO_PRICE, "the question has no price of a device-hour")
                    : outcome;
        } catch (IllegalArgumentException | ArithmeticException e) {
            // The second is of counts too large to be held.
            return SweepOutcome.failed(index, point, BAD_QUESTION, String.valueOf(e.getMessage()));
        }
    }

    private SweepOutcome searched(long index, SweepPoint point) {
        SearchResult result = search.apply(PlanSearch.of(point.model(), point.machine()))
                .batches(List.of(point.batch()))
                .precision(point.precision())
                .software(point.software())
                .threads(1)
                .find(1);
        if (result.plans().isEmpty()) {
            return SweepOutcome.failed(index, point, reason(result.last()), result.whyNoneInShort());
        }
        StepPrediction step = result.first();
        return SweepOutcome.of(
                index, point, step, MemoryFootprint.of(step.setup()).total());
    }

    private static String reason(Removed last) {
        return switch (last) {
            case MEMORY -> MEMORY;
            case BATCH -> BATCH;
            case RULES, UNEVEN_STAGES, SHARD_GROUP, NOT_OFFERED -> RULES;
            case DEVICES -> DEVICES;
            default -> NO_PLAN;
        };
    }

    private static SweepOutcome planned(long index, SweepPoint point, ParallelPlan plan) {
        if (plan.devices() > point.machine().devices()) {
            return SweepOutcome.failed(
                    index,
                    point,
                    DEVICES,
                    plan + " takes " + plan.devices() + " of " + point.machine().devices() + " devices");
        }
        Batch batch = point.batch().nearest((long) plan.data() * plan.microBatch());
        if (batch == null) {
            return SweepOutcome.failed(
                    index,
                    point,
                    BATCH,
                    point.batch() + " are no multiple of data x micro-batch = " + plan.data() * plan.microBatch());
        }
        Cluster used = point.machine().withDevices(plan.devices());
        TrainingSetup setup = new TrainingSetup(point.model(), used, plan, batch, point.precision(), point.software());
        List<PlanRules.Violation> broken = PlanRules.violations(setup);
        if (!broken.isEmpty()) {
            return SweepOutcome.failed(index, point, RULES, broken.get(0).toString());
        }
        double bytes = MemoryFootprint.of(setup).total();
        double room = used.chip().visibleMemoryBytes();
        if (!(bytes <= room)) {
            return SweepOutcome.failed(
                    index, point, MEMORY, Units.format(bytes, "byte") + " do not fit " + Units.format(room, "byte"));
        }
        return SweepOutcome.of(index, point, StepModel.on(used.chip()).predict(setup), bytes);
    }

    @Override
    public double cost(SweepOutcome outcome) {
        return measure.of(outcome);
    }

    @Override
    public SweepSummary best(long from, long to) {
        Sweep.checkRange(from, to, size);
        SweepTally tally = new SweepTally(keep);
        for (long index = from; index < to; index++) {
            tally.add(this, at(index));
        }
        return tally.summary();
    }
}
