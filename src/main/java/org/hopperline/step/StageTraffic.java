package org.hopperline.step;

/**
 * What a stage does with its states once a step: the gradients summed, the parameters updated and gathered. Its parameters,
 * the groups of its ranks and what they divide decide all of it.
 *
 * @param sum the gradients summed, or summed and scattered; nothing if that is done layer by layer
 * @param leastSum seconds of it that no compute hides, however long
 * @param gather the updated parameters gathered; nothing if that is done layer by layer, or if every rank updates all
 * @param leastGather seconds of it that no compute hides, however long
 * @param updateSeconds the optimizer
 */
record StageTraffic(Transfer sum, double leastSum, Transfer gather, double leastGather, double updateSeconds) {

    /** Seconds of the sum that compute of so many seconds does not hide: one bucket, or what outlasts the window. */
    double sumExposed(double window) {
        return Math.max(leastSum, sum.seconds() - window);
    }

    /** Seconds of the gather that compute of so many seconds does not hide. */
    double gatherExposed(double window) {
        return Math.max(leastGather, gather.seconds() - window);
    }
}
