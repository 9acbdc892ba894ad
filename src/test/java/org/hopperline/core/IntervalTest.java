package org.hopperline.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class IntervalTest {

    /** Gneiting and Raftery 2007, eq. 43, by hand: alpha = 0.2, so that a miss costs 10 times its distance. */
    @ParameterizedTest
    @CsvSource({"15, 10", "10, 10", "20, 10", "8, 30", "23, 40", "9.5, 15"})
    void scoreIsWidthAndTenTimesTheMiss(double measured, double score) {
        assertThat(new Interval(10, 20, 0.8).score(measured)).isCloseTo(score, within(1e-9));
    }

    /** The score is proper: on average no other interval beats the true quantiles. */
    @Test
    void trueQuantilesScoreBestOnTheUniformDistribution() {
        double best = meanScore(new Interval(0.1, 0.9, 0.8));
        for (double shift : new double[] {-0.09, -0.05, 0.05, 0.09}) {
            assertThat(meanScore(new Interval(0.1 + shift, 0.9, 0.8))).isGreaterThan(best);
            assertThat(meanScore(new Interval(0.1, 0.9 + shift, 0.8))).isGreaterThan(best);
        }
    }

    private static double meanScore(Interval interval) {
        int n = 10_000;
        double sum = 0;
        for (int i = 0; i < n; i++) {
            sum += interval.score((i + 0.5) / n);
        }
        return sum / n;
    }

    static LongStream seeds() {
        return LongStream.range(0, 20);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void scalingKeepsWhatIsInside(long seed) {
        Random random = new Random(seed);
        Interval interval = new Interval(random.nextDouble(), 1 + random.nextDouble(), 0.9);
        double factor = 0.1 + 10 * random.nextDouble();
        double value = 3 * random.nextDouble();
        assertThat(interval.times(factor).contains(value * factor)).isEqualTo(interval.contains(value));
        assertThat(interval.times(factor).width()).isCloseTo(factor * interval.width(), within(1e-12));
        assertThat(interval.times(factor).coverage()).isEqualTo(0.9);
    }

    @Test
    void endsBelong() {
        Interval point = new Interval(3, 3, 0.5);
        assertThat(point.contains(3)).isTrue();
        assertThat(point.width()).isZero();
        assertThat(point.contains(Math.nextUp(3.0))).isFalse();
        assertThat(point.contains(Double.NaN)).isFalse();
    }

    @Test
    void badIntervalsAreNamed() {
        assertThatThrownBy(() -> new Interval(2, 1, 0.8)).hasMessageContaining("from 2.0 to 1.0 is empty");
        assertThatThrownBy(() -> new Interval(Double.NaN, 1, 0.8)).hasMessageContaining("low end is NaN");
        assertThatThrownBy(() -> new Interval(0, Double.POSITIVE_INFINITY, 0.8))
                .hasMessageContaining("high end is Infinity");
        assertThatThrownBy(() -> new Interval(0, 1, 1)).hasMessageContaining("coverage is 1.0");
        assertThatThrownBy(() -> new Interval(0, 1, 0)).hasMessageContaining("such as 0.8");
        assertThatThrownBy(() -> new Interval(0, 1, Double.NaN)).hasMessageContaining("coverage is NaN");
        assertThatThrownBy(() -> new Interval(0, 1, 0.8).times(0)).hasMessageContaining("factor is 0.0");
        assertThatThrownBy(() -> new Interval(0, 1, 0.8).times(-1)).hasMessageContaining("above 0");
    }
}
