package org.hopperline.search;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Fronts and lists of the best against definitions tried point by point. */
class FrontTest {

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void theFrontHoldsWhatNoOtherBeats(long seed) {
        Random random = new Random(seed);
        int n = 200;
        double[] x = new double[n];
        double[] y = new double[n];
        Front front = new Front();
        Front left = new Front();
        Front right = new Front();
        for (int i = 0; i < n; i++) {
            x[i] = random.nextInt(30);
            y[i] = random.nextInt(30);
        }
        for (int i = n - 1; i >= 0; i--) {
            front.offer(x[i], y[i], i);
            (random.nextBoolean() ? left : right).offer(x[i], y[i], i);
        }
        right.addAll(left);
        List<Long> expected = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            boolean beaten = false;
            for (int j = 0; j < n; j++) {
                boolean better = x[j] < x[i] || y[j] < y[i] || j < i;
                beaten |= x[j] <= x[i] && y[j] <= y[i] && better && j != i;
            }
            if (!beaten) {
                expected.add((long) i);
            }
            boolean beats = false;
            for (int j = 0; j < n; j++) {
                beats |= x[j] <= x[i] && y[j] <= y[i] && (x[j] < x[i] || y[j] < y[i]);
            }
            assertThat(front.beats(x[i], y[i])).isEqualTo(beats);
        }
        assertThat(indices(front)).containsExactlyInAnyOrderElementsOf(expected);
        assertThat(indices(right)).isEqualTo(indices(front));
    }

    private static List<Long> indices(Front front) {
        List<Long> all = new ArrayList<>();
        for (int i = 0; i < front.size(); i++) {
            all.add(front.index(i));
        }
        return all;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void theBestDoNotDependOnTheOrder(long seed) {
        Random random = new Random(seed);
        Best forward = new Best(7);
        Best backward = new Best(7);
        double[] costs = random.ints(100, 0, 20).asDoubleStream().toArray();
        for (int i = 0; i < costs.length; i++) {
            forward.offer(costs[i], i);
            backward.offer(costs[costs.length - 1 - i], costs.length - 1 - i);
        }
        int[] order = IndexSort.ascending(costs);
        assertThat(forward.size()).isEqualTo(7);
        assertThat(forward.threshold()).isEqualTo(forward.cost(6));
        for (int place = 0; place < 7; place++) {
            assertThat(forward.index(place)).isEqualTo(backward.index(place)).isEqualTo(order[place]);
            assertThat(forward.cost(place)).isEqualTo(costs[order[place]]);
        }
    }
}
