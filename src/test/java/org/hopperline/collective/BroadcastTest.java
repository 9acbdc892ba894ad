package org.hopperline.collective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.hopperline.core.Precision;
import org.hopperline.hardware.Architecture;
import org.hopperline.hardware.Cluster;
import org.hopperline.hardware.Node;
import org.hopperline.hardware.Tier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Broadcasts along a ring of many nodes. */
class BroadcastTest {

    private static final double TENSOR = 50e6;

    /** Eight A100 and four interfaces of 100 Gb/s a node. */
    private final Cluster cluster = new Cluster(
            "four interfaces",
            new Node(
                    "A100, 4 x 100 Gb/s",
                    Machines.chip(Architecture.AMPERE),
                    8,
                    Machines.link("NVLink3", 300e9),
                    4,
                    Machines.link("100G", 12.5e9)),
            128,
            Machines.fabric(false, 1, new Tier("leaf", 128, 1)));

    private final CollectiveModel model = CollectiveModel.on(cluster);

    @Test
    void formulasAreTheirOwn() {
        // NCCL: 1,024 ranks, LL128, 4 us a step between nodes
        assertThat(CostFormulas.chainLatencySeconds(0, 4e-6, 1024)).isCloseTo(4.096e-3, within(1e-12));
        // two rings of 64 KiB through 12.5 GB/s at each of 127 nodes
        assertThat(CostFormulas.chainFillSeconds(128, 2, 65536, 12.5e9)).isCloseTo(1.3317e-3, within(1e-7));
        assertThat(CostFormulas.chainFillSeconds(1, 2, 65536, 12.5e9)).isZero();
    }

    /**
     * InternEvo, doc/en/train_performance.md: InternLM-7B, the optimizer sharded over all ranks against over 8 (tokens a
     * second and GPU: 3209 and 3920, 2861 and 3835, 2271 and 3625; 16,384 tokens a GPU and step). What the 291 tensors of
     * 14.6 GB take more, one owner a rank.
     */
    @ParameterizedTest
    @CsvSource({"256, 0.93", "512, 1.45", "1024, 2.70"})
    void manyTensorsOverManyRanksTakeLongerThanTheirBytes(int ranks, double published) {
        double bytes = 14.6e9;
        int owners = Math.min(ranks, 291);
        double broadcasts = owners * model.seconds(Collective.BROADCAST, Group.of(cluster, ranks, 1), bytes / owners);
        double wire = bytes / 50e9;
        assertThat(broadcasts).isBetween(2 * wire, 1.4 * published).isGreaterThan(0.7 * published);
    }

    @ParameterizedTest
    @EnumSource(Protocol.class)
    void aLongMessageFillsOnce(Protocol protocol) {
        Group all = Group.all(cluster);
        double one = forced(protocol, all, TENSOR);
        double ten = forced(protocol, all, 10 * TENSOR);
        assertThat(ten).isLessThan(10 * one);
        // the first chunk goes through every node, whatever follows it
        double rate = 9 * TENSOR / (ten - one);
        assertThat(one - TENSOR / rate).isGreaterThan(1024 * 2.7e-6);
    }

    @Test
    void fewBytesFillNoChunk() {
        Group all = Group.all(cluster);
        assertThat(forced(Protocol.SIMPLE, all, 8) - forced(Protocol.SIMPLE, all, 4))
                .isLessThan(1e-6);
        assertThat(forced(Protocol.SIMPLE, all, TENSOR) - forced(Protocol.SIMPLE, all, 4))
                .isGreaterThan(CostFormulas.chainFillSeconds(128, 2, 524288, 12.5e9));
    }

    private double forced(Protocol protocol, Group group, double bytes) {
        return model.seconds(Collective.BROADCAST, Algorithm.RING, protocol, group, bytes, Precision.BF16);
    }
}
