package org.hopperline.work;

import java.util.Locale;
import org.hopperline.core.Units;
import org.hopperline.plan.TrainingSetup;

/**
 * Memory of one rank at its peak, in bytes.
 *
 * <p>States: without parameter sharding 2 bytes of weights (in FP8 the 8-bit weight and its transpose), g of gradients as
 * the software states, 12 of master parameters and moments of Adam; {@code 2 + g + 12/dp} where the optimizer is divided
 * (Megatron-Core, distributed optimizer). With parameter sharding (PyTorch FSDP, MaxText) each rank's part of parameters,
 * gradients and two moments: 16 bytes over the shard group in 32 bits, 8 in 16 bits.
 *
 * <p>Not counted, because no profile says it of its software:
 *
 * <ul>
 *   <li>moments of Adam in 16 or 8 bits beside a 32-bit master (Megatron-Core's precision-aware optimizer, exp_avg_dtype;
 *       16 bits in arXiv 2412.19437 section 3.3.3): up to 4 or 6 of the 12 bytes less, divided as the optimizer is
 *   <li>8-bit casts of 16-bit weights that are kept from one micro-batch to the next (Transformer Engine,
 *       is_first_microbatch): two bytes more for each parameter of the FP8 products where weights do not travel in 8 bits
 *   <li>input and gradient of the logits of micro-batches whose gradient of the output embedding is deferred in
 *       one-forward-one-backward order ({@link org.hopperline.plan.SoftwareProfile#defersLogits}): on published plans about
 *       what the last stage has left below the fullest, so that the fullest stage stays the fullest
 * </ul>
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

    /** All of it. */
    public double total() {
        return weights + gradients + optimizer + activations + logits + buffers + context + fragmentation;
    }

    /** The footprint of the fullest stage of a plan. */
    public static MemoryFootprint of(TrainingSetup setup) {
        StageClasses stages = StageClasses.of(StageLayout.of(setup.model(), setup.plan()));
        RankMemory rank = RankMemory.of(setup, MemoryConstants.shipped());
        rank.fillFullest(LayerMemory.of(setup), stages, setup.plan(), setup.batch());
        return rank.footprint();
    }

    /** The footprint of a rank of stage {@code stage}, from 0. */
    public static MemoryFootprint ofStage(TrainingSetup setup, int stage) {
        return ofStage(setup, stage, MemoryConstants.shipped());
    }

    /** The same with other constants. */
    public static MemoryFootprint ofStage(TrainingSetup setup, int stage, MemoryConstants constants) {
        StageClasses stages = StageClasses.of(StageLayout.of(setup.model(), setup.plan()));
        RankMemory rank = RankMemory.of(setup, constants);
        rank.fill(LayerMemory.of(setup), stages, setup.plan(), setup.batch(), stage);
        return rank.footprint();
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
