package org.hopperline.collective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.hopperline.core.Figure;
import org.hopperline.hardware.Cluster;
import org.junit.jupiter.api.Test;

/** What collectives take from kernels, and the constants' own rules. */
class CommunicationLoadTest {

    private final Cluster cluster = Machines.infiniband(4);
    private final Group node = Group.of(cluster, 8, 1);

    @Test
    void channelsAreMultiprocessors() {
        CollectiveConstants constants = CollectiveConstants.standard();
        assertThat(CommunicationLoad.multiprocessors(constants, Collective.ALL_REDUCE, Algorithm.NVLS, node))
                .isEqualTo(16);
        assertThat(CommunicationLoad.multiprocessors(constants, Collective.ALL_REDUCE, Algorithm.RING, node))
                .isEqualTo(24);
        assertThat(CommunicationLoad.multiprocessors(
                        constants, Collective.ALL_REDUCE, Algorithm.RING, Group.all(cluster)))
                .isEqualTo(16);
        // one rank of each node uses one of its eight interfaces, two channels
        assertThat(CommunicationLoad.multiprocessors(
                        constants, Collective.ALL_REDUCE, Algorithm.RING, Group.of(cluster, 4, 8)))
                .isEqualTo(2);
        assertThat(CommunicationLoad.multiprocessors(constants, Collective.ALL_TO_ALL, Algorithm.PEER_TO_PEER, node))
                .isEqualTo(32);
        assertThat(CommunicationLoad.multiprocessors(
                        constants, Collective.ALL_REDUCE, Algorithm.RING, Group.of(cluster, 1, 1)))
                .isZero();
    }

    /** The same logs: 32 channels a peer in a node, 2 across nodes. */
    @Test
    void aSendUsesTheChannelsOfOnePeer() {
        CollectiveConstants constants = CollectiveConstants.standard();
        assertThat(CommunicationLoad.multiprocessors(constants, Collective.SEND_RECEIVE, Algorithm.PEER_TO_PEER, node))
                .isEqualTo(32);
        assertThat(CommunicationLoad.multiprocessors(
                        constants, Collective.SEND_RECEIVE, Algorithm.PEER_TO_PEER, Group.of(cluster, 4, 8)))
                .isEqualTo(2);
    }

    @Test
    void memoryTrafficIsCountedByWhatIsReadAndWritten() {
        double s = 8e6;
        // all-gather of 8: 7e6 sent and read, 7e6 received and written, 1e6 copied
        assertThat(CommunicationLoad.memoryBytes(Collective.ALL_GATHER, Algorithm.RING, node, s))
                .isEqualTo(16e6);
        // reduce-scatter reads the other operand as well
        assertThat(CommunicationLoad.memoryBytes(Collective.REDUCE_SCATTER, Algorithm.RING, node, s))
                .isEqualTo(23e6);
        // all-reduce is both, less the two copies
        assertThat(CommunicationLoad.memoryBytes(Collective.ALL_REDUCE, Algorithm.RING, node, s))
                .isEqualTo(35e6);
        assertThat(CommunicationLoad.memoryBytes(Collective.ALL_REDUCE, Algorithm.NVLS, node, s))
                .isEqualTo(16e6);
        assertThat(CommunicationLoad.memoryBytes(Collective.ALL_GATHER, Algorithm.RING, Group.of(cluster, 1, 1), s))
                .isZero();
    }

    @Test
    void constantsNameTheirBirthplace() {
        CollectiveConstants constants = CollectiveConstants.standard();
        assertThat(constants.figures())
                .allSatisfy((name, figure) -> assertThat(figure.source()).isNotBlank());
        assertThat(constants.get("tree.ll.base").source()).contains("tuning.cc");
        assertThatThrownBy(() -> constants.get("ring.ll.bass"))
                .hasMessageContaining("ring.ll.bass")
                .hasMessageContaining("ring.ll.base");
    }

    @Test
    void aConstantIsReplacedInItsUnitOnly() {
        CollectiveConstants constants = CollectiveConstants.standard();
        CollectiveConstants slower = constants.with("network.share", Figure.assumed(0.5, "1", "what if"));
        assertThat(CollectiveModel.on(cluster, slower).seconds(Collective.ALL_GATHER, Group.all(cluster), 1e10))
                .isGreaterThan(1.5
                        * CollectiveModel.on(cluster, constants)
                                .seconds(Collective.ALL_GATHER, Group.all(cluster), 1e10));
        assertThatThrownBy(() -> constants.with("network.share", Figure.assumed(5e9, "byte/s", "what if")))
                .hasMessageContaining("network.share is in 1, but the new figure is in byte/s");
        assertThatThrownBy(() -> constants.with("network.share", Figure.assumed(-1, "1", "what if")))
                .hasMessageContaining("network.share is -1.0");
    }
}
