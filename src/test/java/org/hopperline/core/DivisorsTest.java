package org.hopperline.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Common divisors and multiples, against those of {@link BigInteger}. */
class DivisorsTest {

    static Stream<Arguments> counts() {
        Random random = new Random(5);
        return random.ints(50, 1, 100_000).mapToObj(a -> Arguments.of(a, 1 + random.nextInt(100_000)));
    }

    @ParameterizedTest
    @MethodSource("counts")
    void agreeWithBigIntegers(long a, long b) {
        long divisor = BigInteger.valueOf(a).gcd(BigInteger.valueOf(b)).longValueExact();
        assertThat(Divisors.greatestCommon(a, b)).isEqualTo(divisor);
        assertThat(Divisors.leastCommonMultiple(a, b)).isEqualTo(a * b / divisor);
    }

    @Test
    void oneDividesAllAndAnythingItself() {
        assertThat(Divisors.greatestCommon(1, 60)).isEqualTo(1);
        assertThat(Divisors.greatestCommon(60, 60)).isEqualTo(60);
        assertThat(Divisors.leastCommonMultiple(1, 60)).isEqualTo(60);
    }

    @Test
    void countsBelowOneAreRefused() {
        assertThatThrownBy(() -> Divisors.greatestCommon(0, 8))
                .hasMessage("first of two counts is 0, but must be at least 1");
        assertThatThrownBy(() -> Divisors.leastCommonMultiple(8, -2))
                .hasMessage("second of two counts is -2, but must be at least 1");
    }

    @Test
    void aMultipleBeyondAllLongsIsRefused() {
        assertThatThrownBy(() -> Divisors.leastCommonMultiple(Long.MAX_VALUE, Long.MAX_VALUE - 1))
                .isInstanceOf(ArithmeticException.class);
    }
}
