package org.hopperline.run.goodput;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.assertj.core.data.Percentage;
import org.hopperline.text.Csv;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class DalyTest {

    static Stream<Csv.Row> reference() {
        return Csv.resource(DalyTest.class, "daly_reference.csv").rows().stream();
    }

    static Stream<Csv.Row> intervals() {
        return Csv.resource(DalyTest.class, "optimal_interval.csv").rows().stream();
    }

    static LongStream seeds() {
        return LongStream.range(0, 200);
    }

    @ParameterizedTest
    @MethodSource("reference")
    void bestIntervalAndEfficiencyAgreeWithManyDigits(Csv.Row row) {
        double mttf = FailureModel.mttfSeconds(FailureModel.nodes(row.whole("gpus"), 8), row.number("per_node_day"));
        double checkpoint = row.number("checkpoint_s");
        double recovery = row.number("recovery_s");
        assertThat(mttf).isCloseTo(row.number("mttf_s"), Percentage.withPercentage(1e-12));
        assertThat(Daly.optimalInterval(checkpoint, mttf))
                .isCloseTo(row.number("interval_s"), Percentage.withPercentage(1e-12));
        assertThat(Daly.bestEfficiency(checkpoint, recovery, mttf))
                .isCloseTo(row.number("efficiency"), Percentage.withPercentage(1e-12));
    }

    @ParameterizedTest
    @MethodSource("intervals")
    void bestIntervalHoldsFromTinyToHugeCheckpoints(Csv.Row row) {
        assertThat(Daly.optimalInterval(row.number("d"), 1))
                .isCloseTo(row.number("t"), Percentage.withPercentage(1e-12));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void noIntervalBeatsTheBest(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        double mttf = Math.exp(random.nextDouble(3, 14));
        double checkpoint = mttf * Math.exp(random.nextDouble(-14, 2));
        double recovery = mttf * random.nextDouble(0, 3);
        double best = Daly.optimalInterval(checkpoint, mttf);
        double top = Daly.efficiency(best, checkpoint, recovery, mttf);
        assertThat(top).isGreaterThan(0).isLessThan(1);
        assertThat(best).isPositive().isLessThanOrEqualTo(mttf);
        for (double factor : new double[] {0.1, 0.9, 0.999, 1.001, 1.1, 10}) {
            assertThat(Daly.efficiency(best * factor, checkpoint, recovery, mttf))
                    .isLessThan(top * (1 + 1e-12));
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void efficiencyFallsWithCheckpointRecoveryAndFailures(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        double mttf = Math.exp(random.nextDouble(3, 14));
        double checkpoint = mttf * random.nextDouble(0.001, 1);
        double recovery = mttf * random.nextDouble(0.001, 1);
        double g = Daly.bestEfficiency(checkpoint, recovery, mttf);
        assertThat(Daly.bestEfficiency(1.1 * checkpoint, recovery, mttf)).isLessThan(g);
        assertThat(Daly.bestEfficiency(checkpoint, 1.1 * recovery, mttf)).isLessThan(g);
        assertThat(Daly.bestEfficiency(checkpoint, recovery, 0.9 * mttf)).isLessThan(g);
        // Only ratios of times matter.
        assertThat(Daly.bestEfficiency(7 * checkpoint, 7 * recovery, 7 * mttf)).isCloseTo(g, within(1e-12));
    }

    @Test
    void rareFailuresLeaveOnlyTheCheckpoints() {
        assertThat(Daly.efficiency(600, 60, 1e3, 1e15)).isCloseTo(600.0 / 660, within(1e-9));
    }

    @Test
    void approximationsMeetTheExactIntervalWhereFailuresAreRare() {
        double exact = Daly.optimalInterval(1, 1e8);
        assertThat(Daly.youngInterval(1, 1e8)).isCloseTo(exact, Percentage.withPercentage(0.01));
        assertThat(Daly.dalyInterval(1, 1e8)).isCloseTo(exact, Percentage.withPercentage(1e-6));
        assertThat(Daly.firstOrderEfficiency(exact, 1, 60, 1e8))
                .isCloseTo(Daly.efficiency(exact, 1, 60, 1e8), within(1e-7));
    }

    @Test
    void higherOrderIntervalStaysNearTheExactOneAndFirstOrderDoesNot() {
        double exact = Daly.optimalInterval(300, 1824);
        assertThat(Daly.dalyInterval(300, 1824)).isCloseTo(exact, Percentage.withPercentage(0.5));
        assertThat(Daly.youngInterval(300, 1824)).isGreaterThan(1.2 * exact);
        assertThat(Daly.dalyInterval(5000, 1824)).isEqualTo(1824);
    }

    @Test
    void impliedRecoveryInvertsTheEfficiency() {
        double g = Daly.bestEfficiency(30, 412, 11_135);
        assertThat(Daly.impliedRecovery(g, 30, 11_135)).isCloseTo(412, within(1e-6));
        assertThatThrownBy(() -> Daly.impliedRecovery(0.99, 60, 1824))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("efficiency 0.99 is above 0.7649")
                .hasMessageContaining("take shorter checkpoints");
    }

    @Test
    void hopelessSettingsStayFiniteAndNotNegative() {
        assertThat(Daly.efficiency(60, 3600, 86_400, 60)).isZero();
        assertThat(Daly.logEfficiency(60, 3600, 86_400, 60)).isCloseTo(-1440 - 61, within(1e-9));
        assertThat(Daly.optimalInterval(1e9, 60)).isEqualTo(60);
    }

    @Test
    void firstOrderFormRefusesToGoNegative() {
        assertThatThrownBy(() -> Daly.firstOrderEfficiency(429, 60, 1500, 1824))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("outside its domain")
                .hasMessageContaining("the exact form gives 0.33");
    }

    @ParameterizedTest
    @CsvSource({
        "0, 10, 10, 1000, checkpoint interval is 0.0 s",
        "NaN, 10, 10, 1000, checkpoint interval is NaN s",
        "60, -1, 10, 1000, checkpoint time is -1.0 s",
        "60, 10, Infinity, 1000, recovery time is Infinity s",
        "60, 10, 10, -5, mean time to failure is -5.0 s",
    })
    void badTimesAreNamed(double interval, double checkpoint, double recovery, double mttf, String message) {
        assertThatThrownBy(() -> Daly.efficiency(interval, checkpoint, recovery, mttf))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    @Test
    void freeCheckpointsHaveNoBestInterval() {
        assertThatThrownBy(() -> Daly.optimalInterval(0, 1000))
                .hasMessage("checkpoint time is 0.0 s, but must be finite and above 0 s");
    }
}
