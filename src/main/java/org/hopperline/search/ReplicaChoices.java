package org.hopperline.search;

import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * The places of a {@link ReplicaAxis} where so many ranks have replicas that they have nowhere before.
 *
 * @param places in ascending order
 * @param replicas at each of them
 * @param repeated places that come down to an earlier one
 * @param without places where there are none
 * @param falling true if each place has fewer replicas than the one before
 */
record ReplicaChoices(int[] places, int[] replicas, int repeated, int without, boolean falling) {

    int size() {
        return places.length;
    }

    int most() {
        return falling ? replicas[0] : IntStream.of(replicas).max().orElseThrow();
    }

    int fewest() {
        return falling
                ? replicas[replicas.length - 1]
                : IntStream.of(replicas).min().orElseThrow();
    }

    /** How many are a multiple of that number. */
    long multiples(long of) {
        return of == 1
                ? size()
                : IntStream.of(replicas).filter(data -> data % of == 0).count();
    }

    /** The first place with at most so many, or one before it. */
    int firstUpTo(int data) {
        return falling ? first(replica -> replica <= data) : 0;
    }

    /** The most replicas that meet a condition, which all fewer meet as well where they fall; 0 if none do. */
    int most(IntPredicate condition) {
        if (!falling) {
            return IntStream.of(replicas).filter(condition).max().orElse(0);
        }
        int place = first(condition);
        return place == replicas.length ? 0 : replicas[place];
    }

    private int first(IntPredicate condition) {
        int low = 0;
        int high = replicas.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (condition.test(replicas[middle])) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }
}
