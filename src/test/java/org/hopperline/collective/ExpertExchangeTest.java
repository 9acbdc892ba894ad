package org.hopperline.collective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.Stream;
import org.hopperline.hardware.Architecture;
import org.hopperline.hardware.Cluster;
import org.hopperline.hardware.Node;
import org.hopperline.hardware.Tier;
import org.hopperline.text.Csv;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Dispatch and combine of experts against what DeepEP published, and the counts beneath. */
class ExpertExchangeTest {

    /** DeepSeek-V3: 256 experts, 8 of them within 4 of the nodes, hidden size 7168. */
    private static final ExpertRouting ROUTING = ExpertRouting.of(256, 8).withNodeLimit(4);

    private static Cluster machine(double link, int nodes) {
        Node node = new Node(
                "8 devices",
                Machines.chip(Architecture.HOPPER),
                8,
                Machines.link("NVLink4", link * 1e9),
                8,
                Machines.link("NDR 400G", 50e9));
        return new Cluster("experts", node, nodes, Machines.fabric(false, 0.95, new Tier("leaf", 32, 1)));
    }

    static Stream<Csv.Row> published() {
        return Csv.resource(ExpertExchangeTest.class, "deepep.csv").rows().stream();
    }

    @ParameterizedTest(name = "row {index}")
    @MethodSource("published")
    void publishedPointsAreMet(Csv.Row row) {
        int nodes = row.whole("nodes");
        Cluster cluster = machine(row.number("chip_link"), nodes);
        Group group = Group.of(cluster, row.whole("ranks"), 1);
        double tokens = row.number("tokens");
        double bytes = row.number("token_bytes");
        ExpertExchange exchange = ExpertExchange.on(cluster);
        double seconds = row.text("kernel").equals("normal")
                ? exchange.seconds(group, tokens, bytes, ROUTING, row.whole("sms"), 1)
                : exchange.lowLatencySeconds(group, tokens, bytes, ROUTING, 1);
        double expected;
        if (row.has("microseconds")) {
            expected = row.number("microseconds") * 1e-6;
        } else {
            // DeepEP counts one copy a rank inside a node and one copy a node across, the local one included
            double copies = nodes == 1 ? ROUTING.ranksReached(8, 1) : ROUTING.nodesReached(nodes);
            expected = tokens * copies * bytes / (row.number("gigabytes_per_second") * 1e9);
        }
        assertThat(seconds).as(row.text("source")).isCloseTo(expected, within(expected * row.number("tolerance")));
    }

    @Test
    void distinctRanksFollowTheHypergeometricLaw() {
        // one expert: one rank; one expert a rank: as many ranks as experts
        assertThat(ExpertRouting.of(64, 1).ranksReached(8, 1)).isCloseTo(1, within(1e-12));
        assertThat(ExpertRouting.of(8, 2).ranksReached(8, 1)).isCloseTo(2, within(1e-12));
        // two of four experts on two ranks: the same rank in 1 of 3 draws, so 5/3 ranks
        assertThat(ExpertRouting.of(4, 2).ranksReached(2, 1)).isCloseTo(5.0 / 3, within(1e-12));
        // many experts: independent draws, 8 (1 - (7/8)^8)
        assertThat(ExpertRouting.of(1_000_000, 8).ranksReached(8, 1))
                .isCloseTo(8 * (1 - Math.pow(7.0 / 8, 8)), within(1e-4));
        // all experts: all ranks
        assertThat(ExpertRouting.of(8, 8).ranksReached(4, 1)).isCloseTo(4, within(1e-12));
    }

    @Test
    void aNodeLimitBoundsTheNodesReached() {
        assertThat(ROUTING.nodesReached(8)).isLessThan(4);
        assertThat(ExpertRouting.of(256, 8).nodesReached(8)).isGreaterThan(5);
        assertThat(ROUTING.nodesReached(2)).isEqualTo(ExpertRouting.of(256, 8).nodesReached(2));
    }

    @Test
    void oneCopyANodeBeatsOneCopyAnExpert() {
        Cluster cluster = machine(450, 8);
        Group group = Group.all(cluster);
        double bytes = ExpertExchange.bf16TokenBytes(7168);
        double once = ExpertExchange.on(cluster).seconds(group, 4096, bytes, ROUTING, 24, 1);
        double each = CollectiveModel.on(cluster).allToAllSeconds(group, 4096 * 8 * bytes, 1);
        assertThat(each).isGreaterThan(1.5 * once);
    }

    @Test
    void fewerMultiprocessorsAndMoreImbalanceCostMore() {
        Cluster cluster = machine(450, 1);
        Group group = Group.all(cluster);
        ExpertExchange exchange = ExpertExchange.on(cluster);
        double bytes = ExpertExchange.fp8TokenBytes(7168);
        double base = exchange.seconds(group, 4096, bytes, ROUTING, 12, 1);
        assertThat(exchange.seconds(group, 4096, bytes, ROUTING, 6, 1)).isGreaterThan(1.8 * base);
        assertThat(exchange.seconds(group, 4096, bytes, ROUTING, 12, 1.5)).isBetween(1.4 * base, 1.5 * base);
        assertThat(exchange.seconds(group, 0, bytes, ROUTING, 12, 1)).isZero();
        assertThat(exchange.seconds(Group.of(cluster, 1, 1), 4096, bytes, ROUTING, 12, 1))
                .isZero();
    }

    @Test
    void tokensAreCountedInBytes() {
        assertThat(ExpertExchange.fp8TokenBytes(7168)).isEqualTo(7168 + 7168 / 128 * 4);
        assertThat(ExpertExchange.bf16TokenBytes(7168)).isEqualTo(14336);
    }

    @Test
    void badArgumentsAreRefused() {
        Cluster cluster = machine(450, 1);
        ExpertExchange exchange = ExpertExchange.on(cluster);
        Group group = Group.all(cluster);
        assertThatThrownBy(() -> ExpertRouting.of(4, 8)).hasMessageContaining("8 experts, but there are 4");
        assertThatThrownBy(() -> exchange.seconds(group, -1, 1e4, ROUTING, 24, 1))
                .hasMessageContaining("tokens of a rank is -1.0");
        assertThatThrownBy(() -> exchange.seconds(group, 1, 0, ROUTING, 24, 1))
                .hasMessageContaining("bytes of a token is 0.0");
        assertThatThrownBy(() -> exchange.seconds(group, 1, 1e4, ROUTING, 0, 1))
                .hasMessageContaining("streaming multiprocessors of an exchange is 0");
        assertThatThrownBy(() -> exchange.seconds(group, 1, 1e4, ROUTING, 24, 0.5))
                .hasMessageContaining("imbalance is 0.5");
    }

    /** By hand: 8 in a row on ranks of 16 stay on one, on ranks of 4 fill two, on ranks of 12 cross in every third case. */
    @Test
    void expertsInARowTouchFewRanks() {
        assertThat(ExpertRouting.of(128, 8).inARow().ranksReached(8, 1)).isEqualTo(1);
        assertThat(ExpertRouting.of(256, 8).inARow().ranksReached(64, 8)).isEqualTo(2);
        assertThat(ExpertRouting.of(256, 8).inARow().nodesReached(8)).isEqualTo(1);
        assertThat(ExpertRouting.of(384, 8).inARow().ranksReached(32, 4)).isCloseTo(4.0 / 3, within(1e-12));
        assertThat(ExpertRouting.of(8, 8).inARow().ranksReached(4, 1)).isEqualTo(4);
    }

    @Test
    void domainsInARowAgreeWithCounting() {
        for (int ranks : new int[] {2, 4, 8, 16}) {
            for (int visited : new int[] {1, 2, 3, 4, 6, 8}) {
                int each = 48 / ranks;
                double sum = 0;
                for (int token = 0; token < each; token++) {
                    int first = token * visited;
                    sum += (first + visited - 1) / each - first / each + 1;
                }
                assertThat(ExpertRouting.domainsInARow(ranks, 48, visited))
                        .isCloseTo(Math.min(ranks, sum / each), within(1e-12));
            }
        }
    }
}
