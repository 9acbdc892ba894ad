package org.hopperline.search;

import org.hopperline.core.Divisors;
import org.hopperline.plan.Batch;
import org.hopperline.plan.ParallelPlan;
import org.hopperline.plan.PipelineOrder;
import org.hopperline.plan.Recompute;
import org.hopperline.plan.Sharding;

/**
 * All of a plan but its replicas and what its ranks shard and compute twice.
 *
 * @param first number of its shape at the first place of the {@link ReplicaAxis}
 * @param target the batch that is asked for
 */
record Family(
        long first,
        BatchTarget target,
        int tensor,
        int context,
        int pipeline,
        int virtualStages,
        int expert,
        int expertTensor,
        int microBatch,
        boolean sequenceParallel,
        PipelineOrder order) {

    /** Ranks that share a model. */
    long ranks() {
        return (long) tensor * context * pipeline;
    }

    /** What replicas are a multiple of where the ranks of experts divide the ranks of a stage. */
    long expertReplicas() {
        long experts = (long) expert * expertTensor;
        long inside = (long) tensor * context;
        return experts / Divisors.greatestCommon(experts, inside);
    }

    ParallelPlan plan(int data, Sharding sharding, int shardGroup, Recompute recompute) {
        // Not by the builder: the search makes millions of plans, and nothing else beside them.
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
    ParallelPlan bare(int data) {
        return plan(data, Sharding.NONE, 0, Recompute.NONE);
    }

    /** Sequences that so many replicas take at once. */
    long atOnce(int data) {
        return (long) data * microBatch;
    }

    /** The most replicas that a batch near enough to the one asked for keeps busy. */
    int mostReplicas() {
        return (int) Math.min(Integer.MAX_VALUE, target.mostSequences() / microBatch);
    }

    /** The batch that so many replicas take at once, of which only its length and its divisibility matter. */
    Batch own(int data) {
        return new Batch(
                (int) Math.min(Integer.MAX_VALUE, atOnce(data)), target.sequenceLength(), target.attendedLength());
    }
}
