package org.hopperline.kernel;

import org.hopperline.core.Check;
import org.hopperline.core.Interval;
import org.hopperline.core.Precision;
import org.hopperline.hardware.Chip;
import org.hopperline.text.FigureTable;

/**
 * Time of a dense matrix product on one chip, kernel choice included. For each tile of a library such as cuBLAS, and
 * each useful division of k, it prices
 *
 * <pre>
 *   step     = max( 2 tileM tileN (128 / e) / (peak efficiency / units),     matrix units
 *                   operandBytes / operandRate,                              level-2 cache, shared by the busy units
 *                   latency (1 + stretch miss) )                             one turn of the pipeline
 *   epilogue = outBytes tileM tileN / epilogueRate                           the result, in 2 bytes or added to a sum
 *   compute  = waves (steps step + epilogue) / clock(span, activity)
 *   t        = launch + split + overlapped(compute, dramBytes / dramRate)
 * </pre>
 *
 * and takes the least. The left operand and the output are taken to be as warm in the level-2 cache as in a benchmark
 * that repeats one product, or a training step in which the producer has just run; see {@link #LEFT_OPERAND_COPIES}.
 *
 * <p>Instances are immutable; the pricing methods allocate nothing. {@link #seconds(long, long, long)} has been scored
 * on forward products in BF16 on the H100 SXM5 (aiconfigurator, half of the shapes held out by a hash): a mean error of
 * 4.5 % over 10,706 products of any size, 3.3 % over 2,369 with m, n and k of at least 1,024. Repeated collections of
 * the same kernels differ by 2 to 4 %. What is left is mostly the library's choice of kernel. Other layouts, precisions
 * and chips rest on the same formulas with the chip's own peaks, units, clock and bandwidth.
 */
public final class Gemm {

    /** The left operand and the output are one copy, reused at once. */
    public static final double LEFT_OPERAND_COPIES = 1;

    /** A sum in 32 bits, read and written. */
    private static final double ADDED_BYTES = 8;

    /** Weights of a benchmark rotate among five copies, so that they mostly come from memory, as in training. */
    public static final double WEIGHT_COPIES = 5;

    private final Precision precision;
    private final PowerClock clock;
    private final double elementBytes;
    private final double stepSeconds;
    private final double memoryStretch;
    private final double dramBytesPerSecond;
    private final double cacheBytes;
    private final double launchSeconds;
    private final GemmTiles tiles;
    private final GemmError error;

    private Gemm(Chip chip, Precision precision, GemmConstants c, PowerClock clock, FigureTable figures) {
        this.precision = precision;
        this.clock = clock;
        this.elementBytes = precision.bytes();
        this.stepSeconds = c.get(GemmConstant.STEP);
        this.memoryStretch = c.get(GemmConstant.MEMORY_STEP_STRETCH);
        this.dramBytesPerSecond = chip.memoryBytesPerSecond() * c.get(GemmConstant.MEMORY_EFFICIENCY);
        this.cacheBytes = chip.l2().value() * c.get(GemmConstant.CACHE_SHARE);
        this.launchSeconds = c.get(GemmConstant.LAUNCH);
        this.tiles = GemmTiles.of(chip, precision, c, figures);
        this.error = GemmError.of(chip, precision, figures);
    }

    /** Seconds of an empty kernel: part of every product. */
    double launchSeconds() {
        return launchSeconds;
    }

    private Gemm(Gemm other, PowerClock clock) {
        this.precision = other.precision;
        this.clock = clock;
        this.elementBytes = other.elementBytes;
        this.stepSeconds = other.stepSeconds;
        this.memoryStretch = other.memoryStretch;
        this.dramBytesPerSecond = other.dramBytesPerSecond;
        this.cacheBytes = other.cacheBytes;
        this.launchSeconds = other.launchSeconds;
        this.tiles = other.tiles;
        this.error = GemmError.unscored(other.error);
    }

    /**
     * Products on {@code chip} with the shipped constants.
     *
     * @throws IllegalArgumentException if the chip has no matrix rate for {@code precision}, naming those it has
     */
    public static Gemm on(Chip chip, Precision precision) {
        Check.notNull(chip, "chip");
        Check.notNull(precision, "precision");
        FigureTable figures = GemmFigures.SHIPPED;
        return new Gemm(chip, precision, GemmConstants.read(figures, precision), PowerClock.of(chip, figures), figures);
    }

    /** Products on {@code chip} with constants of one's own, as a fit tries them. */
    public static Gemm with(Chip chip, Precision precision, GemmConstants constants) {
        FigureTable figures = GemmFigures.SHIPPED;
        PowerClock clock = PowerClock.of(
                chip, constants.get(GemmConstant.SUSTAINED_CLOCK), constants.get(GemmConstant.SETTLING), figures);
        return new Gemm(chip, precision, constants, clock, figures);
    }

    /** The same products on a chip that has run at its power limit for minutes, as in training. */
    public Gemm sustained() {
        return new Gemm(this, clock.sustained());
    }

    /** Format of the operands. */
    public Precision precision() {
        return precision;
    }

    /**
     * Seconds of one forward product {@code Y[m,n] = X[m,k] W[n,k]^T}, alone and short, as a benchmark measures it.
     *
     * @throws IllegalArgumentException if a dimension is below 1
     */
    public double seconds(long m, long n, long k) {
        check(m, n, k);
        return price(1, m, n, k, outputBytes());
    }

    /**
     * Seconds of one of the three products of a linear layer, given the shape of the forward one. The weight gradient is
     * added to a sum in 32 bits; {@link #weightGradientSeconds} has other widths.
     *
     * @throws IllegalArgumentException if a dimension is below 1
     */
    public double seconds(GemmLayout layout, long m, long n, long k) {
        check(m, n, k);
        return switch (layout) {
            case FORWARD -> price(1, m, n, k, outputBytes());
            case DATA_GRADIENT -> price(1, m, k, n, outputBytes());
            case WEIGHT_GRADIENT -> weightGradientSeconds(1, m, n, k, ADDED_BYTES);
        };
    }

    /**
     * Seconds of the weight gradients of {@code groups} linear layers, given the shape of one forward product. The shorter
     * the sum over rows, the more the result costs: each tile of it is written, and read before where the product adds to a
     * sum over micro-batches, while the matrix units wait. With few rows for each of many groups the results bind.
     *
     * @param resultBytes bytes that an element of the result moves: 2 where it is written in 16 bits, 4 where it is added to
     *     a sum in 16 bits, 8 to one in 32 bits
     * @throws IllegalArgumentException if a dimension is below 1, or {@code resultBytes} is not positive
     */
    public double weightGradientSeconds(long groups, long m, long n, long k, double resultBytes) {
        Check.positive(groups, "groups");
        Check.positive(resultBytes, "bytes of a result", "byte");
        check(m, n, k);
        return price(groups, n, k, m, resultBytes);
    }

    /**
     * Seconds of {@code batch} equal products in one launch, each with operands of its own.
     *
     * @throws IllegalArgumentException if a dimension is below 1
     */
    public double batchedSeconds(long batch, long m, long n, long k) {
        Check.positive(batch, "batch");
        check(m, n, k);
        return price(batch, m, n, k, outputBytes());
    }

    /**
     * Seconds of a grouped product, as for local experts: {@code groups} weights, each applied to
     * {@code rowsPerGroup} rows, in one launch. Groups of few rows are bound by the weights; no measured table scores
     * uneven groups.
     *
     * @throws IllegalArgumentException if a dimension is below 1
     */
    public double groupedSeconds(long groups, long rowsPerGroup, long n, long k) {
        Check.positive(groups, "groups");
        check(rowsPerGroup, n, k);
        return price(groups, rowsPerGroup, n, k, outputBytes());
    }

    /** Bytes of one output element: operands of one byte accumulate into two (BF16), others keep their width. */
    private double outputBytes() {
        return Math.max(2, elementBytes);
    }

    /**
     * The band that holds nine of ten measured products of this kind: narrow where the model was scored on held-out
     * rows, wide where nothing scores it (gradients, other formats and chips, a chip at its power limit).
     *
     * @throws IllegalArgumentException if a dimension is below 1
     */
    public Interval interval(GemmLayout layout, long m, long n, long k) {
        double seconds = seconds(layout, m, n, k);
        double share = error.share(layout, Math.min(m, Math.min(n, k)));
        return new Interval(seconds * (1 - share), seconds * (1 + share), GemmError.COVERAGE);
    }

    /** FLOP of a product: {@code 2 m n k}. */
    public static double flops(double m, double n, double k) {
        return 2 * m * n * k;
    }

    private static void check(long m, long n, long k) {
        Check.positive(m, "m");
        Check.positive(n, "n");
        Check.positive(k, "k");
    }

    private double price(double batch, double m, double n, double k, double outBytes) {
        double fetched = fetchedBytes(batch, m, n, k, outBytes);
        double memory = (fetched + batch * m * n * outBytes) / dramBytesPerSecond;
        double latency = latencySeconds(fetched, batch, m, n, k);
        double steps = Math.ceil(k * elementBytes / Tiling.STEP_BYTES);
        int kernel = tiles.choose(batch, m, n, steps, latency, memory, outBytes);
        int tile = GemmTiles.tile(kernel);
        int split = GemmTiles.split(kernel);
        double compute = tiles.seconds(batch, m, n, steps, latency, outBytes, tile, split);
        double relative = relativeClock(tile, batch * tiles.count(tile, m, n), steps, Math.max(compute, memory));
        return launchSeconds + tiles.joiningSeconds(batch, m, n, split) + Tiling.overlapped(compute / relative, memory);
    }

    /** Operand bytes that come from memory: what the level-2 cache has kept since the last use comes from there. */
    private double fetchedBytes(double batch, double m, double n, double k, double outBytes) {
        double weights = batch * n * k * elementBytes;
        double left = batch * m * k * elementBytes;
        double out = batch * m * n * outBytes;
        double leftKept = Tiling.residentShare(cacheBytes, LEFT_OPERAND_COPIES * left + weights + out);
        double weightsKept = Tiling.residentShare(cacheBytes, left + WEIGHT_COPIES * weights + out);
        return left * (1 - leftKept) + weights * (1 - weightsKept);
    }

    private double latencySeconds(double fetched, double batch, double m, double n, double k) {
        return stepSeconds * (1 + memoryStretch * fetched / (batch * (m + n) * k * elementBytes));
    }

    /** Mean clock over {@code span}; activity is the share of it in which the matrix units work. */
    private double relativeClock(int tile, double count, double steps, double span) {
        return clock.relativeClock(span, tiles.activity(tiles.mathSeconds(tile), count, steps, span));
    }

    /**
     * Seconds, less the launch, of a forward product on a kernel that is given and not chosen.
     *
     * @param clusterRows thread blocks of a cluster along m, 1 or 2: two share their columns and pad m to whole clusters
     * @param boundary added share of the time for each share of the padded rows that is empty
     */
    double fixedKernelSeconds(
            double m, double n, double k, double tileM, double tileN, double clusterRows, double boundary) {
        double fetched = fetchedBytes(1, m, n, k, outputBytes());
        double memory = (fetched + m * n * outputBytes()) / dramBytesPerSecond;
        double rows = clusterRows * Math.ceil(m / (clusterRows * tileM));
        double count = rows * Math.ceil(n / tileN);
        double steps = Math.ceil(k * elementBytes / Tiling.STEP_BYTES);
        double shared = clusterRows > 1 ? tileN : 0;
        double empty = 1 - m / (rows * tileM);
        double math = tiles.mathSeconds(tileM, tileN);
        double operands = tiles.operandSeconds(tileM, tileN, shared, count);
        double epilogue = tiles.epilogueSeconds(tileM, tileN, outputBytes());
        double latency = latencySeconds(fetched, 1, m, n, k);
        double compute = tiles.seconds(math, operands, epilogue, count, steps, latency) * (1 + boundary * empty);
        double span = Math.max(compute, memory);
        double relative = clock.relativeClock(span, tiles.activity(math, count, steps, span));
        return Tiling.overlapped(compute / relative, memory);
    }

    /** The kernel chosen for a forward product, and the parts of its time. */
    public GemmChoice explain(long m, long n, long k) {
        check(m, n, k);
        double fetched = fetchedBytes(1, m, n, k, outputBytes());
        double bytes = fetched + (double) m * n * outputBytes();
        double memory = bytes / dramBytesPerSecond;
        double latency = latencySeconds(fetched, 1, m, n, k);
        double steps = Math.ceil(k * elementBytes / Tiling.STEP_BYTES);
        int kernel = tiles.choose(1, m, n, steps, latency, memory, outputBytes());
        int tile = GemmTiles.tile(kernel);
        int split = GemmTiles.split(kernel);
        double count = tiles.count(tile, m, n);
        double compute = tiles.seconds(1, m, n, steps, latency, outputBytes(), tile, split);
        double relative = relativeClock(tile, count, steps, Math.max(compute, memory));
        return new GemmChoice(
                tiles.rows(tile),
                tiles.columns(tile),
                split,
                count * split,
                tiles.waves(count * split),
                bytes,
                launchSeconds,
                compute / relative,
                memory,
                tiles.joiningSeconds(1, m, n, split),
                relative,
                bound(m, n, tile, count * split, latency, compute / relative, memory, split),
                seconds(m, n, k));
    }

    private GemmChoice.Bound bound(
            double m, double n, int tile, double count, double latency, double compute, double memory, int split) {
        if (launchSeconds + tiles.joiningSeconds(1, m, n, split) > Math.max(compute, memory)) {
            return GemmChoice.Bound.OVERHEAD;
        }
        if (memory > compute) {
            return GemmChoice.Bound.MEMORY;
        }
        double operands = tiles.operandSeconds(tile, m, n, count);
        double math = tiles.mathSeconds(tile);
        if (latency > Math.max(math, operands)) {
            return GemmChoice.Bound.LATENCY;
        }
        return operands > math ? GemmChoice.Bound.OPERANDS : GemmChoice.Bound.MATH;
    }
}
