package org.hopperline.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.assertj.core.data.Percentage;
import org.hopperline.core.AttentionBackend;
import org.hopperline.core.Kind;
import org.hopperline.core.Precision;
import org.hopperline.hardware.Chips;
import org.hopperline.text.Csv;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class AttentionTest {

    private static final Attention FLASH_3 = Attention.on(Chips.H100_SXM5, AttentionBackend.FLASH_3);

    @Test
    void agreesWithThePublishedPoints() {
        double total = 0;
        int points = 0;
        for (Csv.Row row :
                Csv.resource(AttentionTest.class, "attention_published.csv").rows()) {
            Attention attention = Attention.on(Chips.H100_SXM5, AttentionBackend.valueOf(row.text("backend")));
            int batch = row.whole("batch");
            int heads = row.whole("heads");
            int s = row.whole("sequence");
            int d = row.whole("head_dim");
            boolean causal = row.whole("causal") == 1;
            double flops = 4.0 * batch * heads * s * s * d * (causal ? 0.5 : 1);
            double seconds = attention.forwardSeconds(batch, heads, heads, s, s, d, d, causal, 0);
            if (row.text("direction").equals("fwd+bwd")) {
                flops *= 3.5;
                seconds += attention.backwardSeconds(batch, heads, heads, s, s, d, d, causal, 0);
            }
            assertThat(flops / seconds * 1e-12)
                    .as("line %d", row.line())
                    .isCloseTo(row.number("tflops"), Percentage.withPercentage(8));
            total += Math.abs(flops / seconds * 1e-12 / row.number("tflops") - 1);
            points++;
        }
        assertThat(total / points).isLessThan(0.035);
    }

    @ParameterizedTest
    @EnumSource(
            value = AttentionBackend.class,
            names = {"FLASH_2", "FLASH_3", "FLASH_3_PAGED", "CUDNN", "TRITON_FLASH"})
    void isNeverFasterThanTheTensorCoresAtTheirHighestClock(AttentionBackend backend) {
        Attention attention = Attention.on(Chips.H100_SXM5, backend);
        double peak = Chips.H100_SXM5.denseFlopsPerSecond(Precision.BF16)
                * Chips.H100_SXM5.maximumClock().value()
                / Chips.H100_SXM5.tensorClock().value();
        Random random = new Random(7);
        for (int trial = 0; trial < 300; trial++) {
            int kvHeads = 1 << random.nextInt(4);
            int heads = kvHeads << random.nextInt(4);
            int batch = 1 + random.nextInt(8);
            int s = 1 + random.nextInt(20_000);
            int d = 8 * (1 + random.nextInt(32));
            double flops = AttentionFormulas.forwardFlops(batch, heads, s, s, d, d, true, 0);
            assertThat(attention.forwardSeconds(batch, heads, kvHeads, s, s, d, d, true, 0))
                    .isFinite()
                    .isGreaterThan(flops / peak);
        }
    }

    @Test
    void timeGrowsInProportionToTheBatchOnceTheChipIsFullAndWarm() {
        double one = FLASH_3.forwardSeconds(64, 16, 16, 16384, 16384, 128, 128, true, 0);
        double two = FLASH_3.forwardSeconds(128, 16, 16, 16384, 16384, 128, 128, true, 0);
        assertThat(two / one).isCloseTo(2, within(0.06));
    }

    @Test
    void aCausalMaskHalvesALongSequenceLessItsPenalty() {
        double full = FLASH_3.forwardSeconds(1, 64, 64, 65536, 65536, 128, 128, false, 0);
        double half = FLASH_3.forwardSeconds(1, 64, 64, 65536, 65536, 128, 128, true, 0);
        double penalty = AttentionConstants.figure("flash_3.hopper.forward.causal_slowdown")
                .value();
        assertThat(half / full).isCloseTo(0.5 * penalty, within(0.02));
    }

    @Test
    void aWindowMakesTimeLinearInTheSequence() {
        double one = FLASH_3.forwardSeconds(4, 32, 8, 16384, 16384, 128, 128, true, 1024);
        double two = FLASH_3.forwardSeconds(2, 32, 8, 32768, 32768, 128, 128, true, 1024);
        assertThat(two / one).isCloseTo(1, within(0.05));
        assertThat(one).isLessThan(0.3 * FLASH_3.forwardSeconds(4, 32, 8, 16384, 16384, 128, 128, true, 0));
    }

    @Test
    void latentAttentionLiesBetweenItsTwoVectorSizes() {
        double low = FLASH_3.forwardSeconds(1, 128, 128, 4096, 4096, 128, 128, true, 0);
        double latent = FLASH_3.forwardSeconds(1, 128, 128, 4096, 4096, 192, 128, true, 0);
        double high = FLASH_3.forwardSeconds(1, 128, 128, 4096, 4096, 192, 192, true, 0);
        assertThat(latent).isBetween(low, high);
    }

    @Test
    void eightBitForwardGainsOnLongSequences() {
        Attention eight = Attention.on(Chips.H100_SXM5, AttentionBackend.FLASH_3, Precision.FP8);
        double gain = FLASH_3.forwardSeconds(1, 16, 16, 16384, 16384, 128, 128, false, 0)
                / eight.forwardSeconds(1, 16, 16, 16384, 16384, 128, 128, false, 0);
        // arXiv 2407.08608, figures 5 and 7: 648 and 1008 TFLOP/s
        assertThat(gain).isCloseTo(1008.0 / 648, within(0.12));
    }

    @Test
    void theSustainedClockSlowsAsItDoesProducts() {
        PowerClock clock = PowerClock.of(Chips.H100_SXM5);
        double highest = Chips.H100_SXM5.maximumClock().value()
                / Chips.H100_SXM5.tensorClock().value();
        // wide heads keep the tensor units busier than narrow ones, which wait for the softmax
        double wide = FLASH_3.sustained().forwardSeconds(1, 8, 8, 4096, 4096, 256, 256, false, 0)
                / FLASH_3.forwardSeconds(1, 8, 8, 4096, 4096, 256, 256, false, 0);
        double narrow = FLASH_3.sustained().forwardSeconds(1, 32, 32, 4096, 4096, 64, 64, true, 0)
                / FLASH_3.forwardSeconds(1, 32, 32, 4096, 4096, 64, 64, true, 0);
        assertThat(narrow).isGreaterThan(1.02);
        assertThat(wide).isBetween(narrow, highest / clock.sustainedShare());
    }

    @Test
    void a100ReachesThePublishedShareOfItsPeak() {
        // arXiv 2307.08691, section 4: FlashAttention-2 reaches up to 73 % of the peak forward and 63 % backward
        Attention a100 = Attention.on(Chips.A100_SXM4_80, AttentionBackend.FLASH_2);
        double forward = a100.forwardSeconds(1, 16, 16, 16384, 16384, 128, 128, false, 0);
        double backward = a100.backwardSeconds(1, 16, 16, 16384, 16384, 128, 128, false, 0);
        double flops = 4.0 * 16 * 16384 * 16384 * 128;
        assertThat(flops / forward / 312e12).isCloseTo(0.73, within(0.05));
        assertThat(2.5 * flops / backward / 312e12).isCloseTo(0.63, within(0.05));
    }

    @Test
    void balancedContextParallelismSharesTheWork() {
        Attention steady = FLASH_3.sustained();
        double whole = steady.forwardSeconds(1, 32, 8, 65536, 65536, 128, 128, true, 0);
        for (int ranks : new int[] {2, 4, 8}) {
            assertThat(steady.balancedForwardSeconds(1, 32, 8, 65536 / ranks, 65536, 128, 128, 0))
                    .isCloseTo(whole / ranks, Percentage.withPercentage(8));
            assertThat(steady.ringForwardSeconds(1, 32, 8, 65536, ranks, 128, 128))
                    .isCloseTo(whole / ranks, Percentage.withPercentage(10));
        }
        assertThat(steady.ringBackwardSeconds(1, 32, 8, 65536, 4, 128, 128))
                .isCloseTo(
                        steady.balancedBackwardSeconds(1, 32, 8, 16384, 65536, 128, 128, 0),
                        Percentage.withPercentage(10));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4, 8, 16})
    void packedHeadsSaveReadingKeysAndWritingTheCache(int group) {
        Attention paged = Attention.on(Chips.H100_SXM5, AttentionBackend.FLASH_3_PAGED);
        double grouped = paged.forwardSeconds(4, 32, 32 / group, 2048, 2048, 128, 128, true, 0);
        double all = paged.forwardSeconds(4, 32, 32, 2048, 2048, 128, 128, true, 0);
        assertThat(grouped).isLessThanOrEqualTo(all);
    }

    @Test
    void unfusedAttentionPaysForMaskAndDropout() {
        UnfusedAttention plain = (UnfusedAttention) Attention.on(Chips.A100_SXM4_80, AttentionBackend.UNFUSED);
        double fused = plain.forwardSeconds(1, 16, 16, 2048, 2048, 128, 128, true, 0);
        assertThat(plain.withSeparateMask(true).forwardSeconds(1, 16, 16, 2048, 2048, 128, 128, true, 0))
                .isGreaterThan(1.3 * fused);
        // dropout moves 5 bytes more a score
        double scores = 16.0 * 2048 * 2048;
        double share = MemoryBound.table().value("stream.memory_share");
        assertThat(plain.withDropout(true).forwardSeconds(1, 16, 16, 2048, 2048, 128, 128, true, 0) - fused)
                .isCloseTo(
                        scores * 5 / (share * Chips.A100_SXM4_80.memoryBytesPerSecond()),
                        Percentage.withPercentage(1e-6));
    }

    @Test
    void saysWhatScoresIt() {
        assertThat(FLASH_3.relativeError(false, 128, 128, true, 0).kind()).isEqualTo(Kind.MEASURED);
        assertThat(FLASH_3.relativeError(false, 128, 128, true, 0).value()).isLessThan(0.06);
        // nobody published the causal backward pass of FlashAttention-3, nor its windows, nor latent attention
        assertThat(FLASH_3.relativeError(true, 128, 128, true, 0).kind()).isEqualTo(Kind.ASSUMED);
        assertThat(FLASH_3.relativeError(false, 128, 128, true, 1024).kind()).isEqualTo(Kind.ASSUMED);
        assertThat(FLASH_3.relativeError(false, 192, 128, true, 0).kind()).isEqualTo(Kind.ASSUMED);
        // nor any of its passes on a board that has settled at its power limit
        assertThat(FLASH_3.sustained().relativeError(false, 128, 128, true, 0).kind())
                .isEqualTo(Kind.ASSUMED);
        Attention a100 = Attention.on(Chips.A100_SXM4_80, AttentionBackend.FLASH_2);
        assertThat(a100.relativeError(false, 128, 128, true, 0).kind()).isEqualTo(Kind.ASSUMED);
        Attention unfused = Attention.on(Chips.H100_SXM5, AttentionBackend.UNFUSED);
        assertThat(unfused.relativeError(true, 128, 128, true, 0).kind()).isEqualTo(Kind.MEASURED);
    }

    @ParameterizedTest
    @ValueSource(ints = {80, 96, 112})
    void oddHeadSizesCostTheNextSizeThatIsCompiled(int dim) {
        int padded = dim <= 96 ? 96 : 128;
        double odd = FLASH_3.forwardSeconds(4, 16, 16, 4096, 4096, dim, dim, true, 0);
        assertThat(odd).isEqualTo(FLASH_3.forwardSeconds(4, 16, 16, 4096, 4096, padded, padded, true, 0));
    }

    @Test
    void refusesAChipWithoutAsynchronousProducts() {
        assertThatThrownBy(() -> Attention.on(Chips.A100_SXM4_80, AttentionBackend.FLASH_3))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("needs the asynchronous products of Hopper")
                .hasMessageContaining("use FLASH_2 or CUDNN");
    }

    @Test
    void refusesAPrecisionWithoutAKernel() {
        assertThatThrownBy(() -> Attention.on(Chips.H100_SXM5, AttentionBackend.FLASH_2, Precision.FP8))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("use FLASH_3 or CUDNN");
        assertThatThrownBy(() -> Attention.on(Chips.H100_SXM5, AttentionBackend.FLASH_3, Precision.FP64))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("FP64");
    }

    @Test
    void refusesHeadsThatTheirKeysDoNotDivide() {
        assertThatThrownBy(() -> FLASH_3.forwardSeconds(1, 30, 8, 2048, 2048, 128, 128, true, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("heads are 30, but must be a multiple of the 8 key-value heads, such as 32");
    }

    @Test
    void refusesZeroSizes() {
        assertThatThrownBy(() -> FLASH_3.forwardSeconds(0, 32, 8, 2048, 2048, 128, 128, true, 0))
                .hasMessageContaining("batch is 0");
        assertThatThrownBy(() -> FLASH_3.forwardSeconds(1, 32, 8, -2048, 2048, 128, 128, true, 0))
                .hasMessageContaining("queries is -2048");
    }

    @Test
    void refusesHeadsWiderThanTheKernels() {
        assertThatThrownBy(() -> FLASH_3.forwardSeconds(1, 8, 8, 2048, 2048, 512, 512, true, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("head size is 512, but FLASH_3 kernels take at most 256; use UNFUSED");
    }

    @Test
    void refusesABackwardPassThatNobodyMeasured() {
        Attention paged = Attention.on(Chips.H100_SXM5, AttentionBackend.FLASH_3_PAGED);
        assertThatThrownBy(() -> paged.backwardSeconds(1, 8, 8, 2048, 2048, 128, 128, true, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("FLASH_3_PAGED has no backward pass");
    }

    @Test
    void refusesAnUnevenContextParallelSequence() {
        assertThatThrownBy(() -> FLASH_3.ringForwardSeconds(1, 8, 8, 4100, 8, 128, 128))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("multiple of 16");
    }
}
