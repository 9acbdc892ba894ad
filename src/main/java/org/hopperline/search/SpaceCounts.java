package org.hopperline.search;

import java.util.Locale;

/**
 * What became of the combinations of a space: priced, or removed for a reason. Counts of parts of a space add up in any
 * order.
 */
public final class SpaceCounts {

    private final long[] removed = new long[Removed.values().length];
    private long priced;
    private double leastBytes = Double.POSITIVE_INFINITY;
    private long leastBytesIndex = -1;

    void add(Removed why, long count) {
        removed[why.ordinal()] += count;
    }

    void addPriced() {
        priced++;
    }

    /** A plan that does not fit the memory: the one that needs least is kept. */
    void addTooLarge(long index, double bytes) {
        removed[Removed.MEMORY.ordinal()]++;
        keep(index, bytes);
    }

    private void keep(long index, double bytes) {
        if (bytes < leastBytes || bytes == leastBytes && index < leastBytesIndex) {
            leastBytes = bytes;
            leastBytesIndex = index;
        }
    }

    void addAll(SpaceCounts other) {
        for (int i = 0; i < removed.length; i++) {
            removed[i] += other.removed[i];
        }
        priced += other.priced;
        keep(other.leastBytesIndex, other.leastBytes);
    }

    /** Plans that keep the rules and fit the memory, whose step was priced. */
    public long priced() {
        return priced;
    }

    /** Combinations that fell for that reason. */
    public long get(Removed why) {
        return removed[why.ordinal()];
    }

    /** All combinations that were counted. */
    public long total() {
        long total = priced;
        for (long count : removed) {
            total += count;
        }
        return total;
    }

    /** Memory of the plan that needs least among those that do not fit; infinite if none fell for its memory. */
    public double leastBytes() {
        return leastBytes;
    }

    /** Number of that plan; -1 if none fell for its memory. */
    public long leastBytesIndex() {
        return leastBytesIndex;
    }

    /** One line a reason. */
    @Override
    public String toString() {
        StringBuilder text =
                new StringBuilder(String.format(Locale.ROOT, "%,d combinations: %,d priced", total(), priced));
        for (Removed why : Removed.values()) {
            if (get(why) > 0) {
                text.append(
                        String.format(Locale.ROOT, "%n  %,d: %s", get(why), why).replace("\r\n", "\n"));
            }
        }
        return text.toString();
    }
}
