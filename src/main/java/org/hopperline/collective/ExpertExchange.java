package org.hopperline.collective;

import org.hopperline.core.Check;
import org.hopperline.hardware.Cluster;

/**
 * Dispatch of tokens to experts and combine of their results, in the manner of DeepEP (github deepseek-ai/DeepEP): a
 * token crosses the network once for each node that holds one of its experts, and is passed on over the links inside
 * that node once for each rank. The kernels run on a stated number of streaming multiprocessors, and the slowest of
 * three paths sets the pace:
 *
 * <ul>
 *   <li>the multiprocessors: {@code T / SMs (token + copies (copy + b / smRate))};
 *   <li>the links inside a node: {@code T copies b / (share link)};
 *   <li>the network: {@code T nodes (N - 1)/N b / (share nic)},
 * </ul>
 *
 * with T tokens a rank, b bytes a token, {@code copies} the ranks and {@code nodes} the nodes that a token reaches, the
 * local ones included. A plain all-to-all, which sends each choice of expert on its own, is
 * {@link CollectiveModel#allToAllSeconds}.
 *
 * <p>Stateless and free of allocation.
 */
public final class ExpertExchange {

    /** Streaming multiprocessors that DeepEP takes unless told otherwise (README of version 1: 24). */
    public static final int DEFAULT_MULTIPROCESSORS = 24;

    private final double base;
    private final double token;
    private final double copy;
    private final double multiprocessorRate;
    private final double link;
    private final double networkShare;
    private final double latencyBase;

    private ExpertExchange(Cluster cluster, CollectiveConstants constants) {
        base = constants.value("expert.base");
        token = constants.value("expert.token");
        copy = constants.value("expert.copy");
        multiprocessorRate = constants.value("expert.sm.rate");
        link = constants.value("expert.link.share") * cluster.node().scaleUp().bytesPerSecond();
        networkShare = Math.min(cluster.fabric().throughput().value(), constants.value("expert.network.share"));
        latencyBase = constants.value("expert.latency.base");
    }

    /** The exchange on a cluster, with the constants of the library. */
    public static ExpertExchange on(Cluster cluster) {
        return on(cluster, CollectiveConstants.standard());
    }

    /** The exchange on a cluster, with constants of one's own. */
    public static ExpertExchange on(Cluster cluster, CollectiveConstants constants) {
        return new ExpertExchange(Check.notNull(cluster, "cluster"), Check.notNull(constants, "constants"));
    }

    /** Bytes of a token in 8-bit floating point with one 4-byte scale for each 128 elements. */
    public static double fp8TokenBytes(int hidden) {
        return Check.positive(hidden, "hidden size") * (1 + 4.0 / 128);
    }

    /** Bytes of a token in bfloat16. */
    public static double bf16TokenBytes(int hidden) {
        return 2.0 * Check.positive(hidden, "hidden size");
    }

    /**
     * Seconds of a dispatch, or of the combine that takes the same way back.
     *
     * @param group the expert-parallel group
     * @param tokens T, tokens of one rank; at least 0
     * @param tokenBytes b, bytes of a token, such as {@link #fp8TokenBytes} or {@link #bf16TokenBytes}
     * @param routing where tokens go
     * @param multiprocessors streaming multiprocessors given to the kernels
     * @param imbalance tokens of the busiest rank over the mean, at least 1
     * @return 0 for a group of one rank or for no tokens
     */
    public double seconds(
            Group group,
            double tokens,
            double tokenBytes,
            ExpertRouting routing,
            int multiprocessors,
            double imbalance) {
        if (nothing(group, tokens, tokenBytes, imbalance)) {
            return 0;
        }
        Check.positive(multiprocessors, "streaming multiprocessors of an exchange");
        int nodes = group.nodes();
        double copies = routing.ranksReached(group.ranks(), nodes);
        double kernels = (token + copies * (copy + tokenBytes / multiprocessorRate)) / multiprocessors;
        double links = copies * tokenBytes / link;
        double network =
                nodes == 1 ? 0 : routing.nodesReached(nodes) * (nodes - 1.0) / nodes * tokenBytes / network(group);
        return base + tokens * imbalance * Math.max(kernels, Math.max(links, network));
    }

    /**
     * Seconds of a dispatch or combine by the low-latency kernels, which send each choice of expert on its own, straight
     * to its rank: {@code base + T k b / path}, the path being the network for the part that leaves the node, or the
     * links of a node that holds the whole group.
     *
     * @param group the expert-parallel group
     * @param tokens T, tokens of one rank; at least 0
     * @param tokenBytes b, bytes of a token
     * @param routing where tokens go
     * @param imbalance tokens of the busiest rank over the mean, at least 1
     * @return 0 for a group of one rank or for no tokens
     */
    public double lowLatencySeconds(
            Group group, double tokens, double tokenBytes, ExpertRouting routing, double imbalance) {
        if (nothing(group, tokens, tokenBytes, imbalance)) {
            return 0;
        }
        double bytes = tokens * imbalance * routing.topK() * tokenBytes;
        int nodes = group.nodes();
        double path =
                nodes == 1 ? (group.ranks() - 1.0) / group.ranks() / link : (nodes - 1.0) / nodes / network(group);
        return latencyBase + bytes * path;
    }

    private double network(Group group) {
        return networkShare * group.nicBytesPerSecond() * group.neighbourShare();
    }

    private static boolean nothing(Group group, double tokens, double tokenBytes, double imbalance) {
        Check.nonNegative(tokens, "tokens of a rank", "1");
        Check.positive(tokenBytes, "bytes of a token", "byte");
        if (!(imbalance >= 1)) {
            throw new IllegalArgumentException(
                    "imbalance is " + imbalance + ", but the busiest rank over the mean is at least 1");
        }
        return group.ranks() == 1 || tokens == 0;
    }
}
