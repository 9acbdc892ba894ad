package org.hopperline.kernel;

/**
 * How a matrix product {@code C[m,n] = A[m,k] B[k,n]} falls into tiles and waves: pure formulas. Tiles and waves after
 * NVIDIA, "Matrix Multiplication Background User's Guide" (DU-09798-001), sections 2 to 4; the work-centric view after
 * Osama et al., "Stream-K" (arXiv 2301.03598), section 3.
 */
public final class Tiling {

    /** Depth of one pipeline step in bytes of k: the 128-byte swizzle of the tensor memory accelerator. */
    public static final double STEP_BYTES = 128;

    private Tiling() {}

    /** Output tiles: {@code ceil(m / tileM) ceil(n / tileN)}. */
    public static double tiles(double m, double n, double tileM, double tileN) {
        return Math.ceil(m / tileM) * Math.ceil(n / tileN);
    }

    /** Rounds that {@code tiles} take on {@code units} compute units, one tile each: {@code ceil(tiles / units)}. */
    public static double waves(double tiles, double units) {
        return Math.ceil(tiles / units);
    }

    /** Share of the compute units that the waves keep busy on average: {@code tiles / (units ceil(tiles / units))}. */
    public static double waveEfficiency(double tiles, double units) {
        return tiles / (units * waves(tiles, units));
    }

    /**
     * Waves as a family of kernels pays them: {@code tail ceil(u) + (1 - tail) max(1, u)} with
     * {@code u = tiles / units}. With {@code tail = 1} every tail costs a whole wave; with 0 a stream-K schedule or a
     * better tile hides it (arXiv 2301.03598, section 4).
     */
    public static double effectiveWaves(double tiles, double units, double tail) {
        double u = tiles / units;
        return tail * Math.ceil(u) + (1 - tail) * Math.max(1, u);
    }

    /**
     * FLOP per byte of operands that one tile loads: {@code 2 tileM tileN / ((tileM + tileN) elementBytes)}; the depth
     * cancels (DU-09798-001, section 2.1, on the tile instead of the matrix).
     */
    public static double tileIntensity(double tileM, double tileN, double elementBytes) {
        return 2 * tileM * tileN / ((tileM + tileN) * elementBytes);
    }

    /**
     * Operand bytes that one thread block loads for one step of {@link #STEP_BYTES}: {@code 128 (tileM + tileN)}, less
     * half of {@code shared} rows that a partner in a cluster of two loads and multicasts (CUDA C++ Programming Guide,
     * thread block clusters; CUTLASS, TMA multicast).
     */
    public static double operandBytesPerStep(double tileM, double tileN, double shared) {
        return STEP_BYTES * (tileM + tileN - 0.5 * shared);
    }

    /**
     * Bytes of A and B that one wave touches when {@code rows x columns} tiles run side by side:
     * {@code (rows tileM + columns tileN) k elementBytes}. While it fits in the level-2 cache each element comes from
     * memory once a wave.
     */
    public static double waveFootprintBytes(
            double rows, double columns, double tileM, double tileN, double k, double elementBytes) {
        return (rows * tileM + columns * tileN) * k * elementBytes;
    }

    /**
     * Share of data still in the cache when {@code reuseBytes} passed since its last use:
     * {@code r^4 / (1 + r^4)}, {@code r = cacheBytes / reuseBytes}. One half where the two are equal; the fourth power
     * stands for a cache that is hashed over two partitions and replaces nearly at random (the sharpness is assumed).
     */
    public static double residentShare(double cacheBytes, double reuseBytes) {
        double r = cacheBytes / reuseBytes;
        double r4 = r * r * r * r;
        return Double.isInfinite(r4) ? 1 : r4 / (1 + r4);
    }

    /**
     * Time of two streams that overlap well but not perfectly: {@code (a^4 + b^4)^(1/4)}; the maximum when one is much
     * longer, 19 % above it when both are equal (the power is assumed; a fit leaves it between 4 and 5).
     */
    public static double overlapped(double aSeconds, double bSeconds) {
        double high = Math.max(aSeconds, bSeconds);
        double ratio = Math.min(aSeconds, bSeconds) / high;
        double r2 = ratio * ratio;
        return high * Math.sqrt(Math.sqrt(1 + r2 * r2));
    }
}
