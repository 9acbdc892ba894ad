package org.hopperline.run.goodput;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SparesTest {

    /** Quantiles of the Poisson distribution, from SciPy 1.17.1 ({@code scipy.stats.poisson.ppf}). */
    @ParameterizedTest
    @CsvSource({"0.5, 0.5, 0", "0.5, 0.99, 3", "10, 0.5, 10", "10, 0.999, 21", "94.7, 0.99, 118", "2000, 0.99, 2105"})
    void sparesAreThePoissonQuantile(double mean, double assurance, int spares) {
        assertThat(Spares.needed(1000, mean / 1000, 1, assurance)).isEqualTo(spares);
    }

    @Test
    void meanInRepairIsLittlesLaw() {
        assertThat(Spares.meanInRepair(12_500, 3.79e-3, 2)).isCloseTo(94.75, within(1e-9));
    }

    @Test
    void certaintyIsRefused() {
        assertThatThrownBy(() -> Spares.needed(10, 0.1, 1, 1))
                .hasMessage("assurance is 1.0, but must lie between 0 and 1, such as 0.99");
    }
}
