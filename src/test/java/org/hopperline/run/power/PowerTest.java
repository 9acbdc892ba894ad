package org.hopperline.run.power;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.assertj.core.data.Percentage;
import org.hopperline.core.Figure;
import org.hopperline.hardware.Cluster;
import org.hopperline.hardware.Clusters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PowerTest {

    private static final PowerChain H100 = PowerChain.H100;
    private static final PhaseShares BUSY = new PhaseShares(0.8, 0.15, 0.05);

    static LongStream seeds() {
        return LongStream.range(0, 100);
    }

    @Test
    void theFourRatedPowersOfAnH100() {
        PowerLevels rated = H100.rated();
        assertThat(rated.chip().watts()).isEqualTo(700);
        // DGX H100: 10.2 kW over 8 GPUs.
        assertThat(rated.server().watts()).isEqualTo(1275);
        // "AI Datacenter Energy Dilemma" (SemiAnalysis, 2024): 11,112 W of critical IT for each server.
        assertThat(rated.criticalIt().watts()).isCloseTo(11_112 / 8.0, within(1e-9));
        // Epoch AI data-centre timelines: 174 MW of facility for 100,000 H100s in Memphis.
        assertThat(rated.times(100_000).facility().watts()).isCloseTo(174e6, Percentage.withPercentage(0.5));
    }

    @Test
    void trainingDrawLiesWhereItWasMeasured() {
        // arXiv 2412.08602: at most 82 % of the rating; arXiv 2506.14551: about 76 % in heavy computation.
        assertThat(H100.shareOfServerRating(ChipDraw.H100.average(new PhaseShares(1, 0, 0))))
                .isCloseTo(0.82, within(0.005));
        assertThat(H100.shareOfServerRating(ChipDraw.H100.average(BUSY))).isBetween(0.74, 0.79);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void averageDrawLiesBetweenItsBoundsAndBelowTheRating(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        PhaseShares shares = PhaseShares.ofSeconds(random.nextDouble(), random.nextDouble(), random.nextDouble());
        double average = ChipDraw.H100.average(shares).watts();
        assertThat(average)
                .isBetween(
                        ChipDraw.H100.lowest(shares).watts(),
                        ChipDraw.H100.highest(shares).watts());
        PowerLevels drawn = H100.drawn(ChipDraw.H100.average(shares));
        assertThat(drawn.chip().watts()).isLessThan(drawn.server().watts());
        assertThat(drawn.server().watts()).isLessThan(drawn.criticalIt().watts());
        assertThat(drawn.criticalIt().watts()).isLessThan(drawn.facility().watts());
        assertThat(drawn.facility().watts()).isLessThan(H100.rated().facility().watts());
    }

    @Test
    void everyMachineOfTheCatalogueHasAChain() {
        for (Cluster cluster : Clusters.list()) {
            PowerChain chain = PowerChain.of(cluster);
            PowerLevels drawn = chain.drawn(ChipDraw.of(cluster.chip()).average(BUSY));
            assertThat(drawn.facility().watts())
                    .as(cluster.name())
                    .isPositive()
                    .isLessThan(chain.rated().facility().watts());
            assertThat(chain.rated().times(cluster.devices()).facility().watts())
                    .as(cluster.name())
                    .isCloseTo(cluster.facilityWatts(), Percentage.withPercentage(1e-9));
        }
        assertThat(PowerChain.of(Clusters.dgxH100(8)).rated()).isEqualTo(H100.rated());
        assertThat(ChipDraw.of(Clusters.MEMPHIS.chip())).isSameAs(ChipDraw.H100);
        Cluster wrong = Clusters.MEMPHIS.withFact("it_power_per_device", 500);
        assertThatThrownBy(() -> PowerChain.of(wrong))
                .hasMessageContaining("Memphis is listed with 500.0 W")
                .hasMessageContaining("below the chip's limit of 700.0 W");
    }

    @Test
    void tensOfMegawattsSwingWhenTensOfThousandsOfGpusStop() {
        // arXiv 2407.21783, section 3.3.1 reports swings of tens of megawatts.
        PowerSwing swing = PowerSwing.of(H100, ChipDraw.H100, BUSY, 24_576);
        assertThat(swing.watts()).isBetween(10e6, 20e6);
        assertThat(swing.stopped().watts()).isLessThan(swing.running().watts());
    }

    @Test
    void megawattsFeedGpusInWholeServers() {
        FacilityPower each = new FacilityPower(1740);
        assertThat(PowerCap.ofMegawatts(8).gpus(each, 8)).isEqualTo(4592);
        assertThat(PowerCap.ofMegawatts(50).gpus(each, 8)).isEqualTo(28_728);
        assertThat(PowerCap.ofMegawatts(150).gpus(each, 8)).isEqualTo(86_200);
        assertThat(PowerCap.ofMegawatts(174).gpus(each, 8)).isEqualTo(100_000);
        assertThat(PowerCap.ofMegawatts(0.001).gpus(each, 8)).isZero();
    }

    @Test
    void aCapLowersTheClockUntilTheLoadFits() {
        int gpus = 100_000;
        double clock = PowerCap.ofMegawatts(100).relativeClock(H100, ChipDraw.H100, BUSY, gpus);
        assertThat(clock).isBetween(0.5, 1.0);
        double idle = ChipDraw.H100.idle().value();
        double full = ChipDraw.H100.average(BUSY).watts();
        ChipPower slow = new ChipPower(idle + (full - idle) * Math.pow(clock, 3));
        assertThat(H100.drawn(slow).times(gpus).facility().watts()).isCloseTo(100e6, within(1.0));
        assertThat(PowerCap.slowdown(BUSY, clock)).isCloseTo(0.8 / clock + 0.2, within(1e-12));
        assertThat(PowerCap.ofMegawatts(150).relativeClock(H100, ChipDraw.H100, BUSY, gpus))
                .isEqualTo(1);
    }

    @Test
    void aCapBelowStandingChipsIsRefused() {
        assertThatThrownBy(() -> PowerCap.ofMegawatts(50).relativeClock(H100, ChipDraw.H100, BUSY, 100_000))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("a cap of 50 MW (facility) cannot hold 100000 GPUs at any clock")
                .hasMessageContaining("at most 72859 fit");
    }

    @Test
    void approvalIsNeededAboveItsThresholdOnly() {
        assertThat(LoadApproval.TVA.needed(new FacilityPower(150e6))).isTrue();
        assertThat(LoadApproval.TVA.needed(new FacilityPower(100e6))).isFalse();
        assertThat(LoadApproval.TVA.mostWithout(new FacilityPower(1740), 8)).isEqualTo(57_464);
    }

    @Test
    void energyOfRunsAndYears() {
        // Model card of Llama 3.1: 30.84 million GPU-hours at 700 W are 21,588 MWh.
        assertThat(Energy.megawattHours(Energy.chipJoules(new ChipPower(700), 30.84e6 * 3600)))
                .isCloseTo(21_588, within(0.5));
        // "AI Datacenter Energy Dilemma" (SemiAnalysis, 2024): 249,185 MWh a year for 20,480 GPUs.
        assertThat(Energy.yearlyMegawattHours(H100.rated().criticalIt().times(20_480), 0.8, 1.25))
                .isCloseTo(249_185, Percentage.withPercentage(0.01));
        assertThat(Energy.joules(new FacilityPower(2), 3)).isEqualTo(6);
        assertThat(Energy.joulesPerToken(new FacilityPower(1736), 200)).isCloseTo(8.68, within(1e-12));
    }

    @Test
    void aRunThatOftenStandsDrawsLess() {
        FacilityPower running = new FacilityPower(100);
        FacilityPower stopped = new FacilityPower(40);
        assertThat(Energy.runJoules(running, stopped, 10, 0)).isEqualTo(1000);
        assertThat(Energy.runJoules(running, stopped, 10, 1)).isEqualTo(400);
        assertThat(Energy.runJoules(running, stopped, 10, 0.1)).isCloseTo(940, within(1e-9));
    }

    @Test
    void badPowersAreNamed() {
        assertThatThrownBy(() -> new FacilityPower(-1)).hasMessageContaining("facility power is -1.0 W");
        assertThatThrownBy(() -> new ChipPower(Double.NaN)).hasMessageContaining("chip power is NaN W");
        assertThatThrownBy(() -> H100.withPue(Figure.assumed(0.9, "1", "test")))
                .hasMessageContaining("power usage effectiveness is 0.9, but must be at least 1");
        assertThatThrownBy(() -> new PhaseShares(0.5, 0.4, 0.2)).hasMessageContaining("add up to 1.1");
        assertThatThrownBy(() -> new PhaseShares(1.2, 0, -0.2)).hasMessageContaining("compute share is 1.2");
        assertThatThrownBy(() -> PhaseShares.ofSeconds(0, 0, 0)).hasMessageContaining("sum of the phases is 0.0 s");
        assertThatThrownBy(() -> PowerCap.ofMegawatts(0)).hasMessageContaining("power cap is 0.0 W");
        assertThatThrownBy(() -> PowerCap.clockAt(50, 85, 700, 3)).hasMessageContaining("chip power is 50.0 W");
        assertThatThrownBy(() -> PowerCap.slowdown(BUSY, 0)).hasMessageContaining("relative clock is 0.0");
        assertThatThrownBy(() -> new ChipDraw(
                        Figure.assumed(700, "W", "test"),
                        Figure.assumed(50, "W", "test"),
                        Figure.assumed(85, "W", "test")))
                .hasMessageContaining("communication draw is 50.0 W");
        assertThatThrownBy(() -> Energy.yearlyMegawattHours(new CriticalItPower(1), 1, 0.5))
                .hasMessageContaining("power usage effectiveness is 0.5");
        assertThatThrownBy(() -> Energy.runJoules(new FacilityPower(1), new FacilityPower(1), 1, 2))
                .hasMessageContaining("standing share is 2.0");
        assertThatThrownBy(() -> PowerCap.ofMegawatts(1e12).gpus(new FacilityPower(1), 8))
                .hasMessageContaining("check the units");
    }
}
