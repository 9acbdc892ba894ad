package org.hopperline.validation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.hopperline.validation.Credibility.Item;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Means shrunk as far as the data say. */
class CredibilityTest {

    private static List<Item> items(String group, String part, double... values) {
        List<Item> items = new ArrayList<>();
        for (double value : values) {
            items.add(new Item(group, part, value));
        }
        return items;
    }

    @SafeVarargs
    private static Credibility of(List<Item>... parts) {
        List<Item> all = new ArrayList<>();
        for (List<Item> part : parts) {
            all.addAll(part);
        }
        return new Credibility(all);
    }

    /**
     * Buehlmann's own formula for one group of equal parts, by hand: sigma 2, tau1 = 8 - 2/2 = 7, so that two values have the
     * credibility 2 / (2 + 2/7) = 7/8.
     */
    @Test
    void oneGroupOfEqualPartsIsBuehlmanns() {
        Credibility means = of(items("g", "a", 1, 3), items("g", "b", 5, 7));
        assertThat(means.of("g", "a")).isCloseTo(7.0 / 8 * 2 + 1.0 / 8 * 4, within(1e-12));
        assertThat(means.of("g", "b")).isCloseTo(7.0 / 8 * 6 + 1.0 / 8 * 4, within(1e-12));
        assertThat(means.of("g")).isCloseTo(4, within(1e-12));
        assertThat(means.of("g", "new")).isCloseTo(4, within(1e-12));
        assertThat(means.of("new")).isCloseTo(4, within(1e-12));
    }

    /** Parts that differ by less than chance are one: the mean of all values. */
    @Test
    void partsThatDoNotDifferAreOne() {
        Credibility means = of(items("g", "a", 1, 9), items("g", "b", 4, 6, 5, 5), items("h", "c", 2, 8));
        assertThat(means.of("g", "a")).isCloseTo(5, within(1e-12));
        assertThat(means.of("h", "c")).isCloseTo(5, within(1e-12));
        assertThat(means.of("new")).isCloseTo(5, within(1e-12));
    }

    /** Parts that hardly spread within keep their means, and count alike in their group. */
    @Test
    void partsThatDifferKeepTheirMeans() {
        Credibility means =
                of(items("g", "a", 1, 1.001, 1, 1.001, 1, 1.001, 1), items("g", "b", 3, 3.001), items("g", "c", 5));
        assertThat(means.of("g", "a")).isCloseTo(1.0, within(1e-3));
        assertThat(means.of("g", "c")).isCloseTo(5.0, within(1e-3));
        assertThat(means.of("g")).isCloseTo(3.0, within(1e-2));
    }

    /** A group far from the others keeps its mean as more of its parts say so. */
    @Test
    void groupsAreShrunkTowardsAll() {
        Credibility means = of(
                items("low", "a", 1.0, 1.2),
                items("low", "b", 0.9, 1.3),
                items("high", "a", 3.0, 3.4),
                items("high", "b", 2.6, 3.0));
        assertThat(means.of("low")).isBetween(1.1, 2.0);
        assertThat(means.of("high")).isBetween(2.1, 3.0);
        assertThat(means.of("new")).isCloseTo((means.of("low") + means.of("high")) / 2, within(1e-9));
    }

    /** On data made up with known means, the shrunk ones are nearer to the truth than the plain ones. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void shrinkingComesNearerToTheTruth(long seed) {
        Random random = new Random(seed);
        List<Item> items = new ArrayList<>();
        double[][] truth = new double[5][20];
        for (int g = 0; g < truth.length; g++) {
            double group = 0.5 * random.nextGaussian();
            for (int p = 0; p < truth[g].length; p++) {
                truth[g][p] = group + 0.5 * random.nextGaussian();
                for (int i = 0; i < 2; i++) {
                    items.add(new Item("g" + g, "p" + p, truth[g][p] + random.nextGaussian()));
                }
            }
        }
        Credibility means = new Credibility(items);
        double shrunk = 0;
        double plain = 0;
        for (int g = 0; g < truth.length; g++) {
            for (int p = 0; p < truth[g].length; p++) {
                String group = "g" + g;
                String part = "p" + p;
                double own = items.stream()
                        .filter(i -> i.group().equals(group) && i.part().equals(part))
                        .mapToDouble(Item::value)
                        .average()
                        .orElseThrow();
                shrunk += Math.pow(means.of(group, part) - truth[g][p], 2);
                plain += Math.pow(own - truth[g][p], 2);
            }
        }
        assertThat(shrunk).isLessThan(0.7 * plain);
    }

    @Test
    void theOrderOfTheValuesDoesNotMatter() {
        List<Item> items = new ArrayList<>();
        Random random = new Random(3);
        IntStream.range(0, 60)
                .forEach(i -> items.add(new Item("g" + i % 3, "p" + i % 12, (i % 12) / 4.0 + random.nextDouble())));
        double before = new Credibility(items).of("g1", "p4");
        Collections.shuffle(items, new Random(4));
        assertThat(new Credibility(items).of("g1", "p4")).isCloseTo(before, within(1e-12));
    }

    @Test
    void singleValuesTellNothingOfTheirSpread() {
        assertThatThrownBy(() -> of(items("g", "a", 1), items("g", "b", 2)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no part of [g] has two values")
                .hasMessageContaining("give at least one part two");
    }

    @Test
    void valuesAreFinite() {
        assertThatThrownBy(() -> of(items("g", "a", 1, Double.NaN)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("NaN");
    }
}
