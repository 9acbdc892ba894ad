package org.hopperline.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

/** Collectives one after another, and what compute beside them loses. */
class TransferTest {

    /** A sum that takes a tenth of the multiprocessors, three times. */
    private static final Transfer.Part SUMS = new Transfer.Part(3, 0.02, 0.1, 0);

    /** A gather that takes a quarter of the memory bandwidth. */
    private static final Transfer.Part GATHER = new Transfer.Part(1, 0.04, 0, 0.25);

    @Test
    void collectivesRunOneAfterAnother() {
        assertThat(new Transfer(SUMS, Transfer.Part.NONE, GATHER).seconds()).isCloseTo(0.1, within(1e-15));
    }

    /** Products run at 9/10 beside the sums and whole beside the gather, memory-bound passes whole and at 3/4. */
    @Test
    void eachCollectiveSlowsByItsOwnRate() {
        Transfer both = new Transfer(SUMS, GATHER);
        assertThat(both.rateBeside(1, 0)).isCloseTo((0.06 * 0.9 + 0.04) / 0.1, within(1e-15));
        assertThat(both.rateBeside(0, 1)).isCloseTo((0.06 + 0.04 * 0.75) / 0.1, within(1e-15));
    }

    @Test
    void nothingSlowsNothing() {
        assertThat(Transfer.NONE.seconds()).isZero();
        assertThat(Transfer.NONE.rateBeside(1, 1)).isEqualTo(1);
        assertThat(new Transfer(Transfer.Part.NONE).rateBeside(1, 1)).isEqualTo(1);
    }
}
