package org.hopperline.collective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Expected maxima against tables and closed forms. */
class ArrivalSpreadTest {

    /** Expected largest of n standard normal draws: Harter, Biometrika 48 (1961), table 1. */
    @ParameterizedTest
    @CsvSource({
        "1, 0",
        "2, 0.56419",
        "3, 0.84628",
        "5, 1.16296",
        "10, 1.53875",
        "20, 1.86748",
        "50, 2.24907",
        "100, 2.50759"
    })
    void theLargestOfNormalDrawsIsAsTabulated(long n, double expected) {
        assertThat(ArrivalSpread.standardNormalMaximum(n)).isCloseTo(expected, within(2e-5));
    }

    /** The integral anew: the tail of the distribution summed from the far end, both by Simpson's rule. */
    @ParameterizedTest
    @ValueSource(longs = {3, 6, 24, 96, 512, 1536, 16_384, 98_304, 5_000_000, 1_500_000_000})
    void theLargestOfNormalDrawsIsTheIntegral(long n) {
        double width = 0.005;
        double tail = 0;
        double sum = 0;
        for (int i = 2400; i > 0; i -= 2) {
            double end = moreThanNone(tail, n);
            double middle = tail + simpson(i * width, width);
            tail = middle + simpson((i - 1) * width, width);
            sum += width / 3 * (end + 4 * moreThanNone(middle, n) + moreThanNone(tail, n));
        }
        assertThat(tail).isCloseTo(0.5, within(1e-12));
        assertThat(ArrivalSpread.standardNormalMaximum(n)).isCloseTo(sum, within(1e-5));
    }

    private static double moreThanNone(double tail, long n) {
        return -Math.expm1(n * Math.log1p(-tail)) - Math.pow(tail, n);
    }

    private static double simpson(double above, double width) {
        return width / 6 * (density(above) + 4 * density(above - width / 2) + density(above - width));
    }

    private static double density(double x) {
        return Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, (1L << 31) + 1})
    void drawsThatNobodyMakesAreRefused(long n) {
        assertThatThrownBy(() -> ArrivalSpread.standardNormalMaximum(n))
                .hasMessage("the largest of " + n + " normal draws is not known; take 1 to 2^31 draws");
    }

    @Test
    void theLargestOfManyNormalDrawsApproachesItsGumbelLimit() {
        // Fisher and Tippett: a + gamma / a' with the quantile 1 - 1/n of the normal, 4.7534 for a million
        assertThat(ArrivalSpread.standardNormalMaximum(1_000_000)).isCloseTo(4.863, within(0.01));
    }

    @Test
    void closedFormsHold() {
        assertThat(ArrivalSpread.harmonicNumber(4)).isCloseTo(25.0 / 12, within(1e-12));
        double direct = 0;
        for (int i = 1; i <= 1000; i++) {
            direct += 1.0 / i;
        }
        assertThat(ArrivalSpread.harmonicNumber(1000)).isCloseTo(direct, within(1e-10));
        assertThat(ArrivalSpread.uniform(0, 1).expectedMaximumSeconds(3)).isCloseTo(Math.sqrt(3) / 2, within(1e-12));
        assertThat(ArrivalSpread.exponential(5e-3, 2e-3).expectedMaximumSeconds(4))
                .isCloseTo(5e-3 + 2e-3 * (25.0 / 12 - 1), within(1e-12));
    }

    @Test
    void oneRankWaitsForNobodyAndMoreWaitLonger() {
        for (ArrivalSpread.Shape shape : ArrivalSpread.Shape.values()) {
            ArrivalSpread spread = new ArrivalSpread(shape, 1e-3, 1e-4);
            assertThat(spread.expectedWaitSeconds(1)).isCloseTo(0, within(1e-9));
            double before = 0;
            for (long n = 2; n < 200_000; n *= 2) {
                double wait = spread.expectedWaitSeconds(n);
                assertThat(wait).isGreaterThan(before);
                before = wait;
            }
        }
    }

    @Test
    void tailsOrderTheShapesAtScale() {
        double normal = ArrivalSpread.normal(0, 1).expectedMaximumSeconds(100_000);
        assertThat(ArrivalSpread.exponential(0, 1).expectedMaximumSeconds(100_000))
                .isGreaterThan(normal);
        assertThat(ArrivalSpread.uniform(0, 1).expectedMaximumSeconds(100_000)).isLessThan(normal);
    }

    @Test
    void badSpreadsAreRefused() {
        assertThatThrownBy(() -> ArrivalSpread.normal(0, -1)).hasMessageContaining("deviation of lateness is -1.0 s");
        assertThatThrownBy(() -> ArrivalSpread.normal(Double.NaN, 1)).hasMessageContaining("mean lateness is NaN");
        assertThatThrownBy(() -> ArrivalSpread.normal(0, 1).expectedMaximumSeconds(0))
                .hasMessageContaining("ranks is 0");
    }
}
