package org.hopperline.work;

import java.util.Locale;
import org.hopperline.core.Precision;
import org.hopperline.core.Units;
import org.hopperline.model.Experts;
import org.hopperline.model.Transformer;
import org.hopperline.plan.ParallelPlan;
import org.hopperline.plan.Recompute;
import org.hopperline.plan.Sharding;
import org.hopperline.plan.TrainingSetup;
import org.hopperline.schedule.Pipeline;

/**
 * Memory of one rank at its peak, in bytes.
 *
 * <p>States: without parameter sharding 2 bytes of weights (in FP8 the 8-bit weight and its transpose), g of gradients as
 * the software states, 12 of master parameters and moments of Adam; {@code 2 + g + 12/dp} where the optimizer is divided
 * (Megatron-Core, distributed optimizer). With parameter sharding (PyTorch FSDP, MaxText) each rank's part of parameters,
 * gradients and two moments: 16 bytes over the shard group in 32 bits, 8 in 16 bits.
 *
 * @param weights parameters held all the time
 * @param gradients accumulated gradients
 * @param optimizer master parameters and moments
 * @param activations activations kept for the backward pass, of all micro-batches in flight; and what a layer that runs
 *     again takes beyond the room of the logits, which are gone by then
 * @param logits logits, their 32-bit copies and their gradient
 * @param buffers gathered layers and their gradients, buffers of overlapped tensor traffic, copies on their way to experts
 * @param context driver, CUDA context, libraries and communicators
 * @param fragmentation what the allocator cannot use
 */
public record MemoryFootprint(
        double weights,
        double gradients,
        double optimizer,
        double activations,
        double logits,
        double buffers,
        double context,
        double fragmentation) {

    /**
     * Share of a layer's activations that its weight gradients still need once its input gradient is done, {@code 32 s b h}
     * of {@code 34 s b h} with a flash kernel (arXiv 2401.10241 table 1), recomputed or not.
     */
    private static final double WEIGHT_GRADIENT_SHARE = 32.0 / 34.0;

    /** All of it. */
    public double total() {
        return weights + gradients + optimizer + activations + logits + buffers + context + fragmentation;
    }

    /** The footprint of the fullest stage of a plan. */
    public static MemoryFootprint of(TrainingSetup setup) {
        MemoryFootprint most = ofStage(setup, 0);
        for (int stage = 1; stage < setup.plan().pipeline(); stage++) {
            MemoryFootprint other = ofStage(setup, stage);
            most = other.total() > most.total() ? other : most;
        }
        return most;
    }

    /** The footprint of a rank of stage {@code stage}, from 0. */
    public static MemoryFootprint ofStage(TrainingSetup setup, int stage) {
        return ofStage(setup, stage, MemoryConstants.shipped());
    }

    /** The same with other constants. */
    public static MemoryFootprint ofStage(TrainingSetup setup, int stage, MemoryConstants constants) {
        ParallelPlan plan = setup.plan();
        Transformer model = setup.model();
        StageLayout layout = StageLayout.of(model, plan.pipeline());
        boolean lastStage = stage == plan.pipeline() - 1;
        int dense = layout.denseLayersOf(stage);
        int expert = layout.expertLayersOf(stage);
        double shared = (dense == 0 ? 0 : dense * RankParameters.dense(model, plan))
                + (expert == 0 ? 0 : expert * RankParameters.besideExperts(model, plan))
                + (stage == 0 ? RankParameters.embedding(model, plan) : 0)
                + (lastStage ? RankParameters.logits(model, plan) : 0);
        double routed = expert * RankParameters.experts(model, plan);

        // Fully sharded, the part of the parameters is the master itself; otherwise 16-bit weights stand beside it.
        boolean fullySharded = plan.sharding() == Sharding.PARAMETERS;
        double quarter = setup.software().shardedBytes() / 4.0;
        double weights = held(plan, shared, routed, fullySharded ? quarter : 2, Sharding.PARAMETERS);
        double gradients = held(
                plan, shared, routed, fullySharded ? quarter : setup.software().gradientBytes(), Sharding.GRADIENTS);
        double optimizer = held(plan, shared, routed, fullySharded ? 2 * quarter : 12, Sharding.OPTIMIZER);
        double logits = lastStage
                ? plan.microBatchTokens(setup.batch())
                        * model.vocab()
                        / plan.tensor()
                        * setup.software().loss().bytes(plan.tensor() > 1)
                : 0;
        double activations = kept(setup, dense, expert, stage) + Math.max(0, again(setup, dense, expert) - logits);
        double buffers = gathered(setup, dense, expert, constants)
                + overlapped(setup, constants)
                + (expert == 0 ? 0 : exchanged(setup));
        return new MemoryFootprint(
                weights,
                gradients,
                optimizer,
                activations,
                logits,
                buffers,
                constants.idleBytes(),
                constants.fragmentation() * (activations + logits + buffers));
    }

    private static double held(ParallelPlan plan, double shared, double routed, double bytes, Sharding from) {
        boolean divided = plan.sharding().compareTo(from) >= 0;
        double sharedBy = divided ? plan.shards() : 1;
        double routedBy = divided ? Math.min(plan.shards(), plan.expertGradientGroup()) : 1;
        return bytes * (shared / sharedBy + routed / routedBy);
    }

    /** Activations of all micro-batches in flight. */
    private static double kept(TrainingSetup setup, int dense, int expert, int stage) {
        ParallelPlan plan = setup.plan();
        Recompute what = plan.recompute();
        double tokens = plan.microBatchTokens(setup.batch());
        double rest = 1 - what.layerShare();
        double each = what.layerShare() * (dense + expert) * KeptActivationBytes.input(setup);
        double whole = 0;
        if (dense > 0) {
            each += rest * dense * KeptActivationBytes.layer(setup, false, what);
            whole += dense * KeptActivationBytes.whole(setup, false);
        }
        if (expert > 0) {
            each += rest * expert * KeptActivationBytes.layer(setup, true, what);
            whole += expert * KeptActivationBytes.whole(setup, true);
        }
        Pipeline pipeline = Pipeline.of(plan, setup.microBatches());
        double awaited = pipeline.pendingWeightGradients(stage) * WEIGHT_GRADIENT_SHARE;
        return tokens * (each * pipeline.microBatchesInFlight(stage) + awaited * whole);
    }

    /** While a layer runs again, everything it keeps stands once. */
    private static double again(TrainingSetup setup, int dense, int expert) {
        Recompute what = setup.plan().recompute();
        if (what.equals(Recompute.NONE)) {
            return 0;
        }
        double most = 0;
        if (dense > 0) {
            most = more(setup, false, what);
        }
        if (expert > 0) {
            most = Math.max(most, more(setup, true, what));
        }
        return setup.plan().microBatchTokens(setup.batch()) * most;
    }

    private static double more(TrainingSetup setup, boolean expertLayer, Recompute what) {
        double whole = KeptActivationBytes.whole(setup, expertLayer);
        return what.layerShare() > 0 ? whole : whole - KeptActivationBytes.layer(setup, expertLayer, what);
    }

    /** Layers whose parameters stand gathered in 16 bits, and the gradient of one before and after its reduction. */
    private static double gathered(TrainingSetup setup, int dense, int expert, MemoryConstants constants) {
        ParallelPlan plan = setup.plan();
        if (plan.sharding() != Sharding.PARAMETERS || plan.shards() == 1) {
            return 0;
        }
        double largest = 0;
        if (dense > 0) {
            largest = RankParameters.dense(setup.model(), plan);
        }
        if (expert > 0) {
            double routed = plan.expertGradientGroup() > 1 ? RankParameters.experts(setup.model(), plan) : 0;
            largest = Math.max(largest, RankParameters.besideExperts(setup.model(), plan) + routed);
        }
        return (2 * constants.gatheredLayers() + 2 + setup.software().gradientBytes()) * largest;
    }

    /** Buffers of a whole sequence part for tensor traffic that runs beside products. */
    private static double overlapped(TrainingSetup setup, MemoryConstants constants) {
        ParallelPlan plan = setup.plan();
        if (!setup.software().tensorOverlap() || !plan.sequenceParallel() || plan.tensor() == 1) {
            return 0;
        }
        double element = setup.precision() == Precision.FP8 ? 1 : LayerWork.ACTIVATION_BYTES;
        return constants.overlapBuffers()
                * element
                * plan.microBatchTokens(setup.batch())
                * setup.model().hidden();
    }

    /** Copies of one layer's tokens that leave for experts, and those that arrive. */
    private static double exchanged(TrainingSetup setup) {
        ParallelPlan plan = setup.plan();
        Experts experts = setup.model().experts();
        if (experts == null || plan.expert() == 1) {
            return 0;
        }
        double copies = plan.microBatchTokens(setup.batch()) / plan.tensor() * experts.topK();
        return 2.0 * LayerWork.ACTIVATION_BYTES * copies * setup.model().hidden();
    }

    /** One line: {@code 61.2 GB: weights 6.3 GB, ...}. */
    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%s: weights %s, gradients %s, optimizer %s, activations %s, logits %s, buffers %s, context %s,"
                        + " fragmentation %s",
                Units.format(total(), "byte"),
                Units.format(weights, "byte"),
                Units.format(gradients, "byte"),
                Units.format(optimizer, "byte"),
                Units.format(activations, "byte"),
                Units.format(logits, "byte"),
                Units.format(buffers, "byte"),
                Units.format(context, "byte"),
                Units.format(fragmentation, "byte"));
    }
}
