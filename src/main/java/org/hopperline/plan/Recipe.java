package org.hopperline.plan;

import org.hopperline.core.Check;
import org.jspecify.annotations.Nullable;

/**
 * A parallel plan as a source or a user gives it: what is not stated is 0 or null, and is filled in by one rule for
 * all. {@code Recipe.builder().tensor(8).pipeline(16).microBatch(1).build()} leaves the rest open.
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

    /** Everything that {@code plan} says. */
    public static Recipe of(ParallelPlan plan) {
        return builder().like(plan).build();
    }

    /** Starts from a recipe that states nothing. */
    public static Builder builder() {
        return new Builder();
    }

    /** Starts from this recipe. */
    public Builder toBuilder() {
        return builder()
                .tensor(tensor)
                .context(context)
                .pipeline(pipeline)
                .virtualStages(virtualStages)
                .expert(expert)
                .expertTensor(expertTensor)
                .sequenceParallel(sequenceParallel)
                .sharding(sharding)
                .shardGroup(shardGroup)
                .microBatch(microBatch)
                .recompute(recompute)
                .order(order)
                .firstStageLayers(firstStageLayers)
                .lastStageLayers(lastStageLayers)
                .layout(layout);
    }

    /** A recipe under construction; what is not set is not stated. */
    public static final class Builder extends PlanBuilder<Builder> {

        private Builder() {}

        @Override
        Builder self() {
            return this;
        }

        /** The recipe; no count may be negative. */
        public Recipe build() {
            return new Recipe(
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
                    order,
                    firstStageLayers,
                    lastStageLayers,
                    layout);
        }
    }
}
