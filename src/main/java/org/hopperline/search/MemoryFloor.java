package org.hopperline.search;

import java.util.ArrayList;
import java.util.List;
import org.hopperline.plan.PipelineOrder;
import org.hopperline.plan.Recompute;
import org.hopperline.plan.Sharding;

/**
 * The least memory of all variants of a shape: that of whole layers computed twice with states divided over all
 * data-parallel ranks, by the kind of sharding that needs least. More replicas divide states among more ranks and leave
 * fewer micro-batches in flight, so the floor of a family is that of its most replicas, or of one rank alone, which
 * gathers nothing. Nothing is claimed of ZB-H1 order, whose postponed weight gradients hold what layers computed twice made
 * anew. One for each thread.
 */
final class MemoryFloor {

    private final PlanSpace space;
    private final StepPricer pricer;
    private final int[] variants;
    private double bytes;
    private long index;

    MemoryFloor(PlanSpace space, StepPricer pricer) {
        this.space = space;
        this.pricer = pricer;
        this.variants = least(space.axes());
    }

    /** The variants of which one needs least; none if the question leaves one of them out. */
    private static int[] least(SpaceAxes axes) {
        int full = axes.recompute().indexOf(Recompute.FULL);
        int group = 0;
        while (group < axes.shardGroup().length && axes.shardGroup()[group] != 0) {
            group++;
        }
        if (full < 0 || group == axes.shardGroup().length) {
            return new int[0];
        }
        List<Integer> found = new ArrayList<>();
        for (int kind = 0; kind < axes.sharding().size(); kind++) {
            int at = axes.sharding().get(kind) == Sharding.NONE ? 0 : group;
            found.add((kind * axes.shardGroup().length + at) * axes.recompute().size() + full);
        }
        return found.stream().mapToInt(Integer::intValue).toArray();
    }

    /** True if no variant of a shape that keeps the rules fits so many bytes. */
    boolean exceeds(Shape shape, double roomBytes) {
        if (variants.length == 0 || shape.family().order() == PipelineOrder.ZERO_BUBBLE_H1) {
            bytes = 0;
            return false;
        }
        bytes = Double.POSITIVE_INFINITY;
        for (int variant : variants) {
            double needed = pricer.memoryBytes(space.variant(shape, variant), shape.batch());
            if (needed < bytes) {
                bytes = needed;
                index = shape.index() * space.variants() + variant;
            }
        }
        return !(bytes <= roomBytes);
    }

    /** The least bytes found last; 0 if nothing is claimed. */
    double bytes() {
        return bytes;
    }

    /** The number of the plan that needs them. */
    long index() {
        return index;
    }
}
