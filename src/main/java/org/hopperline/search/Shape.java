package org.hopperline.search;

import org.hopperline.plan.Batch;
import org.hopperline.plan.ParallelPlan;
import org.hopperline.plan.PipelineOrder;
import org.hopperline.plan.Recompute;
import org.hopperline.plan.Sharding;

/**
 * All of a plan but what its ranks shard and compute twice.
 *
 * @param index place among the shapes of a {@link PlanSpace}
 * @param batch what a step consumes
 */
record Shape(
        long index,
        int tensor,
        int context,
        int pipeline,
        int virtualStages,
        int data,
        int expert,
        int expertTensor,
        int microBatch,
        boolean sequenceParallel,
        PipelineOrder order,
        Batch batch) {

    int devices() {
        return tensor * context * pipeline * data;
    }

    ParallelPlan plan(Sharding sharding, int shardGroup, Recompute recompute) {
        return new ParallelPlan(
                tensor,
                context,
                pipeline,
                virtualStages,
                data,
                expert,
                expertTensor,
                sequenceParallel,
                sharding,
                shardGroup,
                microBatch,
                recompute,
                order,
                0,
                0,
                null);
    }

    /** The plan that shards nothing and computes nothing twice. */
    ParallelPlan bare() {
        return plan(Sharding.NONE, 0, Recompute.NONE);
    }
}
