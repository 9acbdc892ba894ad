package org.hopperline.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ExpertOverlapTest {

    @Test
    void nothingToExchangeCostsNothing() {
        assertThat(ExpertOverlap.exposed(0, 1, 2, 3, 4, 0.2)).isZero();
    }

    @Test
    void withoutComputeAllOfItIsExposed() {
        assertThat(ExpertOverlap.exposed(2, 0, 0, 0, 0, 0.2)).isEqualTo(4 * 2);
    }

    @Test
    void behindLongComputeOnlyTheMultiprocessorsThatItTakesCount() {
        assertThat(ExpertOverlap.exposed(1, 10, 10, 10, 10, 24.0 / 132)).isCloseTo(4 * 24.0 / 132, within(1e-12));
    }

    @Test
    void whatOutlastsTheComputeIsExposed() {
        assertThat(ExpertOverlap.beside(5, 3, 0.1)).isEqualTo(2);
        assertThat(ExpertOverlap.beside(5, 3, 0)).isEqualTo(2);
    }

    /** Each piece waits for the column before it: a long column cannot lend its time to a short one. */
    @Test
    void eachExchangeHidesBehindItsOwnColumn() {
        assertThat(ExpertOverlap.exposed(2, 1, 5, 0.5, 3, 0)).isEqualTo(1 + 0 + 1.5 + 0);
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
            assertThat(ExpertOverlap.beside(2, compute, 0.3)).isBetween(2 * 0.3 - 1e-12, 2.0);
        }
    }
}
