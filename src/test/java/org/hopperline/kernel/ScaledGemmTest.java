package org.hopperline.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.hopperline.core.Precision;
import org.hopperline.hardware.Chips;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScaledGemmTest {

    private static final ScaledGemm SCALED = ScaledGemm.on(Chips.H100_SXM5);

    /** vllm-project/vllm pull request 49363, n = 12288, k = 5376: microseconds without and with quantisation. */
    @ParameterizedTest
    @CsvSource({"16, 25.4527, 29.4662", "64, 26.556, 30.7392", "128, 29.0664, 33.4391"})
    void meetsPublishedTimes(long m, double product, double whole) {
        assertThat(SCALED.productSeconds(m, 12288, 5376) * 1e6).isCloseTo(product, within(0.15 * product));
        assertThat(SCALED.seconds(m, 12288, 5376) * 1e6).isCloseTo(whole, within(0.15 * whole));
    }

    @Test
    void isTheSumOfItsParts() {
        assertThat(SCALED.seconds(4096, 4096, 7168))
                .isEqualTo(SCALED.quantiseSeconds(4096, 7168) + SCALED.productSeconds(4096, 4096, 7168));
    }

    @Test
    void quantisingStepsWithEachChunk() {
        assertThat(SCALED.quantiseSeconds(1000, 2048)).isEqualTo(SCALED.quantiseSeconds(1000, 1));
        assertThat(SCALED.quantiseSeconds(1000, 2049)).isGreaterThan(SCALED.quantiseSeconds(1000, 2048));
    }

    @Test
    void fixedKernelsAreNoFasterThanTheBestTile() {
        Gemm best = Gemm.on(Chips.H100_SXM5, Precision.FP8);
        for (long m : new long[] {256, 1024, 1025, 4096, 8192, 16384}) {
            assertThat(SCALED.productSeconds(m, 8192, 8192)).isGreaterThan(0.97 * best.seconds(m, 8192, 8192));
        }
    }

    @Test
    void refusesBadInput() {
        assertThatThrownBy(() -> SCALED.quantiseSeconds(0, 1)).hasMessage("m is 0, but must be at least 1");
        assertThatThrownBy(() -> SCALED.productSeconds(1, 0, 1)).hasMessage("n is 0, but must be at least 1");
        assertThatThrownBy(() -> SCALED.quantiseSeconds(1, -1)).hasMessage("k is -1, but must be at least 1");
        assertThatThrownBy(() -> ScaledGemm.on(Chips.A100_SXM4_80)).hasMessageContaining("has no FP8 matrix rate");
        assertThatThrownBy(() -> new ScaledGemmConstants(-1e-6, 1, 1, 1))
                .hasMessageContaining("launch of quantisation is -1.0E-6 s");
    }
}
