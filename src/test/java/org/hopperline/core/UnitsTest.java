package org.hopperline.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UnitsTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "3.35 TB/s | 3.35e12",
                "81,559 MiB | 85520809984",
                "80 GB | 80e9",
                "400 Gb/s | 50e9",
                "989.4 TFLOP/s | 989.4e12",
                "1 EFLOP | 1e18",
                "1 PB | 1e15",
                "1 TiB | 1099511627776",
                "1980 MHz | 1.98e9",
                "2.6 us | 2.6e-6",
                "150 MW | 150e6",
                "8.8 J | 8.8",
                "700W | 700"
            })
    void readsQuantitiesIntoSi(String text, double si) {
        assertThat(Units.parse(text)).isCloseTo(si, org.assertj.core.data.Percentage.withPercentage(1e-12));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "3.35e12 | byte/s | 3.35 TB/s",
                "85520809984 | byte | 85.52 GB",
                "999.96e9 | byte | 1 TB",
                "2.6e-6 | s | 2.6 us",
                "0.25 | s | 250 ms",
                "86400 | s | 86400 s",
                "700 | W | 700 W",
                "0.4123456 | 1 | 0.4123",
                "0 | s | 0 s"
            })
    void printsFourDigitsWithADecimalPrefix(double value, String unit, String text) {
        assertThat(Units.format(value, unit)).isEqualTo(text);
    }

    @Test
    void refusesAnUnknownUnit() {
        assertThatThrownBy(() -> Units.parse("80 GBytes"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("unit \"GBytes\" in \"80 GBytes\" is unknown; use B, B/s, b/s, FLOP, FLOP/s, s, Hz, W or J"
                        + " with a prefix such as G or Gi");
    }

    @Test
    void refusesAMissingNumber() {
        assertThatThrownBy(() -> Units.parse("TB/s"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("does not start with a number");
    }
}
