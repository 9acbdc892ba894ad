package org.hopperline.search;

import java.util.List;
import org.hopperline.plan.Batch;
import org.hopperline.plan.ParallelPlan;
import org.hopperline.plan.Recompute;
import org.hopperline.plan.Sharding;

/** Prices every variant of a shape that keeps the rules, fits the memory and is not ruled out. One for each thread. */
final class ShapeSearch {

    private final PlanSpace space;
    private final StepPricer pricer;
    private final List<PlanCondition> conditions;
    private final double roomBytes;
    private final SpaceCounts counts = new SpaceCounts();

    ShapeSearch(PlanSpace space, StepPricer pricer, List<PlanCondition> conditions, double roomBytes) {
        this.space = space;
        this.pricer = pricer;
        this.conditions = conditions;
        this.roomBytes = roomBytes;
    }

    SpaceCounts counts() {
        return counts;
    }

    StepPricer pricer() {
        return pricer;
    }

    /**
     * Looks at all variants of a shape.
     *
     * @param leastSeconds that every plan of the shape takes; 0 to skip none
     */
    void search(Shape shape, double leastSeconds, Sink sink) {
        sink.begin();
        if (leastSeconds > 0 && sink.rulesOut(shape.bare(), shape.batch(), 0, leastSeconds)) {
            counts.add(Removed.BOUND, space.variants());
            return;
        }
        SpaceAxes axes = space.axes();
        long index = shape.index() * space.variants();
        for (Sharding sharding : axes.sharding()) {
            for (int group = 0; group < axes.shardGroup().length; group++) {
                Removed removed = space.removed(shape, sharding, group);
                if (removed == null) {
                    int ranks = sharding == Sharding.NONE ? 0 : axes.shardGroup()[group];
                    recomputations(shape, sharding, ranks, leastSeconds, index, sink);
                } else {
                    counts.add(removed, axes.recompute().size());
                }
                index += axes.recompute().size();
            }
        }
        sink.end();
    }

    private void recomputations(Shape shape, Sharding sharding, int group, double leastSeconds, long first, Sink sink) {
        Batch batch = shape.batch();
        double least = leastSeconds;
        long index = first;
        for (Recompute recompute : space.axes().recompute()) {
            ParallelPlan plan = shape.plan(sharding, group, recompute);
            double seconds = price(plan, batch, least, index++, sink);
            if (leastSeconds > 0 && seconds > 0 && recompute.equals(Recompute.NONE)) {
                least = ShapeBound.recomputing(seconds);
            }
        }
    }

    /** Seconds of the step; 0 if it was not priced. */
    private double price(ParallelPlan plan, Batch batch, double leastSeconds, long index, Sink sink) {
        if (!pricer.keepsRules(plan, batch)) {
            counts.add(Removed.RULES, 1);
            return 0;
        }
        for (PlanCondition condition : conditions) {
            if (!condition.test().test(plan)) {
                counts.add(Removed.CONDITION, 1);
                return 0;
            }
        }
        double bytes = pricer.memoryBytes(plan, batch);
        if (!(bytes <= roomBytes)) {
            counts.addTooLarge(index, bytes);
            return 0;
        }
        if (leastSeconds > 0 && sink.rulesOut(plan, batch, bytes, leastSeconds)) {
            counts.add(Removed.BOUND, 1);
            return 0;
        }
        double seconds = pricer.seconds(plan, batch);
        if (sink.offer(index, plan, batch, bytes, pricer.ledger())) {
            counts.addPriced();
        } else {
            counts.add(Removed.OBJECTIVE, 1);
        }
        return seconds;
    }
}
