package org.hopperline.plan;

import org.hopperline.core.Check;
import org.jspecify.annotations.Nullable;

/**
 * A parallel plan as a source or a user gives it: what is not stated is 0 or null, and is filled in by one rule for
 * all.
 *
 * @param tensor tensor parallel degree; 0 if not stated
 * @param context context parallel degree; 0 if not stated
 * @param pipeline pipeline stages; 0 if not stated
 * @param virtualStages virtual stages; 0 if not stated
 * @param expert expert parallel degree; 0 if not stated
 * @param expertTensor tensor parallel degree of experts; 0 if not stated
 * @param sequenceParallel whether norms are divided along the sequence; null if not stated
 * @param sharding what data-parallel ranks divide; null if not stated
 * @param shardGroup ranks that divide it; 0 for all of them
 * @param microBatch sequences of one forward pass; 0 if not stated
 * @param recompute what runs twice; null if not stated
 * @param order in what order the stages work; null if not stated
 * @param firstStageLayers layers of the first stage; 0 if not stated
 * @param lastStageLayers layers of the last stage; 0 if not stated
 * @param layout layers of every chunk, which also state the virtual stages; null if not stated
 */
public record Recipe(
        int tensor,
        int context,
        int pipeline,
        int virtualStages,
        int expert,
        int expertTensor,
        @Nullable Boolean sequenceParallel,
        @Nullable Sharding sharding,
        int shardGroup,
        int microBatch,
        @Nullable Recompute recompute,
        @Nullable PipelineOrder order,
        int firstStageLayers,
        int lastStageLayers,
        @Nullable PipelineLayout layout) {

    /** Checks that no count is negative. */
    public Recipe {
        Check.nonNegative(tensor, "tensor parallel degree");
        Check.nonNegative(context, "context parallel degree");
        Check.nonNegative(pipeline, "pipeline stages");
        Check.nonNegative(virtualStages, "virtual stages");
        Check.nonNegative(expert, "expert parallel degree");
        Check.nonNegative(expertTensor, "tensor parallel degree of experts");
        Check.nonNegative(shardGroup, "shard group");
        Check.nonNegative(microBatch, "micro-batch");
        Check.nonNegative(firstStageLayers, "layers of the first stage");
        Check.nonNegative(lastStageLayers, "layers of the last stage");
    }

    /** A recipe that states neither in what order the stages work nor which layers they have. */
    public Recipe(
            int tensor,
            int context,
            int pipeline,
            int virtualStages,
            int expert,
            int expertTensor,
            @Nullable Boolean sequenceParallel,
            @Nullable Sharding sharding,
            int shardGroup,
            int microBatch,
            @Nullable Recompute recompute) {
        this(
                tensor,
                context,
                pipeline,
                virtualStages,
                expert,
                expertTensor,
                sequenceParallel,
                sharding,
                shardGroup,
                microBatch,
                recompute,
                null,
                0,
                0,
                null);
    }

    /** Everything that {@code plan} says. */
    public static Recipe of(ParallelPlan plan) {
        return new Recipe(
                plan.tensor(),
                plan.context(),
                plan.pipeline(),
                plan.virtualStages(),
                plan.expert(),
                plan.expertTensor(),
                plan.sequenceParallel(),
                plan.sharding(),
                plan.shardGroup(),
                plan.microBatch(),
                plan.recompute(),
                plan.order(),
                plan.firstStageLayers(),
                plan.lastStageLayers(),
                plan.layout());
    }
}
