package org.hopperline.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.hopperline.core.Figure;
import org.hopperline.core.Kind;
import org.hopperline.core.Precision;
import org.hopperline.hardware.Chips;
import org.hopperline.hardware.Nodes;
import org.junit.jupiter.api.Test;

class RooflineTest {

    private static final Roofline H100 = Roofline.of(Chips.H100_SXM5);

    /** 989.4 TFLOP/s over 3.35 TB/s: NVIDIA H100 data sheet. */
    @Test
    void theRidgeOfH100LiesAt295FlopAByte() {
        assertThat(H100.ridge(Precision.BF16, RooflineLevel.DEVICE_MEMORY, RooflineBasis.SPECIFIED))
                .isCloseTo(295.3, within(0.1));
        assertThat(H100.attainableFlopsPerSecond(295.4, Precision.BF16)).isCloseTo(989.4e12, within(0.1e12));
        assertThat(H100.attainableFlopsPerSecond(100, Precision.BF16)).isCloseTo(335e12, within(1e6));
    }

    @Test
    void aCopyHasNoRateButATime() {
        assertThat(H100.attainableFlopsPerSecond(0, Precision.BF16)).isZero();
        double[] bytes = new double[RooflineLevel.values().length];
        bytes[RooflineLevel.DEVICE_MEMORY.ordinal()] = 3.24011e12;
        assertThat(H100.seconds(0, Precision.BF16, bytes)).isCloseTo(1, within(1e-12));
        assertThat(H100.bindingCeiling(0, Precision.BF16, bytes).name()).isEqualTo("device memory");
        assertThat(H100.seconds(0, Precision.BF16)).isZero();
    }

    @Test
    void namesTheCeilingThatBinds() {
        double[] bytes = new double[RooflineLevel.values().length];
        bytes[RooflineLevel.DEVICE_MEMORY.ordinal()] = 1e9;
        bytes[RooflineLevel.L2_NEAR.ordinal()] = 1.1e9;
        assertThat(H100.bindingCeiling(1e9, Precision.BF16, bytes).name()).isEqualTo("device memory");
        assertThat(H100.bindingCeiling(1e12, Precision.BF16, bytes).name()).isEqualTo("BF16");
        bytes[RooflineLevel.L2_NEAR.ordinal()] = 5e9;
        assertThat(H100.bindingCeiling(1e9, Precision.BF16, bytes).name()).isEqualTo("L2, near partition");
    }

    @Test
    void keepsSpecifiedAndReachedApart() {
        RooflineCeiling memory = H100.ceiling(RooflineLevel.DEVICE_MEMORY);
        assertThat(memory.rate(RooflineBasis.SPECIFIED)).isEqualTo(3.35e12);
        assertThat(memory.rate(RooflineBasis.REACHED)).isLessThan(3.35e12);
        assertThat(memory.specified().orElseThrow().kind()).isEqualTo(Kind.SPECIFIED);
        assertThat(memory.reached().orElseThrow().kind()).isEqualTo(Kind.MEASURED);
        RooflineCeiling bf16 = H100.ceiling(Precision.BF16);
        assertThat(bf16.rate(RooflineBasis.SPECIFIED)).isEqualTo(989.4e12);
        assertThat(bf16.rate(RooflineBasis.REACHED)).isEqualTo(794.5e12);
    }

    /** 33.5 TB/s at 1,980 MHz: 132 units x 128 bytes. L2 of the PCIe card: te42kyfo/gpu-benches. */
    @Test
    void levelsGrowFasterInward() {
        assertThat(H100.ceiling(RooflineLevel.SHARED_MEMORY).best().value()).isCloseTo(33.45e12, within(0.05e12));
        double outer = 0;
        for (RooflineLevel level : new RooflineLevel[] {
            RooflineLevel.HOST,
            RooflineLevel.SCALE_UP,
            RooflineLevel.DEVICE_MEMORY,
            RooflineLevel.L2_FAR,
            RooflineLevel.L2_NEAR,
            RooflineLevel.SHARED_MEMORY,
            RooflineLevel.REGISTERS
        }) {
            double rate = H100.ceiling(level).best().value();
            assertThat(rate).as(level.label()).isGreaterThan(outer);
            outer = rate;
        }
        Roofline card = Roofline.of(Chips.H100_PCIE);
        assertThat(card.ceiling(RooflineLevel.L2_NEAR).rate(RooflineBasis.REACHED))
                .isEqualTo(7e12);
        assertThat(card.ceiling(RooflineLevel.L2_FAR).rate(RooflineBasis.REACHED))
                .isCloseTo(4.1e12, within(0.01e12));
        // at most what the card shows, by units and clock
        double carriedOver = 7e12 * 132 / 114 * 1.83 / 1.755;
        assertThat(H100.ceiling(RooflineLevel.L2_NEAR).best().value()).isBetween(5.5e12, carriedOver);
    }

    @Test
    void aNodeAddsItsNetwork() {
        Roofline device = Roofline.of(Nodes.named("DGX H100"));
        assertThat(device.ceiling(RooflineLevel.NETWORK).rate(RooflineBasis.SPECIFIED))
                .isEqualTo(50e9);
        assertThat(device.ceiling(RooflineLevel.SCALE_UP).rate(RooflineBasis.SPECIFIED))
                .isEqualTo(450e9);
        assertThat(device.levels()).hasSize(RooflineLevel.values().length);
        assertThat(H100.levels()).hasSize(RooflineLevel.values().length - 1);
    }

    @Test
    void formulasStandAlone() {
        assertThat(Roofline.attainable(10, 100, 3)).isEqualTo(30);
        assertThat(Roofline.attainable(50, 100, 3)).isEqualTo(100);
        assertThat(Roofline.seconds(0, 6, 100, 3)).isEqualTo(2);
        assertThat(Roofline.seconds(300, 6, 100, 3)).isEqualTo(3);
    }

    @Test
    void noMeasuredProductBeatsIt() {
        Gemm gemm = Gemm.on(Chips.H100_SXM5, Precision.BF16);
        for (long size = 64; size <= 16384; size *= 2) {
            double bytes = 3 * 2.0 * size * size;
            double intensity = Gemm.flops(size, size, size) / bytes;
            double rate = Gemm.flops(size, size, size) / gemm.seconds(size, size, size);
            assertThat(rate).isLessThan(H100.attainableFlopsPerSecond(intensity, Precision.BF16));
        }
    }

    @Test
    void printsEveryCeiling() {
        assertThat(H100.toString()).contains("device memory", "BF16", "L2, near partition", "FP8", "specified");
    }

    @Test
    void refusesWhatItDoesNotKnow() {
        assertThatThrownBy(() -> H100.ceiling(RooflineLevel.NETWORK))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no rate of NETWORK is known for H100 SXM5 80GB; known are");
        assertThatThrownBy(() -> Roofline.of(Chips.A100_SXM4_80).ceiling(Precision.FP8))
                .hasMessageContaining("has no FP8 matrix rate; it has");
        assertThatThrownBy(() -> H100.attainableFlopsPerSecond(-1, Precision.BF16))
                .hasMessageContaining("intensity is -1.0 FLOP/byte");
        assertThatThrownBy(() -> H100.seconds(Double.NaN, Precision.BF16))
                .hasMessageContaining("operations of a kernel");
        assertThatThrownBy(() -> H100.seconds(1, Precision.BF16, -5)).hasMessageContaining("bytes of a kernel is -5.0");
        assertThatThrownBy(() -> H100.seconds(1, Precision.BF16, new double[9]))
                .hasMessageContaining("there are 8 levels");
        assertThatThrownBy(() -> H100.ceiling(RooflineLevel.L2_NEAR).rate(RooflineBasis.SPECIFIED))
                .hasMessage("L2, near partition has no specified rate; it has one REACHED");
        assertThatThrownBy(() -> new RooflineCeiling("x", null, null)).hasMessageContaining("ceiling x has no rate");
        assertThat(new RooflineCeiling("x", Figure.specified(1, "byte/s", "here"), null)
                        .best()
                        .value())
                .isEqualTo(1);
    }
}
