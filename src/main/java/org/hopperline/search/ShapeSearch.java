package org.hopperline.search;

import java.util.List;
import org.hopperline.plan.Batch;
import org.hopperline.plan.ParallelPlan;
import org.hopperline.plan.Recompute;

/** Prices every variant of a shape that keeps the rules, fits the memory and is not ruled out. One for each thread. */
final class ShapeSearch {

    private final PlanSpace space;
    private final StepPricer pricer;
    private final List<PlanCondition> conditions;
    private final double roomBytes;
    private final SpaceCounts counts = new SpaceCounts();
    private final MemoryFloor floor;

    ShapeSearch(PlanSpace space, StepPricer pricer, List<PlanCondition> conditions, double roomBytes) {
        this.space = space;
        this.pricer = pricer;
        this.conditions = conditions;
        this.roomBytes = roomBytes;
        this.floor = new MemoryFloor(space, pricer);
    }

    SpaceCounts counts() {
        return counts;
    }

    StepPricer pricer() {
        return pricer;
    }

    /**
     * Looks at all variants of a shape that keeps the rules.
     *
     * @param bounded false to skip none
     */
    void search(Shape shape, boolean bounded, Sink sink) {
        if (!bounded) {
            variants(shape, 0, 0, space.variants(), sink);
            return;
        }
        if (exceedsMemory(shape, space.variants())) {
            return;
        }
        pricer.seconds(shape.bare(), shape.batch());
        double leastSeconds = ShapeBound.leastSeconds(pricer);
        if (sink.rulesOut(shape.bare(), shape.batch(), floor.bytes(), leastSeconds)) {
            counts.add(Removed.BOUND, space.variants());
            return;
        }
        variants(shape, leastSeconds, 0, space.variants(), sink);
    }

    /** False if no variant of a shape fits the memory. */
    boolean fits(Shape shape) {
        return !floor.exceeds(shape, roomBytes);
    }

    /** True if no variant of a shape fits, and as many combinations are counted as rest on it. */
    boolean exceedsMemory(Shape shape, long combinations) {
        if (!floor.exceeds(shape, roomBytes)) {
            return false;
        }
        counts.addTooLarge(floor.index(), floor.bytes());
        counts.add(Removed.MEMORY, combinations - 1);
        return true;
    }

    /** Counts shapes that fall for the reason of the one of that number. */
    void skip(long number, long combinations) {
        Removed removed = space.removed(number, pricer);
        counts.add(removed == null ? Removed.BATCH : removed, combinations);
    }

    /** Looks at the variants from {@code from} up to {@code to} of the shape of that number, and skips none by a bound. */
    void search(long number, int from, int to, Sink sink) {
        Removed removed = space.removed(number, pricer);
        Shape shape = removed == null ? space.shape(number) : null;
        if (shape == null) {
            counts.add(removed == null ? Removed.BATCH : removed, to - from);
            return;
        }
        sink.begin();
        variants(shape, 0, from, to, sink);
        sink.end();
    }

    /** Looks at the variants from {@code from} up to {@code to}, those of one sharding together. */
    private void variants(Shape shape, double leastSeconds, int from, int to, Sink sink) {
        int recomputes = space.axes().recompute().size();
        int start = from;
        while (start < to) {
            int sharding = start / recomputes;
            int end = Math.min(to, (sharding + 1) * recomputes);
            Removed removed = space.removed(shape, sharding);
            if (removed == null && !pricer.keepsRules(space.variant(shape, start), shape.batch())) {
                removed = Removed.SHARD_GROUP;
            }
            if (removed == null) {
                levels(shape, leastSeconds, start, end, sink);
            } else {
                counts.add(removed, end - start);
            }
            start = end;
        }
    }

    /** Looks at levels of recomputation with one sharding, what computes nothing twice first. */
    private void levels(Shape shape, double leastSeconds, int from, int to, Sink sink) {
        int recomputes = space.axes().recompute().size();
        long first = shape.index() * space.variants();
        double least = leastSeconds;
        for (int variant = from; variant < to; variant++) {
            ParallelPlan plan = space.variant(shape, variant);
            double seconds = price(plan, shape.batch(), least, first + variant, sink);
            if (leastSeconds > 0
                    && seconds > 0
                    && variant % recomputes == 0
                    && plan.recompute().equals(Recompute.NONE)) {
                least = ShapeBound.recomputing(pricer);
                if (sink.rulesOut(plan, shape.batch(), 0, least)) {
                    counts.add(Removed.BOUND, to - variant - 1);
                    return;
                }
            }
        }
    }

    /** Seconds of the step; 0 if it was not priced. */
    private double price(ParallelPlan plan, Batch batch, double leastSeconds, long index, Sink sink) {
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
