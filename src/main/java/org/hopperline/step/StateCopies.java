package org.hopperline.step;

import org.hopperline.kernel.MemoryFormulas;
import org.hopperline.plan.GradientSum;
import org.hopperline.plan.ParameterStorage;

/** Bytes that copies and sums of parameters and gradients read and write for each parameter of a rank. */
public final class StateCopies {

    /** A product makes a gradient in 16 bits. */
    private static final int MADE_BYTES = 2;

    /** An optimizer's own weight and each of its moments are in 32 bits. */
    private static final int MASTER_BYTES = 4;

    private StateCopies() {}

    /**
     * Bytes moved after a gather: each parameter read from the buffer and written to its place, {@code 2 p}, where it is
     * stored by itself.
     *
     * @param parameterBytes p, bytes of a parameter as it travels
     */
    public static double ofGather(ParameterStorage storage, double parameterBytes) {
        return storage == ParameterStorage.EACH ? 2 * parameterBytes : 0;
    }

    /**
     * Bytes moved before a scatter. Flat: the gradients of the views are joined, 2 read and 2 written; cast if they are
     * reduced in 32 bits, 2 read and g written; divided in place, g read and g written
     * (torch/distributed/fsdp/_runtime_utils.py, _post_backward_hook and _reduce_grad). Each: read in 16 bits and written
     * to the buffer in the precision of the sum, {@code 2 + g} (_fully_shard/_fsdp_collectives.py, foreach_reduce); the
     * division is part of the reduction, except in FP16.
     *
     * @param gradientBytes g, bytes of a gradient as it travels
     */
    public static double ofScatter(ParameterStorage storage, int gradientBytes) {
        return switch (storage) {
            case IN_PLACE -> 0;
            case EACH -> MADE_BYTES + gradientBytes;
            case FLAT ->
                2 * MADE_BYTES + (gradientBytes == MADE_BYTES ? 0 : MADE_BYTES + gradientBytes) + 2 * gradientBytes;
        };
    }

    /**
     * Bytes that a step of Adam reads and writes for each parameter that a rank updates, as they are held: fully sharded,
     * parameter, gradient and both moments in a quarter of {@code s} bytes each, 28 for 16 and 14 for 8; otherwise master
     * and moments in 32 bits beside 16-bit weights, {@code 26 + g}.
     *
     * @param fullySharded true if the part of the parameters is the master itself
     * @param shardedBytes s, bytes of a parameter with all its states where these are fully sharded
     * @param gradientBytes g, bytes of a gradient where they are not
     */
    public static double ofOptimizer(boolean fullySharded, int shardedBytes, int gradientBytes) {
        double each = shardedBytes / 4.0;
        return fullySharded
                ? MemoryFormulas.adamReadBytes(each, each, each) + MemoryFormulas.adamWrittenBytes(each, each, 0)
                : MemoryFormulas.adamReadBytes(MASTER_BYTES, gradientBytes, MASTER_BYTES)
                        + MemoryFormulas.adamWrittenBytes(MASTER_BYTES, MASTER_BYTES, MADE_BYTES);
    }

    /**
     * Bytes that a product moves for each element of a weight gradient: a sum read and written, {@code 2 g}, where it adds
     * to the sum over micro-batches itself; 2 written where a kernel after it adds.
     *
     * @param gradientBytes g, bytes of the sum
     */
    public static double ofProduct(GradientSum sum, int gradientBytes) {
        return sum == GradientSum.IN_PRODUCT ? 2 * gradientBytes : MADE_BYTES;
    }

    /**
     * Bytes moved to add the gradient of a micro-batch to the sum over micro-batches. Added: both read and the sum
     * written, {@code 2 + 2 g}. Cast and added (deepspeed/runtime/bf16_optimizer.py, update_hp_grads): cast, {@code 2 +
     * 4}; added in 32 bits, {@code 4 + 4 + 4}; the gradient in 16 bits is dropped before each backward pass
     * (clear_lp_grads), so it is neither added to nor cleared. In the product: none, since the product's own price has
     * them.
     *
     * @param gradientBytes g, bytes of the sum
     */
    public static double ofSum(GradientSum sum, int gradientBytes) {
        return switch (sum) {
            case IN_PRODUCT -> 0;
            case ADDED -> MADE_BYTES + 2 * gradientBytes;
            case CAST_AND_ADDED -> 2 + 4 + 3 * 4;
        };
    }
}
