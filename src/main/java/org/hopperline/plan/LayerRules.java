package org.hopperline.plan;

import java.util.List;
import org.hopperline.model.Mamba2;
import org.hopperline.model.Transformer;
import org.hopperline.plan.PlanRules.Violation;

/** The words of the rules by which tensor and context ranks share a layer: its heads, states, widths and tokens. */
final class LayerRules {

    private LayerRules() {}

    /** Tensor ranks share heads, key-value heads, states and the feed-forward width. */
    static void weights(TrainingSetup setup, List<Violation> broken) {
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
                            + NearestDegrees.of(
                                    plan.context(), heads, context -> ShapeRules.dividesStates(model, plan, context))));
        }
    }

    /** Context ranks share a sequence; with sequence parallelism tensor ranks share the part of each. */
    static void sequence(TrainingSetup setup, List<Violation> broken) {
        ParallelPlan plan = setup.plan();
        Transformer model = setup.model();
        int length = setup.batch().sequenceLength();
        if (!ShapeRules.contextDividesSequence(plan, setup.batch())) {
            broken.add(new Violation(
                    "context parallel " + plan.context() + " with sequences of " + length,
                    "twice its ranks must divide the sequence, since each holds an early and a late part",
                    "take " + (length % 2 == 0 ? NearestDegrees.divisors(length / 2, plan.context()) : "1")));
            return;
        }
        if (!ShapeRules.tensorDividesSequencePart(plan, setup.batch())) {
            int part = length / plan.context();
            broken.add(new Violation(
                    "tensor parallel " + plan.tensor() + " with sequence parts of " + part + " tokens",
                    "with sequence parallelism it must divide the part of a context rank",
                    "take "
                            + NearestDegrees.of(
                                    plan.tensor(),
                                    ShapeRules.mostTensor(model),
                                    tensor -> part % tensor == 0 && ShapeRules.sharesModel(model, tensor))
                            + " or no sequence parallelism"));
        }
    }

    /** The tensor degrees next below and next above that divide heads, key-value heads and width alike. */
    private static String tensorNear(Transformer model, int near) {
        return NearestDegrees.of(near, ShapeRules.mostTensor(model), tensor -> ShapeRules.sharesModel(model, tensor));
    }
}
