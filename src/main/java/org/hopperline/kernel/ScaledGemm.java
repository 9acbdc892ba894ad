package org.hopperline.kernel;

import org.hopperline.core.Check;
import org.hopperline.core.Precision;
import org.hopperline.hardware.Chip;

/**
 * An FP8 product as an inference server runs it: the activations come in BF16, a kernel finds the scale of each row and
 * quantises it, then a CUTLASS kernel multiplies. The kernel is not searched for but given by fixed rules on m, n and k
 * (vLLM, {@code scaled_mm_sm90_fp8_dispatch.cuh}), which is why this is slower than {@link Gemm} in FP8 on many shapes.
 *
 * <p>Scored on the H100 SXM5 (aiconfigurator, half of the shapes held out by a hash): a mean error of 6.5 % over 10,922
 * products of any size, 5.9 % over 2,417 with m, n and k of at least 1,024. Products of n and k above 16,384 that last
 * milliseconds take up to twice as long as priced: the fixed order of tiles then misses the level-2 cache.
 */
public final class ScaledGemm {

    /** Elements of a row that a thread block of the quantising kernel reads at a time: 256 threads, 8 each. */
    public static final double CHUNK = 2048;

    private final Gemm product;
    private final ScaledGemmConstants constants;

    private ScaledGemm(Gemm product, ScaledGemmConstants constants) {
        this.product = product;
        this.constants = constants;
    }

    /**
     * Quantised products on {@code chip} with the shipped constants.
     *
     * @throws IllegalArgumentException if the chip has no FP8 rate
     */
    public static ScaledGemm on(Chip chip) {
        return new ScaledGemm(Gemm.on(chip, Precision.FP8), ScaledGemmConstants.shipped());
    }

    /** Quantised products with constants of one's own, as a fit tries them. */
    public static ScaledGemm with(Chip chip, GemmConstants product, ScaledGemmConstants constants) {
        return new ScaledGemm(Gemm.with(chip, Precision.FP8, product), constants);
    }

    /** Seconds of quantising and multiplying: the sum of the other two. */
    public double seconds(long m, long n, long k) {
        return quantiseSeconds(m, k) + productSeconds(m, n, k);
    }

    /**
     * Seconds to quantise m rows of k elements to FP8, one scale a row. The measured kernel works row by row, in chunks
     * of {@link #CHUNK}: {@code launch + m (row + chunk ceil(k / 2048))}.
     */
    public double quantiseSeconds(long m, long k) {
        Check.positive(m, "m");
        Check.positive(k, "k");
        return constants.quantiseLaunchSeconds()
                + m * (constants.rowSeconds() + constants.chunkSeconds() * Math.ceil(k / CHUNK));
    }

    /** Seconds of the product of quantised operands, on the kernel that the rules pick. */
    public double productSeconds(long m, long n, long k) {
        Check.positive(m, "m");
        Check.positive(n, "n");
        Check.positive(k, "k");
        return product.launchSeconds() + kernelSeconds(m, n, k);
    }

    private double kernelSeconds(long m, long n, long k) {
        double boundary = constants.boundary();
        if (m <= 64) {
            double tileM = m <= 16 || n <= 1280 ? 16 : 64;
            return product.fixedKernelSeconds(m, n, k, tileM, 64, 1, boundary);
        }
        if (m <= 128) {
            return product.fixedKernelSeconds(m, n, k, 64, 128, 2, boundary);
        }
        double tileM = m >= 8192 && k >= 6144 ? 256 : 128;
        return product.fixedKernelSeconds(m, n, k, tileM, 128, 2, boundary);
    }
}
