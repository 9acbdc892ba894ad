package org.hopperline.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.hopperline.core.Interval;
import org.hopperline.core.Precision;
import org.hopperline.hardware.Chips;
import org.hopperline.text.Csv;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class GemmTest {

    private static final Gemm BF16 = Gemm.on(Chips.H100_SXM5, Precision.BF16);
    private static final Gemm FP8 = Gemm.on(Chips.H100_SXM5, Precision.FP8);

    static Stream<Csv.Row> published() {
        return Csv.resource(GemmTest.class, "gemm_published.csv").rows().stream();
    }

    @ParameterizedTest
    @MethodSource("published")
    void meetsPublishedRates(Csv.Row row) {
        Gemm gemm = Gemm.on(Chips.named(row.text("chip")), Precision.valueOf(row.text("precision")));
        Gemm priced = "sustained".equals(row.text("clock")) ? gemm.sustained() : gemm;
        int batch = row.whole("batch");
        int m = row.whole("m");
        int n = row.whole("n");
        int k = row.whole("k");
        double measured = batch * Gemm.flops(m, n, k) / (row.number("tflops") * 1e12);
        assertThat(priced.batchedSeconds(batch, m, n, k) / measured)
                .as(row.text("source"))
                .isCloseTo(1, within(row.number("tolerance")));
    }

    /** Random shapes, small and large, the same on every run. */
    static Stream<long[]> shapes() {
        Random random = new Random(20240722);
        return IntStream.range(0, 300).mapToObj(i -> new long[] {size(random), size(random), size(random)});
    }

    private static long size(Random random) {
        return Math.round(Math.pow(2, 15 * random.nextDouble()));
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void isNoFasterThanTheMaximumClockOrTheMemory(long[] x) {
        double peak = 989.4e12 * 1.98 / 1.83;
        double weights = 2.0 * x[1] * x[2];
        double output = 2.0 * x[0] * x[1];
        double floor = Math.max(Gemm.flops(x[0], x[1], x[2]) / peak, output / 3.35e12);
        assertThat(BF16.seconds(x[0], x[1], x[2])).isGreaterThan(floor);
        if (weights > 60e6) {
            assertThat(BF16.seconds(x[0], x[1], x[2])).isGreaterThan(weights / 3.35e12);
        }
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void moreWorkTakesLongerButNotMoreThanItsShare(long[] x) {
        double once = BF16.seconds(x[0], x[1], x[2]);
        assertThat(BF16.seconds(2 * x[0], x[1], x[2])).isBetween(0.97 * once, 3.2 * once);
        assertThat(BF16.seconds(x[0], 2 * x[1], x[2])).isBetween(0.97 * once, 3.2 * once);
        assertThat(BF16.seconds(x[0], x[1], 2 * x[2])).isBetween(0.97 * once, 3.2 * once);
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void theExplanationAddsUpToTheTime(long[] x) {
        GemmChoice choice = BF16.explain(x[0], x[1], x[2]);
        double sum = choice.launchSeconds()
                + choice.splitSeconds()
                + Tiling.overlapped(choice.computeSeconds(), choice.memorySeconds());
        assertThat(sum).isCloseTo(choice.seconds(), within(1e-12 * sum));
        assertThat(choice.seconds()).isEqualTo(BF16.seconds(x[0], x[1], x[2]));
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void aChipAtItsPowerLimitIsNeverFaster(long[] x) {
        assertThat(BF16.sustained().seconds(x[0], x[1], x[2]))
                .isGreaterThanOrEqualTo(BF16.seconds(x[0], x[1], x[2]) * (1 - 1e-12));
    }

    @Test
    void trainingSizedProductsLoseATenthOfTheShortBenchmarkToThePowerLimit() {
        double loss = BF16.sustained().seconds(4096, 4096, 4096) / BF16.seconds(4096, 4096, 4096);
        assertThat(loss).isBetween(1.08, 1.14);
        double already = BF16.sustained().seconds(32768, 16384, 16384) / BF16.seconds(32768, 16384, 16384);
        assertThat(already).isBetween(1.0, 1.02);
    }

    @Test
    void theSmallestProductIsALaunch() {
        double launch = GemmConstants.shipped(Precision.BF16).get(GemmConstant.LAUNCH);
        assertThat(BF16.seconds(1, 1, 1)).isBetween(launch, 1.1 * launch);
        assertThat(BF16.explain(1, 1, 1).bound()).isEqualTo(GemmChoice.Bound.OVERHEAD);
    }

    @Test
    void tellsWhatBinds() {
        assertThat(BF16.explain(8192, 8192, 8192).bound()).isEqualTo(GemmChoice.Bound.MATH);
        assertThat(BF16.explain(16, 16384, 16384).bound()).isEqualTo(GemmChoice.Bound.MEMORY);
    }

    @Test
    void dividesKWhenTilesAreFew() {
        assertThat(BF16.explain(64, 64, 32768).split()).isGreaterThan(8);
        assertThat(BF16.explain(8192, 8192, 8192).split()).isEqualTo(1);
    }

    @Test
    void largeProductsDoNotCareWhichSideIsWhich() {
        assertThat(BF16.seconds(4096, 16384, 8192) / BF16.seconds(16384, 4096, 8192))
                .isCloseTo(1, within(0.02));
    }

    @Test
    void aBatchOfOneIsAProduct() {
        assertThat(BF16.batchedSeconds(1, 640, 512, 384)).isEqualTo(BF16.seconds(640, 512, 384));
        assertThat(BF16.groupedSeconds(1, 640, 512, 384)).isEqualTo(BF16.seconds(640, 512, 384));
    }

    @Test
    void groupingSavesLaunchesAndFillsTheChip() {
        assertThat(BF16.groupedSeconds(16, 128, 1024, 1024)).isLessThan(16 * BF16.seconds(128, 1024, 1024) / 3);
    }

    @Test
    void groupsOfFewRowsReadAllWeights() {
        double weights = 64 * 2.0 * 14336 * 4096;
        assertThat(BF16.groupedSeconds(64, 4, 14336, 4096)).isGreaterThan(weights / 3.35e12);
    }

    @Test
    void gradientsAreProductsOfTheirOwnShape() {
        assertThat(BF16.seconds(GemmLayout.FORWARD, 4096, 11008, 4096)).isEqualTo(BF16.seconds(4096, 11008, 4096));
        assertThat(BF16.seconds(GemmLayout.DATA_GRADIENT, 4096, 11008, 4096))
                .isEqualTo(BF16.seconds(4096, 4096, 11008));
        assertThat(BF16.seconds(GemmLayout.WEIGHT_GRADIENT, 4096, 11008, 4096))
                .isGreaterThanOrEqualTo(BF16.seconds(11008, 4096, 4096));
        assertThat(GemmLayout.FORWARD.scored()).isTrue();
        assertThat(GemmLayout.WEIGHT_GRADIENT.scored()).isFalse();
    }

    @Test
    void halfTheBytesAndTwiceTheRateIsUpToTwiceAsFast() {
        assertThat(BF16.seconds(8192, 8192, 8192) / FP8.seconds(8192, 8192, 8192))
                .isBetween(1.7, 2.3);
        assertThat(BF16.seconds(16, 16384, 16384) / FP8.seconds(16, 16384, 16384))
                .isBetween(1.6, 2.1);
    }

    @Test
    void formatsScaleWithTheirPeaks() {
        double bf16 = BF16.seconds(8192, 8192, 8192);
        assertThat(Gemm.on(Chips.H100_SXM5, Precision.FP16).seconds(8192, 8192, 8192))
                .isEqualTo(bf16);
        assertThat(Gemm.on(Chips.H100_SXM5, Precision.TF32).seconds(8192, 8192, 8192) / bf16)
                .isCloseTo(2, within(0.1));
        double fp64 = Gemm.on(Chips.H100_SXM5, Precision.FP64).seconds(8192, 8192, 8192);
        assertThat(Gemm.flops(8192, 8192, 8192) / fp64).isBetween(40e12, 66.9e12);
    }

    @Test
    void fasterMemoryShortensOnlyWhatWaitsForIt() {
        Gemm h200 = Gemm.on(Chips.H200_SXM, Precision.BF16);
        assertThat(BF16.seconds(16, 16384, 16384) / h200.seconds(16, 16384, 16384))
                .isBetween(1.3, 1.44);
        assertThat(BF16.seconds(8192, 8192, 8192) / h200.seconds(8192, 8192, 8192))
                .isBetween(0.99, 1.01);
    }

    @Test
    void lowerPowerLimitsSlowLongProducts() {
        double full = BF16.sustained().seconds(8192, 8192, 8192);
        double at500 = Gemm.on(Chips.H100_SXM5.with("power_limit", 500), Precision.BF16)
                .sustained()
                .seconds(8192, 8192, 8192);
        // 85 W of either limit are drawn at rest.
        assertThat(at500 / full).isCloseTo(Math.pow(615.0 / 415, 1.0 / 3), within(0.02));
    }

    @Test
    void theBandIsWideWhereNothingScoresIt() {
        assertThat(share(BF16, GemmLayout.FORWARD, 4096)).isBetween(0.03, 0.08);
        assertThat(share(BF16, GemmLayout.FORWARD, 512)).isBetween(0.06, 0.13);
        assertThat(share(BF16, GemmLayout.WEIGHT_GRADIENT, 4096)).isEqualTo(0.2, within(1e-9));
        assertThat(share(FP8, GemmLayout.FORWARD, 4096)).isEqualTo(0.2, within(1e-9));
        assertThat(share(BF16.sustained(), GemmLayout.FORWARD, 4096)).isEqualTo(0.2, within(1e-9));
        assertThat(BF16.interval(GemmLayout.FORWARD, 4096, 4096, 4096).coverage())
                .isEqualTo(0.9);
    }

    private static double share(Gemm gemm, GemmLayout layout, long size) {
        Interval band = gemm.interval(layout, size, size, size);
        return (band.high() - band.low()) / (band.high() + band.low());
    }

    @Test
    void refusesShapesWithoutExtent() {
        assertThatThrownBy(() -> BF16.seconds(0, 1, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("m is 0, but must be at least 1");
        assertThatThrownBy(() -> BF16.seconds(1, -8, 1)).hasMessage("n is -8, but must be at least 1");
        assertThatThrownBy(() -> BF16.explain(1, 1, 0)).hasMessage("k is 0, but must be at least 1");
        assertThatThrownBy(() -> BF16.batchedSeconds(0, 1, 1, 1)).hasMessage("batch is 0, but must be at least 1");
        assertThatThrownBy(() -> BF16.groupedSeconds(0, 1, 1, 1)).hasMessage("groups is 0, but must be at least 1");
    }

    @Test
    void refusesAFormatThatTheChipLacks() {
        assertThatThrownBy(() -> Gemm.on(Chips.A100_SXM4_80, Precision.FP8))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("has no FP8 matrix rate; it has")
                .hasMessageContaining("BF16");
    }

    @Test
    void oneGroupIsAPlainProduct() {
        assertThat(BF16.groupedSeconds(1, 640, 512, 384)).isEqualTo(BF16.seconds(640, 512, 384));
        assertThat(BF16.weightGradientSeconds(1, 640, 512, 384, 8))
                .isEqualTo(BF16.seconds(GemmLayout.WEIGHT_GRADIENT, 640, 512, 384));
    }

    /** A gradient as large as the weight is written, and read where it is added; over many rows that is little. */
    @Test
    void wideSumsCostMoreTheFewerTheRows() {
        double few =
                BF16.weightGradientSeconds(1, 1024, 8192, 8192, 8) / BF16.weightGradientSeconds(1, 1024, 8192, 8192, 2);
        double many = BF16.weightGradientSeconds(1, 65536, 8192, 8192, 8)
                / BF16.weightGradientSeconds(1, 65536, 8192, 8192, 2);
        assertThat(few).isBetween(1.2, 1.6);
        assertThat(many).isBetween(1.0, 1.02);
    }

    @Test
    void resultsOfNoBytesAreRefused() {
        assertThatThrownBy(() -> BF16.weightGradientSeconds(1, 640, 512, 384, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("bytes of a result");
    }

    /** Sums of 4 bytes read and written for each weight of each group, however few its rows. */
    @Test
    void gradientsOfWeightsWithFewRowsAreBoundByTheirSums() {
        double sums = 64.0 * 1024 * 2048 * 8 / 3.35e12;
        assertThat(BF16.weightGradientSeconds(64, 16, 1024, 2048, 8)).isBetween(sums, 1.6 * sums);
    }
}
