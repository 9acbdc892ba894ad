package org.hopperline.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.hopperline.core.Precision;
import org.hopperline.hardware.Chips;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Counts and times of the state-space scan. */
class StateSpaceScanTest {

    private static final StateSpaceScan H100 = StateSpaceScan.on(Chips.H100_SXM5);

    /** Each matrix product of the forward pass by its own shape: for each chunk, and each group or head. */
    @Test
    void flopsAreThoseOfTheProducts() {
        int chunks = 7;
        int q = 128;
        int n = 64;
        int p = 32;
        int heads = 12;
        int groups = 3;
        double matrices = chunks * groups * Gemm.flops(q, q, n);
        double outputs = chunks * heads * Gemm.flops(q, p, q);
        double states = chunks * heads * Gemm.flops(p, n, q);
        double ofStates = chunks * heads * Gemm.flops(q, p, n);
        assertThat(ScanFormulas.forwardFlops(chunks * q, heads, p, groups, n, q))
                .isEqualTo(matrices + outputs + states + ofStates);
        // The gradients of both factors of each; matrices and states of chunks again; decays from the matrices.
        assertThat(ScanFormulas.backwardFlops(chunks * q, heads, p, groups, n, q))
                .isEqualTo(3 * matrices + 3 * outputs + 3 * states + 2 * ofStates);
    }

    /** Bytes of the forward pass are no fewer than its operands take, each once. */
    @ParameterizedTest
    @CsvSource({"80, 64, 1, 128, 256", "128, 64, 8, 128, 128", "24, 128, 2, 16, 64"})
    void bytesCoverTheOperands(int heads, int p, int groups, int n, int q) {
        double tokens = 4096;
        double inner = (double) heads * p;
        double operands = tokens * (2 * 3 * inner + 2 * 2.0 * groups * n + 2.0 * heads);
        double states = 4 * inner * n * tokens / q;
        double forward = ScanFormulas.forwardBytes(tokens, heads, p, groups, n, q);
        assertThat(forward).isGreaterThan(operands + states);
        assertThat(ScanFormulas.backwardBytes(tokens, heads, p, groups, n, q)).isGreaterThan(2 * forward);
    }

    /** B and C in 16 bits and a chunk matrix in 32, once for each head, chunk and kernel that reads them. */
    @Test
    void headsReadWhatTheirGroupSharesFromTheCache() {
        int chunks = 7;
        int q = 128;
        int n = 64;
        int heads = 12;
        double shared = 2.0 * q * n;
        double matrix = 4.0 * q * q;
        assertThat(ScanFormulas.forwardCacheBytes(chunks * q, heads, n, q))
                .isEqualTo(chunks * heads * (2 * shared + matrix));
        assertThat(ScanFormulas.backwardCacheBytes(chunks * q, heads, n, q))
                .isEqualTo(chunks * heads * (5 * shared + 2 * matrix));
    }

    /** With so few products to a state that reads of the cache take longer, those count. */
    @Test
    void readsOfTheCacheCountWhereTheyTakeLonger() {
        double cached = ScanFormulas.forwardCacheBytes(8192, 64, 128, 256);
        double bytes = ScanFormulas.forwardBytes(8192, 64, 16, 1, 128, 256);
        double memory = Chips.H100_SXM5.memoryBytesPerSecond();
        double launches = H100.forwardSeconds(0, 64, 16, 1, 128, 256);
        assertThat(H100.forwardSeconds(8192, 64, 16, 1, 128, 256) - launches)
                .isBetween((bytes + cached / 1.5) / memory, 1.1 * (bytes + cached) / memory);
    }

    /**
     * tile-ai/tilelang benchmark/mamba2/README.md at be9c08f: milliseconds on an H800 of the one kernel that makes the outputs,
     * of 8 sequences with 80 heads of 64, a group, states of 128, chunks of 256. A whole forward pass has that kernel and
     * four with less to do.
     */
    @ParameterizedTest
    @CsvSource({"1024, 0.169", "2048, 0.329", "4096, 0.645", "8192, 1.278", "16384, 2.531", "32768, 5.076"})
    void aWholePassTakesLongerThanTheKernelThatMakesTheOutputs(int sequence, double milliseconds) {
        double pass = 1e3 * StateSpaceScan.on(Chips.H800_SXM5).forwardSeconds(8.0 * sequence, 80, 64, 1, 128, 256);
        assertThat(pass).isBetween(1.2 * milliseconds, 3 * milliseconds);
    }

    @Test
    void timeIsThatOfLaunchesBytesAndProducts() {
        double one = H100.forwardSeconds(4096, 64, 64, 8, 128, 128);
        double two = H100.forwardSeconds(8192, 64, 64, 8, 128, 128);
        double launches = H100.forwardSeconds(0, 64, 64, 8, 128, 128);
        assertThat(launches).isPositive().isLessThan(0.5 * one);
        assertThat(two).isCloseTo(2 * one - launches, within(1e-9 * two));
        double flops = ScanFormulas.forwardFlops(4096, 64, 64, 8, 128, 128);
        assertThat(one).isGreaterThan(flops / Chips.H100_SXM5.denseFlopsPerSecond(Precision.BF16) + launches);
    }

    @Test
    void backwardTakesLonger() {
        for (int heads = 8; heads <= 256; heads *= 2) {
            double forward = H100.forwardSeconds(8192, heads, 64, 8, 128, 128);
            assertThat(H100.backwardSeconds(8192, heads, 64, 8, 128, 128)).isGreaterThan(2 * forward);
            assertThat(H100.forwardSeconds(8192, 2 * heads, 64, 8, 128, 128)).isGreaterThan(forward);
            assertThat(StateSpaceScan.on(Chips.A100_SXM4_80).forwardSeconds(8192, heads, 64, 8, 128, 128))
                    .isGreaterThan(forward);
        }
    }

    @Test
    void theErrorIsThatOfUnscoredKernels() {
        assertThat(H100.relativeError()).isEqualTo(AttentionConstants.figure("unscored_error"));
        assertThat(H100).hasToString("state-space scan on H100 SXM5 80GB");
    }

    @Test
    void nothingHasNoHeads() {
        assertThatThrownBy(() -> H100.forwardSeconds(8192, 0, 64, 8, 128, 128)).hasMessageContaining("heads");
        assertThatThrownBy(() -> H100.backwardSeconds(8192, 8, 64, 8, 128, 0)).hasMessageContaining("chunk length");
    }
}
