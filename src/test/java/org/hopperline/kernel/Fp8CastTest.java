package org.hopperline.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.hopperline.hardware.Chips;
import org.junit.jupiter.api.Test;

class Fp8CastTest {

    private static final Fp8Cast CAST = Fp8Cast.on(Chips.H100_SXM5);

    @Test
    void readsTwoBytesAndWritesOneOrTwo() {
        assertThat(Fp8Cast.perTensorBytes(1000, false)).isEqualTo(3000);
        assertThat(Fp8Cast.perTensorBytes(1000, true)).isEqualTo(4000);
        assertThat(Fp8Cast.perBlockBytes(1280, false)).isEqualTo(3 * 1280 + 40);
        assertThat(Fp8Cast.perBlockBytes(1280, true)).isEqualTo(4 * 1280 + 80);
        assertThat(Fp8Cast.amaxBytes(1000)).isEqualTo(2000);
    }

    /** FP8 quantising kernels stream at 2.6 to 2.9 TB/s on H100: ai-dynamo/aiconfigurator, linkedin/Liger-Kernel. */
    @Test
    void streamsLikeMeasuredCasts() {
        double rate = Fp8Cast.perTensorBytes(16384.0 * 16384, false) / CAST.perTensorSeconds(16384, 16384, false);
        assertThat(rate).isBetween(2.6e12, 2.9e12);
    }

    @Test
    void smallCastsAreALaunch() {
        assertThat(CAST.perTensorSeconds(1, 1, true)).isCloseTo(2.7e-6, within(0.2e-6));
        assertThat(CAST.perBlockSeconds(4096, 4096, true)).isGreaterThan(CAST.perTensorSeconds(4096, 4096, true));
        assertThat(CAST.amaxSeconds(4096, 4096)).isLessThan(CAST.perTensorSeconds(4096, 4096, false));
    }

    @Test
    void aFusedCastIsFasterThanTheRowByRowKernel() {
        assertThat(CAST.perTensorSeconds(8192, 8192, false))
                .isLessThan(ScaledGemm.on(Chips.H100_SXM5).quantiseSeconds(8192, 8192));
    }

    @Test
    void refusesBadInput() {
        assertThatThrownBy(() -> CAST.perTensorSeconds(0, 1, true)).hasMessage("rows is 0, but must be at least 1");
        assertThatThrownBy(() -> CAST.perBlockSeconds(1, -1, true)).hasMessage("columns is -1, but must be at least 1");
        assertThatThrownBy(() -> Fp8Cast.on(Chips.A100_SXM4_80)).hasMessageContaining("has no FP8 matrix rate");
    }
}
