package org.hopperline.kernel;

import org.hopperline.core.Precision;
import org.hopperline.hardware.Architecture;
import org.hopperline.hardware.Chip;
import org.hopperline.text.FigureTable;

/**
 * The kernels of a library such as cuBLAS on one chip: tiles and divisions of k, which of them a product gets, and how long
 * its tiles take at the clock of the stated peak. {@link Gemm} has the formula.
 */
final class GemmTiles {

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

    private final double elementBytes;
    private final double units;
    private final double unitFlopsPerSecond;
    private final double operandBytesPerSecond;
    private final double unitPortBytesPerSecond;
    private final double busyOperandBytesPerSecond;
    private final double epilogueSecondsPerByte;
    private final double tail;
    private final double splitSeconds;
    private final double reductionBytesPerSecond;

    /** For each tile the seconds of one step on the matrix units, and those of its epilogue for each byte of an element. */
    private final double[] mathSeconds = new double[TILE_M.length];

    private final double[] epilogueSeconds = new double[TILE_M.length];

    private GemmTiles(Chip chip, Precision precision, GemmConstants c, FigureTable figures) {
        double peak = peakAtTensorClock(chip, precision);
        double hertz = chip.tensorClock().value();
        this.elementBytes = precision.bytes();
        this.units = chip.computeUnits();
        this.unitFlopsPerSecond = peak * issueEfficiency(chip, c, figures) / units;
        this.operandBytesPerSecond = c.get(GemmConstant.OPERAND_BYTES_PER_CLOCK) * hertz * units;
        this.unitPortBytesPerSecond = figures.value("operand-port-bytes-per-clock") * hertz;
        this.busyOperandBytesPerSecond = unitOperandBytesPerSecond(units);
        this.epilogueSecondsPerByte = 1 / c.get(GemmConstant.EPILOGUE_BYTES_PER_SECOND);
        this.tail = c.get(GemmConstant.TAIL);
        this.splitSeconds = c.get(GemmConstant.SPLIT);
        this.reductionBytesPerSecond = c.get(GemmConstant.REDUCTION_BYTES_PER_SECOND);
        for (int i = 0; i < TILE_M.length; i++) {
            mathSeconds[i] = mathSeconds(TILE_M[i], TILE_N[i]);
            epilogueSeconds[i] = epilogueSeconds(TILE_M[i], TILE_N[i], 1);
        }
    }

    /**
     * The kernels of a chip.
     *
     * @throws IllegalArgumentException if the chip has no matrix rate for {@code precision}, naming those it has
     */
    static GemmTiles of(Chip chip, Precision precision, GemmConstants constants, FigureTable figures) {
        return new GemmTiles(chip, precision, constants, figures);
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

    /** The place of a kernel's tile. */
    static int tile(int kernel) {
        return kernel / KERNEL_RADIX;
    }

    /** The parts into which a kernel divides k. */
    static int split(int kernel) {
        return kernel % KERNEL_RADIX;
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

    /**
     * The cheapest kernel, of which {@link #tile} and {@link #split} tell the parts.
     *
     * @param steps of the pipeline over all of k
     * @param latency seconds of one turn of the pipeline
     * @param memory seconds in which memory supplies the product
     * @param outBytes bytes that an element of the result moves
     */
    int choose(double batch, double m, double n, double steps, double latency, double memory, double outBytes) {
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
            double whole = seconds(i, shared, tiles, steps, latency, outBytes);
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
                double parts = seconds(i, shared, tiles * split, part, latency, outBytes);
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
    double joiningSeconds(double batch, double m, double n, int split) {
        return split < 2 ? 0 : splitSeconds + split * 8 * batch * m * n / reductionBytesPerSecond;
    }

    /** Rows of a tile that a neighbour in a cluster of two also needs: those of its longer shared side. */
    private static double sharedRows(double tileM, double tileN, double rows, double columns) {
        double shared = rows >= 2 ? tileN : 0;
        return columns >= 2 ? Math.max(shared, tileM) : shared;
    }

    /** Seconds of all tiles of a product on a kernel, at the clock of the stated peak. */
    double seconds(
            double batch, double m, double n, double steps, double latency, double outBytes, int tile, int split) {
        double rows = Math.ceil(m / TILE_M[tile]);
        double columns = Math.ceil(n / TILE_N[tile]);
        double shared = sharedRows(TILE_M[tile], TILE_N[tile], rows, columns);
        return seconds(tile, shared, batch * rows * columns * split, Math.ceil(steps / split), latency, outBytes);
    }

    private double seconds(int tile, double shared, double count, double steps, double latency, double outBytes) {
        double operands = operandSeconds(TILE_M[tile], TILE_N[tile], shared, count);
        return seconds(mathSeconds[tile], operands, outBytes * epilogueSeconds[tile], count, steps, latency);
    }

    /** Seconds of so many tiles from those of a step and of the epilogue. */
    double seconds(double math, double operands, double epilogue, double count, double steps, double latency) {
        double step = Math.max(math, Math.max(operands, latency));
        return waves(count) * (steps * step + epilogue);
    }

    /** Waves that so many tiles pay. */
    double waves(double count) {
        return Tiling.effectiveWaves(count, units, tail);
    }

    /** Share of a time in which the matrix units work, from the seconds of a tile's step. */
    double activity(double math, double count, double steps, double span) {
        return Math.min(1, count * steps * math / units / span);
    }

    /** Tiles of a product. */
    double count(int tile, double m, double n) {
        return Tiling.tiles(m, n, TILE_M[tile], TILE_N[tile]);
    }

    /** Rows of a tile. */
    int rows(int tile) {
        return (int) TILE_M[tile];
    }

    /** Columns of a tile. */
    int columns(int tile) {
        return (int) TILE_N[tile];
    }

    /** Seconds in which one tile of the result is written, and read before where it is added to. */
    double epilogueSeconds(double tileM, double tileN, double outBytes) {
        return outBytes * tileM * tileN * epilogueSecondsPerByte;
    }

    /** Seconds in which the matrix units work off one step of a tile. */
    double mathSeconds(double tileM, double tileN) {
        return Gemm.flops(tileM, tileN, Tiling.STEP_BYTES / elementBytes) / unitFlopsPerSecond;
    }

    /** The same of one of the tiles. */
    double mathSeconds(int tile) {
        return mathSeconds[tile];
    }

    /** Seconds in which the cache supplies one step of a tile, all busy units asking. */
    double operandSeconds(double tileM, double tileN, double shared, double count) {
        double rate = count < units ? unitOperandBytesPerSecond(count) : busyOperandBytesPerSecond;
        return Tiling.operandBytesPerStep(tileM, tileN, shared) / rate;
    }

    /** The same of one of the tiles of a product. */
    double operandSeconds(int tile, double m, double n, double count) {
        double tileM = TILE_M[tile];
        double tileN = TILE_N[tile];
        double shared = sharedRows(tileM, tileN, Math.ceil(m / tileM), Math.ceil(n / tileN));
        return operandSeconds(tileM, tileN, shared, count);
    }

    /** Bytes a second of operands that each of so many busy units gets. */
    private double unitOperandBytesPerSecond(double busy) {
        return Math.min(unitPortBytesPerSecond, operandBytesPerSecond / busy);
    }
}
