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

    /**
     * Returns the question if it keeps every rule.
     *
     * @throws IllegalArgumentException listing every violation
     */
    public static TrainingSetup check(TrainingSetup setup) {
        List<Violation> broken = violations(setup);
        if (!broken.isEmpty()) {
            throw new IllegalArgumentException("the plan " + setup.plan() + " breaks " + broken.size() + " rule"
                    + (broken.size() == 1 ? "" : "s") + ":\n  "
                    + String.join(
                            "\n  ", broken.stream().map(Violation::toString).toList()));
        }
        return setup;
    }

    private static void devices(TrainingSetup setup, List<Violation> broken) {
        ParallelPlan plan = setup.plan();
        Cluster cluster = setup.cluster();
        if (plan.devices() != cluster.devices()) {
            int block = plan.tensor() * plan.context() * plan.pipeline();
            String remedy = cluster.devices() >= block
                    ? "data parallel " + cluster.devices() / block + " uses " + cluster.devices() / block * block
                    : "a model-parallel block of " + block + " needs at least as many";
            broken.add(new Violation(
                    "tensor x context x pipeline x data = " + plan.devices() + " on " + cluster.devices() + " devices",
                    "the product must be the number of devices",
                    remedy));
        }
    }

    private static void shape(TrainingSetup setup, List<Violation> broken) {
        ParallelPlan plan = setup.plan();
        Transformer model = setup.model();
        if (model.heads() % plan.tensor() != 0) {
            broken.add(new Violation(
                    "tensor parallel " + plan.tensor() + " with " + model.heads() + " heads",
                    "it must divide the heads",
                    "take " + divisorsNear(model.heads(), plan.tensor())));
        }
        int chunks = plan.pipeline() * plan.virtualStages();
        if (chunks > model.layers()) {
            broken.add(new Violation(
                    plan.pipeline() + " stages x " + plan.virtualStages() + " virtual stages on " + model.layers()
                            + " layers",
                    "each chunk needs a layer",
                    "take at most " + model.layers() + " chunks"));
        }
        if (plan.virtualStages() > 1 && plan.pipeline() == 1) {
            broken.add(new Violation(
                    plan.virtualStages() + " virtual stages on one pipeline stage",
                    "only pipelines are interleaved",
                    "take 1 virtual stage"));
        }
        if (plan.pipeline() == 1 && plan.order() != PipelineOrder.ONE_FORWARD_ONE_BACKWARD) {
            broken.add(new Violation(
                    plan.order().label() + " order on one pipeline stage",
                    "only pipelines have an order of stages",
                    "take " + PipelineOrder.ONE_FORWARD_ONE_BACKWARD.label() + " or more stages"));
        }
        if (plan.virtualStages() > 1 && !plan.order().interleaves()) {
            broken.add(new Violation(
                    plan.virtualStages() + " virtual stages in " + plan.order().label() + " order",
                    "only one-forward-one-backward order is interleaved",
                    "take 1 virtual stage or " + PipelineOrder.ONE_FORWARD_ONE_BACKWARD.label()));
        }
        if (setup.batch().sequenceLength() % plan.context() != 0) {
            broken.add(new Violation(
                    "context parallel " + plan.context() + " with sequences of "
                            + setup.batch().sequenceLength(),
                    "it must divide the sequence",
                    "take " + divisorsNear(setup.batch().sequenceLength(), plan.context())));
        }
    }

    private static void batch(TrainingSetup setup, List<Violation> broken) {
        ParallelPlan plan = setup.plan();
        int replicas = plan.data() * plan.microBatch();
        int sequences = setup.batch().sequences();
        if (sequences % replicas != 0) {
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
            if (plan.expert() > 1) {
                broken.add(new Violation(
                        "expert parallel " + plan.expert() + " on a dense model",
                        "there are no experts to share",
                        "take expert parallel 1"));
            }
            return;
        }
        if (experts.count() % plan.expert() != 0) {
            broken.add(new Violation(
                    "expert parallel " + plan.expert() + " with " + experts.count() + " experts",
                    "it must divide the experts",
                    "take " + divisorsNear(experts.count(), plan.expert())));
        }
        int ranks = plan.tensor() * plan.context() * plan.data();
        if (ranks % (plan.expert() * plan.expertTensor()) != 0) {
            broken.add(new Violation(
                    "expert parallel " + plan.expert() + " x expert tensor parallel " + plan.expertTensor() + " within "
                            + ranks + " ranks of a stage",
                    "their product must divide the ranks of a stage",
                    ranks % plan.expertTensor() == 0
                            ? "take an expert degree of " + divisorsNear(ranks / plan.expertTensor(), plan.expert())
                            : "take an expert tensor degree of " + divisorsNear(ranks, plan.expertTensor())));
        }
    }

    private static void sharding(TrainingSetup setup, List<Violation> broken) {
        ParallelPlan plan = setup.plan();
        if (plan.gradientGroup() % plan.shards() != 0) {
            broken.add(new Violation(
                    "states divided over " + plan.shards() + " of " + plan.gradientGroup() + " ranks",
                    "the shard group must divide data x context",
                    "take " + divisorsNear(plan.gradientGroup(), plan.shards())));
        }
    }

    /** The divisors of {@code number} next below and next above {@code near}. */
    private static String divisorsNear(int number, int near) {
        int below = Math.min(near, number);
        while (number % below != 0) {
            below--;
        }
        int above = Math.min(near, number);
        while (number % above != 0) {
            above++;
        }
        return below == above ? Integer.toString(below) : below + " or " + above;
    }
}
