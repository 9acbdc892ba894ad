package org.hopperline.run.machines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.assertj.core.data.Percentage;
import org.hopperline.core.Kind;
import org.hopperline.hardware.Clusters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LinpackTest {

    /** TOP500, November 2023 (Eagle) and June 2024. Nothing in the model was fitted to them. */
    @ParameterizedTest
    @CsvSource({"Eagle, 561.2e15", "Aurora, 1.012e18", "Frontier, 1.206e18"})
    void predictedStandsBesideMeasured(String machine, double measured) {
        Linpack predicted = Linpack.of(Clusters.named(machine));
        assertThat(predicted.flopsPerSecond()).isCloseTo(measured, Percentage.withPercentage(10));
        assertThat(predicted.mostFlopsPerSecond()).isGreaterThan(measured);
        assertThat(Machine.of(Clusters.named(machine))
                        .value(Measure.HPL_PREDICTED)
                        .orElseThrow()
                        .value())
                .isEqualTo(predicted.flopsPerSecond());
    }

    @Test
    void halfOfAuroraStandsBesideItsFirstEntry() {
        // TOP500, November 2023: 585.34 PFLOP/s on half of the final system.
        assertThat(Linpack.of(Clusters.AURORA, 10_624 / 2).flopsPerSecond())
                .isCloseTo(585.34e15, Percentage.withPercentage(10));
    }

    @Test
    void eagleRanAsLongAsItsOrderAsks() {
        // Glenn K. Lockwood, glennklockwood.com: order 11,796,480 in 1,950 s at 561.2 PFLOP/s.
        assertThat(Linpack.flops(11_796_480) / 561.2e15).isCloseTo(1950.06, within(0.05));
    }

    @Test
    void onlyTheNodesThatRanTakePart() {
        assertThat(Linpack.of(Clusters.FRONTIER).devices()).isEqualTo(9216 * 8);
        assertThat(Linpack.of(Clusters.AURORA).devices()).isEqualTo(9234 * 12);
        assertThat(Linpack.of(Clusters.EAGLE).devices()).isEqualTo(14_400);
        assertThat(Linpack.of(Clusters.FRONTIER, 1).devices()).isEqualTo(8);
    }

    @Test
    void moreNodesDoMoreAndEachDoesLess() {
        Linpack few = Linpack.of(Clusters.EAGLE, 100);
        Linpack many = Linpack.of(Clusters.EAGLE, 1600);
        assertThat(many.flopsPerSecond()).isGreaterThan(10 * few.flopsPerSecond());
        assertThat(many.flopsPerSecond() / many.devices())
                .isCloseTo(few.flopsPerSecond() / few.devices(), Percentage.withPercentage(1));
        assertThat(many.order()).isCloseTo(4 * few.order(), within(2L));
        // A matrix that fills the memory grows its updates as N^3 and its traffic as N^2.
        assertThat(Linpack.trafficBytes(2e6, 10)).isCloseTo(4 * Linpack.trafficBytes(1e6, 10), within(1.0));
        assertThat(Linpack.trafficBytes(1e6, 10)).isCloseTo(8e12 / 2 * 0.3, within(1.0));
    }

    @Test
    void ratesSayWhereTheyComeFrom() {
        assertThat(Linpack.of(Clusters.FRONTIER).rate().kind()).isEqualTo(Kind.MEASURED);
        assertThat(Linpack.of(Clusters.AURORA).rate().kind()).isEqualTo(Kind.MEASURED);
        assertThat(Linpack.of(Clusters.EAGLE).rate().kind()).isEqualTo(Kind.ASSUMED);
        assertThatThrownBy(() -> Linpack.of(Clusters.EAGLE, 0)).hasMessageContaining("nodes is 0");
    }
}
