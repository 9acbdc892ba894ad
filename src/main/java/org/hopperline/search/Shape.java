package org.hopperline.search;

import org.hopperline.plan.Batch;
import org.hopperline.plan.ParallelPlan;

/**
 * All of a plan but what its ranks shard and compute twice.
 *
 * @param family all but the replicas
 * @param index place among the shapes of a {@link PlanSpace}
 * @param data replicas
 * @param batch what a step consumes
 */
record Shape(Family family, long index, int data, Batch batch) {

    int devices() {
        return (int) (family.ranks() * data);
    }

    /** The plan that shards nothing and computes nothing twice. */
    ParallelPlan bare() {
        return family.bare(data);
    }
}
