package org.hopperline.hardware;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

/** Counts of fat trees and dragonflies against published machines. */
class FatTreeTest {

    @Test
    void endpointsAreThoseOfKnownSwitches() {
        // SemiAnalysis, 100,000 H100 clusters: three tiers of 64-port Quantum-2 join 65,536
        assertThat(FatTree.endpoints(64, 3)).isEqualTo(65_536);
        assertThat(FatTree.endpoints(64, 2)).isEqualTo(2_048);
        assertThat(FatTree.endpoints(128, 3)).isEqualTo(524_288);
        assertThat(FatTree.endpoints(128, 2)).isEqualTo(8_192);
    }

    @Test
    void aHundredThousandNeedAFourthLevelOrWiderSwitches() {
        // SemiAnalysis, "100,000 H100 Clusters", 17 June 2024: four tiers take 1.33 times the transceivers of three
        assertThat(FatTree.fewestLevels(65_536, 64)).isEqualTo(3);
        assertThat(FatTree.fewestLevels(100_000, 64)).isEqualTo(4);
        assertThat(FatTree.fewestLevels(100_000, 128)).isEqualTo(3);
        assertThat(FatTree.linksOver(4, 3)).isCloseTo(1.33, within(0.005));
    }

    @Test
    void aRailOptimisedLeafJoinsEightTimesTheNodesOfAPlainOne() {
        // NVIDIA DGX SuperPOD, DGX H100: 32 nodes share the leaves of a scalable unit, one leaf a rail
        assertThat(FatTree.tiers(64, 3, 8, true))
                .containsExactly(new Tier("leaf", 32, 1), new Tier("pod", 128, 1), new Tier("core", 8192, 1));
        assertThat(FatTree.tiers(64, 3, 8, false).get(0)).isEqualTo(new Tier("leaf", 4, 1));
    }

    @Test
    void layersAreOversubscribedAsTold() {
        assertThat(FatTree.tiers(64, 4, 8, true, 1, 1, 7))
                .extracting(Tier::oversubscription)
                .containsExactly(1.0, 1.0, 7.0, 1.0);
        assertThat(FatTree.tiers(64, 2, 8, true, 2)).extracting(Tier::nodes).containsExactly(32, 256);
    }

    @Test
    void tapersAreThoseOfFrontierAndAurora() {
        // G. Lockwood's notes: Frontier 74 groups of 128 nodes, 4 links a pair, 1.753; Aurora 166 of 64, 2 links, 1.552
        assertThat(Dragonfly.taper(128, 4, 74, 4)).isCloseTo(1.753, within(1e-3));
        assertThat(Dragonfly.taper(64, 8, 166, 2)).isCloseTo(1.552, within(1e-3));
        assertThat(Dragonfly.tiers(128, 4, 74, 4).get(1).nodes()).isEqualTo(9472);
        assertThat(Dragonfly.tiers(16, 4, 5, 40).get(0).oversubscription()).isEqualTo(1);
    }

    @Test
    void badCountsAreRefused() {
        assertThatThrownBy(() -> FatTree.endpoints(63, 2))
                .hasMessage(
                        "ports of a switch is 63, but must be even, for half of them lead up, and at least 4; take 62 or 64");
        assertThatThrownBy(() -> FatTree.endpoints(3, 2)).hasMessageEndingWith("at least 4; take 4");
        assertThatThrownBy(() -> FatTree.fewestLevels(33, 4))
                .hasMessage("33 endpoints are more than 4 levels of 4-port switches join, which is 32;"
                        + " take switches of more ports");
        assertThatThrownBy(() -> FatTree.fewestLevels(0, 64)).hasMessageContaining("endpoints is 0");
        assertThatThrownBy(() -> FatTree.endpoints(64, 5)).hasMessageContaining("levels is 5");
        assertThatThrownBy(() -> FatTree.tiers(64, 1, 8, true)).hasMessageContaining("levels is 1");
        assertThatThrownBy(() -> FatTree.tiers(64, 2, 8, true, 1, 7))
                .hasMessageContaining("2 oversubscriptions for 2 levels");
        assertThatThrownBy(() -> FatTree.tiers(8, 2, 8, true))
                .hasMessageContaining("8 interfaces does not fit under a leaf with 4 ports");
        assertThatThrownBy(() -> Dragonfly.taper(128, 4, 1, 4)).hasMessageContaining("groups is 1");
    }
}
