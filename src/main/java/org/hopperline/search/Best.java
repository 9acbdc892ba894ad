package org.hopperline.search;

import java.io.Serializable;
import java.util.Arrays;

/**
 * The lowest costs seen so far with the numbers of what costs so much, the lowest first; equal costs in the order of their
 * numbers, so that the outcome does not depend on the order in which they came.
 */
final class Best implements Serializable {

    private static final long serialVersionUID = 1;

    private static final int FIRST_ROOM = 16;

    private final int capacity;
    private double[] costs;
    private long[] indices;
    private int size;

    /** @param capacity most that are kept; room grows as it is needed */
    Best(int capacity) {
        this.capacity = capacity;
        costs = new double[Math.min(capacity, FIRST_ROOM)];
        indices = new long[costs.length];
    }

    void clear() {
        size = 0;
    }

    int capacity() {
        return capacity;
    }

    int size() {
        return size;
    }

    double cost(int place) {
        return costs[place];
    }

    long index(int place) {
        return indices[place];
    }

    /** The cost above which nothing enters; infinite while there is room. */
    double threshold() {
        return size < capacity ? Double.POSITIVE_INFINITY : costs[size - 1];
    }

    void offer(double cost, long index) {
        if (size == capacity) {
            if (!before(cost, index, size - 1)) {
                return;
            }
        } else {
            if (size == costs.length) {
                grow();
            }
            size++;
        }
        int place = size - 1;
        while (place > 0 && before(cost, index, place - 1)) {
            costs[place] = costs[place - 1];
            indices[place] = indices[place - 1];
            place--;
        }
        costs[place] = cost;
        indices[place] = index;
    }

    private void grow() {
        int room = (int) Math.min(capacity, 2L * costs.length);
        costs = Arrays.copyOf(costs, room);
        indices = Arrays.copyOf(indices, room);
    }

    private boolean before(double cost, long index, int place) {
        return cost < costs[place] || cost == costs[place] && index < indices[place];
    }

    void addAll(Best other) {
        for (int i = 0; i < other.size; i++) {
            offer(other.costs[i], other.indices[i]);
        }
    }

    double[] costs() {
        return Arrays.copyOf(costs, size);
    }

    long[] indices() {
        return Arrays.copyOf(indices, size);
    }
}
