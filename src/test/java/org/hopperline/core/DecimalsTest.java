package org.hopperline.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Decimals are those of the JDK's formatter. */
class DecimalsTest {

    private static final int VALUES = 500;

    static LongStream seeds() {
        return LongStream.range(0, 20);
    }

    private static String written(double value, int decimals) {
        StringBuilder text = new StringBuilder("before ");
        Decimals.append(text, value, decimals);
        return text.substring("before ".length());
    }

    private static void check(double value, int decimals) {
        assertThat(written(value, decimals))
                .as("%s with %s decimals", value, decimals)
                .isEqualTo(String.format(Locale.ROOT, "%." + decimals + "f", value));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void areThoseOfTheFormatterForNumbersOfAnySize(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < VALUES; i++) {
            double size = Math.pow(10, -8 + 20 * random.nextDouble());
            check(random.nextBoolean() ? size : -size, random.nextInt(9));
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void areRoundedAsTheFormatterRoundsInTheMiddle(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < VALUES; i++) {
            int decimals = random.nextInt(7);
            double middle = (random.nextInt(100_000) + 0.5) / Math.pow(10, decimals);
            check(middle, decimals);
            check(Math.nextUp(middle), decimals);
            check(Math.nextDown(middle), decimals);
            check(middle * (1 + 1e-9 * random.nextGaussian()), decimals);
        }
    }

    @ParameterizedTest
    @ValueSource(
            doubles = {
                0,
                -0.0,
                0.5,
                -0.04,
                0.05,
                1.005,
                9.995,
                9.9999999,
                99.95,
                999_999_999,
                1e15,
                1e300,
                Double.MIN_VALUE,
                Double.NaN,
                Double.POSITIVE_INFINITY,
                Double.NEGATIVE_INFINITY
            })
    void areThoseOfTheFormatterAtTheLimits(double value) {
        for (int decimals = 0; decimals < 9; decimals++) {
            check(value, decimals);
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void quantitiesReadAsTheyAlwaysDid(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < VALUES; i++) {
            double value = Math.pow(10, -12 + 34 * random.nextDouble()) * (random.nextInt(9) == 0 ? -1 : 1);
            double some = random.nextInt(4) == 0 ? Math.rint(value) : value;
            assertThat(Units.format(some, "1")).isEqualTo(digits(some));
            assertThat(Units.format(some, "token")).isEqualTo(digits(some) + " token");
            assertThat(Units.format(Math.abs(some) % 1e3 + 1e3, "s"))
                    .isEqualTo(digits(Math.abs(some) % 1e3 + 1e3) + " s");
        }
    }

    /** Four significant digits by the formatter and regular expressions. */
    private static String digits(double value) {
        double size = Math.abs(value);
        if (value == Math.rint(value) && size < 1e7) {
            return String.format(Locale.ROOT, "%.0f", value);
        }
        if (size >= 1e7 || size < 1e-3) {
            return String.format(Locale.ROOT, "%.3e", value);
        }
        String text =
                String.format(Locale.ROOT, "%." + (int) Math.max(0, 3 - Math.floor(Math.log10(size))) + "f", value);
        return text.indexOf('.') < 0 ? text : text.replaceAll("0+$", "").replaceAll("\\.$", "");
    }
}
