package org.hopperline.search;

import java.util.ArrayList;
import java.util.List;
import org.hopperline.hardware.Cluster;
import org.hopperline.model.Experts;
import org.hopperline.model.Transformer;
import org.hopperline.plan.ParallelPlan;
import org.hopperline.plan.Sharding;
import org.jspecify.annotations.Nullable;

/**
 * The plans that a search tries, before batch, rules and memory are looked at: tensor ranks inside a node, up to four
 * context ranks, stages that divide the layers (or the layers with embedding and logits counted as one each), a
 * micro-batch of one, two or four sequences, experts shared by a power of two of ranks, each expert whole or divided
 * among the tensor ranks, the optimizer sharded.
 */
final class PlanShapes {

    private static final int[] MICRO_BATCHES = {1, 2, 4};
    private static final int MOST_CONTEXT_RANKS = 4;
    private static final int MOST_STAGES = 64;
    private static final int MOST_VIRTUAL_STAGES = 16;

    /** Replicas are a multiple of the highest power of two among them over this, so that batches divide. */
    private static final int ROUND_REPLICAS = 8;

    private final Transformer model;
    private final Cluster machine;
    private final List<ParallelPlan> shapes = new ArrayList<>();

    private PlanShapes(Transformer model, Cluster machine) {
        this.model = model;
        this.machine = machine;
    }

    /** Every shape that fills as much of the machine as comes out even. */
    static List<ParallelPlan> of(Transformer model, Cluster machine) {
        PlanShapes all = new PlanShapes(model, machine);
        int perNode = machine.node().devices();
        for (int tensor = 1; tensor <= perNode; tensor *= 2) {
            for (int context = 1; context <= MOST_CONTEXT_RANKS; context *= 2) {
                for (int pipeline = 1; pipeline <= Math.min(MOST_STAGES, model.layers()); pipeline++) {
                    int block = tensor * context * pipeline;
                    if (!all.divides(pipeline) || block > machine.devices()) {
                        continue;
                    }
                    int data = replicas(machine.devices(), block);
                    int used = block * data;
                    if (used % perNode == 0 || used < perNode) {
                        all.variants(tensor, context, pipeline, data);
                    }
                }
            }
        }
        return all.shapes;
    }

    /** As many replicas as the devices hold, rounded down to a round number. */
    private static int replicas(int devices, int block) {
        int all = devices / block;
        int round = Math.max(1, Integer.highestOneBit(Math.max(1, all)) / ROUND_REPLICAS);
        return all / round * round;
    }

    private void variants(int tensor, int context, int pipeline, int data) {
        int ranks = tensor * context * data;
        for (int expertTensor : expertTensors(model.experts(), tensor)) {
            for (int expert : experts(model.experts(), ranks / expertTensor)) {
                for (int v = 1; v <= MOST_VIRTUAL_STAGES; v++) {
                    if (v > 1 && (pipeline == 1 || !divides(pipeline * v))) {
                        continue;
                    }
                    for (int microBatch : MICRO_BATCHES) {
                        shapes.add(ParallelPlan.builder()
                                .tensor(tensor)
                                .context(context)
                                .pipeline(pipeline)
                                .virtualStages(v)
                                .data(data)
                                .expert(expert)
                                .expertTensor(expertTensor)
                                .sequenceParallel(tensor > 1)
                                .sharding(Sharding.OPTIMIZER)
                                .microBatch(microBatch)
                                .build());
                    }
                }
            }
        }
    }

    private boolean divides(int chunks) {
        return model.layers() % chunks == 0 || (model.layers() + 2) % chunks == 0;
    }

    private static List<Integer> expertTensors(@Nullable Experts experts, int tensor) {
        return experts == null || tensor == 1 ? List.of(1) : List.of(1, tensor);
    }

    private static List<Integer> experts(@Nullable Experts experts, int ranks) {
        List<Integer> degrees = new ArrayList<>();
        degrees.add(1);
        if (experts != null) {
            for (int e = 2; e <= Math.min(experts.count(), ranks); e *= 2) {
                if (experts.count() % e == 0 && ranks % e == 0) {
                    degrees.add(e);
                }
            }
        }
        return degrees;
    }
}
