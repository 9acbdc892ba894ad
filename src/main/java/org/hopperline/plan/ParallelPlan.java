package org.hopperline.plan;

import java.util.Locale;
import org.hopperline.core.Check;
import org.jspecify.annotations.Nullable;

/**
 * How the ranks of a run divide the work. Ranks are numbered with the tensor axis fastest, then context, data and
 * pipeline (Megatron's order tp-cp-dp-pp); expert ranks take the place of neighbouring ranks of the tensor, context and
 * data axes within a stage.
 *
 * @param tensor ranks that share each matrix (tensor parallel)
 * @param context ranks that share each sequence (context parallel)
 * @param pipeline stages that share the layers (pipeline parallel)
 * @param virtualStages chunks of layers that each stage holds (interleaving); 1 for none
 * @param data replicas (data parallel); {@code tensor * context * pipeline * data} is the number of devices
 * @param expert ranks that share the experts (expert parallel)
 * @param expertTensor ranks that share each expert's matrices
 * @param sequenceParallel true if norms and residuals are divided along the sequence among the tensor ranks
 * @param sharding what the data-parallel ranks divide
 * @param shardGroup ranks that divide it; 0 for all of {@code data * context}
 * @param microBatch sequences of one forward pass of one replica
 * @param recompute what runs twice
 * @param order in what order the stages work
 * @param firstStageLayers layers of the first stage (Megatron-LM's {@code --decoder-first-pipeline-num-layers}); 0 if the
 *     usual rule decides
 * @param lastStageLayers layers of the last stage; 0 if the usual rule decides
 * @param layout layers of every chunk, in place of those of the edges; null if the usual rule decides
 */
public record ParallelPlan(
        int tensor,
        int context,
        int pipeline,
        int virtualStages,
        int data,
        int expert,
        int expertTensor,
        boolean sequenceParallel,
        Sharding sharding,
        int shardGroup,
        int microBatch,
        Recompute recompute,
        PipelineOrder order,
        int firstStageLayers,
        int lastStageLayers,
        @Nullable PipelineLayout layout) {

    /** Checks each count by itself, and that devices can be counted; {@link PlanRules} checks them against each other. */
    public ParallelPlan {
        Check.positive(tensor, "tensor parallel degree");
        Check.positive(context, "context parallel degree");
        Check.positive(pipeline, "pipeline stages");
        Check.positive(virtualStages, "virtual stages");
        Check.positive(data, "data parallel degree");
        Check.positive(expert, "expert parallel degree");
        Check.positive(expertTensor, "tensor parallel degree of experts");
        Check.notNull(sharding, "sharding");
        Check.nonNegative(shardGroup, "shard group");
        Check.positive(microBatch, "micro-batch");
        Check.notNull(recompute, "recompute");
        Check.notNull(order, "pipeline order");
        Check.nonNegative(firstStageLayers, "layers of the first stage");
        Check.nonNegative(lastStageLayers, "layers of the last stage");
        countable((double) tensor * context * pipeline * data, "tensor x context x pipeline x data");
        countable((double) data * microBatch, "data x micro-batch");
        countable((double) expert * expertTensor, "expert x expert tensor parallel");
    }

    private static void countable(double product, String name) {
        if (product > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    String.format(Locale.ROOT, "%s is %.0f, but must be at most %d", name, product, Integer.MAX_VALUE));
        }
    }

    /** {@code tensor * context * pipeline * data}. */
    public int devices() {
        return tensor * context * pipeline * data;
    }

    /** Ranks that hold copies, or shards, of the same dense parameters: {@code data * context}. */
    public int gradientGroup() {
        return data * context;
    }

    /** Ranks over which states are divided: the shard group, or the whole gradient group. */
    public int shards() {
        return shardGroup == 0 ? gradientGroup() : shardGroup;
    }

    /** Ranks that hold copies of the same expert parameters. */
    public int expertGradientGroup() {
        return Math.max(1, tensor * context * data / (expert * expertTensor));
    }

    /** Micro-batches of one replica in a step: {@code sequences / (data * microBatch)}, rounded up. */
    public int microBatches(Batch batch) {
        int perReplica = (batch.sequences() + data - 1) / data;
        return (perReplica + microBatch - 1) / microBatch;
    }

    /** Tokens of one micro-batch on one rank: {@code microBatch * sequenceLength / context}. */
    public double microBatchTokens(Batch batch) {
        return (double) microBatch * batch.sequenceLength() / context;
    }

    /** Starts from one device that holds everything and computes nothing twice. */
    public static Builder builder() {
        return new Builder();
    }

    /** Starts from this plan. */
    public Builder toBuilder() {
        return new Builder().like(this).data(data);
    }

    /** One line: {@code TP8 CP1 PP16 VP4 DP128 MBS1, optimizer sharded, recompute none}. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("TP" + tensor);
        if (tensor > 1 && !sequenceParallel) {
            text.append(" (no SP)");
        }
        if (context > 1) {
            text.append(" CP").append(context);
        }
        text.append(" PP").append(pipeline);
        if (virtualStages > 1) {
            text.append(" VP").append(virtualStages);
        }
        if (order != PipelineOrder.ONE_FORWARD_ONE_BACKWARD) {
            text.append(' ').append(order.label());
        }
        if (firstStageLayers > 0 || lastStageLayers > 0) {
            text.append(" (layers first ").append(edge(firstStageLayers));
            text.append(", last ").append(edge(lastStageLayers)).append(')');
        }
        if (layout != null) {
            text.append(" (layout ").append(layout).append(')');
        }
        text.append(" DP").append(data);
        if (expert > 1) {
            text.append(" EP").append(expert);
        }
        if (expertTensor > 1) {
            text.append(" ETP").append(expertTensor);
        }
        text.append(" MBS").append(microBatch);
        switch (sharding) {
            case OPTIMIZER -> text.append(", optimizer sharded");
            case GRADIENTS -> text.append(", gradients sharded");
            case PARAMETERS -> text.append(", parameters sharded");
            case NONE -> {}
        }
        if (sharding != Sharding.NONE && shardGroup > 0) {
            text.append(" over ").append(shardGroup);
        }
        return text.append(", recompute ").append(recompute).toString();
    }

    private static String edge(int layers) {
        return layers == 0 ? "as the rest" : Integer.toString(layers);
    }

    /** A plan under construction; what is not set stays at one, or at none. */
    public static final class Builder extends PlanBuilder<Builder> {

        private int data = 1;

        private Builder() {
            tensor = 1;
            context = 1;
            pipeline = 1;
            virtualStages = 1;
            expert = 1;
            expertTensor = 1;
            sequenceParallel = false;
            sharding = Sharding.NONE;
            microBatch = 1;
            recompute = Recompute.NONE;
            order = PipelineOrder.ONE_FORWARD_ONE_BACKWARD;
        }

        @Override
        Builder self() {
            return this;
        }

        /** Sets the replicas. */
        public Builder data(int value) {
            data = value;
            return this;
        }

        /** The plan; each count is checked by itself. */
        public ParallelPlan build() {
            return new ParallelPlan(
                    tensor,
                    context,
                    pipeline,
                    virtualStages,
                    data,
                    expert,
                    expertTensor,
                    Check.notNull(sequenceParallel, "sequence parallel"),
                    Check.notNull(sharding, "sharding"),
                    shardGroup,
                    microBatch,
                    Check.notNull(recompute, "recompute"),
                    Check.notNull(order, "pipeline order"),
                    firstStageLayers,
                    lastStageLayers,
                    layout);
        }
    }
}
