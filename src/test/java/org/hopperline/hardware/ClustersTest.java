package org.hopperline.hardware;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.LocalDate;
import org.assertj.core.data.Percentage;
import org.hopperline.core.Kind;
import org.hopperline.core.Precision;
import org.junit.jupiter.api.Test;

class ClustersTest {

    @Test
    void sizesAsPublished() {
        assertThat(Clusters.MEMPHIS.devices()).isEqualTo(100_000);
        assertThat(Clusters.EAGLE.devices()).isEqualTo(14_400);
        assertThat(Clusters.AURORA.devices()).isEqualTo(2 * 63_744);
        assertThat(Clusters.FRONTIER.devices()).isEqualTo(2 * 37_632);
        assertThat(Clusters.EOS.devices()).isEqualTo(4_608);
        assertThat(Clusters.META_ROCE.devices()).isEqualTo(24_576);
    }

    @Test
    void memphisPeaksAt99ExaflopsAndIsNotFourTimesTheOthers() {
        // SemiAnalysis, 100,000 H100 Clusters: 99 EFLOP/s in BF16.
        double memphis = peak(Clusters.MEMPHIS);
        assertThat(memphis).isCloseTo(98.94e18, Percentage.withPercentage(0.01));
        assertThat(memphis / peak(Clusters.AURORA)).isCloseTo(1.85, Percentage.withPercentage(0.5));
        assertThat(memphis / peak(Clusters.FRONTIER)).isCloseTo(6.87, Percentage.withPercentage(0.5));
        assertThat(memphis / peak(Clusters.EAGLE)).isCloseTo(6.94, Percentage.withPercentage(0.5));
    }

    private static double peak(Cluster cluster) {
        return cluster.devices() * cluster.chip().denseFlopsPerSecond(Precision.BF16);
    }

    @Test
    void memphisGrewByDate() {
        Cluster memphis = Clusters.MEMPHIS;
        assertThat(memphis.devicesOn(LocalDate.of(2024, 7, 22))).isZero();
        assertThat(memphis.devicesOn(LocalDate.of(2024, 8, 11))).isEqualTo(25_000);
        assertThat(memphis.devicesOn(LocalDate.of(2024, 9, 1))).isEqualTo(25_000);
        assertThat(memphis.on(LocalDate.of(2024, 9, 2)).devices()).isEqualTo(100_000);
        assertThat(memphis.on(LocalDate.of(2025, 3, 1)).devices()).isEqualTo(200_000);
        assertThatThrownBy(() -> memphis.on(LocalDate.of(2024, 7, 22)))
                .hasMessageContaining("Memphis had no devices on 2024-07-22; the first ran from 2024-08-11");
    }

    @Test
    void facilityPowerOfMemphis() {
        // Epoch AI, data on frontier data centres: 174 MW for 100,000 H100.
        assertThat(Clusters.MEMPHIS.facilityWatts()).isCloseTo(174e6, Percentage.withPercentage(0.5));
    }

    @Test
    void networksAsPublished() {
        // glennklockwood.com: Aurora injects 2.12 PB/s; Frontier has 100 GB/s a node.
        assertThat(Clusters.AURORA.devices() * Clusters.AURORA.node().nicBytesPerSecondPerDevice())
                .isCloseTo(2.12e15, Percentage.withPercentage(0.5));
        assertThat(Clusters.FRONTIER.node().nicBytesPerSecondPerDevice() * 8)
                .isCloseTo(100e9, Percentage.withPercentage(0.01));
        assertThat(Clusters.META_ROCE.fabric().tiers())
                .extracting(Tier::oversubscription)
                .containsExactly(0.5, 7.0, 1.0);
    }

    @Test
    void packagesHaveFasterLinksInside() {
        Node frontier = Clusters.FRONTIER.node();
        assertThat(frontier.linkWithin(2).bytesPerSecond()).isEqualTo(200e9);
        assertThat(frontier.linkWithin(3).bytesPerSecond()).isEqualTo(50e9);
        Node aurora = Clusters.AURORA.node();
        assertThat(aurora.linkWithin(2).bytesPerSecond())
                .isGreaterThan(10 * aurora.linkWithin(12).bytesPerSecond());
        assertThat(Clusters.EOS.node().linkWithin(2))
                .isEqualTo(Clusters.EOS.node().scaleUp());
    }

    @Test
    void unpublishedFactsAreAssumedAndCanBeVaried() {
        Cluster memphis = Clusters.MEMPHIS;
        assertThat(memphis.fact("rail_optimised").kind()).isEqualTo(Kind.ASSUMED);
        assertThat(memphis.assumptions()).anyMatch(line -> line.startsWith("rail_optimised = 1: not published"));
        Cluster mixed = memphis.withFact("rail_optimised", 0).withFact("tier_hall_oversubscription", 7);
        assertThat(mixed.fabric().railOptimised()).isFalse();
        assertThat(mixed.fabric().tiers().get(1).oversubscription()).isEqualTo(7);
        assertThat(memphis.fabric().railOptimised()).isTrue();
        assertThat(mixed.fact("rail_optimised").source()).contains("varied from");
        assertThat(memphis.withFact("power_usage_effectiveness", 1.1).powerUsageEffectiveness())
                .isEqualTo(1.1);
        assertThatThrownBy(() -> memphis.withFact("rail", 0)).hasMessageContaining("rail_optimised");
    }

    @Test
    void nothingLiesAboveTheTopTier() {
        assertThatThrownBy(() -> Clusters.MEMPHIS.withFact("tier_core_oversubscription", 7))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "tier_core_oversubscription is 7.0, but nothing lies above the top tier of Memphis, so it must"
                                + " be 1; vary tier_hall_oversubscription");
        assertThat(Clusters.MEMPHIS.withFact("tier_core_oversubscription", 1).fabric())
                .isEqualTo(Clusters.MEMPHIS.fabric());
    }

    @Test
    void anotherFabricDropsTheFactsOfTheOld() {
        Cluster memphis = Clusters.MEMPHIS.withFabric(Clusters.EAGLE.fabric());
        assertThat(memphis.fabric().technology()).isEqualTo(Fabric.Technology.INFINIBAND);
        assertThat(memphis.facts())
                .doesNotContainKeys("rail_optimised", "throughput")
                .containsKey("published_nodes");
    }

    @Test
    void clustersOfAnySize() {
        assertThat(Clusters.dgxH100(16_384).nodes()).isEqualTo(2048);
        assertThat(Clusters.dgxA100(8).node().nicBytesPerSecondPerDevice()).isEqualTo(25e9);
        Cluster half = Clusters.dgxH100(4);
        assertThat(half.devices()).isEqualTo(4);
        assertThat(half.node().nics()).isEqualTo(4);
        assertThatThrownBy(() -> Clusters.dgxH100(100))
                .hasMessageContaining("100 devices do not fill nodes of 8; take 96 or 104");
        assertThatThrownBy(() -> Clusters.dgxH100(0)).hasMessageContaining("devices is 0");
    }

    @Test
    void everyMachinePrintsInOneLineAndNamesItsSources() {
        assertThat(Clusters.list()).allSatisfy(cluster -> {
            assertThat(cluster.toString()).hasSizeLessThan(80).startsWith(cluster.name());
            assertThat(cluster.node().toString()).hasSizeLessThan(80);
            cluster.facts().forEach((name, figure) -> assertThat(cluster.card()).contains(name, figure.source()));
        });
        assertThat(Nodes.list()).isNotEmpty();
    }

    @Test
    void namesSearchAndComparison() {
        assertThat(Clusters.named("colossus")).isSameAs(Clusters.MEMPHIS);
        assertThatThrownBy(() -> Clusters.named("Memfis")).hasMessageContaining("Memphis");
        assertThatThrownBy(() -> Nodes.named("DGX H10")).hasMessageContaining("DGX H100");
        assertThat(Clusters.search("slingshot")).containsExactly(Clusters.AURORA, Clusters.FRONTIER);
        assertThat(Clusters.compare(Clusters.MEMPHIS, Clusters.EAGLE))
                .contains("98.94 EFLOP/s")
                .contains("14.25 EFLOP/s");
    }

    @Test
    void aClusterOfUnknownPowerAssumesThatOfDgxH100() {
        Cluster plain = new Cluster("plain", Clusters.EOS.node(), 4, Clusters.EOS.fabric());
        assertThat(plain.itWattsPerDevice()).isCloseTo(1389, Percentage.withPercentage(0.01));
        assertThat(plain.fact("it_power_per_device").kind()).isEqualTo(Kind.ASSUMED);
        assertThatThrownBy(() -> Clusters.EOS.withFact("power_usage_effectiveness", 0.9))
                .hasMessageContaining("power usage effectiveness of Eos is 0.9");
    }

    @Test
    void partsPrintInOneLine() {
        assertThat(Clusters.META_ROCE.fabric().tiers().get(1)).hasToString("pod: 384 nodes, 7:1 above");
        assertThat(Clusters.EOS.fabric().tiers().get(0)).hasToString("leaf: 32 nodes, non-blocking");
        assertThat(Clusters.EOS.node().nic()).hasToString("ConnectX-7 NDR 400 Gb/s: 50 GB/s a direction");
        assertThat(Clusters.MEMPHIS.fabric())
                .hasToString("Memphis: SPECTRUM_X, rail-optimised, 3 tiers, 95 % of the link rate");
        assertThat(Clusters.MEMPHIS.ramp().get(1)).hasToString("2024-09-02: 100000 devices, 174 MW; H100");
        assertThat(Clusters.FRONTIER.node().card()).contains("package of 2", "200 GB/s", "OLCF Frontier user guide");
    }

    @Test
    void stagesMustFollowEachOther() {
        Cluster memphis = Clusters.MEMPHIS;
        java.util.List<RampStage> backward = new java.util.ArrayList<>(memphis.ramp());
        java.util.Collections.reverse(backward);
        assertThatThrownBy(() -> new Cluster("x", memphis.node(), 4, memphis.fabric(), memphis.facts(), backward))
                .hasMessageContaining("does not follow 2025-11-07; put the stages in order of time");
    }

    @Test
    void countsBeyondAnIntAreRefused() {
        assertThatThrownBy(() -> new Cluster("x", Clusters.EOS.node(), 500_000_000, Clusters.EOS.fabric()))
                .hasMessage("500000000 nodes of 8 devices in x are more than can be counted; take at most 268435455");
    }

    @Test
    void nodesVary() {
        Node dgx = Nodes.named("DGX H100");
        assertThat(dgx.withChip(Chips.H200_SXM).chip()).isSameAs(Chips.H200_SXM);
        assertThat(dgx.withRatedPower(9000).ratedWatts()).isEqualTo(9000);
        assertThat(dgx.withDevices(2).nics()).isEqualTo(2);
        assertThat(dgx.withDevices(2).ratedWatts()).isEqualTo(2550);
        assertThatThrownBy(() -> dgx.withRatedPower(Double.NaN)).isInstanceOf(IllegalArgumentException.class);
        Node unknown = new Node("x", Chips.H100_SXM5, 4, dgx.scaleUp(), 4, dgx.nic());
        assertThat(unknown.ratedWatts()).isCloseTo(5100, Percentage.withPercentage(0.01));
        assertThat(unknown.ratedPower().kind()).isEqualTo(Kind.ASSUMED);
    }
}
