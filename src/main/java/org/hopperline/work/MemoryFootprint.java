package org.hopperline.work;

import java.util.Locale;
import org.hopperline.core.Precision;
import org.hopperline.core.Units;
import org.hopperline.model.Experts;
import org.hopperline.model.Transformer;
import org.hopperline.plan.ParallelPlan;
import org.hopperline.plan.Sharding;
import org.hopperline.plan.TrainingSetup;
import org.hopperline.schedule.Pipeline;
import org.jspecify.annotations.Nullable;

/**
 * Memory of the fullest rank, in bytes.
 *
 * @param weights 16-bit parameters held all the time
 * @param gradients accumulated gradients
 * @param optimizer 32-bit master parameters and two moments of Adam: 12 bytes a parameter before sharding
 * @param activations activations kept for the backward pass, of all micro-batches in flight
 * @param logits logits, their 32-bit copy and their gradient
 * @param buffers gathered layers, communication buffers
 */
public record MemoryFootprint(
        double weights, double gradients, double optimizer, double activations, double logits, double buffers) {

    /** CUDA context, NCCL channels and libraries: 2.5 GB, the rest of what a driver shows as used by an idle rank. */
    private static final double CONTEXT_BYTES = 2.5e9;

    /**
     * Share of a layer's activations that its weight gradients still need once its input gradient is done, {@code 32 s b h}
     * of {@code 34 s b h} with a flash kernel (arXiv 2401.10241 table 1), recomputed or not.
     */
    private static final double WEIGHT_GRADIENT_SHARE = 32.0 / 34.0;

    /** All of it. */
    public double total() {
        return weights + gradients + optimizer + activations + logits + buffers;
    }

    /** The footprint of the fullest stage of a plan. */
    public static MemoryFootprint of(TrainingSetup setup) {
        Parts parts = Parts.of(setup);
        MemoryFootprint most = parts.ofStage(0);
        for (int stage = 1; stage < setup.plan().pipeline(); stage++) {
            MemoryFootprint other = parts.ofStage(stage);
            most = other.total() > most.total() ? other : most;
        }
        return most;
    }

    /** The footprint of a rank of stage {@code stage}, from 0. */
    public static MemoryFootprint ofStage(TrainingSetup setup, int stage) {
        return Parts.of(setup).ofStage(stage);
    }

    /** What all stages have in common: the work of each kind of layer, and how many layers fall where. */
    private record Parts(
            TrainingSetup setup,
            StageLayout layout,
            LayerWork embedding,
            LayerWork logits,
            @Nullable LayerWork dense,
            @Nullable LayerWork expert) {

        static Parts of(TrainingSetup setup) {
            StageLayout layout = StageLayout.of(setup.model(), setup.plan().pipeline());
            return new Parts(
                    setup,
                    layout,
                    LayerWork.embedding(setup),
                    LayerWork.logits(setup),
                    layout.expertLayers() < layout.layers() ? LayerWork.dense(setup) : null,
                    layout.expertLayers() > 0 ? LayerWork.expert(setup) : null);
        }

        MemoryFootprint ofStage(int stage) {
            ParallelPlan plan = setup.plan();
            Transformer model = setup.model();
            boolean lastStage = stage == plan.pipeline() - 1;
            double shared = 0;
            double routed = 0;
            double largestLayer = 0;
            if (dense != null && layout.denseLayersOf(stage) > 0) {
                shared += layout.denseLayersOf(stage) * dense.parameters();
                largestLayer = dense.parameters();
            }
            if (expert != null && layout.expertLayersOf(stage) > 0) {
                shared += layout.expertLayersOf(stage) * expert.parameters();
                routed += layout.expertLayersOf(stage) * expert.expertParameters();
                largestLayer = Math.max(largestLayer, expert.parameters() + expert.expertParameters());
            }
            shared += stage == 0 ? embedding.parameters() : 0;
            shared += lastStage ? logits.parameters() : 0;

            int gradientBytes = setup.software().gradientBytes();
            double logitBytes =
                    lastStage ? plan.microBatchTokens(setup.batch()) * model.vocab() / plan.tensor() * (2 + 4) : 0;
            double gathered = plan.sharding() == Sharding.PARAMETERS && plan.shards() > 1 ? 2 * 2 * largestLayer : 0;
            return new MemoryFootprint(
                    held(plan, shared, routed, 2, Sharding.PARAMETERS),
                    held(plan, shared, routed, gradientBytes, Sharding.GRADIENTS),
                    held(plan, shared, routed, 12, Sharding.OPTIMIZER),
                    MemoryFootprint.activations(setup, layout, stage),
                    logitBytes,
                    gathered + CONTEXT_BYTES);
        }
    }

    private static double held(ParallelPlan plan, double shared, double routed, double bytes, Sharding from) {
        boolean divided = plan.sharding().compareTo(from) >= 0;
        double sharedBy = divided ? plan.shards() : 1;
        double routedBy = divided ? Math.min(plan.shards(), plan.expertGradientGroup()) : 1;
        return bytes * (shared / sharedBy + routed / routedBy);
    }

    private static double activations(TrainingSetup setup, StageLayout layout, int stage) {
        ParallelPlan plan = setup.plan();
        double tokens = plan.microBatchTokens(setup.batch());
        double share = plan.recompute().layerShare();
        double input = LayerWork.ACTIVATION_BYTES * (double) setup.model().hidden() / divided(plan) * tokens;
        double dense = ofLayer(setup, false) * tokens;
        double expert = setup.model().experts() == null ? 0 : ofLayer(setup, true) * tokens;
        int denseLayers = layout.denseLayersOf(stage);
        int expertLayers = layout.expertLayersOf(stage);
        double kept = (1 - share) * (denseLayers * dense + expertLayers * expert)
                + share * (denseLayers + expertLayers) * input;
        // While a recomputed layer runs backward, its activations stand once.
        double once = share > 0 ? Math.max(dense, expert) : 0;
        Pipeline pipeline = Pipeline.of(plan, setup.microBatches());
        double awaited = pipeline.pendingWeightGradients(stage) * WEIGHT_GRADIENT_SHARE;
        return kept * pipeline.microBatchesInFlight(stage)
                + awaited * (denseLayers * dense + expertLayers * expert)
                + once;
    }

    /**
     * Bytes that one layer keeps for each token of a rank with a flash kernel (arXiv 2205.05198 section 4.1 without
     * the terms of the scores): the inputs of both norms and of both halves {@code 8h}, divided by the tensor ranks
     * where the sequence is; queries, keys, values and the output of attention; the inputs of the activation and of
     * the last product.
     */
    static double ofLayer(TrainingSetup setup, boolean expertLayer) {
        ParallelPlan plan = setup.plan();
        Transformer model = setup.model();
        double t = plan.tensor();
        double queries = (double) model.heads() * model.headDim();
        double keys = (double) model.kvHeads() * model.headDim();
        int wide = model.gated() ? 3 : 2;
        double bytes = 8.0 * model.hidden() / divided(plan) + 2 * (2 * queries + 2 * keys) / t;
        Experts experts = model.experts();
        if (!expertLayer || experts == null) {
            double width = experts == null ? model.ffnHidden() : experts.denseFfnHidden();
            return (bytes + 2 * wide * width / t) * narrow(setup);
        }
        double copies = experts.topK() / t;
        bytes += copies * (2 * 2 * model.hidden() + 2 * wide * experts.ffnHidden());
        bytes += 2 * wide * experts.sharedFfnHidden() / t;
        return bytes * narrow(setup);
    }

    /** Inputs of products kept in 8 bits: about a sixth of the bytes of a layer less (queries to values stay). */
    private static double narrow(TrainingSetup setup) {
        return setup.precision() == Precision.FP8 ? 0.85 : 1;
    }

    private static double divided(ParallelPlan plan) {
        return plan.sequenceParallel() ? plan.tensor() : 1;
    }

    /** One line: {@code 61.2 GB: weights 6.3 GB, ...}. */
    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%s: weights %s, gradients %s, optimizer %s, activations %s, logits %s, buffers %s",
                Units.format(total(), "byte"),
                Units.format(weights, "byte"),
                Units.format(gradients, "byte"),
                Units.format(optimizer, "byte"),
                Units.format(activations, "byte"),
                Units.format(logits, "byte"),
                Units.format(buffers, "byte"));
    }
}
