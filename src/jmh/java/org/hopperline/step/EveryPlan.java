package org.hopperline.step;

import java.util.List;
import org.hopperline.model.Transformer;
import org.hopperline.plan.Batch;
import org.hopperline.plan.ParallelPlan;
import org.hopperline.plan.PipelineOrder;
import org.hopperline.plan.Recompute;
import org.hopperline.plan.Sharding;
import org.hopperline.schedule.LayerAssignment;

/**
 * Every plan of a model on a count of devices over all axes: tensor and context degrees to 8, pipelines to 64 stages that
 * divide the devices, virtual stages to 8, micro-batches to 8, experts shared by up to 16 ranks and divided or whole, all
 * shardings over all ranks or a node, orders and recomputations, sequence parallelism on and off. Plans that break a rule
 * are among them.
 *
 * <p>Uneven interleaved chunks, and ZB-H1 with fewer micro-batches than stages, are played task by task: a space may leave
 * them out.
 */
final class EveryPlan {

    private static final List<Recompute> RECOMPUTES = List.of(
            Recompute.NONE,
            Recompute.SELECTIVE,
            Recompute.ALTERNATE_PRODUCTS,
            Recompute.ofLayers(0.25),
            Recompute.ofLayers(0.5),
            Recompute.ofLayers(0.75),
            Recompute.FULL);
    private static final int[] SHARD_GROUPS = {0, 8};
    private static final int SEQUENCES = 2048;
    private static final int SEQUENCE_LENGTH = 8192;

    private final Transformer model;
    private final int devices;
    private final boolean closedFormsOnly;

    EveryPlan(Transformer model, int devices, boolean closedFormsOnly) {
        this.model = model;
        this.devices = devices;
        this.closedFormsOnly = closedFormsOnly;
    }

    /** Takes one plan and its batch. */
    interface Visitor {
        void visit(ParallelPlan plan, Batch batch);
    }

    static int sequenceLength() {
        return SEQUENCE_LENGTH;
    }

    /** Shows every plan. */
    void forEach(Visitor visitor) {
        for (int tensor = 1; tensor <= 8; tensor *= 2) {
            for (int context = 1; context <= 8; context *= 2) {
                for (int pipeline = 1; pipeline <= Math.min(64, model.layers()); pipeline++) {
                    if (devices % (tensor * context * pipeline) == 0) {
                        forDegrees(tensor, context, pipeline, visitor);
                    }
                }
            }
        }
    }

    private void forDegrees(int tensor, int context, int pipeline, Visitor visitor) {
        int data = devices / (tensor * context * pipeline);
        int mostExpert = model.experts() == null ? 1 : 16;
        for (int microBatch = 1; microBatch <= 8; microBatch *= 2) {
            int replicas = data * microBatch;
            Batch batch = new Batch(Math.max(1, SEQUENCES / replicas) * replicas, SEQUENCE_LENGTH);
            for (int virtual = 1; virtual <= (pipeline == 1 ? 1 : 8); virtual++) {
                if (closedFormsOnly && virtual > 1 && !even(pipeline, virtual)) {
                    continue;
                }
                for (int expert = 1; expert <= mostExpert; expert *= 2) {
                    for (int share = 1; share <= (mostExpert == 1 ? 1 : tensor); share += Math.max(1, tensor - 1)) {
                        ParallelPlan.Builder plan = ParallelPlan.builder()
                                .tensor(tensor)
                                .context(context)
                                .pipeline(pipeline)
                                .virtualStages(virtual)
                                .data(data)
                                .expert(expert)
                                .expertTensor(share)
                                .microBatch(microBatch);
                        forChoices(plan, tensor, pipeline, batch, visitor);
                    }
                }
            }
        }
    }

    /** True if chunks have as many layers, or as many places with embedding and logits. */
    private boolean even(int pipeline, int virtual) {
        return (long) pipeline * virtual <= model.layers()
                && LayerAssignment.of(model.layers(), pipeline, virtual).isEven();
    }

    private void forChoices(ParallelPlan.Builder plan, int tensor, int pipeline, Batch batch, Visitor visitor) {
        for (PipelineOrder order : PipelineOrder.values()) {
            plan.order(order);
            boolean few = plan.build().microBatches(batch) < pipeline;
            if (!(closedFormsOnly && few && order == PipelineOrder.ZERO_BUBBLE_H1)) {
                for (Sharding sharding : Sharding.values()) {
                    for (int group : SHARD_GROUPS) {
                        if (sharding != Sharding.NONE || group == 0) {
                            plan.sharding(sharding).shardGroup(group);
                            forRecomputes(plan, tensor, batch, visitor);
                        }
                    }
                }
            }
            if (pipeline == 1) {
                return;
            }
        }
    }

    private static void forRecomputes(ParallelPlan.Builder plan, int tensor, Batch batch, Visitor visitor) {
        for (Recompute recompute : RECOMPUTES) {
            plan.recompute(recompute);
            visitor.visit(plan.sequenceParallel(false).build(), batch);
            if (tensor > 1) {
                visitor.visit(plan.sequenceParallel(true).build(), batch);
            }
        }
    }
}
