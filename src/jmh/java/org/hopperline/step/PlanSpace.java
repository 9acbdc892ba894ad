package org.hopperline.step;

import java.util.List;
import org.hopperline.model.Transformer;
import org.hopperline.plan.Batch;
import org.hopperline.plan.ParallelPlan;
import org.hopperline.plan.PipelineOrder;
import org.hopperline.plan.Recompute;
import org.hopperline.plan.Sharding;

/**
 * Every plan of a model on a count of devices over all axes: tensor and context degrees to 8, pipelines to 64 stages that
 * divide the devices, virtual stages to 8, micro-batches to 8, experts shared by up to 16 ranks and divided or whole, all
 * shardings, orders and recomputations, sequence parallelism on and off. Plans that break a rule are among them.
 */
final class PlanSpace {

    private static final List<Recompute> RECOMPUTES = List.of(
            Recompute.NONE,
            Recompute.SELECTIVE,
            Recompute.ALTERNATE_PRODUCTS,
            Recompute.ofLayers(0.25),
            Recompute.ofLayers(0.5),
            Recompute.ofLayers(0.75),
            Recompute.FULL);
    private static final int SEQUENCES = 2048;
    private static final int SEQUENCE_LENGTH = 8192;

    private final Transformer model;
    private final int devices;

    PlanSpace(Transformer model, int devices) {
        this.model = model;
        this.devices = devices;
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

    private static void forChoices(ParallelPlan.Builder plan, int tensor, int pipeline, Batch batch, Visitor visitor) {
        for (PipelineOrder order : PipelineOrder.values()) {
            for (Sharding sharding : Sharding.values()) {
                for (Recompute recompute : RECOMPUTES) {
                    plan.order(order).sharding(sharding).recompute(recompute);
                    visitor.visit(plan.sequenceParallel(false).build(), batch);
                    if (tensor > 1) {
                        visitor.visit(plan.sequenceParallel(true).build(), batch);
                    }
                }
            }
            if (pipeline == 1) {
                return;
            }
        }
    }
}
