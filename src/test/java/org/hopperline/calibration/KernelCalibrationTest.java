package org.hopperline.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Locale;
import org.assertj.core.data.Percentage;
import org.hopperline.core.AttentionBackend;
import org.hopperline.hardware.Chips;
import org.hopperline.kernel.Attention;
import org.hopperline.kernel.AttentionScheduling;
import org.hopperline.kernel.AttentionTileCost;
import org.hopperline.kernel.FlashAttention;
import org.hopperline.kernel.MemoryBound;
import org.hopperline.kernel.MemoryCost;
import org.hopperline.kernel.MemoryPattern;
import org.hopperline.measured.AttentionTable;
import org.hopperline.measured.MemoryTable;
import org.hopperline.text.Csv;
import org.junit.jupiter.api.Test;

/** The fits of attention and of memory-bound kernels find the constants that made a table. */
class KernelCalibrationTest {

    private static final String HEADER =
            "batch,heads,kv_heads,seq_q,seq_kv,head_dim,causal,direction,dtype,impl,latency_us\n";

    private static FlashAttention shipped(AttentionBackend backend) {
        return (FlashAttention) Attention.on(Chips.H100_SXM5, backend);
    }

    @Test
    void findsTheCostsOfATile() {
        AttentionTileCost truth = new AttentionTileCost(1.3, 0.9, 4e-6, 1.1, 1.15);
        FlashAttention made = shipped(AttentionBackend.FLASH_3);
        made = made.withCosts(truth, truth, made.scheduling());
        StringBuilder csv = new StringBuilder(HEADER);
        for (int d : new int[] {64, 128, 256}) {
            for (int s = 512; s <= 16384; s *= 2) {
                for (int causal = 0; causal < 2; causal++) {
                    int heads = 2048 / d;
                    double seconds = made.forwardSeconds(16384 / s, heads, heads, s, s, d, d, causal == 1, 0);
                    csv.append(String.format(
                            Locale.ROOT,
                            "%d,%d,%d,%d,%d,%d,%d,fwd,bf16,FLASH_3,%.9g%n",
                            16384 / s,
                            heads,
                            heads,
                            s,
                            s,
                            d,
                            causal,
                            seconds * 1e6));
                }
            }
        }
        AttentionTable table = AttentionTable.of(Csv.parse("made.csv", csv.toString()));
        Fit fit = AttentionCalibration.of(Chips.H100_SXM5, table)
                .forward(AttentionBackend.FLASH_3, false)
                .fit();
        // priors pull a little
        assertThat(fit.value("flash_3.hopper.forward.tensor_slowdown")).isCloseTo(1.3, Percentage.withPercentage(4));
        assertThat(fit.value("flash_3.hopper.forward.tile_time")).isCloseTo(4e-6, Percentage.withPercentage(4));
        assertThat(fit.value("flash_3.hopper.forward.causal_slowdown")).isCloseTo(1.1, Percentage.withPercentage(1));
        assertThat(fit.errors().worst()).isLessThan(0.01);
    }

    @Test
    void findsTheSharedSchedulingFromHalfOfAPagedTable() {
        AttentionTileCost truth = new AttentionTileCost(1.1, 1.0, 5e-6, 1, 1);
        FlashAttention made = shipped(AttentionBackend.FLASH_3_PAGED)
                .withCosts(truth, truth, new AttentionScheduling(3e-6, 0.6))
                .withCacheWrite(1e-5, 3e-6);
        StringBuilder csv = new StringBuilder(HEADER);
        for (int d : new int[] {64, 128, 256}) {
            for (int s = 256; s <= 16384; s *= 2) {
                for (int heads = 4; heads <= 64; heads *= 4) {
                    for (int batch = 1; batch * s <= 65536; batch *= 4) {
                        double seconds = made.forwardSeconds(batch, heads, 4, s, s, d, d, true, 0);
                        csv.append(String.format(
                                Locale.ROOT,
                                "%d,%d,4,%d,%d,%d,1,fwd,bf16,vLLM FA3,%.9g%n",
                                batch,
                                heads,
                                s,
                                s,
                                d,
                                seconds * 1e6));
                    }
                }
            }
        }
        AttentionTable table = AttentionTable.of(Csv.parse("made.csv", csv.toString()));
        AttentionCalibration.Outcome outcome =
                AttentionCalibration.of(Chips.H100_SXM5, table).paged();
        assertThat(outcome.fit().value("tail_share")).isCloseTo(0.6, Percentage.withPercentage(1));
        assertThat(outcome.fit().value("paged.block_time")).isCloseTo(3e-6, Percentage.withPercentage(1));
        assertThat(outcome.heldOut().worst()).isLessThan(1e-3);
        assertThat(outcome.scored()).isNotEmpty();
    }

    @Test
    void findsTheBandwidthAndTheCache() {
        MemoryCost truth = new MemoryCost(2e-6, 0.8, 1.6, 0.6, 0.9);
        MemoryBound made = MemoryBound.on(Chips.H100_SXM5).with(MemoryPattern.STREAM, truth);
        StringBuilder csv = new StringBuilder("source,chip,op,bytes,latency_us\n");
        for (double bytes = 1e5; bytes < 1e9; bytes *= 1.06) {
            csv.append(
                    String.format(Locale.ROOT, "made,H100,STREAM,%.9g,%.9g%n", bytes, made.secondsOf(bytes, 0) * 1e6));
        }
        MemoryTable table = MemoryTable.of(Csv.parse("made.csv", csv.toString()));
        MemoryCalibration.Outcome outcome =
                MemoryCalibration.of(Chips.H100_SXM5, "H100", table).fit(MemoryPattern.STREAM, true);
        assertThat(outcome.fit().value("stream.memory_share")).isCloseTo(0.8, Percentage.withPercentage(0.5));
        assertThat(outcome.fit().value("stream.cache_share")).isCloseTo(1.6, Percentage.withPercentage(1));
        assertThat(outcome.errors(16e6).mape()).isLessThan(0.01);
    }

    @Test
    void refusesATableWithoutTheBackend() {
        AttentionTable table =
                AttentionTable.of(Csv.parse("mine.csv", HEADER + "1,8,8,512,512,64,0,fwd,bf16,something else,20\n"));
        assertThatThrownBy(() -> AttentionCalibration.of(Chips.H100_SXM5, table).forward(AttentionBackend.CUDNN, false))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("mine.csv has 0 rows of CUDNN")
                .hasMessageContaining("column impl");
    }

    @Test
    void namesTheCellOfAWrongTime() {
        assertThatThrownBy(() ->
                        AttentionTable.of(Csv.parse("mine.csv", HEADER + "1,8,8,512,512,64,0,fwd,bf16,CUDNN,quick\n")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("mine.csv line 2, column \"latency_us\": \"quick\" must be a number");
        assertThatThrownBy(() ->
                        AttentionTable.of(Csv.parse("mine.csv", HEADER + "1,8,8,512,512,64,2,fwd,bf16,CUDNN,20\n")))
                .hasMessage("mine.csv line 2, column \"causal\": \"2\" must be 0 or 1");
    }

    @Test
    void namesTheMissingColumnOfAMemoryTable() {
        assertThatThrownBy(() -> MemoryTable.of(Csv.parse("mine.csv", "source,chip,op,latency_us\na,b,c,1\n")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no column \"bytes\"");
    }
}
