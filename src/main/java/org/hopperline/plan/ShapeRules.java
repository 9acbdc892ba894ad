package org.hopperline.plan;

import org.hopperline.model.Experts;
import org.hopperline.model.Mamba2;
import org.hopperline.model.Transformer;

/** The conditions of {@link PlanRules}, one by one and all together. */
final class ShapeRules {

    private ShapeRules() {}

    /** True if every condition below holds. */
    static boolean keeps(Transformer model, ParallelPlan plan, Batch batch) {
        return tensorDividesHeads(model, plan)
                && tensorSharesKeyHeads(model, plan)
                && tensorDividesStates(model, plan)
                && tensorDividesWidth(model, plan)
                && chunksHaveLayers(model, plan)
                && virtualStagesHavePipeline(plan)
                && edgesLeaveLayers(model, plan)
                && layoutHasChunks(plan)
                && layoutHasLayers(model, plan)
                && layoutStandsAlone(plan)
                && orderHasPipeline(plan)
                && virtualStagesInterleave(plan)
                && contextDividesSequence(plan, batch)
                && contextDividesStates(model, plan)
                && tensorDividesSequencePart(plan, batch)
                && replicasDivideBatch(plan, batch)
                && expertsExist(model, plan)
                && expertDividesExperts(model, plan)
                && expertTensorDividesWidth(model, plan)
                && expertsDivideRanks(model, plan)
                && shardsDivideGroup(plan);
    }

    static boolean tensorDividesHeads(Transformer model, ParallelPlan plan) {
        return model.heads() % plan.tensor() == 0;
    }

    static boolean tensorSharesKeyHeads(Transformer model, ParallelPlan plan) {
        return sharesKeyHeads(model, plan.tensor());
    }

    /** Key-value heads divide, or are repeated, over so many tensor ranks; a model without attention has none. */
    private static boolean sharesKeyHeads(Transformer model, int tensor) {
        return model.kvHeads() == 0 || model.kvHeads() % tensor == 0 || tensor % model.kvHeads() == 0;
    }

    /** Tensor ranks hold whole heads and whole groups of Mamba-2 layers (Megatron-Core, ssm/mamba_mixer.py). */
    static boolean tensorDividesStates(Transformer model, ParallelPlan plan) {
        return dividesStates(model, plan.tensor());
    }

    private static boolean dividesStates(Transformer model, int tensor) {
        Mamba2 mamba = model.mamba();
        return mamba == null || mamba.heads() % tensor == 0 && mamba.groups() % tensor == 0;
    }

    /**
     * Around Mamba-2 layers context ranks hold whole heads of a tensor rank, and whole groups or, several of them, the same
     * one (Megatron-Core, ssm/mamba_context_parallel.py).
     */
    static boolean contextDividesStates(Transformer model, ParallelPlan plan) {
        return dividesStates(model, plan, plan.context());
    }

    /** True if so many context ranks keep the rule above. */
    static boolean dividesStates(Transformer model, ParallelPlan plan, int context) {
        Mamba2 mamba = model.mamba();
        if (mamba == null || !tensorDividesStates(model, plan)) {
            return true;
        }
        int groups = mamba.groups() / plan.tensor();
        return mamba.heads() / plan.tensor() % context == 0 && (groups % context == 0 || context % groups == 0);
    }

    static boolean tensorDividesWidth(Transformer model, ParallelPlan plan) {
        return denseWidth(model) % plan.tensor() == 0;
    }

    /** True if so many tensor ranks keep the rules of tensor ranks above. */
    static boolean sharesModel(Transformer model, int tensor) {
        return model.heads() % tensor == 0
                && sharesKeyHeads(model, tensor)
                && dividesStates(model, tensor)
                && denseWidth(model) % tensor == 0;
    }

    /** Heads of attention, or of a model without it those of its Mamba-2 layers: no more tensor ranks than these. */
    static int mostTensor(Transformer model) {
        Mamba2 mamba = model.mamba();
        return model.heads() == 0 && mamba != null ? mamba.heads() : model.heads();
    }

    /** Width of the dense feed-forward part; 0 if every layer has experts. */
    static int denseWidth(Transformer model) {
        Experts experts = model.experts();
        return experts == null ? model.ffnHidden() : experts.denseFfnHidden();
    }

    /** Each chunk holds a layer, or in its place the embedding, the logits or a layer for a further token; or a layout says. */
    static boolean chunksHaveLayers(Transformer model, ParallelPlan plan) {
        if (plan.layout() != null) {
            return true;
        }
        long chunks = (long) plan.pipeline() * plan.virtualStages();
        int places = model.layers() + model.multiTokenLayers() + 2;
        return chunks <= model.layers() || (plan.pipeline() <= model.layers() && places % chunks == 0);
    }

    static boolean virtualStagesHavePipeline(ParallelPlan plan) {
        return plan.virtualStages() == 1 || plan.pipeline() > 1;
    }

    /** Layers stated for the first and the last stage leave one or more for each stage between, and none without one. */
    static boolean edgesLeaveLayers(Transformer model, ParallelPlan plan) {
        if (plan.firstStageLayers() == 0 && plan.lastStageLayers() == 0) {
            return true;
        }
        int others = stagesBetween(plan);
        int rest = model.layers() - plan.firstStageLayers() - plan.lastStageLayers();
        return plan.pipeline() > 1 && rest >= others && (others > 0 || rest == 0);
    }

    /** A layout has a chunk for each virtual stage of each stage. */
    static boolean layoutHasChunks(ParallelPlan plan) {
        PipelineLayout layout = plan.layout();
        return layout == null || layout.chunks() == (long) plan.pipeline() * plan.virtualStages();
    }

    /** A layout has the layers of the model. */
    static boolean layoutHasLayers(Transformer model, ParallelPlan plan) {
        PipelineLayout layout = plan.layout();
        return layout == null || layout.layers() == model.layers() && layout.further() == model.multiTokenLayers();
    }

    /** Beside a layout no layers are stated for the edges. */
    static boolean layoutStandsAlone(ParallelPlan plan) {
        return plan.layout() == null || plan.firstStageLayers() == 0 && plan.lastStageLayers() == 0;
    }

    /** Stages whose layers the plan does not state. */
    static int stagesBetween(ParallelPlan plan) {
        return plan.pipeline() - (plan.firstStageLayers() > 0 ? 1 : 0) - (plan.lastStageLayers() > 0 ? 1 : 0);
    }

    static boolean orderHasPipeline(ParallelPlan plan) {
        return plan.order() == PipelineOrder.ONE_FORWARD_ONE_BACKWARD || plan.pipeline() > 1;
    }

    static boolean virtualStagesInterleave(ParallelPlan plan) {
        return plan.virtualStages() == 1 || plan.order().interleaves();
    }

    /** Each context rank holds one early and one late part of a sequence. */
    static boolean contextDividesSequence(ParallelPlan plan, Batch batch) {
        return plan.context() == 1 || batch.sequenceLength() % (2L * plan.context()) == 0;
    }

    static boolean tensorDividesSequencePart(ParallelPlan plan, Batch batch) {
        return !plan.sequenceParallel() || batch.sequenceLength() / plan.context() % plan.tensor() == 0;
    }

    static boolean replicasDivideBatch(ParallelPlan plan, Batch batch) {
        return batch.sequences() % (plan.data() * plan.microBatch()) == 0;
    }

    static boolean expertsExist(Transformer model, ParallelPlan plan) {
        return model.experts() != null || plan.expert() == 1 && plan.expertTensor() == 1;
    }

    static boolean expertDividesExperts(Transformer model, ParallelPlan plan) {
        Experts experts = model.experts();
        return experts == null || experts.count() % plan.expert() == 0;
    }

    static boolean expertTensorDividesWidth(Transformer model, ParallelPlan plan) {
        Experts experts = model.experts();
        return experts == null || experts.ffnHidden() % plan.expertTensor() == 0;
    }

    static boolean expertsDivideRanks(Transformer model, ParallelPlan plan) {
        int ranks = plan.tensor() * plan.context() * plan.data();
        return model.experts() == null || ranks % (plan.expert() * plan.expertTensor()) == 0;
    }

    static boolean shardsDivideGroup(ParallelPlan plan) {
        return plan.gradientGroup() % plan.shards() == 0;
    }
}
