package org.hopperline.validation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.hopperline.validation.ErrorScales.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Scales of errors in a tree of classes, softwares and releases. */
class ErrorScalesTest {

    private static List<Size> sizes(String path, double... values) {
        List<Size> sizes = new ArrayList<>();
        for (double value : values) {
            sizes.add(new Size(List.of(path.split("/")), value));
        }
        return sizes;
    }

    @SafeVarargs
    private static ErrorScales of(List<Size>... some) {
        List<Size> all = new ArrayList<>();
        for (List<Size> sizes : some) {
            all.addAll(sizes);
        }
        return new ErrorScales(all);
    }

    /** Sizes of a known law: releases inverse gamma about 0.05 with the shape {@code kappa + 1}, sizes exponential. */
    private static List<Size> drawn(long seed, int releases, int families, double kappa) {
        Random random = new Random(seed);
        List<Size> all = new ArrayList<>();
        for (int r = 0; r < releases; r++) {
            double gamma = 0;
            for (int i = 0; i < (int) kappa + 1; i++) {
                gamma -= Math.log(1 - random.nextDouble());
            }
            double mean = 0.05 * kappa / gamma;
            for (int f = 0; f < families; f++) {
                all.add(new Size(List.of("release " + r), -mean * Math.log(1 - random.nextDouble())));
            }
        }
        return all;
    }

    /** Buehlmann's formula with the likeliest kappa, by hand for two releases of one level. */
    @Test
    void aReleaseIsShrunkTowardsAll() {
        ErrorScales scales = of(sizes("a", 1, 3), sizes("b", 5, 7, 9, 3));
        double kappa = scales.kappa();
        double a = 2 / (2 + kappa);
        double b = 4 / (4 + kappa);
        double all = (a * 2 + b * 6) / (a + b);
        assertThat(scales.mean()).isCloseTo(all, within(1e-12));
        assertThat(scales.mean("a")).isCloseTo((kappa * all + 4) / (kappa + 2), within(1e-12));
        assertThat(scales.mean("b")).isCloseTo((kappa * all + 24) / (kappa + 4), within(1e-12));
        assertThat(scales.mean("new")).isEqualTo(scales.mean());
    }

    /** A level above: two softwares of weights N keep N / (N + 1) of their own means. */
    @Test
    void aSoftwareIsShrunkTowardsAll() {
        ErrorScales scales = of(sizes("s/a", 1, 1), sizes("s/b", 2, 2), sizes("t/a", 4, 4));
        double weight = 2 / (2 + scales.kappa());
        double s = 2 * weight / (2 * weight + 1);
        double t = weight / (weight + 1);
        double all = (s * 1.5 + t * 4) / (s + t);
        assertThat(scales.mean()).isCloseTo(all, within(1e-12));
        assertThat(scales.mean("s")).isCloseTo(s * 1.5 + (1 - s) * all, within(1e-12));
        assertThat(scales.mean("s", "new")).isEqualTo(scales.mean("s"));
        assertThat(scales.mean("new", "a")).isEqualTo(scales.mean());
    }

    /** P(x > t) = (1 + t / scale)^-shape at the quantile is one less the coverage. */
    @ParameterizedTest
    @ValueSource(doubles = {0.1, 0.5, 0.8, 0.9, 0.99})
    void theQuantileIsLomaxs(double coverage) {
        double quantile = ErrorScales.lomax(coverage, 0.4, 7);
        assertThat(Math.pow(1 + quantile / 0.4, -7)).isCloseTo(1 - coverage, within(1e-12));
        ErrorScales scales = of(sizes("a", 1, 3), sizes("b", 5, 7));
        assertThat(scales.quantile(coverage, "a"))
                .isCloseTo(
                        ErrorScales.lomax(coverage, scales.kappa() * scales.mean() + 4, scales.kappa() + 3),
                        within(1e-12));
        assertThat(scales.quantile(coverage))
                .isCloseTo(
                        ErrorScales.lomax(coverage, scales.kappa() * scales.mean(), scales.kappa() + 1), within(1e-12));
    }

    /** What is known for certain follows Laplace's law: four fifths lie within ln 5 of the mean size. */
    @Test
    void withoutDoubtTheLawIsLaplaces() {
        assertThat(ErrorScales.lomax(0.8, 0.1 * 1e9, 1e9)).isCloseTo(0.1 * Math.log(5), within(1e-7));
        assertThat(ErrorScales.lomax(0.9, 0.1 * 1e9, 1e9)).isCloseTo(0.1 * Math.log(10), within(1e-7));
    }

    /** Of the same mean, what fewer families tell has the heavier tail. */
    @Test
    void fewerFamiliesHaveTheHeavierTail() {
        ErrorScales scales = of(
                sizes("few", 2, 2),
                sizes("many", IntStream.range(0, 40).mapToDouble(i -> 2).toArray()));
        assertThat(scales.mean("few")).isCloseTo(scales.mean("many"), within(1e-12));
        assertThat(scales.quantile(0.99, "few")).isGreaterThan(scales.quantile(0.99, "many"));
    }

    /** The law that made the sizes is found again, and holds as many of new ones as is claimed. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void theLawIsFoundAgain(long seed) {
        ErrorScales scales = new ErrorScales(drawn(seed, 200, 10, 4));
        assertThat(scales.kappa()).isBetween(2.5, 7.0);
        assertThat(scales.mean()).isCloseTo(0.05, within(0.01));
        List<Size> fresh = drawn(100 + seed, 4000, 1, 4);
        for (double coverage : new double[] {0.8, 0.9}) {
            double most = scales.quantile(coverage, "new");
            assertThat(fresh.stream().filter(size -> size.value() <= most).count() / 4000.0)
                    .isCloseTo(coverage, within(0.05));
        }
    }

    /** Releases that do not differ are one: as many families as may be weigh as much as one's own. */
    @Test
    void releasesThatDoNotDifferAreOne() {
        ErrorScales scales = of(sizes("a", 1, 9), sizes("b", 4, 6, 5, 5), sizes("c", 2, 8));
        assertThat(scales.kappa()).isCloseTo(100, within(1e-9));
        assertThat(scales.mean("a")).isCloseTo(5, within(1e-12));
    }

    /** One release, or releases of one family each, do not tell how releases spread: the heaviest tail, however alike. */
    @Test
    void fewFamiliesDoNotTellHowReleasesSpread() {
        assertThat(of(sizes("a", 3)).kappa()).isEqualTo(2);
        assertThat(of(sizes("a", 3, 3, 3, 3)).kappa()).isEqualTo(2);
        assertThat(of(sizes("s/a", 3), sizes("s/b", 3), sizes("t/a", 3)).kappa())
                .isEqualTo(2);
        assertThat(of(sizes("s/a", 3, 3), sizes("t/a", 3)).kappa()).isCloseTo(100, within(1e-9));
        ErrorScales one = of(sizes("a", 3));
        assertThat(one.quantile(0.99, "a")).isCloseTo(ErrorScales.lomax(0.99, 9, 4), within(1e-12));
        assertThat(one.quantile(0.99, "a"))
                .isGreaterThan(of(sizes("a", 3, 3), sizes("b", 3, 3)).quantile(0.99, "a"));
    }

    /** Beyond the largest kappa what 80 or 90 % stay below is that of Laplace's law to 0.2 %. */
    @ParameterizedTest
    @ValueSource(doubles = {0.8, 0.9})
    void theLargestKappaIsAsGoodAsCertain(double coverage) {
        ErrorScales scales = of(sizes("a", 5, 5, 5, 5), sizes("b", 5, 5, 5, 5));
        assertThat(scales.kappa()).isCloseTo(100, within(1e-9));
        double laplace = -5 * Math.log(1 - coverage);
        assertThat(scales.quantile(coverage, "new")).isCloseTo(laplace, within(0.002 * laplace));
    }

    /** Releases that hardly spread within: two families still weigh as much as what is known of the software. */
    @Test
    void releasesThatDifferKeepHalfOfTheirMeans() {
        ErrorScales scales = of(sizes("a", 0.01, 0.01), sizes("b", 1, 1), sizes("c", 100, 100));
        assertThat(scales.kappa()).isEqualTo(2);
        assertThat(scales.mean()).isCloseTo(101.01 / 3, within(1e-9));
        assertThat(scales.mean("a")).isCloseTo((0.01 + 101.01 / 3) / 2, within(1e-9));
    }

    /** A release of a thousand families tells of new ones little more than one of ten. */
    @Test
    void aLargeReleaseDoesNotDrownTheOthers() {
        List<Size> small = drawn(7, 12, 10, 3);
        List<Size> large = new ArrayList<>(small);
        for (int copy = 0; copy < 99; copy++) {
            small.stream()
                    .filter(size -> size.path().get(0).equals("release 0"))
                    .forEach(large::add);
        }
        double before = new ErrorScales(small).mean();
        assertThat(new ErrorScales(large).mean()).isCloseTo(before, within(0.1 * before));
    }

    /** Errors twice as large have an interval twice as wide, whatever the unit. */
    @Test
    void scalesGoWithTheUnit() {
        List<Size> once = drawn(3, 10, 3, 5);
        List<Size> twice = once.stream()
                .map(size -> new Size(size.path(), 2 * size.value()))
                .toList();
        assertThat(new ErrorScales(twice).kappa()).isEqualTo(new ErrorScales(once).kappa());
        assertThat(new ErrorScales(twice).quantile(0.8, "release 3"))
                .isCloseTo(2 * new ErrorScales(once).quantile(0.8, "release 3"), within(1e-12));
    }

    @Test
    void theOrderOfTheSizesDoesNotMatter() {
        List<Size> sizes = drawn(9, 12, 5, 3);
        double before = new ErrorScales(sizes).quantile(0.9, "release 4");
        Collections.shuffle(sizes, new Random(4));
        assertThat(new ErrorScales(sizes).quantile(0.9, "release 4")).isCloseTo(before, within(1e-12));
    }

    @Test
    void nothingTeachesNothing() {
        assertThatThrownBy(() -> of(sizes("a", 0, 0)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("of 2 sizes of errors none is above zero, so nothing tells how large to expect them");
        assertThatThrownBy(() -> new ErrorScales(List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("of 0 sizes of errors none is above zero");
    }

    @Test
    void pathsAreOfOneLength() {
        assertThatThrownBy(() -> of(sizes("a/b", 1), sizes("a", 2)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a size of errors is of [a], the first of 2 names; give each as many, and at least one");
    }

    @ParameterizedTest
    @ValueSource(doubles = {-0.1, Double.NaN})
    void sizesAreNotNegative(double value) {
        assertThatThrownBy(() -> sizes("a", value))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("size of errors is " + value);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 1.1, Double.NaN})
    void coverageIsAShare(double coverage) {
        ErrorScales scales = of(sizes("a", 1, 3), sizes("b", 5, 7));
        assertThatThrownBy(() -> scales.quantile(coverage, "a"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("coverage is " + coverage);
    }
}
