package org.hopperline.run.campaign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.LocalDate;
import org.hopperline.run.goodput.FailureModels;
import org.hopperline.run.money.PriceBasis;
import org.junit.jupiter.api.Test;

class SpreadsTest {

    private static final double EDGE = 1e-9;

    @Test
    void failureRatesSpreadAsPublished() {
        Distribution factor = Spreads.failureFactor(FailureModels.LLAMA3);
        assertThat(factor.quantile(EDGE)).isCloseTo(2.34 / 3.7887, within(1e-3));
        assertThat(factor.quantile(0.5)).isCloseTo(1, within(1e-12));
        assertThat(factor.quantile(1 - EDGE)).isCloseTo(6.50 / 3.7887, within(1e-3));
        assertThat(Spreads.failureFactor(FailureModels.RSC2).quantile(EDGE)).isCloseTo(1, within(1e-6));
    }

    @Test
    void pricesOfATimeSpreadAsAsked() {
        Distribution rent =
                Spreads.dollars(PriceBasis.PER_GPU_HOUR, LocalDate.of(2024, 7, 1), LocalDate.of(2024, 12, 31));
        assertThat(rent.quantile(EDGE)).isCloseTo(2.99, within(1e-6));
        assertThat(rent.quantile(1 - EDGE)).isCloseTo(3.99, within(1e-6));
        Distribution meter =
                Spreads.dollars(PriceBasis.PER_KILOWATT_HOUR, LocalDate.of(2024, 1, 1), LocalDate.of(2024, 12, 31));
        assertThat(meter.quantile(0.5)).isBetween(0.0771, 0.083);
    }

    @Test
    void timesWithoutAPriceAreNamed() {
        assertThatThrownBy(() ->
                        Spreads.dollars(PriceBasis.PER_SERVER, LocalDate.of(2020, 1, 1), LocalDate.of(2020, 12, 31)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("no price per server is known from 2020-01-01 until 2020-12-31; known are those of"
                        + " [2025-08-20]");
        assertThatThrownBy(
                        () -> Spreads.dollars(PriceBasis.PER_GPU, LocalDate.of(2025, 1, 2), LocalDate.of(2025, 1, 1)))
                .hasMessageContaining("the second date must not be before the first");
    }
}
