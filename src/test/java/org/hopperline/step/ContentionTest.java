package org.hopperline.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Compute beside traffic: what neither can escape, and the limits. */
class ContentionTest {

    static LongStream seeds() {
        return LongStream.range(0, 500);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void bothAreDoneWhenTheSlowedComputeOrTheTrafficIs(long seed) {
        Random random = new Random(seed);
        double compute = random.nextDouble() * 1e-2;
        double traffic = random.nextDouble() * 2e-2;
        double rate = 0.1 + 0.9 * random.nextDouble();
        // While the traffic lasts, compute advances r seconds a second; what is left runs at full rate.
        double byHand = rate * traffic >= compute ? traffic : traffic + (compute - rate * traffic);
        double lost = Contention.lost(compute, traffic, rate);
        double exposed = Contention.exposed(compute, traffic, rate);
        assertThat(compute + lost + exposed).isCloseTo(byHand, within(1e-15));
        assertThat(exposed).isBetween(0.0, traffic);
        assertThat(lost).isBetween(-1e-18, traffic);
        assertThat(byHand).isBetween(Math.max(compute, traffic), compute + traffic);
    }

    @Test
    void withoutTrafficOrWithoutASharedResourceNothingIsLost() {
        assertThat(Contention.lost(5e-3, 0, 0.5)).isZero();
        assertThat(Contention.exposed(5e-3, 0, 0.5)).isZero();
        assertThat(Contention.rate(2e-3, 1e-3, 0, 0)).isEqualTo(1);
        assertThat(Contention.lost(5e-3, 2e-3, 1)).isZero();
        assertThat(Contention.exposed(5e-3, 7e-3, 1)).isCloseTo(2e-3, within(1e-15));
    }

    @Test
    void productsLoseMultiprocessorsAndPassesLoseBandwidth() {
        // 24 channels on the 132 multiprocessors of an H100
        assertThat(Contention.rate(1, 0, 24.0 / 132, 0.3)).isCloseTo(108.0 / 132, within(1e-12));
        assertThat(Contention.rate(0, 1, 24.0 / 132, 0.3)).isCloseTo(0.7, within(1e-12));
        assertThat(Contention.rate(0, 0, 0.2, 0.3)).isEqualTo(1);
        double mixed = Contention.rate(3, 1, 0.2, 0.5);
        assertThat(mixed).isCloseTo(4 / (3 / 0.8 + 1 / 0.5), within(1e-12));
    }

    @Test
    void whatWaitsLosesNothing() {
        // 6 ms of compute at two thirds take 9; 4 ms of waiting stay 4
        assertThat(Contention.waiting(2.0 / 3, 0.6)).isCloseTo(10.0 / 13, within(1e-12));
        assertThat(Contention.waiting(0.7, 1)).isCloseTo(0.7, within(1e-12));
        assertThat(Contention.waiting(0.7, 0)).isEqualTo(1);
    }

    @Test
    void aShareOfOneLeavesNothingToComputeWith() {
        assertThatThrownBy(() -> Contention.rate(1, 1, 1, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "traffic takes 1.0 of the multiprocessors; a share is from 0 and below 1, or nothing is left to"
                                + " compute with");
        assertThatThrownBy(() -> Contention.rate(1, 1, 0, -0.1))
                .hasMessage(
                        "traffic takes -0.1 of the memory bandwidth; a share is from 0 and below 1, or nothing is left"
                                + " to compute with");
        assertThatThrownBy(() -> Contention.rate(Double.NaN, 1, 0, 0)).hasMessageContaining("time of products");
        assertThatThrownBy(() -> Contention.rate(1, -1, 0, 0)).hasMessageContaining("time of memory-bound operations");
    }
}
