package org.hopperline.plan;

import java.util.ArrayList;
import java.util.List;
import org.hopperline.hardware.Cluster;
import org.hopperline.model.Experts;
import org.hopperline.model.Transformer;

/** The rules of shape that a plan keeps with itself, the model, the cluster and the batch. */
public final class PlanRules {

    private PlanRules() {}

    /**
     * A broken rule.
     *
     * @param found the value that breaks it
     * @param rule what must hold
     * @param remedy the nearest values that would do
     */
    public record Violation(String found, String rule, String remedy) {
        @Override
        public String toString() {
            return found + ": " + rule + "; " + remedy;
        }
    }

    /** Every rule that the question breaks; empty if none. */
    public static List<Violation> violations(TrainingSetup setup) {
        List<Violation> broken = new ArrayList<>();
        devices(setup, broken);
        LayerRules.weights(setup, broken);
        StageRules.stages(setup, broken);
        LayerRules.sequence(setup, broken);
        batch(setup, broken);
        ExpertRules.experts(setup, broken);
        sharding(setup, broken);
        if (!setup.cluster().chip().supports(setup.precision())) {
            broken.add(new Violation(
                    setup.precision() + " on " + setup.cluster().chip().name(),
                    "the chip must have matrix products of that precision",
                    "take one of " + setup.cluster().chip().densePeaks().keySet()));
        }
        return broken;
    }

    /** True if the layers of a model can be laid on the chunks of a plan, whatever other rules it breaks. */
    public static boolean laysLayers(Transformer model, ParallelPlan plan) {
        return ShapeRules.chunksHaveLayers(model, plan)
                && ShapeRules.edgesLeaveLayers(model, plan)
                && ShapeRules.layoutHasChunks(plan)
                && ShapeRules.layoutHasLayers(model, plan)
                && ShapeRules.layoutStandsAlone(plan);
    }

    /**
     * The verdict of {@link #violations} without its words: true if a plan keeps every rule of shape on so many devices of a
     * chip that has the precision. Makes no garbage.
     */
    public static boolean keeps(Transformer model, int devices, ParallelPlan plan, Batch batch) {
        return plan.devices() == devices && ShapeRules.keeps(model, plan, batch);
    }

    /**
     * Returns the question if it keeps every rule.
     *
     * @throws IllegalArgumentException listing every violation
     */
    public static TrainingSetup check(TrainingSetup setup) {
        List<Violation> broken = violations(setup);
        if (!broken.isEmpty()) {
            throw broken(setup.plan(), broken);
        }
        return setup;
    }

    /**
     * What not every software can run, one sentence each; empty if nothing. Megatron-Core interleaves only if the stages
     * divide the micro-batches; the schedule of Llama 3 takes any number (arXiv 2407.21783 section 3.3.2). It trains experts
     * on tensor ranks only with sequence parallelism, by which each rank routes a part of the tokens, and holds them in
     * graphs only where they are padded.
     */
    public static List<String> cautions(TrainingSetup setup) {
        ParallelPlan plan = setup.plan();
        List<String> said = new ArrayList<>();
        if (plan.virtualStages() > 1 && setup.microBatches() % plan.pipeline() != 0) {
            said.add(setup.microBatches() + " micro-batches on " + plan.pipeline()
                    + " interleaved stages: Megatron-Core wants a multiple of the stages, so a schedule that takes any"
                    + " number is assumed");
        }
        if (setup.model().experts() != null && plan.tensor() > 1 && !plan.sequenceParallel()) {
            said.add("experts on " + plan.tensor()
                    + " tensor ranks without sequence parallelism: Megatron-Core wants it;"
                    + " each rank is assumed to route a part of the tokens all the same");
        }
        Experts experts = setup.model().experts();
        if (experts != null
                && setup.software().graphs().parts().contains(GraphedPart.EXPERTS)
                && !experts.routing().padded()) {
            said.add(
                    "CUDA graphs of whole expert layers: Megatron-Core captures them only where every expert gets a fixed"
                            + " number of rows, which is assumed here");
        }
        return List.copyOf(said);
    }

    /** The exception that lists what keeps a plan from running. */
    public static IllegalArgumentException broken(ParallelPlan plan, List<Violation> broken) {
        return new IllegalArgumentException("the plan " + plan + " breaks " + broken.size() + " rule"
                + (broken.size() == 1 ? "" : "s") + ":\n  "
                + String.join("\n  ", broken.stream().map(Violation::toString).toList()));
    }

    private static void devices(TrainingSetup setup, List<Violation> broken) {
        ParallelPlan plan = setup.plan();
        Cluster cluster = setup.cluster();
        if (plan.devices() != cluster.devices()) {
            int block = plan.tensor() * plan.context() * plan.pipeline();
            int node = cluster.node().devices();
            int data = cluster.devices() / block;
            while (data > 0 && !fillsNodes(data * block, node)) {
                data--;
            }
            String remedy = data > 0
                    ? "data parallel " + data + " uses " + data * block
                    : "a model-parallel block of " + block + " needs at least " + leastDevices(block, node);
            broken.add(new Violation(
                    "tensor x context x pipeline x data = " + plan.devices() + " on " + cluster.devices() + " devices",
                    "the product must be the number of devices",
                    remedy));
        }
    }

    /** True for a part of one node and for whole nodes. */
    private static boolean fillsNodes(long devices, int node) {
        return devices < node || devices % node == 0;
    }

    /** The fewest devices that blocks of so many fill. */
    private static long leastDevices(int block, int node) {
        long devices = block;
        while (!fillsNodes(devices, node)) {
            devices += block;
        }
        return devices;
    }

    private static void batch(TrainingSetup setup, List<Violation> broken) {
        ParallelPlan plan = setup.plan();
        int replicas = plan.data() * plan.microBatch();
        int sequences = setup.batch().sequences();
        if (!ShapeRules.replicasDivideBatch(plan, setup.batch())) {
            int below = sequences / replicas * replicas;
            broken.add(new Violation(
                    "a batch of " + sequences + " sequences over data parallel " + plan.data() + " in micro-batches of "
                            + plan.microBatch(),
                    "data x micro-batch = " + replicas + " must divide it",
                    "take a batch of " + (below > 0 ? below + " or " : "") + (below + replicas)));
        }
    }

    private static void sharding(TrainingSetup setup, List<Violation> broken) {
        ParallelPlan plan = setup.plan();
        if (!ShapeRules.shardsDivideGroup(plan)) {
            broken.add(new Violation(
                    "states divided over " + plan.shards() + " of " + plan.gradientGroup() + " ranks",
                    "the shard group must divide data x context",
                    "take " + NearestDegrees.divisors(plan.gradientGroup(), plan.shards())));
        }
    }
}
