package org.hopperline.plan;

import org.jspecify.annotations.Nullable;

/**
 * What the builders of a {@link ParallelPlan} and of a {@link Recipe} have in common: a plan must state everything, to a
 * recipe 0 or null means that something is not stated.
 *
 * @param <B> the builder
 */
public abstract sealed class PlanBuilder<B extends PlanBuilder<B>> permits ParallelPlan.Builder, Recipe.Builder {

    int tensor;
    int context;
    int pipeline;
    int virtualStages;
    int expert;
    int expertTensor;

    @Nullable
    Boolean sequenceParallel;

    @Nullable
    Sharding sharding;

    int shardGroup;
    int microBatch;

    @Nullable
    Recompute recompute;

    @Nullable
    PipelineOrder order;

    int firstStageLayers;
    int lastStageLayers;

    @Nullable
    PipelineLayout layout;

    PlanBuilder() {}

    abstract B self();

    /** Sets everything but the replicas as {@code plan} has it. */
    final B like(ParallelPlan plan) {
        tensor = plan.tensor();
        context = plan.context();
        pipeline = plan.pipeline();
        virtualStages = plan.virtualStages();
        expert = plan.expert();
        expertTensor = plan.expertTensor();
        sequenceParallel = plan.sequenceParallel();
        sharding = plan.sharding();
        shardGroup = plan.shardGroup();
        microBatch = plan.microBatch();
        recompute = plan.recompute();
        order = plan.order();
        firstStageLayers = plan.firstStageLayers();
        lastStageLayers = plan.lastStageLayers();
        layout = plan.layout();
        return self();
    }

    /** Sets the ranks that share each matrix. */
    public final B tensor(int value) {
        tensor = value;
        return self();
    }

    /** Sets the ranks that share each sequence. */
    public final B context(int value) {
        context = value;
        return self();
    }

    /** Sets the stages that share the layers. */
    public final B pipeline(int value) {
        pipeline = value;
        return self();
    }

    /** Sets the chunks of layers in each stage. */
    public final B virtualStages(int value) {
        virtualStages = value;
        return self();
    }

    /** Sets the ranks that share the experts. */
    public final B expert(int value) {
        expert = value;
        return self();
    }

    /** Sets the ranks that share the matrices of each expert. */
    public final B expertTensor(int value) {
        expertTensor = value;
        return self();
    }

    /** Sets whether norms and residuals are divided along the sequence. */
    public final B sequenceParallel(@Nullable Boolean value) {
        sequenceParallel = value;
        return self();
    }

    /** Sets what the data-parallel ranks divide. */
    public final B sharding(@Nullable Sharding value) {
        sharding = value;
        return self();
    }

    /** Sets the ranks that divide it; 0 for all. */
    public final B shardGroup(int value) {
        shardGroup = value;
        return self();
    }

    /** Sets the sequences of one forward pass of one replica. */
    public final B microBatch(int value) {
        microBatch = value;
        return self();
    }

    /** Sets what runs twice. */
    public final B recompute(@Nullable Recompute value) {
        recompute = value;
        return self();
    }

    /** Sets in what order the stages work. */
    public final B order(@Nullable PipelineOrder value) {
        order = value;
        return self();
    }

    /** Sets the layers of the first stage; 0 for the usual rule. */
    public final B firstStageLayers(int value) {
        firstStageLayers = value;
        return self();
    }

    /** Sets the layers of the last stage; 0 for the usual rule. */
    public final B lastStageLayers(int value) {
        lastStageLayers = value;
        return self();
    }

    /** Sets the layers of every chunk; the virtual stages must be its chunks over the stages. Null for the usual rule. */
    public final B layout(@Nullable PipelineLayout value) {
        layout = value;
        return self();
    }
}
