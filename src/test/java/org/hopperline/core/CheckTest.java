package org.hopperline.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every check returns what it lets pass, and says value, unit and rule of what it does not. */
class CheckTest {

    @Test
    void whatPassesComesBack() {
        assertThat(Check.positive(2.5, "rate", "byte/s")).isEqualTo(2.5);
        assertThat(Check.nonNegative(0.0, "latency", "s")).isZero();
        assertThat(Check.finite(-3, "slope", "1")).isEqualTo(-3);
        assertThat(Check.within(1, 1, 2, "share", "1")).isEqualTo(1);
        assertThat(Check.within(2, 1, 2, "share", "1")).isEqualTo(2);
        assertThat(Check.fraction(1, "share")).isEqualTo(1);
        assertThat(Check.positive(1, "ranks")).isEqualTo(1);
        assertThat(Check.positive(1L << 40, "tokens")).isEqualTo(1L << 40);
        assertThat(Check.nonNegative(0, "shard group")).isZero();
        assertThat(Check.notBlank(" a ", "name")).isEqualTo(" a ");
        assertThat(Check.notNull("x", "name")).isEqualTo("x");
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 0, -0.0, -1})
    void positiveNumbersAreFiniteAndAboveZero(double value) {
        assertThatThrownBy(() -> Check.positive(value, "rate", "byte/s"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("rate is " + value + " byte/s, but must be finite and above 0 byte/s");
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, -Double.MIN_VALUE})
    void nonNegativeNumbersMayBeZero(double value) {
        assertThatThrownBy(() -> Check.nonNegative(value, "latency", "s"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("latency is " + value + " s, but must be finite and at least 0 s");
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
    void finiteNumbers(double value) {
        assertThatThrownBy(() -> Check.finite(value, "slope", "1"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("slope is " + value + ", but must be a finite number");
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, 0.999, 2.001})
    void rangesIncludeTheirEnds(double value) {
        assertThatThrownBy(() -> Check.within(value, 1, 2, "factor", "W"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("factor is " + value + " W, but must lie between 1.0 W and 2.0 W");
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, 0, -0.1, 1.0000001})
    void fractionsAreAboveZeroAndAtMostOne(double value) {
        assertThatThrownBy(() -> Check.fraction(value, "share"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("share is " + value + ", but must be above 0 and at most 1");
    }

    @Test
    void countsStartAtOne() {
        assertThatThrownBy(() -> Check.positive(0, "ranks")).hasMessage("ranks is 0, but must be at least 1");
        assertThatThrownBy(() -> Check.positive(-5L, "tokens")).hasMessage("tokens is -5, but must be at least 1");
        assertThatThrownBy(() -> Check.nonNegative(-1, "shards")).hasMessage("shards is -1, but must be at least 0");
    }

    @Test
    @SuppressWarnings("NullAway") // null is what is refused
    void nothingIsMissing() {
        assertThatThrownBy(() -> Check.notNull(null, "chip"))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("chip is null, but must be given");
        assertThatThrownBy(() -> Check.notBlank(" \t", "name")).hasMessage("name is \" \t\", but must not be blank");
        assertThatThrownBy(() -> Check.notBlank(null, "name")).hasMessage("name is null, but must be given");
    }

    @Test
    void pureNumbersAreShownWithoutAUnit() {
        assertThatThrownBy(() -> Check.nonNegative(-1.0, "elements", "1"))
                .hasMessage("elements is -1.0, but must be finite and at least 0");
        assertThatThrownBy(() -> Check.positive(0.0, "ratio", "1"))
                .hasMessage("ratio is 0.0, but must be finite and above 0");
    }
}
