package org.hopperline.search;

import java.util.List;
import org.hopperline.plan.PipelineOrder;
import org.hopperline.plan.Recompute;
import org.hopperline.plan.Sharding;

/**
 * The values of each axis of a {@link PlanSpace}, in the order in which plans are numbered, the last axis fastest.
 *
 * @param batches batches asked for
 * @param replicas how many replicas there are
 * @param tensor tensor parallel degrees
 * @param context context parallel degrees
 * @param pipeline pipeline stages
 * @param virtualStages virtual stages
 * @param expert expert parallel degrees
 * @param expertTensor tensor parallel degrees of experts
 * @param microBatch sequences of a forward pass
 * @param sequenceParallel 0 no, 1 yes
 * @param order in what order the stages work
 * @param sharding what data-parallel ranks divide
 * @param shardGroup ranks that divide it; 0 for all
 * @param recompute what runs twice, what costs nothing first
 */
record SpaceAxes(
        List<BatchTarget> batches,
        ReplicaAxis replicas,
        int[] tensor,
        int[] context,
        int[] pipeline,
        int[] virtualStages,
        int[] expert,
        int[] expertTensor,
        int[] microBatch,
        int[] sequenceParallel,
        List<PipelineOrder> order,
        List<Sharding> sharding,
        int[] shardGroup,
        List<Recompute> recompute) {

    /** Combinations of the axes from tensor to virtual stages. */
    long blocks() {
        return (long) tensor.length * context.length * pipeline.length * virtualStages.length;
    }

    /** Combinations of the remaining axes of a family. */
    long perBlock() {
        return (long) expert.length * expertTensor.length * microBatch.length * sequenceParallel.length * order.size();
    }

    /** Families of one batch; as many shapes as there are families stand at each place of the replicas. */
    long families() {
        return blocks() * perBlock();
    }

    /** Combinations of sharding and recomputation. */
    int variants() {
        return sharding.size() * shardGroup.length * recompute.size();
    }
}
