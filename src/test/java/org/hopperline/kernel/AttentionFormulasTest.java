package org.hopperline.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AttentionFormulasTest {

    @Test
    void forwardAndBackwardCountAsInTheFlashAttentionPapers() {
        // arXiv 2307.08691, section 4.1: 4 s^2 d h forward, 2.5 times that backward, half under a causal mask
        assertThat(AttentionFormulas.forwardFlops(1, 16, 4096, 4096, 128, 128, false, 0))
                .isEqualTo(4.0 * 4096 * 4096 * 128 * 16);
        assertThat(AttentionFormulas.backwardFlops(1, 16, 4096, 4096, 128, 128, false, 0))
                .isEqualTo(2.5 * 4.0 * 4096 * 4096 * 128 * 16);
        assertThat(AttentionFormulas.forwardFlops(1, 16, 4096, 4096, 128, 128, true, 0))
                .isCloseTo(0.5 * 4.0 * 4096 * 4096 * 128 * 16, within(0.0003 * 1.4e11));
    }

    @Test
    void latentAttentionCountsBothVectorSizes() {
        assertThat(AttentionFormulas.forwardFlops(2, 128, 4096, 4096, 192, 128, false, 0))
                .isEqualTo(2.0 * (192 + 128) * 2 * 128 * 4096.0 * 4096);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void visiblePairsAgreeWithCountingThem(long seed) {
        Random random = new Random(seed);
        for (int trial = 0; trial < 200; trial++) {
            int queries = 1 + random.nextInt(40);
            int keys = queries + random.nextInt(40);
            int window = random.nextInt(60);
            long count = 0;
            for (int i = 1; i <= queries; i++) {
                int seen = keys - queries + i;
                count += window == 0 ? seen : Math.min(seen, window);
            }
            assertThat(AttentionFormulas.visiblePairs(queries, keys, true, window))
                    .as("queries %d keys %d window %d", queries, keys, window)
                    .isEqualTo(count);
        }
    }

    @Test
    void refusesAMaskThatLeavesQueriesWithoutKeys() {
        assertThatThrownBy(() -> AttentionFormulas.visiblePairs(4096, 2048, true, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("keys are 2048, but a causal mask needs at least as many as the 4096 queries; "
                        + "pass keys >= queries, or causal = false");
    }

    @Test
    void refusesAWindowWithoutTheCausalMask() {
        assertThatThrownBy(() -> AttentionFormulas.visiblePairs(4096, 4096, false, 128))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("a window needs the causal mask");
    }
}
