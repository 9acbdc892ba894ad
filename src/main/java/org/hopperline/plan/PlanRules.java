package org.hopperline.plan;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import org.hopperline.hardware.Cluster;
import org.hopperline.model.Experts;
import org.hopperline.model.Mamba2;
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
        shape(setup, broken);
        batch(setup, broken);
        experts(setup, broken);
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

    private static void shape(TrainingSetup setup, List<Violation> broken) {
        ParallelPlan plan = setup.plan();
        Transformer model = setup.model();
        if (!ShapeRules.tensorDividesHeads(model, plan)) {
            broken.add(new Violation(
                    "tensor parallel " + plan.tensor() + " with " + model.heads() + " heads",
                    "it must divide the heads",
                    "take " + tensorNear(model, plan.tensor())));
        }
        if (!ShapeRules.tensorSharesKeyHeads(model, plan)) {
            broken.add(new Violation(
                    "tensor parallel " + plan.tensor() + " with " + model.kvHeads() + " key-value heads",
                    "it must divide them or be a multiple of them",
                    "take " + tensorNear(model, plan.tensor())));
        }
        states(plan, model, broken);
        if (!ShapeRules.tensorDividesWidth(model, plan)) {
            int width = ShapeRules.denseWidth(model);
            broken.add(new Violation(
                    "tensor parallel " + plan.tensor() + " with a feed-forward width of " + width,
                    "it must divide the width",
                    "take " + tensorNear(model, plan.tensor())));
        }
        chunks(plan, model, broken);
        if (!ShapeRules.virtualStagesHavePipeline(plan)) {
            broken.add(new Violation(
                    plan.virtualStages() + " virtual stages on one pipeline stage",
                    "only pipelines are interleaved",
                    "take 1 virtual stage"));
        }
        edges(plan, model, broken);
        layout(plan, model, broken);
        if (!ShapeRules.orderHasPipeline(plan)) {
            broken.add(new Violation(
                    plan.order().label() + " order on one pipeline stage",
                    "only pipelines have an order of stages",
                    "take " + PipelineOrder.ONE_FORWARD_ONE_BACKWARD.label() + " or more stages"));
        }
        if (!ShapeRules.virtualStagesInterleave(plan)) {
            broken.add(new Violation(
                    plan.virtualStages() + " virtual stages in " + plan.order().label() + " order",
                    "only one-forward-one-backward order is interleaved",
                    "take 1 virtual stage or " + PipelineOrder.ONE_FORWARD_ONE_BACKWARD.label()));
        }
        sequence(setup, broken);
    }

    /** Tensor and context ranks share the heads and groups of Mamba-2 layers. */
    private static void states(ParallelPlan plan, Transformer model, List<Violation> broken) {
        Mamba2 mamba = model.mamba();
        if (mamba == null) {
            return;
        }
        if (!ShapeRules.tensorDividesStates(model, plan)) {
            broken.add(new Violation(
                    "tensor parallel " + plan.tensor() + " with " + mamba.heads() + " heads in " + mamba.groups()
                            + " groups of Mamba-2 layers",
                    "it must divide both",
                    "take " + tensorNear(model, plan.tensor())));
        } else if (!ShapeRules.contextDividesStates(model, plan)) {
            int heads = mamba.heads() / plan.tensor();
            broken.add(new Violation(
                    "context parallel " + plan.context() + " with " + heads + " heads in "
                            + mamba.groups() / plan.tensor() + " groups of Mamba-2 layers on a tensor rank",
                    "it must divide the heads, and divide the groups or be a multiple of them",
                    "take "
                            + nearest(
                                    plan.context(), heads, context -> ShapeRules.dividesStates(model, plan, context))));
        }
    }

    /** Each chunk holds a layer, or in its place the embedding or the logits. */
    private static void chunks(ParallelPlan plan, Transformer model, List<Violation> broken) {
        if (!ShapeRules.chunksHaveLayers(model, plan)) {
            broken.add(new Violation(
                    plan.pipeline() + " stages x " + plan.virtualStages() + " virtual stages on " + model.layers()
                            + " layers",
                    "each chunk needs a layer",
                    "take at most " + model.layers() + " chunks"));
        }
    }

    /** Context ranks share a sequence; with sequence parallelism tensor ranks share the part of each. */
    private static void sequence(TrainingSetup setup, List<Violation> broken) {
        ParallelPlan plan = setup.plan();
        Transformer model = setup.model();
        int length = setup.batch().sequenceLength();
        if (!ShapeRules.contextDividesSequence(plan, setup.batch())) {
            broken.add(new Violation(
                    "context parallel " + plan.context() + " with sequences of " + length,
                    "twice its ranks must divide the sequence, since each holds an early and a late part",
                    "take " + (length % 2 == 0 ? divisorsNear(length / 2, plan.context()) : "1")));
            return;
        }
        if (!ShapeRules.tensorDividesSequencePart(plan, setup.batch())) {
            int part = length / plan.context();
            broken.add(new Violation(
                    "tensor parallel " + plan.tensor() + " with sequence parts of " + part + " tokens",
                    "with sequence parallelism it must divide the part of a context rank",
                    "take "
                            + nearest(
                                    plan.tensor(),
                                    ShapeRules.mostTensor(model),
                                    tensor -> part % tensor == 0 && ShapeRules.sharesModel(model, tensor))
                            + " or no sequence parallelism"));
        }
    }

    /** Layers that a plan states for its edges leave one or more for each stage between. */
    private static void edges(ParallelPlan plan, Transformer model, List<Violation> broken) {
        int first = plan.firstStageLayers();
        int last = plan.lastStageLayers();
        int others = ShapeRules.stagesBetween(plan);
        if (!ShapeRules.edgesLeaveLayers(model, plan)) {
            int most = model.layers() - others;
            String less = others == 0 ? "state " + most + " in all" : "state at most " + most + " in all";
            broken.add(new Violation(
                    first + " layers stated for the first and " + last + " for the last of " + plan.pipeline()
                            + " stages of " + model.layers() + " layers",
                    "the stages between need a layer each, and all layers a stage",
                    plan.pipeline() == 1
                            ? "state none on one stage"
                            : most < plan.pipeline() - others ? "state none, and take fewer stages" : less));
        }
    }

    /** A layout has the chunks of the plan and the layers of the model, and says all there is to say of them. */
    private static void layout(ParallelPlan plan, Transformer model, List<Violation> broken) {
        PipelineLayout layout = plan.layout();
        if (layout == null) {
            return;
        }
        if (!ShapeRules.layoutHasChunks(plan)) {
            int chunks = layout.chunks();
            broken.add(new Violation(
                    "a layout of " + chunks + " chunks on " + plan.pipeline() + " stages x " + plan.virtualStages()
                            + " virtual stages",
                    "their product must be the chunks",
                    chunks % plan.pipeline() == 0
                            ? "take " + chunks / plan.pipeline() + " virtual stages"
                            : "take stages x virtual stages of " + stagesNear(chunks, plan.pipeline())
                                    + " or a layout of " + plan.pipeline() * plan.virtualStages() + " chunks"));
        }
        if (!ShapeRules.layoutHasLayers(model, plan)) {
            broken.add(new Violation(
                    "a layout of " + layout.layers() + " layers and " + layout.further() + " for further tokens on "
                            + model.layers() + " and " + model.multiTokenLayers() + " of " + model.name(),
                    "it must place every layer of the model once",
                    "place " + model.layers() + " t and " + model.multiTokenLayers() + " m"));
        }
        if (!ShapeRules.layoutStandsAlone(plan)) {
            broken.add(new Violation(
                    plan.firstStageLayers() + " layers stated for the first and " + plan.lastStageLayers()
                            + " for the last stage beside a layout",
                    "a layout places all layers",
                    "state the one or the other"));
        }
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

    private static void experts(TrainingSetup setup, List<Violation> broken) {
        ParallelPlan plan = setup.plan();
        Experts experts = setup.model().experts();
        if (experts == null) {
            if (!ShapeRules.expertsExist(setup.model(), plan)) {
                broken.add(new Violation(
                        (plan.expert() > 1
                                        ? "expert parallel " + plan.expert()
                                        : "expert tensor parallel " + plan.expertTensor())
                                + " on a dense model",
                        "there are no experts to share",
                        "take 1 for both degrees"));
            }
            return;
        }
        int ranks = plan.tensor() * plan.context() * plan.data();
        int shared = ranks % plan.expertTensor() == 0 ? ranks / plan.expertTensor() : experts.count();
        IntPredicate wouldDo = expert -> experts.count() % expert == 0 && shared % expert == 0;
        if (!ShapeRules.expertDividesExperts(setup.model(), plan)) {
            broken.add(new Violation(
                    "expert parallel " + plan.expert() + " with " + experts.count() + " experts",
                    "it must divide the experts",
                    "take " + nearest(plan.expert(), experts.count(), wouldDo)));
        }
        if (!ShapeRules.expertTensorDividesWidth(setup.model(), plan)) {
            broken.add(new Violation(
                    "expert tensor parallel " + plan.expertTensor() + " with experts of width " + experts.ffnHidden(),
                    "it must divide the width",
                    "take " + divisorsNear(experts.ffnHidden(), plan.expertTensor())));
        }
        if (!ShapeRules.expertsDivideRanks(setup.model(), plan)) {
            broken.add(new Violation(
                    "expert parallel " + plan.expert() + " x expert tensor parallel " + plan.expertTensor() + " within "
                            + ranks + " ranks of a stage",
                    "their product must divide the ranks of a stage",
                    degreesWithin(ranks, plan, experts)));
        }
    }

    /** One of the two degrees where the other can stay; otherwise an expert degree alone. */
    private static String degreesWithin(int ranks, ParallelPlan plan, Experts experts) {
        if (ranks % plan.expertTensor() == 0) {
            int shared = ranks / plan.expertTensor();
            return "take an expert degree of "
                    + nearest(plan.expert(), experts.count(), e -> experts.count() % e == 0 && shared % e == 0);
        }
        if (ranks % plan.expert() == 0) {
            int shared = ranks / plan.expert();
            return "take an expert tensor degree of "
                    + nearest(plan.expertTensor(), shared, t -> experts.ffnHidden() % t == 0 && shared % t == 0);
        }
        return "take an expert tensor degree of 1 and an expert degree of "
                + nearest(plan.expert(), experts.count(), e -> experts.count() % e == 0 && ranks % e == 0);
    }

    private static void sharding(TrainingSetup setup, List<Violation> broken) {
        ParallelPlan plan = setup.plan();
        if (!ShapeRules.shardsDivideGroup(plan)) {
            broken.add(new Violation(
                    "states divided over " + plan.shards() + " of " + plan.gradientGroup() + " ranks",
                    "the shard group must divide data x context",
                    "take " + divisorsNear(plan.gradientGroup(), plan.shards())));
        }
    }

    /** The tensor degrees next below and next above that divide heads, key-value heads and width alike. */
    private static String tensorNear(Transformer model, int near) {
        return nearest(near, ShapeRules.mostTensor(model), tensor -> ShapeRules.sharesModel(model, tensor));
    }

    /** The divisors of {@code number} next below and next above {@code near}. */
    private static String divisorsNear(int number, int near) {
        return nearest(near, number, divisor -> number % divisor == 0);
    }

    /** Stages, and the virtual stages with which they have so many chunks; one stage alone has no virtual ones. */
    private static String stagesNear(int chunks, int near) {
        return Arrays.stream(near(near, chunks, stages -> chunks % stages == 0))
                .map(stages -> stages == 1 ? chunks : stages)
                .distinct()
                .mapToObj(stages -> stages + " x " + chunks / stages)
                .collect(Collectors.joining(" or "));
    }

    /** The values next below and next above {@code near} that would do, from 1, which does, to {@code most}. */
    private static String nearest(int near, int most, IntPredicate wouldDo) {
        return Arrays.stream(near(near, most, wouldDo))
                .mapToObj(Integer::toString)
                .collect(Collectors.joining(" or "));
    }

    /** The same as numbers, one or two. */
    private static int[] near(int near, int most, IntPredicate wouldDo) {
        int below = Math.min(near, most);
        while (!wouldDo.test(below)) {
            below--;
        }
        int above = Math.min(near, most);
        while (above <= most && !wouldDo.test(above)) {
            above++;
        }
        return below == above || above > most ? new int[] {below} : new int[] {below, above};
    }
}
