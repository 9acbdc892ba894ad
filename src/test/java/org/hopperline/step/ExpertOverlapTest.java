package org.hopperline.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ExpertOverlapTest {

    /** 24 of 132 multiprocessors. */
    private static final double RATE = 108.0 / 132;

    @Test
    void nothingToExchangeCostsNothing() {
        assertThat(ExpertOverlap.exposed(0, 1, 2, 3, RATE)).isZero();
        assertThat(ExpertOverlap.lost(0, 1, 2, 3, RATE)).isZero();
    }

    @Test
    void withoutComputeAllOfItIsExposed() {
        assertThat(ExpertOverlap.exposed(2, 0, 0, 0, RATE)).isEqualTo(4 * 2);
        assertThat(ExpertOverlap.lost(2, 0, 0, 0, RATE)).isZero();
    }

    @Test
    void behindLongComputeOnlyTheMultiprocessorsThatItTakesCount() {
        assertThat(ExpertOverlap.exposed(1, 10, 10, 10, RATE)).isZero();
        assertThat(ExpertOverlap.lost(1, 10, 10, 10, RATE)).isCloseTo(4 * 24.0 / 132, within(1e-12));
    }

    @Test
    void whatOutlastsTheSlowedComputeIsExposed() {
        // 5 s of exchange beside 2 s of attention and of its gradients, 10 s beside 1 s of experts
        assertThat(ExpertOverlap.exposed(5, 2, 1, 2, 1)).isEqualTo(3 + 9 + 3);
        assertThat(ExpertOverlap.exposed(5, 2, 1, 2, 0.5)).isEqualTo(1 + 8 + 1);
        assertThat(ExpertOverlap.lost(5, 2, 1, 2, 0.5)).isEqualTo(2 + 1 + 2);
    }

    @Test
    void neverMoreThanTheTrafficAlone() {
        for (double compute = 0; compute < 4; compute += 0.25) {
            double added = ExpertOverlap.exposed(2, compute, compute, compute, 0.7)
                    + ExpertOverlap.lost(2, compute, compute, compute, 0.7);
            assertThat(added).isBetween(4 * 2 * 0.3 - 1e-12, 8.0);
        }
    }
}
