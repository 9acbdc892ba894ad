package org.hopperline.hardware;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.assertj.core.data.Percentage;
import org.hopperline.core.Figure;
import org.hopperline.core.Kind;
import org.hopperline.core.Precision;
import org.junit.jupiter.api.Test;

class ChipsTest {

    @Test
    void h100HasTheFiguresOfItsWhitePaper() {
        Chip h100 = Chips.H100_SXM5;
        assertThat(h100.computeUnits()).isEqualTo(132);
        assertThat(h100.denseFlopsPerSecond(Precision.BF16)).isEqualTo(989.4e12);
        assertThat(h100.denseFlopsPerSecond(Precision.FP8)).isEqualTo(1978.9e12);
        assertThat(h100.denseFlopsPerSecond(Precision.TF32)).isEqualTo(494.7e12);
        assertThat(h100.denseFlopsPerSecond(Precision.FP64)).isEqualTo(66.9e12);
        assertThat(h100.memoryBytesPerSecond()).isEqualTo(3.35e12);
        assertThat(h100.powerLimitWatts()).isEqualTo(700);
    }

    @Test
    void h100PeakIsUnitsTimesClock() {
        // 4 matrix units of 512 fused multiply-adds in each of 132 units at 1.83 GHz.
        Chip h100 = Chips.H100_SXM5;
        double peak = h100.computeUnits() * 4 * 512 * 2 * h100.tensorClock().value();
        assertThat(peak).isCloseTo(h100.denseFlopsPerSecond(Precision.BF16), Percentage.withPercentage(0.01));
    }

    @Test
    void visibleMemoryStandsBesideTheSpecified() {
        assertThat(Chips.H100_SXM5.visibleMemoryBytes()).isEqualTo(81_559 * 1048576.0);
        assertThat(Chips.H100_SXM5.visibleMemory().kind()).isEqualTo(Kind.MEASURED);
        assertThat(Chips.H100_SXM5.specifiedMemory().value()).isEqualTo(80e9);
        assertThat(Chips.H100_SXM5.specifiedMemory().kind()).isEqualTo(Kind.SPECIFIED);
    }

    @Test
    void sparseIsTwiceDenseAndMeasuredIsBelowThePeak() {
        assertThat(Chips.list()).allSatisfy(chip -> {
            chip.sparsePeaks()
                    .forEach((precision, sparse) -> assertThat(sparse.value())
                            .isCloseTo(2 * chip.denseFlopsPerSecond(precision), Percentage.withPercentage(0.02)));
            chip.measuredRates().forEach((precision, rate) -> {
                assertThat(rate.kind()).isEqualTo(Kind.MEASURED);
                assertThat(rate.value()).isLessThan(chip.denseFlopsPerSecond(precision));
            });
        });
    }

    @Test
    void everyFigureOfEveryChipNamesItsSource() {
        assertThat(Chips.list()).hasSize(14).allSatisfy(chip -> {
            assertThat(chip.toString()).hasSizeLessThan(80).contains("TFLOP/s").contains("TB/s");
            chip.figures().forEach((name, figure) -> {
                assertThat(figure.source()).isNotBlank();
                assertThat(chip.card()).contains(name).contains(figure.source());
            });
        });
    }

    @Test
    void whatIsCarriedOverFromAnotherChipIsAssumed() {
        // Without a data sheet only the links of H800, as simulators and libraries name them, are its own.
        assertThat(Chips.H800_SXM5.figure("scale_up_bandwidth").kind()).isEqualTo(Kind.SPECIFIED);
        assertThat(Chips.H800_SXM5.figure("dense_bf16").kind()).isEqualTo(Kind.ASSUMED);
        assertThat(Chips.list())
                .allSatisfy(chip -> chip.figures().values().stream()
                        .filter(figure -> figure.source().startsWith("as ")
                                || figure.source().contains("not confirmed"))
                        .forEach(figure -> assertThat(figure.kind()).isEqualTo(Kind.ASSUMED)));
    }

    @Test
    void halvesOfPackagesAreHalves() {
        assertThat(Chips.MI250X_GCD.denseFlopsPerSecond(Precision.BF16)).isEqualTo(383e12 / 2);
        // 64 Xe cores x 4096 FLOP x 1.6 GHz.
        assertThat(Chips.MAX_1550_TILE.denseFlopsPerSecond(Precision.BF16))
                .isCloseTo(64 * 4096 * 1.6e9, Percentage.withPercentage(0.1));
    }

    @Test
    void memoryLevelsGrowOutward() {
        assertThat(Chips.H100_SXM5.memoryLevels())
                .extracting(MemoryLevel::name)
                .containsExactly("registers", "shared memory", "L2", "device memory");
        // 132 units x 128 B at 1.98 GHz.
        assertThat(Chips.H100_SXM5.memoryLevels().get(1).bandwidth())
                .isNotNull()
                .satisfies(b -> assertThat(b.value()).isCloseTo(33.45e12, within(0.05e12)));
    }

    @Test
    void namesIgnoreCaseAndUnknownOnesGetTheNearest() {
        assertThat(Chips.named("h100")).isSameAs(Chips.H100_SXM5);
        assertThat(Chips.named("h100-sxm5-80")).isSameAs(Chips.H100_SXM5);
        assertThat(Chips.named("mi250x-gcd")).isSameAs(Chips.MI250X_GCD);
        assertThatThrownBy(() -> Chips.named("H10 SXM"))
                .hasMessageContaining("unknown chip \"H10 SXM\"")
                .hasMessageContaining("H100 SXM");
    }

    @Test
    void searchAndComparison() {
        assertThat(Chips.search("hbm2e 500w")).containsExactly(Chips.H100_HBM2E_500W);
        assertThat(Chips.compare(Chips.H100_SXM5, Chips.A100_SXM4_80))
                .contains("dense_bf16")
                .contains("989.4 TFLOP/s")
                .contains("312 TFLOP/s");
    }

    @Test
    void aUserAddsAChipAndIsToldWhatIsAssumed() {
        Chip mine = Chip.builder("H20 96GB", Architecture.HOPPER)
                .computeUnits(78)
                .specified("dense_bf16", "148 TFLOP/s", "trade press")
                .specified("dense_fp8", "296 TFLOP/s", "trade press")
                .specified("specified_memory", "96 GB", "trade press")
                .specified("memory_bandwidth", "4 TB/s", "trade press")
                .specified("maximum_clock", "1.98 GHz", "trade press")
                .specified("power_limit", "400 W", "trade press")
                .build();
        assertThat(mine.assumptions())
                .hasSize(5)
                .anyMatch(line -> line.equals("dense_fp16 = 148 TFLOP/s: not given; as dense_bf16"))
                .anyMatch(line -> line.equals("visible_memory = 96 GB: not given; as specified_memory"))
                .anyMatch(line -> line.equals("tensor_clock = 1.98 GHz: not given; as maximum_clock"))
                .anyMatch(line -> line.equals("l2 = 50 MB: not given; as H100 SXM5 80GB"))
                .anyMatch(line -> line.startsWith("shared_memory_per_unit"));
        assertThat(Chip.builder("H20 ".repeat(30).strip(), Architecture.HOPPER)
                        .computeUnits(78)
                        .specified("dense_bf16", "148 TFLOP/s", "trade press")
                        .specified("specified_memory", "96 GB", "trade press")
                        .specified("memory_bandwidth", "4 TB/s", "trade press")
                        .build()
                        .toString())
                .hasSizeLessThan(80);
        assertThat(mine.missing())
                .contains("dense_fp64", "dense_int8", "sparse_bf16", "scale_up_bandwidth", "measured_bf16")
                .doesNotContain("dense_bf16", "l2");
        assertThat(mine.card()).contains("missing: ").contains("scale_up_bandwidth");
        assertThat(Chips.H100_SXM5.assumptions()).isEmpty();
    }

    @Test
    void aChipWithoutTheMainFiguresIsRefusedWithAllOfThemNamed() {
        assertThatThrownBy(() -> Chip.builder("X", Architecture.AMPERE).build())
                .hasMessage("X cannot be built without computeUnits, dense_bf16 or another dense peak,"
                        + " specified_memory, memory_bandwidth; nothing sensible can be assumed");
    }

    @Test
    void figureNamesAndUnitsAreChecked() {
        ChipBuilder builder = Chip.builder("X", Architecture.HOPPER);
        assertThatThrownBy(() -> builder.specified("dense_bf61", "1 TFLOP/s", "s"))
                .hasMessageContaining("unknown figure of a chip \"dense_bf61\"")
                .hasMessageContaining("dense_bf16");
        assertThatThrownBy(() -> builder.figure("l2", Figure.specified(1, "byte/s", "s")))
                .hasMessageContaining("l2 of X is given in byte/s, but must be in byte");
        assertThatThrownBy(() -> builder.specified("dense_bf16", "1 TB/s", "s"))
                .hasMessage("dense_bf16 of X is given as \"1 TB/s\", but must be in FLOP/s, with a prefix or none");
        assertThatThrownBy(() -> builder.specified("specified_memory", "1 TB/s", "s"))
                .hasMessageContaining("but must be in B, with");
        assertThatThrownBy(() -> builder.measured("measured_bf16", "1 TFLOP", "s"))
                .hasMessageContaining("but must be in FLOP/s, with");
        assertThatThrownBy(() -> builder.figure("l2", Figure.specified(-1, "byte", "s")))
                .hasMessageContaining("l2 of X is -1.0 byte");
    }

    @Test
    void aVariedFigureNamesTheOldOne() {
        Chip capped = Chips.H100_SXM5.with("power_limit", 500);
        assertThat(capped.powerLimitWatts()).isEqualTo(500);
        assertThat(capped.assumptions())
                .containsExactly("power_limit = 500 W: varied from 700 W (NVIDIA H100 data sheet)");
        assertThat(capped.with("power_limit", 700).figures().keySet())
                .isEqualTo(Chips.H100_SXM5.figures().keySet());
        assertThatThrownBy(() -> Chips.H100_SXM5.with("powerlimit", 500)).hasMessageContaining("power_limit");
    }

    @Test
    void missingRateNamesThoseThatThereAre() {
        assertThatThrownBy(() -> Chips.A100_SXM4_80.denseFlopsPerSecond(Precision.FP8))
                .hasMessageContaining("A100 SXM4 80GB has no FP8 matrix rate; it has FP64, FP32, TF32, BF16");
    }

    @Test
    void memoryLevelsPrintInOneLine() {
        assertThat(Chips.H100_SXM5.memoryLevels())
                .extracting(MemoryLevel::toString)
                .contains("L2: 50 MB", "device memory: 85.52 GB, 3.35 TB/s");
    }
}
