package org.hopperline.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ErrorStatisticsTest {

    @Test
    void byHand() {
        // Errors +10 %, -20 %, 0 %, +30 %, +5 %.
        ErrorStatistics e = ErrorStatistics.of(new double[] {1.1, 1.6, 3, 5.2, 10.5}, new double[] {1, 2, 3, 4, 10});
        assertThat(e.rows()).isEqualTo(5);
        assertThat(e.mape()).isCloseTo(0.13, within(1e-12));
        assertThat(e.median()).isCloseTo(0.10, within(1e-12));
        assertThat(e.p90()).isCloseTo(0.26, within(1e-12));
        assertThat(e.worst()).isCloseTo(0.30, within(1e-12));
        assertThat(e.bias()).isCloseTo(0.05, within(1e-12));
        assertThat(e.toString())
                .isEqualTo("5 rows, MAPE 13.00 %, median 10.00 %, p90 26.00 %, worst 30.0 %, bias +5.00 %");
    }

    @Test
    void lengthsThatDiffer() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ErrorStatistics.of(new double[2], new double[3]))
                .withMessage("2 predictions for 3 measurements; give one for each, and at least one");
    }

    @Test
    void measurementOfZero() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ErrorStatistics.of(new double[] {1}, new double[] {0}))
                .withMessageContaining("pair 0: predicted 1.0, measured 0.0");
    }
}
