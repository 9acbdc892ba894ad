package org.hopperline.kernel;

import org.hopperline.core.Check;
import org.hopperline.core.Interval;
import org.hopperline.core.Precision;
import org.hopperline.hardware.Architecture;
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
 * the same kernels differ by 2 to 4 %. What is left is mostly the library's choice of kernel. Other layouts, precisions and chips rest on the same formulas with the
 * chip's own peaks, units, clock and bandwidth.
 */
public final class Gemm {

    /** The left operand and the output are one copy, reused at once. */
    public static final double LEFT_OPERAND_COPIES = 1;

    /** Weights of a benchmark rotate among five copies, so that they mostly come from memory, as in training. */
    public static final double WEIGHT_COPIES = 5;

    /**
     * Tiles of CUTLASS and cuBLAS kernels for Hopper, multiples of the 64-row instruction of a warp group (or of its
     * transpose), the largest last.
     */
    private static final double[] TILE_M = {16, 32, 64, 128, 64, 256, 64, 128, 192, 128, 256, 128};

    private static final double[] TILE_N = {64, 64, 64, 64, 128, 64, 256, 128, 128, 192, 128, 256};

    /** Where tiles wait for the matrix units, a larger one is taken at this factor: it moves fewer operands. */
    private static final double AS_GOOD = 1.002;

    /** The next smaller tile of the same width, and of the same height: where it covers m or n, it is the better one. */
    private static final double[] SHORTER = next(TILE_M, TILE_N);

    private static final double[] NARROWER = next(TILE_N, TILE_M);

    private static final int MAXIMUM_SPLIT = 32;
    private static final int LEAST_STEPS = 4;
    private static final int KERNEL_RADIX = 64;

    private final Precision precision;
    private final PowerClock clock;
    private final double elementBytes;
    private final double units;
    private final double unitFlopsPerSecond;
    private final double operandBytesPerSecond;
    private final double unitPortBytesPerSecond;
    private final double busyOperandBytesPerSecond;
    private final double stepSeconds;
    private final double memoryStretch;
    private final double epilogueSecondsPerByte;
    private final double tail;
    private final double dramBytesPerSecond;
    private final double cacheBytes;
    private final double launchSeconds;
    private final double splitSeconds;
    private final double reductionBytesPerSecond;
    private final GemmError error;

    /** For each tile the seconds of one step on the matrix units, and those of its epilogue. */
    private final double[] mathSeconds = new double[TILE_M.length];

    private final double[] epilogueSeconds = new double[TILE_M.length];

    private Gemm(Chip chip, Precision precision, GemmConstants c, PowerClock clock, FigureTable figures) {
        double peak = peakAtTensorClock(chip, precision);
        double hertz = chip.tensorClock().value();
        this.precision = precision;
        this.clock = clock;
        this.elementBytes = precision.bytes();
        this.units = chip.computeUnits();
        this.unitFlopsPerSecond = peak * issueEfficiency(chip, c, figures) / units;
        this.operandBytesPerSecond = c.get(GemmConstant.OPERAND_BYTES_PER_CLOCK) * hertz * units;
        this.unitPortBytesPerSecond = figures.value("operand-port-bytes-per-clock") * hertz;
        this.stepSeconds = c.get(GemmConstant.STEP);
        this.memoryStretch = c.get(GemmConstant.MEMORY_STEP_STRETCH);
        this.epilogueSecondsPerByte = 1 / c.get(GemmConstant.EPILOGUE_BYTES_PER_SECOND);
        this.tail = c.get(GemmConstant.TAIL);
        this.dramBytesPerSecond = chip.memoryBytesPerSecond() * c.get(GemmConstant.MEMORY_EFFICIENCY);
        this.cacheBytes = chip.l2().value() * c.get(GemmConstant.CACHE_SHARE);
        this.launchSeconds = c.get(GemmConstant.LAUNCH);
        this.splitSeconds = c.get(GemmConstant.SPLIT);
        this.reductionBytesPerSecond = c.get(GemmConstant.REDUCTION_BYTES_PER_SECOND);
        this.error = GemmError.of(chip, precision, figures);
        this.busyOperandBytesPerSecond = unitOperandBytesPerSecond(units);
        for (int i = 0; i < TILE_M.length; i++) {
            mathSeconds[i] = mathSeconds(TILE_M[i], TILE_N[i]);
            epilogueSeconds[i] = epilogueSeconds(TILE_M[i], TILE_N[i]);
        }
    }

    /** Seconds of an empty kernel: part of every product. */
    double launchSeconds() {
        return launchSeconds;
    }

    private Gemm(Gemm other, PowerClock clock) {
        this.precision = other.precision;
        this.clock = clock;
        this.elementBytes = other.elementBytes;
        this.units = other.units;
        this.unitFlopsPerSecond = other.unitFlopsPerSecond;
        this.operandBytesPerSecond = other.operandBytesPerSecond;
        this.unitPortBytesPerSecond = other.unitPortBytesPerSecond;
        this.stepSeconds = other.stepSeconds;
        this.memoryStretch = other.memoryStretch;
        this.epilogueSecondsPerByte = other.epilogueSecondsPerByte;
        this.tail = other.tail;
        this.dramBytesPerSecond = other.dramBytesPerSecond;
        this.cacheBytes = other.cacheBytes;
        this.launchSeconds = other.launchSeconds;
        this.splitSeconds = other.splitSeconds;
        this.reductionBytesPerSecond = other.reductionBytesPerSecond;
        this.error = GemmError.unscored(other.error);
        this.busyOperandBytesPerSecond = other.busyOperandBytesPerSecond;
        System.arraycopy(other.mathSeconds, 0, mathSeconds, 0, mathSeconds.length);
        System.arraycopy(other.epilogueSeconds, 0, epilogueSeconds, 0, epilogueSeconds.length);
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

    /** NVIDIA quotes FP32 and FP64 of Hopper at the maximum clock, the formats of the matrix units at a lower one. */
    private static double peakAtTensorClock(Chip chip, Precision precision) {
        double peak = chip.denseFlopsPerSecond(precision);
        boolean atMaximum = chip.architecture() == Architecture.HOPPER
                && (precision == Precision.FP32 || precision == Precision.FP64);
        return atMaximum
                ? peak * chip.tensorClock().value() / chip.maximumClock().value()
                : peak;
    }

    private static double issueEfficiency(Chip chip, GemmConstants c, FigureTable figures) {
        return chip.architecture() == Architecture.HOPPER
                ? c.get(GemmConstant.ISSUE_EFFICIENCY)
                : figures.value("issue-efficiency." + chip.architecture().name());
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
     * Seconds of one of the three products of a linear layer, given the shape of the forward one.
     *
     * @throws IllegalArgumentException if a dimension is below 1
     */
    public double seconds(GemmLayout layout, long m, long n, long k) {
        check(m, n, k);
        return switch (layout) {
            case FORWARD -> price(1, m, n, k, outputBytes());
            case DATA_GRADIENT -> price(1, m, k, n, outputBytes());
            case WEIGHT_GRADIENT -> price(1, n, k, m, 8);
        };
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

    /**
     * Seconds of one of the three products of grouped linear layers, given the shape of the forward one. Gradients of
     * weights are added to 32-bit sums of their own for each group, as in {@link #seconds(GemmLayout, long, long, long)}:
     * with few rows for each group those sums bind.
     *
     * @throws IllegalArgumentException if a dimension is below 1
     */
    public double groupedSeconds(GemmLayout layout, long groups, long rowsPerGroup, long n, long k) {
        Check.positive(groups, "groups");
        check(rowsPerGroup, n, k);
        return switch (layout) {
            case FORWARD -> price(groups, rowsPerGroup, n, k, outputBytes());
            case DATA_GRADIENT -> price(groups, rowsPerGroup, k, n, outputBytes());
            case WEIGHT_GRADIENT -> price(groups, n, k, rowsPerGroup, 8);
        };
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
        int kernel = choose(batch, m, n, steps, latency, memory);
        int tile = kernel / KERNEL_RADIX;
        int split = kernel % KERNEL_RADIX;
        double compute = chosenSeconds(batch, m, n, steps, latency, tile, split);
        double tiles = batch * Tiling.tiles(m, n, TILE_M[tile], TILE_N[tile]);
        double relative = relativeClock(tiles, TILE_M[tile], TILE_N[tile], steps, Math.max(compute, memory));
        return launchSeconds + joiningSeconds(batch, m, n, split) + Tiling.overlapped(compute / relative, memory);
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

    private static double[] next(double[] sizes, double[] others) {
        double[] next = new double[sizes.length];
        for (int i = 0; i < sizes.length; i++) {
            for (int j = 0; j < sizes.length; j++) {
                if (others[j] == others[i] && sizes[j] < sizes[i]) {
                    next[i] = Math.max(next[i], sizes[j]);
                }
            }
        }
        return next;
    }

    /** The cheapest kernel: {@code KERNEL_RADIX tile + split}. */
    private int choose(double batch, double m, double n, double steps, double latency, double memory) {
        double best = Double.POSITIVE_INFINITY;
        int kernel = 0;
        for (int i = 0; i < TILE_M.length; i++) {
            if (m <= SHORTER[i] || n <= NARROWER[i]) {
                continue;
            }
            double rows = Math.ceil(m / TILE_M[i]);
            double columns = Math.ceil(n / TILE_N[i]);
            double tiles = batch * rows * columns;
            double shared = sharedRows(TILE_M[i], TILE_N[i], rows, columns);
            double whole = computeSeconds(i, shared, tiles, steps, latency);
            double t = Math.max(whole, memory);
            if (t < best || (whole > memory && whole < best * AS_GOOD)) {
                best = t;
                kernel = KERNEL_RADIX * i + 1;
            }
            if (2 * tiles > units) {
                continue; // two parts of each tile do not fit one wave
            }
            int split = fullestSplit(tiles, steps);
            for (int j = 0; j < 2 && split >= 2; j++, split /= 2) {
                double joining = joiningSeconds(batch, m, n, split);
                if (memory + joining >= best) {
                    continue;
                }
                double part = Math.ceil(steps / split);
                double parts = computeSeconds(i, shared, tiles * split, part, latency);
                t = Math.max(parts, memory) + joining;
                if (t < best) {
                    best = t;
                    kernel = KERNEL_RADIX * i + split;
                }
            }
        }
        return kernel;
    }

    /** Parts of k that fill one wave: at least four steps each, at most 32. */
    private int fullestSplit(double tiles, double steps) {
        return (int) Math.min(Math.min(units / tiles, steps / LEAST_STEPS), MAXIMUM_SPLIT);
    }

    /** Seconds to write, read and add the parts of k, 4 bytes each way; none if k is whole. */
    private double joiningSeconds(double batch, double m, double n, int split) {
        return split < 2 ? 0 : splitSeconds + split * 8 * batch * m * n / reductionBytesPerSecond;
    }

    /** Rows of a tile that a neighbour in a cluster of two also needs: those of its longer shared side. */
    private static double sharedRows(double tileM, double tileN, double rows, double columns) {
        double shared = rows >= 2 ? tileN : 0;
        return columns >= 2 ? Math.max(shared, tileM) : shared;
    }

    /** Seconds of all tiles of one of the sizes at the clock of the stated peak. */
    private double computeSeconds(int tile, double shared, double tiles, double steps, double latency) {
        double operands = operandSeconds(TILE_M[tile], TILE_N[tile], shared, tiles);
        return computeSeconds(mathSeconds[tile], operands, epilogueSeconds[tile], tiles, steps, latency);
    }

    private double computeSeconds(
            double math, double operands, double epilogue, double tiles, double steps, double latency) {
        double step = Math.max(math, Math.max(operands, latency));
        return Tiling.effectiveWaves(tiles, units, tail) * (steps * step + epilogue);
    }

    /** Seconds to write one tile. */
    private double epilogueSeconds(double tileM, double tileN) {
        return 2 * tileM * tileN * epilogueSecondsPerByte;
    }

    /** Seconds in which the matrix units work off one step of a tile. */
    private double mathSeconds(double tileM, double tileN) {
        return flops(tileM, tileN, Tiling.STEP_BYTES / elementBytes) / unitFlopsPerSecond;
    }

    /** Seconds in which the cache supplies one step of a tile, all busy units asking. */
    private double operandSeconds(double tileM, double tileN, double shared, double tiles) {
        double rate = tiles < units ? unitOperandBytesPerSecond(tiles) : busyOperandBytesPerSecond;
        return Tiling.operandBytesPerStep(tileM, tileN, shared) / rate;
    }

    /** Bytes a second of operands that each of so many busy units gets. */
    private double unitOperandBytesPerSecond(double busy) {
        return Math.min(unitPortBytesPerSecond, operandBytesPerSecond / busy);
    }

    private double chosenSeconds(double batch, double m, double n, double steps, double latency, int tile, int split) {
        double rows = Math.ceil(m / TILE_M[tile]);
        double columns = Math.ceil(n / TILE_N[tile]);
        double shared = sharedRows(TILE_M[tile], TILE_N[tile], rows, columns);
        double tiles = batch * rows * columns * split;
        return computeSeconds(tile, shared, tiles, Math.ceil(steps / split), latency);
    }

    /** Mean clock over {@code span}; activity is the share of it in which the matrix units work. */
    private double relativeClock(double tiles, double tileM, double tileN, double steps, double span) {
        return clock.relativeClock(span, Math.min(1, tiles * steps * mathSeconds(tileM, tileN) / units / span));
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
        double tiles = rows * Math.ceil(n / tileN);
        double steps = Math.ceil(k * elementBytes / Tiling.STEP_BYTES);
        double shared = clusterRows > 1 ? tileN : 0;
        double empty = 1 - m / (rows * tileM);
        double math = mathSeconds(tileM, tileN);
        double operands = operandSeconds(tileM, tileN, shared, tiles);
        double latency = latencySeconds(fetched, 1, m, n, k);
        double compute = computeSeconds(math, operands, epilogueSeconds(tileM, tileN), tiles, steps, latency)
                * (1 + boundary * empty);
        double relative = relativeClock(tiles, tileM, tileN, steps, Math.max(compute, memory));
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
        int kernel = choose(1, m, n, steps, latency, memory);
        int tile = kernel / KERNEL_RADIX;
        int split = kernel % KERNEL_RADIX;
        double tiles = Tiling.tiles(m, n, TILE_M[tile], TILE_N[tile]);
        double compute = chosenSeconds(1, m, n, steps, latency, tile, split);
        double relative = relativeClock(tiles, TILE_M[tile], TILE_N[tile], steps, Math.max(compute, memory));
        return new GemmChoice(
                (int) TILE_M[tile],
                (int) TILE_N[tile],
                split,
                tiles * split,
                Tiling.effectiveWaves(tiles * split, units, tail),
                bytes,
                launchSeconds,
                compute / relative,
                memory,
                joiningSeconds(1, m, n, split),
                relative,
                bound(m, n, tile, tiles * split, latency, compute / relative, memory, split),
                seconds(m, n, k));
    }

    private GemmChoice.Bound bound(
            double m, double n, int tile, double tiles, double latency, double compute, double memory, int split) {
        if (launchSeconds + joiningSeconds(1, m, n, split) > Math.max(compute, memory)) {
            return GemmChoice.Bound.OVERHEAD;
        }
        if (memory > compute) {
            return GemmChoice.Bound.MEMORY;
        }
        double tileM = TILE_M[tile];
        double tileN = TILE_N[tile];
        double shared = sharedRows(tileM, tileN, Math.ceil(m / tileM), Math.ceil(n / tileN));
        double operands = operandSeconds(tileM, tileN, shared, tiles);
        double math = mathSeconds(tileM, tileN);
        if (latency > Math.max(math, operands)) {
            return GemmChoice.Bound.LATENCY;
        }
        return operands > math ? GemmChoice.Bound.OPERANDS : GemmChoice.Bound.MATH;
    }
}
