package org.hopperline.kernel;

import java.util.Locale;
import org.hopperline.core.Check;
import org.hopperline.core.Precision;
import org.hopperline.hardware.Chip;
import org.hopperline.text.FigureTable;

/**
 * Time of kernels that memory bounds, on one chip.
 *
 * <p>A kernel that moves {@code B} bytes takes {@code t_0 + B (rho / R_L2 + (1 - rho) / R_HBM)}, where {@code rho}, the
 * share found in L2, is 1 for small tensors and falls linearly to 0 as they outgrow the cache. Immutable; every time is a
 * closed form and allocates nothing. Constants come from an H100 SXM and are carried to other chips by their bandwidth
 * and their L2.
 */
public final class MemoryBound {

    private static final FigureTable TABLE = FigureTable.resource(MemoryBound.class, "memory.csv");

    private final Chip chip;
    /** By ordinal of the pattern. */
    private final MemoryCost[] costs;

    /** By ordinal of the pattern: launch s, s/byte out of memory, s/byte out of L2, resident bytes, evicted bytes. */
    private final double[][] terms;

    private MemoryBound(Chip chip, MemoryCost[] costs) {
        this.chip = chip;
        this.costs = costs;
        this.terms = new double[costs.length][];
        double bandwidth = chip.memoryBytesPerSecond();
        double cache = chip.l2().value();
        for (int i = 0; i < costs.length; i++) {
            terms[i] = new double[] {
                costs[i].launchSeconds(),
                1 / (costs[i].memoryShare() * bandwidth),
                1 / (costs[i].cacheShare() * bandwidth),
                costs[i].residentShare() * cache,
                costs[i].evictedShare() * cache
            };
        }
    }

    /** Memory-bound kernels on {@code chip} with the shipped constants. */
    public static MemoryBound on(Chip chip) {
        Check.notNull(chip, "chip");
        MemoryPattern[] patterns = MemoryPattern.values();
        MemoryCost[] costs = new MemoryCost[patterns.length];
        for (int i = 0; i < patterns.length; i++) {
            String prefix = patterns[i].name().toLowerCase(Locale.ROOT) + ".";
            costs[i] = new MemoryCost(
                    TABLE.value(prefix + "launch_time"),
                    TABLE.value(prefix + "memory_share"),
                    TABLE.value(prefix + "cache_share"),
                    TABLE.value(prefix + "resident_share"),
                    TABLE.value(prefix + "resident_share") + TABLE.value(prefix + "eviction_width"));
        }
        return new MemoryBound(chip, costs);
    }

    /** The same with another cost of one pattern: for fits and for what-if questions. */
    public MemoryBound with(MemoryPattern pattern, MemoryCost cost) {
        MemoryCost[] changed = costs.clone();
        changed[Check.notNull(pattern, "pattern").ordinal()] = Check.notNull(cost, "cost");
        return new MemoryBound(chip, changed);
    }

    /** All shipped constants with their birthplace. */
    public static FigureTable table() {
        return TABLE;
    }

    /** What {@code pattern} takes of the chip. */
    public MemoryCost cost(MemoryPattern pattern) {
        return costs[pattern.ordinal()];
    }

    /** Bytes a second that large tensors reach under {@code pattern}. */
    public double bytesPerSecond(MemoryPattern pattern) {
        return 1 / terms[pattern.ordinal()][1];
    }

    /**
     * Seconds of one kernel.
     *
     * @param pattern its kind
     * @param readBytes bytes it reads, each once
     * @param writtenBytes bytes it writes, each once
     */
    public double seconds(MemoryPattern pattern, double readBytes, double writtenBytes) {
        Check.nonNegative(readBytes, "bytes read", "byte");
        Check.nonNegative(writtenBytes, "bytes written", "byte");
        return terms[pattern.ordinal()][0] + movingSeconds(pattern, readBytes + writtenBytes);
    }

    private double movingSeconds(MemoryPattern pattern, double bytes) {
        double[] t = terms[pattern.ordinal()];
        return bytes * secondsPerByte(bytes, t[1], t[2], t[3], t[4]);
    }

    /** Seconds of one {@link MemoryPattern#STREAM} kernel. */
    public double secondsOf(double readBytes, double writtenBytes) {
        return seconds(MemoryPattern.STREAM, readBytes, writtenBytes);
    }

    /**
     * Seconds of a named operation over {@code elements} elements. Each kernel is launched as one of a stream of kernels,
     * with the launch of {@link MemoryPattern#STREAM}: the measurements of some patterns include the timing of events.
     *
     * @param operation what it does
     * @param elements elements of its main tensor, such as {@code tokens x hidden} of a norm
     * @param precision format of the activations, such as BF16
     * @param fused true for one kernel, false for the kernels of eager PyTorch one after the other
     */
    public double seconds(MemoryOperation operation, double elements, Precision precision, boolean fused) {
        Check.nonNegative(elements, "elements", "1");
        double unit = elements * precision.bytes();
        double launch = terms[MemoryPattern.STREAM.ordinal()][0];
        if (fused) {
            return launch + movingSeconds(operation.pattern(), (operation.reads() + operation.writes()) * unit);
        }
        int kernels = operation.eagerKernels();
        double bytes = (operation.eagerReads() + operation.eagerWrites()) * unit / kernels;
        MemoryPattern pattern = kernels == 1 ? operation.pattern() : MemoryPattern.EAGER;
        return kernels * (launch + movingSeconds(pattern, bytes));
    }

    /**
     * Seconds of one optimizer step of Adam over the parameters a rank owns, as one fused kernel.
     *
     * @param parameters how many
     * @param readBytes bytes read for each: {@link MemoryFormulas#adamReadBytes}
     * @param writtenBytes bytes written for each: {@link MemoryFormulas#adamWrittenBytes}
     */
    public double adamSeconds(double parameters, double readBytes, double writtenBytes) {
        Check.nonNegative(parameters, "parameters", "1");
        return seconds(MemoryPattern.STREAM, parameters * readBytes, parameters * writtenBytes);
    }

    /**
     * Seconds a byte: out of L2 up to {@code resident} bytes, out of memory from {@code evicted} bytes, and in proportion
     * between.
     */
    public static double secondsPerByte(
            double bytes, double memorySecondsPerByte, double cacheSecondsPerByte, double resident, double evicted) {
        double found = (evicted - bytes) / (evicted - resident);
        double share = found >= 1 ? 1 : found <= 0 ? 0 : found;
        return share * cacheSecondsPerByte + (1 - share) * memorySecondsPerByte;
    }

    @Override
    public String toString() {
        return "memory-bound kernels on " + chip.name();
    }
}
