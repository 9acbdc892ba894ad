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
     * Looks at all variants of a shape that makes plans.
     *
     * @param leastSeconds that every plan of the shape takes; 0 to skip none
     */
    void search(Shape shape, double leastSeconds, Sink sink) {
        sink.begin();
        if (leastSeconds > 0 && sink.rulesOut(shape.bare(), shape.batch(), 0, leastSeconds)) {
            counts.add(Removed.BOUND, space.variants());
            return;
        }
        variants(shape, leastSeconds, 0, space.variants(), sink);
    }

    /** Looks at the variants from {@code from} up to {@code to} of the shape of that number, and skips none by a bound. */
    void search(long number, int from, int to, Sink sink) {
        sink.begin();
        Shape shape = space.shape(number);
        Removed removed = shape == null ? space.whyNone(number) : space.removed(shape, pricer);
        if (shape == null || removed != null) {
            counts.add(removed == null ? Removed.BATCH : removed, to - from);
            return;
        }
        variants(shape, 0, from, to, sink);
    }

    private void variants(Shape shape, double leastSeconds, int from, int to, Sink sink) {
        SpaceAxes axes = space.axes();
        int recomputes = axes.recompute().size();
        int groups = axes.shardGroup().length;
        long first = shape.index() * space.variants();
        double least = leastSeconds;
        for (int variant = from; variant < to; variant++) {
            Recompute recompute = axes.recompute().get(variant % recomputes);
            Sharding sharding = axes.sharding().get(variant / recomputes / groups);
            Removed removed = space.removed(shape, sharding, variant / recomputes % groups);
            if (removed != null) {
                counts.add(removed, 1);
                continue;
            }
            if (variant % recomputes == 0) {
                least = leastSeconds;
            }
            double seconds = price(space.variant(shape, variant), shape.batch(), least, first + variant, sink);
            if (leastSeconds > 0 && seconds > 0 && recompute.equals(Recompute.NONE)) {
                least = ShapeBound.recomputing(seconds);
            }
        }
        sink.end();
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
