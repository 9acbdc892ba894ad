package org.hopperline.plan;

import java.util.List;
import org.hopperline.model.Transformer;
import org.hopperline.plan.PlanRules.Violation;

/** The words of the rules by which pipeline stages share the layers of a model and take their turns. */
final class StageRules {

    private StageRules() {}

    /** Every rule of stages that the question breaks. */
    static void stages(TrainingSetup setup, List<Violation> broken) {
        ParallelPlan plan = setup.plan();
        Transformer model = setup.model();
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
                            : "take stages x virtual stages of " + NearestDegrees.stages(chunks, plan.pipeline())
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
}
