package org.hopperline.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ExpertOverlapTest {

    /** 24 of 132 multiprocessors. */
    private static final double RATE = 108.0 / 132;

    @Test
    void nothingToExchangeCostsNothing() {
        assertThat(ExpertOverlap.exposed(0, 1, 2, 3, 4, RATE)).isZero();
        assertThat(ExpertOverlap.lost(0, 1, 2, 3, 4, RATE)).isZero();
    }

    @Test
    void withoutComputeAllOfItIsExposed() {
        assertThat(ExpertOverlap.exposed(2, 0, 0, 0, 0, RATE)).isEqualTo(4 * 2);
        assertThat(ExpertOverlap.lost(2, 0, 0, 0, 0, RATE)).isZero();
    }

    @Test
    void behindLongComputeOnlyTheMultiprocessorsThatItTakesCount() {
        assertThat(ExpertOverlap.exposed(1, 10, 10, 10, 10, RATE)).isZero();
        assertThat(ExpertOverlap.lost(1, 10, 10, 10, 10, RATE)).isCloseTo(4 * 24.0 / 132, within(1e-12));
    }

    @Test
    void whatOutlastsTheSlowedComputeIsExposed() {
        // 5 s of exchange beside 2 s of attention and of its gradients, and beside 1 s of experts each way
        assertThat(ExpertOverlap.exposed(5, 2, 1, 1, 2, 1)).isEqualTo(3 + 4 + 4 + 3);
        assertThat(ExpertOverlap.exposed(5, 2, 1, 1, 2, 0.5)).isEqualTo(1 + 3 + 3 + 1);
        assertThat(ExpertOverlap.lost(5, 2, 1, 1, 2, 0.5)).isEqualTo(2 + 1 + 1 + 2);
    }

    /** Each piece waits for the column before it: a long column cannot lend its time to a short one. */
    @Test
    void eachExchangeHidesBehindItsOwnColumn() {
        assertThat(ExpertOverlap.exposed(2, 1, 5, 0.5, 3, 1)).isEqualTo(1 + 0 + 1.5 + 0);
    }

    @Test
    void warmUpAndTheLastPassesRunAlone() {
        assertThat(ExpertOverlap.unpaired(8, 4, 128)).isEqualTo((7 + 3 * 8) / (4.0 * 128));
        assertThat(ExpertOverlap.unpaired(1, 1, 64)).isEqualTo(1 / 64.0);
        assertThat(ExpertOverlap.unpaired(16, 1, 4))
                .as("fewer micro-batches than stages")
                .isEqualTo(1);
    }

    @Test
    void neverMoreThanTheTrafficAlone() {
        for (double compute = 0; compute < 4; compute += 0.25) {
            double added = ExpertOverlap.exposed(2, compute, compute, compute, compute, 0.7)
                    + ExpertOverlap.lost(2, compute, compute, compute, compute, 0.7);
            assertThat(added).isBetween(4 * 2 * 0.3 - 1e-12, 8.0);
        }
    }
}
