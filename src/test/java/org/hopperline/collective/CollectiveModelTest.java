package org.hopperline.collective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.Stream;
import org.hopperline.core.Precision;
import org.hopperline.hardware.Cluster;
import org.hopperline.text.Csv;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What collectives cost: published points, limits and refusals. */
class CollectiveModelTest {

    private static final double MIB = 1 << 20;

    private final Cluster cluster = Machines.infiniband(1024);
    private final CollectiveModel model = CollectiveModel.on(cluster);

    static Stream<Csv.Row> published() {
        return Csv.resource(CollectiveModelTest.class, "published.csv").rows().stream();
    }

    @ParameterizedTest(name = "row {index}")
    @MethodSource("published")
    void publishedBandwidthsAreMet(Csv.Row row) {
        Collective collective = Collective.valueOf(row.text("collective"));
        int ranks = row.whole("ranks");
        Group group = Group.spread(cluster, ranks, (ranks + 7) / 8);
        double bytes = row.number("mebibytes") * MIB;
        double bus = row.has("algorithm")
                ? bytes
                        * collective.busFactor(group.ranks())
                        / model.seconds(
                                collective,
                                Algorithm.valueOf(row.text("algorithm")),
                                Protocol.SIMPLE,
                                group,
                                bytes,
                                Precision.BF16)
                : model.busBytesPerSecond(collective, group, bytes);
        double published = row.number("gigabytes_per_second");
        assertThat(bus / 1e9).as(row.text("source")).isCloseTo(published, within(published * row.number("tolerance")));
    }

    @Test
    void sharpInTheNetworkIsMet() {
        // NVIDIA GTC25 S72583: 480 GB/s over four nodes with SHARP
        Cluster sharp = Machines.sharp(4);
        CollectiveModel off = CollectiveModel.on(sharp);
        CollectiveModel on = off.withInNetworkReduction();
        double bus = on.busBytesPerSecond(Collective.ALL_REDUCE, Group.all(sharp), 16384 * MIB);
        assertThat(off.busBytesPerSecond(Collective.ALL_REDUCE, Group.all(sharp), 16384 * MIB))
                .isLessThan(0.8 * bus);
        assertThatThrownBy(model::withInNetworkReduction).hasMessageContaining("do not add");
        assertThat(bus / 1e9).isCloseTo(480, within(35.0));
    }

    @ParameterizedTest
    @EnumSource(Collective.class)
    void oneRankOrNoBytesCostNothing(Collective collective) {
        assertThat(model.seconds(collective, Group.of(cluster, 1, 1), 1e9)).isZero();
        assertThat(model.seconds(collective, Group.of(cluster, 8, 1), 0)).isZero();
    }

    @ParameterizedTest
    @EnumSource(Collective.class)
    void moreBytesNeverCostLess(Collective collective) {
        for (int ranks : new int[] {2, 4, 8, 16, 64, 1024}) {
            Group group = Group.of(cluster, ranks, 1);
            double before = 0;
            for (double bytes = 256; bytes < 1e11; bytes *= 1.7) {
                double seconds = model.seconds(collective, group, bytes);
                assertThat(seconds)
                        .as("%s over %s of %s", collective, ranks, bytes)
                        .isGreaterThan(before);
                before = seconds;
            }
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Collective.class,
            names = {"REDUCE_SCATTER", "ALL_GATHER", "BROADCAST"})
    void moreRanksNeverCostLess(Collective collective) {
        for (double bytes : new double[] {1e4, 1e6, 1e8, 1e10}) {
            double before = 0;
            for (int ranks = 2; ranks <= 8192; ranks *= 2) {
                double seconds = model.seconds(collective, Group.of(cluster, ranks, 1), bytes);
                assertThat(seconds)
                        .as("%s over %s of %s", collective, ranks, bytes)
                        .isGreaterThanOrEqualTo(before);
                before = seconds;
            }
        }
    }

    @Test
    void moreNodesNeverMakeAnAllReduceCheaper() {
        for (double bytes : new double[] {1e4, 1e6, 1e8, 1e10}) {
            double before = 0;
            for (int ranks = 16; ranks <= 8192; ranks *= 2) {
                double seconds = model.seconds(Collective.ALL_REDUCE, Group.of(cluster, ranks, 1), bytes);
                assertThat(seconds).as("%s ranks, %s bytes", ranks, bytes).isGreaterThanOrEqualTo(before);
                before = seconds;
            }
        }
    }

    @Test
    void theCheapestWayIsTakenAndExplained() {
        Group group = Group.of(cluster, 8, 1);
        for (double bytes : new double[] {1e3, 1e5, 1e7, 1e9}) {
            List<CollectiveCost> costs = model.explain(Collective.ALL_REDUCE, group, bytes);
            assertThat(costs.get(0).seconds()).isEqualTo(model.seconds(Collective.ALL_REDUCE, group, bytes));
            for (CollectiveCost cost : costs) {
                assertThat(cost.seconds())
                        .isEqualTo(model.seconds(
                                Collective.ALL_REDUCE,
                                cost.algorithm(),
                                cost.protocol(),
                                group,
                                bytes,
                                Precision.BF16));
                assertThat(cost.seconds()).isGreaterThanOrEqualTo(costs.get(0).seconds());
            }
        }
        assertThat(model.explain(Collective.ALL_REDUCE, group, 1e9).get(0).algorithm())
                .isEqualTo(Algorithm.NVLS);
        assertThat(model.explain(Collective.ALL_REDUCE, group, 512).get(0).protocol())
                .isEqualTo(Protocol.LL);
        assertThat(model.explain(Collective.ALL_REDUCE, group, 1e9).get(0).toString())
                .contains("NVLS", "NVLink4", "bus bandwidth");
    }

    @Test
    void manyNodesTakeTreesForAllReduceAndAggregatedTreesForOneRankANode() {
        assertThat(model.explain(Collective.ALL_REDUCE, Group.of(cluster, 512, 1), 1e9)
                        .get(0)
                        .algorithm())
                .isEqualTo(Algorithm.NVLS_TREE);
        assertThat(model.explain(Collective.ALL_GATHER, Group.of(cluster, 512, 8), 1e6)
                        .get(0)
                        .algorithm())
                .isEqualTo(Algorithm.PAT);
        assertThat(model.explain(Collective.ALL_GATHER, Group.of(cluster, 512, 1), 1e9)
                        .get(0)
                        .algorithm())
                .isEqualTo(Algorithm.RING);
    }

    @Test
    void theAlgorithmOfKnownSecondsIsTheCheapest() {
        Group group = Group.of(cluster, 512, 1);
        double seconds = model.seconds(Collective.ALL_REDUCE, group, 1e9);
        assertThat(model.algorithm(Collective.ALL_REDUCE, group, 1e9, Precision.BF16, seconds))
                .isEqualTo(model.algorithm(Collective.ALL_REDUCE, group, 1e9, Precision.BF16))
                .isEqualTo(Algorithm.NVLS_TREE);
        assertThatThrownBy(() -> model.algorithm(Collective.ALL_REDUCE, group, 1e9, Precision.BF16, seconds / 2))
                .hasMessageContaining("takes longer than")
                .hasMessageContaining("by every algorithm; give what seconds(...) returns");
    }

    @Test
    void switchesDoNotAddSingleBytes() {
        Group group = Group.of(cluster, 8, 1);
        assertThat(model.seconds(Collective.ALL_REDUCE, group, 1e9, Precision.FP8))
                .isGreaterThan(model.seconds(Collective.ALL_REDUCE, group, 1e9, Precision.BF16));
        assertThatThrownBy(() -> model.seconds(
                        Collective.ALL_REDUCE, Algorithm.NVLS, Protocol.SIMPLE, group, 1e9, Precision.INT8))
                .hasMessageContaining("NVLS with SIMPLE cannot do ALL_REDUCE of INT8")
                .hasMessageContaining("RING with any protocol");
    }

    @Test
    void anA100NodeFollowsItsLinks() {
        // NCCL caps rings of an A100 node at 235 to 240 GB/s (nccl-tests doc; tuner of NCCL 2.10: 235)
        Cluster a100 = new Cluster("a100", Machines.dgxA100(), 4, cluster.fabric());
        CollectiveModel of = CollectiveModel.on(a100);
        double bus = of.busBytesPerSecond(Collective.ALL_REDUCE, Group.of(a100, 8, 1), 8192 * MIB);
        assertThat(bus / 1e9).isCloseTo(237, within(8.0));
        assertThat(of.explain(Collective.ALL_REDUCE, Group.of(a100, 8, 1), 1e9)
                        .get(0)
                        .algorithm())
                .isEqualTo(Algorithm.RING);
    }

    @Test
    void anUnequalNodeIsFastInsideAPackage() {
        Cluster frontier = new Cluster(
                "unequal", Machines.dgxA100().withPackages(2, Machines.link("in package", 200e9)), 2, cluster.fabric());
        Cluster slow = new Cluster(
                "unequal",
                new org.hopperline.hardware.Node(
                                "n",
                                frontier.chip(),
                                8,
                                Machines.link("between packages", 50e9),
                                4,
                                Machines.link("nic", 25e9))
                        .withPackages(2, Machines.link("in package", 200e9)),
                2,
                cluster.fabric());
        CollectiveModel of = CollectiveModel.on(slow);
        double inside = of.busBytesPerSecond(Collective.ALL_GATHER, Group.of(slow, 2, 1), 1e10);
        double between = of.busBytesPerSecond(Collective.ALL_GATHER, Group.of(slow, 2, 2), 1e10);
        assertThat(inside / between).isCloseTo(4, within(0.05));
    }

    @Test
    void oneRankAnIslandPaysTheOversubscription() {
        Cluster islands = Machines.islands(2048);
        CollectiveModel of = CollectiveModel.on(islands);
        double across = of.busBytesPerSecond(Collective.REDUCE_SCATTER, Group.of(islands, 4, 4096), 1e11);
        assertThat(across).isCloseTo(50e9 * 0.9 / 7, within(50e9 * 0.02));
        double inside = of.busBytesPerSecond(Collective.REDUCE_SCATTER, Group.of(islands, 512, 8), 1e11);
        assertThat(inside).isGreaterThan(5 * across);
    }

    @Test
    void aFabricThatLosesThroughputSlowsWhatCrossesIt() {
        Cluster lossy = new Cluster("lossy", Machines.dgx(), 64, Machines.fabric(false, 0.6));
        Cluster good = new Cluster("good", Machines.dgx(), 64, Machines.fabric(false, 0.95));
        double ratio = CollectiveModel.on(lossy).seconds(Collective.ALL_GATHER, Group.all(lossy), 1e11)
                / CollectiveModel.on(good).seconds(Collective.ALL_GATHER, Group.all(good), 1e11);
        assertThat(ratio).isCloseTo(0.9 / 0.6, within(0.05));
    }

    @Test
    void anImbalancedExchangeWaitsForTheBusiest() {
        Group group = Group.of(cluster, 64, 1);
        double even = model.allToAllSeconds(group, 1e9, 1);
        assertThat(even).isEqualTo(model.seconds(Collective.ALL_TO_ALL, group, 1e9));
        assertThat(model.allToAllSeconds(group, 1e9, 1.5) / even).isBetween(1.45, 1.5);
        assertThatThrownBy(() -> model.allToAllSeconds(group, 1e9, 0.9)).hasMessageContaining("imbalance is 0.9");
        assertThatThrownBy(() -> model.allToAllSeconds(group, 1e9, Double.NaN)).hasMessageContaining("imbalance");
    }

    @Test
    void twoLevelsCostTheirParts() {
        Group group = Group.of(cluster, 512, 1);
        double whole = model.seconds(
                Collective.ALL_REDUCE, Algorithm.HIERARCHICAL, Protocol.SIMPLE, group, 1e9, Precision.BF16);
        double parts = model.seconds(Collective.REDUCE_SCATTER, group.insideNode(), 1e9)
                + model.seconds(Collective.ALL_REDUCE, group.acrossNodes(), 1e9 / 8)
                + model.seconds(Collective.ALL_GATHER, group.insideNode(), 1e9);
        assertThat(whole).isEqualTo(parts);
        assertThatThrownBy(() -> model.hierarchicalSeconds(
                        Collective.BROADCAST, group.insideNode(), group.acrossNodes(), 1e9, Precision.BF16))
                .hasMessageContaining("BROADCAST has no two-level form");
    }

    @Test
    void aGroupOfTheSameMachineWithFewerNodesIsPriced() {
        Group few = Group.all(cluster.withDevices(64));
        assertThat(model.seconds(Collective.ALL_REDUCE, few, 1e8))
                .isEqualTo(model.seconds(Collective.ALL_REDUCE, Group.of(cluster, 64, 1), 1e8));
    }

    @Test
    void badArgumentsAreRefused() {
        Group group = Group.of(cluster, 8, 1);
        assertThatThrownBy(() -> model.seconds(Collective.ALL_REDUCE, group, -1))
                .hasMessageContaining("bytes of a collective is -1.0 byte");
        assertThatThrownBy(() -> model.seconds(Collective.ALL_REDUCE, group, Double.NaN))
                .hasMessageContaining("bytes of a collective is NaN");
        assertThatThrownBy(() -> model.seconds(Collective.ALL_REDUCE, Group.all(Machines.sharp(2)), 1e6))
                .hasMessageContaining(
                        "the group lies on sharp, but the model is of infiniband, of other nodes or another fabric");
        assertThatThrownBy(() -> model.busBytesPerSecond(Collective.ALL_REDUCE, group, 0))
                .hasMessageContaining("above 0");
    }
}
