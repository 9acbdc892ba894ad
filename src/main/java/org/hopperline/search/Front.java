package org.hopperline.search;

import java.util.Arrays;

/**
 * Points of two costs that no other point beats in both, ordered by the first cost; of equal points the one with the
 * lowest number stays, so that the outcome does not depend on the order in which they came.
 */
final class Front {

    private double[] first = new double[16];
    private double[] second = new double[16];
    private long[] indices = new long[16];
    private int size;

    int size() {
        return size;
    }

    double first(int place) {
        return first[place];
    }

    double second(int place) {
        return second[place];
    }

    long index(int place) {
        return indices[place];
    }

    void clear() {
        size = 0;
    }

    /** True if some point is better in one cost and no worse in the other than (x, y). */
    boolean beats(double x, double y) {
        // Second costs fall as first costs rise: the last point with a first cost of at most x has the lowest second
        // cost.
        int place = lastUpTo(x);
        return place >= 0 && (first[place] < x ? second[place] <= y : second[place] < y);
    }

    private int lastUpTo(double x) {
        int low = 0;
        int high = size;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (first[middle] <= x) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low - 1;
    }

    void offer(double x, double y, long index) {
        int before = lastUpTo(x);
        if (before >= 0 && second[before] <= y) {
            if (first[before] == x && second[before] == y && index < indices[before]) {
                indices[before] = index;
            }
            return;
        }
        // Points from here on with a second cost of at least y are beaten.
        int from = before >= 0 && first[before] == x ? before : before + 1;
        int to = from;
        while (to < size && second[to] >= y) {
            to++;
        }
        move(to, from + 1);
        first[from] = x;
        second[from] = y;
        indices[from] = index;
    }

    /** Moves the points from {@code from} on to {@code to}. */
    private void move(int from, int to) {
        int rest = size - from;
        if (to + rest > first.length) {
            first = Arrays.copyOf(first, 2 * first.length);
            second = Arrays.copyOf(second, 2 * second.length);
            indices = Arrays.copyOf(indices, 2 * indices.length);
        }
        System.arraycopy(first, from, first, to, rest);
        System.arraycopy(second, from, second, to, rest);
        System.arraycopy(indices, from, indices, to, rest);
        size = to + rest;
    }

    void addAll(Front other) {
        for (int i = 0; i < other.size; i++) {
            offer(other.first[i], other.second[i], other.indices[i]);
        }
    }
}
