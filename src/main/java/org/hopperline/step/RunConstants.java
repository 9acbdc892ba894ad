package org.hopperline.step;

import org.hopperline.core.AttentionBackend;
import org.hopperline.hardware.Architecture;
import org.hopperline.text.FigureTable;

/**
 * What only whole training runs can tell: how far kernels beside each other, in a step that lasts for weeks, stay behind
 * kernels timed alone, and what no list of operations counts. The only constants of the library that are fitted to
 * training runs; {@link #none()} leaves them all out.
 *
 * @param hopperProducts rate of matrix products in a run over the rate alone at a settled clock, on Hopper
 * @param ampereProducts the same on Ampere
 * @param tritonAttention rate of the Triton attention of 2023 in a run over the rate of its kernels
 * @param newerProducts rate of products with the libraries of 2024-09 and later over that with earlier ones
 * @param newerAttention rate of cuDNN's attention with the libraries of 2024-09 and later over that of its kernels as they
 *     were timed in early 2024
 * @param transposingCasts rate of kernels that turn an FP8 matrix, cast or not, over that of a stream, for all software of
 *     {@link org.hopperline.plan.ElementwiseKernels#FUSED fused} elementwise kernels: Transformer Engine's, and as these those
 *     of others; compiled or eager software turns at the rate of a stream
 * @param operationSeconds time of the host for one call of the framework: a module, an operation between modules, a statement
 *     of routing or dispatch, the gradient of any of these, a wrapper of a Triton kernel or a message alike, as {@link
 *     org.hopperline.work.HostWork} counts them
 * @param stepSeconds time of a step that no operation accounts for (host, data, synchronization): the mean over ranks of
 *     what each adds, exponentially distributed, of which a step waits for the largest
 * @param rankSpread standard deviation of the time of a rank over its mean
 */
public record RunConstants(
        double hopperProducts,
        double ampereProducts,
        double tritonAttention,
        double newerProducts,
        double newerAttention,
        double transposingCasts,
        double operationSeconds,
        double stepSeconds,
        double rankSpread) {

    private static final RunConstants SHIPPED = read(FigureTable.resource(RunConstants.class, "runs.csv"));

    private static final RunConstants NONE = read(FigureTable.resource(RunConstants.class, "kernels_alone.csv"));

    /** The constants that ship with the library. */
    public static RunConstants shipped() {
        return SHIPPED;
    }

    /** Nothing fitted to runs: kernels and fabrics alone, each value with its source in {@code kernels_alone.csv}. */
    public static RunConstants none() {
        return NONE;
    }

    /** The constants of a table that has them all. */
    public static RunConstants read(FigureTable table) {
        return new RunConstants(
                table.value("hopper_products"),
                table.value("ampere_products"),
                table.value("triton_attention"),
                table.value("newer_products"),
                table.value("newer_attention"),
                table.value("transposing_casts"),
                table.value("operation"),
                table.value("step"),
                table.value("rank_spread"));
    }

    /** Rate of products for a family of chips; those that no run scores are taken as Hopper. */
    double products(Architecture architecture, boolean newerLibraries) {
        double rate = architecture == Architecture.AMPERE ? ampereProducts : hopperProducts;
        return newerLibraries ? rate * newerProducts : rate;
    }

    /** Rate of an attention kernel in a run over its rate alone. */
    double attention(AttentionBackend backend, boolean newerLibraries) {
        return switch (backend) {
            case TRITON_FLASH -> tritonAttention;
            case CUDNN -> newerLibraries ? newerAttention : 1;
            default -> 1;
        };
    }
}
