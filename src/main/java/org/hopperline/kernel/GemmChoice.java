package org.hopperline.kernel;

import java.util.Locale;

/**
 * What a priced product consists of: the kernel chosen and the parts of its time.
 *
 * @param tileM rows of one output tile
 * @param tileN columns of one output tile
 * @param split parts into which k is divided
 * @param tiles output tiles times split, over all products of a batch
 * @param waves tiles over compute units, as paid
 * @param dramBytes bytes to and from memory
 * @param launchSeconds fixed time of the kernel, s
 * @param computeSeconds time of the tiles at the clock reached, s
 * @param memorySeconds time of {@code dramBytes}, s
 * @param splitSeconds time to add up the parts of k, s
 * @param relativeClock clock over the clock of the stated peak
 * @param bound what the tiles wait for
 * @param seconds the whole
 */
public record GemmChoice(
        int tileM,
        int tileN,
        int split,
        double tiles,
        double waves,
        double dramBytes,
        double launchSeconds,
        double computeSeconds,
        double memorySeconds,
        double splitSeconds,
        double relativeClock,
        Bound bound,
        double seconds) {

    /** What limits a product. */
    public enum Bound {
        /** The matrix units. */
        MATH,
        /** Operands from the level-2 cache into the compute units. */
        OPERANDS,
        /** The latency of one pipeline step: too little work in a step. */
        LATENCY,
        /** Bytes to and from memory. */
        MEMORY,
        /** Starting the kernel, and joining the parts of k. */
        OVERHEAD
    }

    /** One line: tile, split, waves, bound and time. */
    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "tile %dx%d, split %d, %.2f waves, %.1f MB, clock %.3f, bound by %s: %.2f us",
                tileM,
                tileN,
                split,
                waves,
                dramBytes / 1e6,
                relativeClock,
                bound.name().toLowerCase(Locale.ROOT),
                seconds * 1e6);
    }
}
