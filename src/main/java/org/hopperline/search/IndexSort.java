package org.hopperline.search;

import java.util.Arrays;

/** Sorts places by keys without boxing. */
final class IndexSort {

    private IndexSort() {}

    /** The places of {@code keys}, the lowest key first; equal keys in the order of their places. */
    static int[] ascending(double[] keys) {
        double[] sorted = keys.clone();
        Arrays.sort(sorted);
        int[] order = new int[keys.length];
        int[] taken = new int[keys.length];
        for (int i = 0; i < keys.length; i++) {
            int place = first(sorted, keys[i]);
            order[place + taken[place]++] = i;
        }
        return order;
    }

    private static int first(double[] sorted, double key) {
        int low = 0;
        int high = sorted.length - 1;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (Double.compare(sorted[middle], key) < 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
