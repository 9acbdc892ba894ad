package org.hopperline.collective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.hopperline.hardware.Cluster;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where the ranks of a group lie. */
class GroupTest {

    private final Cluster cluster = Machines.infiniband(256);

    @ParameterizedTest(name = "{0} ranks at stride {1}: {2} nodes of {3}, {4} siblings")
    @CsvSource({
        "8, 1, 1, 8, 1",
        "4, 1, 1, 4, 2",
        "2, 4, 1, 2, 4",
        "16, 1, 2, 8, 1",
        "64, 8, 64, 1, 8",
        "64, 2, 16, 4, 2",
        "16, 64, 16, 1, 8",
        "2048, 1, 256, 8, 1",
        "16, 3, 6, 3, 2",
    })
    void membersFillNodesInRankOrder(int ranks, int stride, int nodes, int members, int siblings) {
        Group group = Group.of(cluster, ranks, stride);
        assertThat(group.nodes()).isEqualTo(nodes);
        assertThat(group.membersPerNode()).isEqualTo(members);
        assertThat(group.siblings()).isEqualTo(siblings);
    }

    @Test
    void siblingsShareTheInterfacesOfANode() {
        assertThat(Group.of(cluster, 64, 8).nicBytesPerSecond()).isEqualTo(50e9);
        assertThat(Group.of(cluster, 64, 1).nicBytesPerSecond()).isEqualTo(50e9);
        assertThat(Group.of(cluster, 64, 8).withSiblings(1).nicBytesPerSecond()).isEqualTo(50e9);
        Cluster fewer = new Cluster(
                "four interfaces",
                new org.hopperline.hardware.Node(
                        "n",
                        Machines.dgx().chip(),
                        8,
                        Machines.dgx().scaleUp(),
                        4,
                        Machines.dgx().nic()),
                4,
                cluster.fabric());
        assertThat(Group.of(fewer, 4, 8).nicBytesPerSecond()).isEqualTo(25e9);
        assertThat(Group.of(fewer, 4, 8).withSiblings(1).nicBytesPerSecond()).isEqualTo(50e9);
    }

    @Test
    void hopsAreCountedByWhatTheyCross() {
        Group all = Group.all(cluster);
        assertThat(all.hopsInsideNodes()).isEqualTo(2048 - 256);
        assertThat(all.hopsBetweenNodes()).isEqualTo(256);
        assertThat(all.hopsPast(0)).isEqualTo(8);
        assertThat(all.hopsPast(1)).isEqualTo(2);
        assertThat(all.switchesAcross()).isEqualTo(5);
        assertThat(all.reach()).isEqualTo("past pod");
        assertThat(Group.of(cluster, 64, 1).reach()).isEqualTo("leaf");
        assertThat(Group.of(cluster, 64, 1).switchesAcross()).isEqualTo(1);
        assertThat(Group.of(cluster, 8, 1).reach()).isEqualTo("node");
        assertThat(Group.of(cluster, 8, 1).switchesAcross()).isZero();
    }

    @Test
    void nothingIsLostOnANonBlockingFabric() {
        assertThat(Group.all(cluster).neighbourShare()).isEqualTo(1);
        assertThat(Group.of(cluster, 256, 8).neighbourShare()).isEqualTo(1);
    }

    @Test
    void oneRankAnIslandGetsOneSeventhAcrossASevenToOneCore() {
        Cluster islands = Machines.islands(2048);
        // 4 ranks, one in each island of 4096 devices
        assertThat(Group.of(islands, 4, 4096).neighbourShare()).isCloseTo(1.0 / 7, within(1e-12));
        // 14 members an island, one a node: seven groups' worth crosses where two could
        assertThat(Group.of(islands, 56, 256).neighbourShare()).isEqualTo(1);
        assertThat(Group.all(islands).neighbourShare()).isEqualTo(1);
    }

    @Test
    void widerLeavesDoNotWidenTheCoreAboveThem() {
        Cluster meta = new Cluster(
                "wide racks",
                Machines.dgx(),
                1536,
                Machines.fabric(
                        false,
                        0.9,
                        new org.hopperline.hardware.Tier("rack", 2, 0.5),
                        new org.hopperline.hardware.Tier("pod", 384, 7)));
        assertThat(Group.of(meta, 4, 3072).neighbourShare()).isCloseTo(1.0 / 7, within(1e-12));
        assertThat(Group.of(meta, 128, 8).neighbourShare()).isEqualTo(1);
    }

    @Test
    void evenTrafficCrossesTheCoreInProportion() {
        Cluster islands = Machines.islands(2048);
        // three quarters of the bytes leave the island, at a seventh of 50 GB/s
        assertThat(Group.all(islands).uniformSecondsPerByte()).isCloseTo(0.75 * 7 / 50e9, within(1e-18));
    }

    @Test
    void innerAndOuterGroupsMultiplyToTheWhole() {
        Group all = Group.all(cluster);
        assertThat(all.insideNode().ranks()).isEqualTo(8);
        assertThat(all.insideNode().nodes()).isEqualTo(1);
        assertThat(all.acrossNodes().ranks()).isEqualTo(256);
        assertThat(all.acrossNodes().siblings()).isEqualTo(8);
        assertThat(all.acrossNodes().nicBytesPerSecond()).isEqualTo(50e9);
    }

    @Test
    void aGroupThatDoesNotFillItsNodesEvenlyIsPricedAsTheOneThatLiesAcrossTwo() {
        Cluster twelve = new Cluster(
                "twelve to a node",
                new org.hopperline.hardware.Node(
                        "n",
                        Machines.dgx().chip(),
                        12,
                        Machines.dgx().scaleUp(),
                        8,
                        Machines.dgx().nic()),
                6,
                cluster.fabric());
        assertThat(Group.of(twelve, 8, 1).nodes()).isEqualTo(2);
        assertThat(Group.of(twelve, 8, 1).membersPerNode()).isEqualTo(4);
        assertThat(Group.of(twelve, 6, 1).nodes()).isEqualTo(1);
        assertThat(Group.of(twelve, 72, 1).nodes()).isEqualTo(6);
        assertThat(Group.of(twelve.withDevices(12), 8, 1).nodes()).isEqualTo(1);
        assertThat(Group.of(cluster, 16, 3).insideNode().nodes()).isEqualTo(1);
    }

    @Test
    void ranksSpreadOverNodesAsALauncherPlacesThem() {
        Group six = Group.spread(cluster, 6, 1);
        assertThat(six.nodes()).isEqualTo(1);
        assertThat(six.siblings()).isEqualTo(1);
        Group two = Group.spread(cluster, 4, 2);
        assertThat(two.membersPerNode()).isEqualTo(2);
        assertThat(two.nicBytesPerSecond()).isEqualTo(50e9);
        assertThat(Group.spread(cluster, 2048, 256).toString())
                .isEqualTo(Group.all(cluster).toString());
        assertThatThrownBy(() -> Group.spread(cluster, 16, 1))
                .hasMessageContaining("16 ranks do not spread over 1 nodes")
                .hasMessageContaining("from 2 to 16");
        assertThatThrownBy(() -> Group.spread(cluster, 4096, 512)).hasMessageContaining("256 nodes of 8 devices");
    }

    @Test
    void aGroupLargerThanTheClusterIsRefused() {
        assertThatThrownBy(() -> Group.of(cluster, 512, 8))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("512 ranks at stride 8 spans 4096 devices")
                .hasMessageContaining("infiniband has 2048")
                .hasMessageContaining("at most 256 ranks")
                .hasMessageContaining("stride of at most 4");
    }

    @Test
    void anEmptyGroupIsRefused() {
        assertThatThrownBy(() -> Group.of(cluster, 0, 1)).hasMessageContaining("ranks of a group is 0");
        assertThatThrownBy(() -> Group.of(cluster, 1, 0)).hasMessageContaining("stride of a group is 0");
    }

    @Test
    void anOrderYieldsTheGroupsOfItsAxes() {
        RankOrder order =
                RankOrder.on(cluster).axis("tp", 8).axis("cp", 2).axis("dp", 32).axis("pp", 4);
        assertThat(order.group("tp").stride()).isEqualTo(1);
        assertThat(order.group("dp").stride()).isEqualTo(16);
        assertThat(order.group("dp").ranks()).isEqualTo(32);
        assertThat(order.group("cp", "dp").ranks()).isEqualTo(64);
        assertThat(order.group("cp", "dp").stride()).isEqualTo(8);
        assertThat(order.group("pp").stride()).isEqualTo(512);
    }

    @Test
    void anOrderThatDoesNotCoverTheClusterIsRefused() {
        assertThatThrownBy(
                        () -> RankOrder.on(cluster).axis("tp", 8).axis("dp", 32).group("dp"))
                .hasMessageContaining("tp 8-dp 32 has 256 ranks")
                .hasMessageContaining("infiniband has 2048 devices");
    }

    @Test
    void anUnknownAxisIsRefusedWithTheNearest() {
        assertThatThrownBy(() ->
                        RankOrder.on(cluster).axis("tp", 8).axis("dp", 256).group("dq"))
                .hasMessageContaining("dq")
                .hasMessageContaining("dp");
    }

    @Test
    void axesTheWrongWayRoundOrTwiceAreRefused() {
        RankOrder order = RankOrder.on(cluster).axis("tp", 8).axis("dp", 256);
        assertThatThrownBy(() -> order.group("dp", "tp")).hasMessageContaining("name the faster axis first");
        assertThatThrownBy(() -> order.axis("tp", 2)).hasMessageContaining("stands twice");
    }
}
