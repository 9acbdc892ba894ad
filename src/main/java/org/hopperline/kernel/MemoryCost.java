package org.hopperline.kernel;

import org.hopperline.core.Check;

/**
 * What one {@link MemoryPattern} takes of a chip.
 *
 * @param launchSeconds time of the kernel when it moves nothing
 * @param memoryShare share of the memory bandwidth that large tensors reach; above 1 where L2 serves part of them
 * @param cacheShare rate out of L2 over the memory bandwidth
 * @param residentShare bytes that are served by L2 alone, over the size of L2
 * @param evictedShare bytes from which nothing is served by L2, over the size of L2
 */
public record MemoryCost(
        double launchSeconds, double memoryShare, double cacheShare, double residentShare, double evictedShare) {

    /** Checks that rates are positive and that L2 empties after it fills. */
    public MemoryCost {
        Check.nonNegative(launchSeconds, "launch time", "s");
        Check.positive(memoryShare, "memory share", "1");
        Check.positive(cacheShare, "cache share", "1");
        Check.nonNegative(residentShare, "resident share", "1");
        if (!(evictedShare > residentShare)) {
            throw new IllegalArgumentException("evicted share is " + evictedShare
                    + " of L2, but must lie above the resident share of " + residentShare);
        }
    }
}
