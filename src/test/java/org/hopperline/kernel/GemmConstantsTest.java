package org.hopperline.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.hopperline.core.Precision;
import org.hopperline.hardware.Chips;
import org.junit.jupiter.api.Test;

class GemmConstantsTest {

    private static final GemmConstants SHIPPED = GemmConstants.shipped(Precision.BF16);

    @Test
    void whatHoldsForAllFormatsIsOneNumber() {
        GemmConstants fp8 = GemmConstants.shipped(Precision.FP8);
        for (GemmConstant name : GemmConstant.values()) {
            if (name.shared()) {
                assertThat(fp8.get(name)).isEqualTo(SHIPPED.get(name));
            }
        }
    }

    @Test
    void givesTheModelOfTheShippedConstants() {
        Gemm same = Gemm.with(Chips.H100_SXM5, Precision.BF16, GemmConstants.of(SHIPPED.toArray()));
        assertThat(same.seconds(4096, 4096, 4096))
                .isEqualTo(Gemm.on(Chips.H100_SXM5, Precision.BF16).seconds(4096, 4096, 4096));
    }

    @Test
    void changesOneAndLeavesTheOthers() {
        GemmConstants changed = SHIPPED.with(GemmConstant.LAUNCH, 4e-6);
        assertThat(changed.get(GemmConstant.LAUNCH)).isEqualTo(4e-6);
        assertThat(changed.get(GemmConstant.STEP)).isEqualTo(SHIPPED.get(GemmConstant.STEP));
        assertThat(SHIPPED.get(GemmConstant.LAUNCH)).isLessThan(3e-6);
    }

    @Test
    void refusesWrongNumbers() {
        assertThatThrownBy(() -> GemmConstants.of(1, 2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("2 constants given, but a product needs 13");
        assertThatThrownBy(() -> SHIPPED.with(GemmConstant.ISSUE_EFFICIENCY, 1.2))
                .hasMessage("issue-efficiency is 1.2, but must lie between 0.3 and 1.0");
        assertThatThrownBy(() -> SHIPPED.with(GemmConstant.LAUNCH, Double.NaN)).hasMessageContaining("launch is NaN s");
    }
}
