package org.hopperline.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class DegreesTest {

    private static final int[] USUAL = {1, 2, 4, 8};

    @Test
    void namedValuesReplaceTheUsual() {
        assertThat(Degrees.of(12, 3, 3).among(USUAL)).containsExactly(3, 12);
        assertThat(Degrees.of(12, 3)).hasToString("one of [3, 12]");
        assertThat(Degrees.of(5)).hasToString("5");
    }

    @Test
    void limitsThinOutTheUsual() {
        assertThat(Degrees.any().among(USUAL)).containsExactly(1, 2, 4, 8);
        assertThat(Degrees.atMost(4).among(USUAL)).containsExactly(1, 2, 4);
        assertThat(Degrees.atLeast(4).among(USUAL)).containsExactly(4, 8);
        assertThat(Degrees.between(2, 4).among(USUAL)).containsExactly(2, 4);
        assertThat(Degrees.where("odd", n -> n % 2 == 1).among(USUAL)).containsExactly(1);
        assertThat(Degrees.between(2, 4)).hasToString("2 to 4");
    }

    @Test
    void noValuesAllowNothing() {
        assertThatThrownBy(Degrees::of)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("0 values allow no plan; give at least 1, or Degrees.any()");
    }

    @Test
    void valuesArePositive() {
        assertThatThrownBy(() -> Degrees.of(2, 0)).hasMessage("value of an axis is 0, but must be at least 1");
        assertThatThrownBy(() -> Degrees.atMost(-1)).hasMessage("upper limit of an axis is -1, but must be at least 1");
        assertThatThrownBy(() -> Degrees.atLeast(0)).hasMessage("lower limit of an axis is 0, but must be at least 1");
    }

    @Test
    void limitsAreInOrder() {
        assertThatThrownBy(() -> Degrees.between(8, 4)).hasMessage("from 8 to 4 is empty; put the lower limit first");
    }
}
