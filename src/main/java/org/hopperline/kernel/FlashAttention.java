package org.hopperline.kernel;

import org.hopperline.core.AttentionBackend;
import org.hopperline.core.Check;
import org.hopperline.core.Figure;
import org.hopperline.core.Precision;
import org.hopperline.hardware.Architecture;
import org.hopperline.hardware.Chip;

/**
 * Attention that keeps scores on chip: FlashAttention-2 and -3, cuDNN, the Triton port of FlashAttention-1, and
 * FlashAttention-3 over a paged cache.
 *
 * <p>Each outer tile of the score matrix is a task for one SM and costs {@code c_0 + n c_1}, where {@code n} counts the
 * inner blocks it visits ({@link AttentionTiles#visitedBlocks}) and {@code c_1} is products plus exposed softmax ({@link
 * AttentionTileCost}). All tasks together take
 *
 * <pre>   max(longest task, sum of tasks / SMs + tail share * mean task)</pre>
 *
 * <p>at the clock of the specified peak; the clock itself is above that in a short kernel and falls towards the power
 * limit in a long one, the more the busier the tensor units ({@link PowerClock}). No kernel is faster than its bytes at
 * memory bandwidth, and each launch adds its time.
 *
 * <p>Scored by {@code AttentionCalibration} on measured forward passes of H100 SXM. What nothing published scores rests on
 * analogy: backward passes under a causal mask of FlashAttention-3 and cuDNN, backward passes of vectors wider than 128,
 * windows, latent attention, and chips other than the H100.
 */
public final class FlashAttention implements Attention {

    /** Exponentials that the special-function units of an SM start each cycle (compute capability 8.0 and 9.0). */
    static final double EXPONENTIALS_PER_CYCLE = 16;

    /** Longest vector that the kernels take. */
    private static final int WIDEST_HEAD = 256;

    /** Longest vector whose accumulators leave room in the registers. */
    private static final int WIDE_ABOVE = 128;

    /** Below this occupancy of the first wave the paged kernel splits keys ({@code hopper/heuristics.h}). */
    private static final double SPLIT_BELOW = 0.8;

    /** Occupancy that the number of splits aims at, of the best one ({@code hopper/heuristics.h}). */
    private static final double SPLIT_TARGET = 0.85;

    private final Chip chip;
    private final AttentionBackend backend;
    private final boolean eightBit;
    private final int units;
    private final double peakPerUnit;
    private final double exponentialsPerUnit;
    private final double memoryBytesPerSecond;
    private final AttentionTileCost forward;
    private final AttentionTileCost backward;
    private final AttentionScheduling scheduling;
    private final AttentionCacheWrite cacheWrite;
    private final PowerClock clock;
    private final boolean settled;

    private FlashAttention(
            Chip chip,
            AttentionBackend backend,
            boolean eightBit,
            double memoryShare,
            AttentionTileCost forward,
            AttentionTileCost backward,
            AttentionScheduling scheduling,
            AttentionCacheWrite cacheWrite,
            PowerClock clock,
            boolean settled) {
        this.chip = chip;
        this.backend = backend;
        this.eightBit = eightBit;
        this.units = chip.computeUnits();
        this.peakPerUnit = chip.denseFlopsPerSecond(eightBit ? Precision.FP8 : Precision.BF16) / units;
        this.exponentialsPerUnit = EXPONENTIALS_PER_CYCLE * chip.tensorClock().value();
        this.memoryBytesPerSecond = memoryShare * chip.memoryBytesPerSecond();
        this.forward = forward;
        this.backward = backward;
        this.scheduling = scheduling;
        this.cacheWrite = cacheWrite;
        this.clock = clock;
        this.settled = settled;
    }

    /** Flash attention with the shipped constants; see {@link Attention#on(Chip, AttentionBackend, Precision)}. */
    static FlashAttention on(Chip chip, AttentionBackend backend, Precision precision) {
        boolean eightBit = precision == Precision.FP8;
        if (!eightBit && precision != Precision.BF16 && precision != Precision.FP16) {
            throw new IllegalArgumentException(
                    backend + " has no " + precision + " kernel; it has BF16, FP16 and, for FLASH_3 and CUDNN, FP8");
        }
        if (eightBit && backend != AttentionBackend.FLASH_3 && backend != AttentionBackend.CUDNN) {
            throw new IllegalArgumentException(
                    backend + " has no FP8 kernel that anybody measured; use FLASH_3 or CUDNN, or BF16");
        }
        boolean hopper = chip.architecture() == Architecture.HOPPER;
        boolean hopperOnly = backend == AttentionBackend.FLASH_3 || backend == AttentionBackend.FLASH_3_PAGED;
        if (hopperOnly && !hopper) {
            throw new IllegalArgumentException(backend + " needs the asynchronous products of Hopper, but "
                    + chip.name() + " is " + chip.architecture() + "; use FLASH_2 or CUDNN");
        }
        return new FlashAttention(
                chip,
                backend,
                eightBit,
                AttentionConstants.memoryShare(),
                AttentionConstants.tileCost(backend, eightBit, hopper, true),
                AttentionConstants.tileCost(backend, eightBit, hopper, false),
                AttentionConstants.scheduling(),
                AttentionConstants.cacheWrite(),
                PowerClock.of(chip),
                false);
    }

    /** The same kernels with other costs: for fits and for what-if questions. */
    public FlashAttention withCosts(
            AttentionTileCost forwardCost, AttentionTileCost backwardCost, AttentionScheduling newScheduling) {
        return new FlashAttention(
                chip,
                backend,
                eightBit,
                memoryBytesPerSecond / chip.memoryBytesPerSecond(),
                Check.notNull(forwardCost, "forward cost"),
                Check.notNull(backwardCost, "backward cost"),
                Check.notNull(newScheduling, "scheduling"),
                cacheWrite,
                clock,
                settled);
    }

    /**
     * The same kernels with other costs of a paged cache.
     *
     * @param launchSeconds time of the call besides the work, in seconds
     * @param blockSeconds time that the thread block of a token stays on its SM, in seconds
     */
    public FlashAttention withCacheWrite(double launchSeconds, double blockSeconds) {
        return new FlashAttention(
                chip,
                backend,
                eightBit,
                memoryBytesPerSecond / chip.memoryBytesPerSecond(),
                forward,
                backward,
                scheduling,
                new AttentionCacheWrite(launchSeconds, blockSeconds),
                clock,
                settled);
    }

    @Override
    public FlashAttention sustained() {
        return new FlashAttention(
                chip,
                backend,
                eightBit,
                memoryBytesPerSecond / chip.memoryBytesPerSecond(),
                forward,
                backward,
                scheduling,
                cacheWrite,
                clock.sustained(),
                true);
    }

    @Override
    public AttentionBackend backend() {
        return backend;
    }

    /** Costs of the forward kernel. */
    public AttentionTileCost forwardCost() {
        return forward;
    }

    /** Costs of the backward kernel. */
    public AttentionTileCost backwardCost() {
        return backward;
    }

    /** How its tiles are scheduled. */
    public AttentionScheduling scheduling() {
        return scheduling;
    }

    @Override
    public double forwardSeconds(
            int batch,
            int heads,
            int kvHeads,
            int queries,
            int keys,
            int queryDim,
            int valueDim,
            boolean causal,
            int window) {
        check(batch, heads, kvHeads, queries, keys, queryDim, valueDim, causal, window);
        boolean paged = backend == AttentionBackend.FLASH_3_PAGED;
        int packed = paged ? heads / kvHeads : 1;
        int paddedQuery = AttentionTiles.paddedDim(backend, queryDim);
        int paddedValue = AttentionTiles.paddedDim(backend, valueDim);
        int widest = Math.max(paddedQuery, paddedValue);
        int queryTile = AttentionTiles.forwardQueryTile(backend, widest, queries * packed);
        int keyTile = AttentionTiles.forwardKeyTile(backend, paddedQuery, paddedValue, causal, eightBit);
        int tiles = AttentionTiles.blocks(queries * packed, queryTile);
        double groups = (double) batch * (heads / packed);
        double visited =
                AttentionTiles.visitedBlocks(tiles, queryTile, packed, keys - queries, keys, keyTile, causal, window);
        double longest = AttentionTiles.longestWalk(queryTile, packed, keys, keyTile, causal, window);
        double scores = (double) queryTile * keyTile;
        double elementBytes = eightBit ? 1 : 2;
        double keyBytes = AttentionFormulas.keyAndValueBytes(batch, kvHeads, keys, queryDim, valueDim, elementBytes);
        double queryBytes =
                AttentionFormulas.queryAndOutputBytes(batch, heads, queries, queryDim, valueDim, elementBytes);
        double splits = paged ? splits(groups * tiles, longest) : 1;
        double body = tasksSeconds(
                forward,
                groups * tiles * splits,
                groups * visited,
                longest / splits,
                scores * 2 * ((double) paddedQuery + paddedValue) / peakPerUnit,
                scores / exponentialsPerUnit,
                causal,
                widest > WIDE_ABOVE);
        double seconds = Math.max(body, (queryBytes + keyBytes) / memoryBytesPerSecond);
        if (!paged) {
            return scheduling.launchSeconds() + seconds;
        }
        if (splits > 1) {
            // partial outputs are written and read in FP32
            double outputs = (double) batch * heads * queries * valueDim;
            seconds += splits * outputs * 8 / memoryBytesPerSecond;
        }
        double tokens = (double) batch * queries;
        return cacheWrite.launchSeconds()
                + seconds
                + cacheWrite.schedulingSeconds(tokens, kvHeads, Math.max(queryDim, valueDim), units)
                + 2 * keyBytes / memoryBytesPerSecond;
    }

    /**
     * {@inheritDoc}
     *
     * <p>Outer tiles run over keys and inner blocks over queries; a kernel before it multiplies outputs with their
     * gradients, and one after it rounds the query gradients from FP32.
     */
    @Override
    public double backwardSeconds(
            int batch,
            int heads,
            int kvHeads,
            int queries,
            int keys,
            int queryDim,
            int valueDim,
            boolean causal,
            int window) {
        check(batch, heads, kvHeads, queries, keys, queryDim, valueDim, causal, window);
        if (backend == AttentionBackend.FLASH_3_PAGED || eightBit) {
            throw new IllegalArgumentException((eightBit ? "FP8 " : "") + backend
                    + " has no backward pass that anybody measured; use BF16 with FLASH_2, FLASH_3, CUDNN or UNFUSED");
        }
        int paddedQuery = AttentionTiles.paddedDim(backend, queryDim);
        int paddedValue = AttentionTiles.paddedDim(backend, valueDim);
        int widest = Math.max(paddedQuery, paddedValue);
        int keyTile = AttentionTiles.backwardKeyTile(widest);
        int queryTile = AttentionTiles.backwardQueryTile(widest);
        int tiles = AttentionTiles.blocks(keys, keyTile);
        double groups = (double) batch * heads;
        // counted from the last key backwards, a key is seen by as many queries as a query sees keys from the front
        double visited = AttentionTiles.visitedBlocks(tiles, keyTile, 1, 0, queries, queryTile, causal, window);
        double longest = AttentionTiles.longestWalk(keyTile, 1, queries, queryTile, causal, window);
        double scores = (double) queryTile * keyTile;
        double body = tasksSeconds(
                backward,
                groups * tiles,
                groups * visited,
                longest,
                scores * 2 * (3.0 * paddedQuery + 2.0 * paddedValue) / peakPerUnit,
                scores / exponentialsPerUnit,
                causal,
                widest > WIDE_ABOVE);
        double keyBytes = AttentionFormulas.keyAndValueBytes(batch, kvHeads, keys, queryDim, valueDim, 2);
        double queryBytes = AttentionFormulas.queryAndOutputBytes(batch, heads, queries, queryDim, valueDim, 2);
        double outputs = groups * queries * valueDim;
        double gradients = groups * queries * queryDim;
        double before = 4 * outputs / memoryBytesPerSecond;
        double after = 6 * gradients / memoryBytesPerSecond;
        // q, k, v, o and their gradients pass through memory once
        double seconds = Math.max(body, 2 * (queryBytes + keyBytes) / memoryBytesPerSecond);
        return 3 * scheduling.launchSeconds() + before + seconds + after;
    }

    @Override
    public Figure relativeError(boolean backward, int queryDim, int valueDim, boolean causal, int window) {
        boolean measuredSize = queryDim == valueDim
                && (queryDim == 64
                        || queryDim == 128
                        || queryDim == 256 && !backward
                        || queryDim == 192 && backend == AttentionBackend.FLASH_3_PAGED);
        boolean measuredMask = !(backward && causal) || backend == AttentionBackend.FLASH_2;
        boolean scored = !settled
                && backend != AttentionBackend.TRITON_FLASH
                && chip.architecture() == Architecture.HOPPER
                && window == 0
                && measuredSize
                && measuredMask;
        return scored
                ? AttentionConstants.heldOutError(backend, eightBit, backward)
                : AttentionConstants.figure("unscored_error");
    }

    /** Seconds in which all SMs finish {@code tasks} outer tiles that visit {@code visited} inner blocks together. */
    private double tasksSeconds(
            AttentionTileCost cost,
            double tasks,
            double visited,
            double longest,
            double productSeconds,
            double exponentialSeconds,
            boolean causal,
            boolean wide) {
        double block = cost.blockSeconds(productSeconds, exponentialSeconds, causal, wide);
        double total = visited * block + tasks * cost.tileSeconds();
        double slowest = longest * block + cost.tileSeconds();
        double seconds = Math.max(slowest, total / units + scheduling.tailShare() * total / tasks);
        double activity = Math.min(1, visited * productSeconds / (units * seconds));
        if (settled) {
            // the governor averages over more than this kernel: half of it taken as products at full activity
            activity = 0.5 * (activity + 1);
        }
        return seconds / clock.relativeClock(seconds, activity);
    }

    /** Parts into which the paged kernel splits the keys of a tile, so that few tiles still fill the SMs. */
    private double splits(double tasks, double longest) {
        if (tasks >= SPLIT_BELOW * units || longest <= 4) {
            return 1;
        }
        return Math.min(Math.ceil(SPLIT_TARGET * units / tasks), longest);
    }

    private void check(
            int batch,
            int heads,
            int kvHeads,
            int queries,
            int keys,
            int queryDim,
            int valueDim,
            boolean causal,
            int window) {
        AttentionFormulas.checkShape(batch, heads, kvHeads, queries, keys, queryDim, valueDim, causal, window);
        if (queryDim > WIDEST_HEAD || valueDim > WIDEST_HEAD) {
            throw new IllegalArgumentException("head size is " + Math.max(queryDim, valueDim) + ", but " + backend
                    + " kernels take at most " + WIDEST_HEAD + "; use UNFUSED");
        }
    }
}
