package org.hopperline.step;

import java.util.Arrays;

/**
 * Collectives that carry parameters or gradients one after another: priced once for their bytes and groups, asked for every
 * plan that has them.
 */
final class Transfer {

    /** Nothing travels. */
    static final Transfer NONE = new Transfer();

    /**
     * Collectives of equal bytes over one group.
     *
     * @param times how many
     * @param seconds of each
     * @param unitShare share of the multiprocessors that each takes
     * @param memoryShare share of the memory bandwidth that each takes
     */
    record Part(int times, double seconds, double unitShare, double memoryShare) {

        /** No collective, or of no time. */
        static final Part NONE = new Part(0, 0, 0, 0);

        /** Seconds that compute loses to all of them beside it. */
        private double lost(double products, double passes) {
            return times * (seconds * (1 - Contention.rate(products, passes, unitShare, memoryShare)));
        }
    }

    private final Part[] parts;
    private final double seconds;

    /** Collectives in the order in which they run; those that take no time are left out. */
    Transfer(Part... all) {
        Part[] taking = new Part[all.length];
        int count = 0;
        double sum = 0;
        for (Part part : all) {
            if (part.seconds() > 0) {
                taking[count++] = part;
                sum += part.times() * part.seconds();
            }
        }
        this.parts = Arrays.copyOf(taking, count);
        this.seconds = sum;
    }

    /** Seconds of all collectives. */
    double seconds() {
        return seconds;
    }

    /**
     * Rate of compute beside the collectives over its rate alone, each collective by its own rate.
     *
     * @param products seconds alone of what multiprocessors bound
     * @param passes seconds alone of what memory bounds
     */
    double rateBeside(double products, double passes) {
        if (seconds == 0) {
            return 1;
        }
        double lost = 0;
        for (Part part : parts) {
            lost += part.lost(products, passes);
        }
        return 1 - lost / seconds;
    }
}
