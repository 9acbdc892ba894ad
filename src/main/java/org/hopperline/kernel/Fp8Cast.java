package org.hopperline.kernel;

import org.hopperline.core.Check;
import org.hopperline.core.Precision;
import org.hopperline.hardware.Chip;

/**
 * Time to bring a matrix from BF16 to FP8, apart from the products that use it, so that a training step can price each
 * cast once. Fused kernels as in Transformer Engine stream at memory bandwidth; the row-by-row kernel of inference
 * servers is {@link ScaledGemm#quantiseSeconds}.
 */
public final class Fp8Cast {

    /** Elements that share a scale in block scaling of activations: a row of 128 (arXiv 2412.19437, section 3.3.2). */
    public static final double BLOCK = 128;

    private final double launchSeconds;
    private final double bytesPerSecond;

    private Fp8Cast(double launchSeconds, double bytesPerSecond) {
        this.launchSeconds = launchSeconds;
        this.bytesPerSecond = bytesPerSecond;
    }

    /**
     * Casts on {@code chip}, with the launch and the share of memory bandwidth of products.
     *
     * @throws IllegalArgumentException if the chip has no FP8 rate
     */
    public static Fp8Cast on(Chip chip) {
        Check.notNull(chip, "chip").denseFlopsPerSecond(Precision.FP8);
        GemmConstants constants = GemmConstants.shipped(Precision.BF16);
        return new Fp8Cast(
                constants.get(GemmConstant.LAUNCH),
                constants.get(GemmConstant.MEMORY_EFFICIENCY) * chip.memoryBytesPerSecond());
    }

    /**
     * Bytes to cast with one scale for the whole tensor, known from earlier steps (delayed scaling, Transformer Engine):
     * 2 read and 1 written for each element, and 1 more for the transposed copy that the weight gradient needs.
     */
    public static double perTensorBytes(double elements, boolean transposed) {
        return elements * (transposed ? 4 : 3);
    }

    /**
     * Bytes to cast with one scale for each {@link #BLOCK} elements: as for a tensor, and 4 bytes of scale for each
     * block of each copy.
     */
    public static double perBlockBytes(double elements, boolean transposed) {
        return perTensorBytes(elements, transposed) + (transposed ? 2 : 1) * 4 * elements / BLOCK;
    }

    /** Bytes to find the scale of a whole tensor first (current scaling): all elements are read once more. */
    public static double amaxBytes(double elements) {
        return 2 * elements;
    }

    /** Seconds of a cast of {@code rows x columns} elements with a scale for the whole tensor, known beforehand. */
    public double perTensorSeconds(long rows, long columns, boolean transposed) {
        return streamed(perTensorBytes(elements(rows, columns), transposed));
    }

    /** Seconds of a cast of {@code rows x columns} elements with a scale for each block, found on the way. */
    public double perBlockSeconds(long rows, long columns, boolean transposed) {
        return streamed(perBlockBytes(elements(rows, columns), transposed));
    }

    /** Seconds of finding the largest magnitude of {@code rows x columns} elements. */
    public double amaxSeconds(long rows, long columns) {
        return streamed(amaxBytes(elements(rows, columns)));
    }

    private static double elements(long rows, long columns) {
        return (double) Check.positive(rows, "rows") * Check.positive(columns, "columns");
    }

    private double streamed(double bytes) {
        return launchSeconds + bytes / bytesPerSecond;
    }
}
