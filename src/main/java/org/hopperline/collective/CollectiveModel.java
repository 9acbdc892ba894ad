package org.hopperline.collective;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.hopperline.core.Check;
import org.hopperline.core.Precision;
import org.hopperline.hardware.Architecture;
import org.hopperline.hardware.Cluster;

/**
 * Seconds of collectives on one cluster. Each algorithm and protocol costs
 * {@code latency + wire + fill}: the steps, the bytes over the narrowest path with what a ring handles at its ends, and
 * the filling of the pipeline ({@link CostFormulas}). Where none is forced, the cheapest of those that NCCL would have
 * available is taken, which is how NCCL's tuner decides.
 *
 * <p>Stateless and free of allocation but for {@link #explain} and {@link Algorithm#HIERARCHICAL}.
 */
public final class CollectiveModel {

    private final CollectiveConstants constants;
    private final Cluster cluster;
    private final AlgorithmCosts costs;
    private final boolean nvlinkSharp;
    private final boolean networkSharp;
    private final int nvlsRanks;

    private CollectiveModel(Cluster cluster, CollectiveConstants constants, boolean networkSharp) {
        this.cluster = cluster;
        this.constants = constants;
        costs = new AlgorithmCosts(cluster, constants);
        nvlinkSharp = cluster.chip().architecture() == Architecture.HOPPER;
        this.networkSharp = networkSharp;
        nvlsRanks = (int) constants.value("nvls.ranks");
    }

    /** The model of a cluster, with the constants of the library. */
    public static CollectiveModel on(Cluster cluster) {
        return on(cluster, CollectiveConstants.standard());
    }

    /** The model of a cluster, with constants of one's own. */
    public static CollectiveModel on(Cluster cluster, CollectiveConstants constants) {
        return new CollectiveModel(Check.notNull(cluster, "cluster"), Check.notNull(constants, "constants"), false);
    }

    /**
     * The same model with SHARP in the switches of the network, which NCCL leaves off unless told
     * ({@code NCCL_COLLNET_ENABLE=1}).
     *
     * @throws IllegalArgumentException if the switches of the cluster cannot add
     */
    public CollectiveModel withInNetworkReduction() {
        if (!cluster.fabric().inNetworkReduction()) {
            throw new IllegalArgumentException(
                    "the switches of " + cluster.fabric().name() + " of " + cluster.name()
                            + " do not add; SHARP needs InfiniBand switches that do");
        }
        return new CollectiveModel(cluster, constants, true);
    }

    /** The constants in use. */
    public CollectiveConstants constants() {
        return constants;
    }

    /**
     * Seconds of a collective of 16-bit elements, by the cheapest algorithm and protocol.
     *
     * @param bytes S, counted as {@link Collective} says; at least 0
     * @return 0 for a group of one rank or for no bytes
     */
    public double seconds(Collective collective, Group group, double bytes) {
        return seconds(collective, group, bytes, Precision.BF16);
    }

    /**
     * Seconds of a collective by the cheapest algorithm and protocol.
     *
     * @param bytes S, counted as {@link Collective} says; at least 0
     * @param element format of the elements; NVLink SHARP does not add 1-byte elements
     * @return 0 for a group of one rank or for no bytes
     */
    public double seconds(Collective collective, Group group, double bytes, Precision element) {
        if (nothing(group, bytes)) {
            return 0;
        }
        double best = Double.POSITIVE_INFINITY;
        // Rings come last: at scale their latency alone exceeds what the others cost, and the rest need not be
        // computed.
        for (int a = Algorithm.ALL.length - 1; a >= 0; a--) {
            Algorithm algorithm = Algorithm.ALL[a];
            if (algorithm != Algorithm.HIERARCHICAL && available(collective, algorithm, group, element)) {
                for (int p = Protocol.ALL.length - 1; p >= 0; p--) {
                    Protocol protocol = Protocol.ALL[p];
                    if (algorithm.speaks(protocol)) {
                        double seconds = costs.latency(collective, algorithm, protocol, group);
                        if (seconds < best) {
                            seconds += costs.wire(collective, algorithm, protocol, group, bytes, element);
                            seconds += costs.fill(collective, algorithm, protocol, group, bytes);
                            best = Math.min(best, seconds);
                        }
                    }
                }
            }
        }
        return best;
    }

    /**
     * Seconds of a collective by a forced algorithm and protocol.
     *
     * @throws IllegalArgumentException if the algorithm cannot do the collective on this group, naming those that can
     */
    public double seconds(
            Collective collective,
            Algorithm algorithm,
            Protocol protocol,
            Group group,
            double bytes,
            Precision element) {
        if (nothing(group, bytes)) {
            return 0;
        }
        if (!available(collective, algorithm, group, element) || !algorithm.speaks(protocol)) {
            throw new IllegalArgumentException(algorithm + " with " + protocol + " cannot do " + collective + " of "
                    + element + " over " + group + "; available are " + alternatives(collective, group, element));
        }
        return price(collective, algorithm, protocol, group, bytes, element);
    }

    /**
     * Seconds of an all-to-all in which the busiest rank handles more than its share.
     *
     * @param bytes mean buffer of a rank
     * @param imbalance bytes of the busiest rank over the mean, at least 1
     */
    public double allToAllSeconds(Group group, double bytes, double imbalance) {
        if (!(imbalance >= 1)) {
            throw new IllegalArgumentException(
                    "imbalance is " + imbalance + ", but the busiest rank over the mean is at least 1");
        }
        return seconds(Collective.ALL_TO_ALL, group, bytes * imbalance);
    }

    /**
     * Bus bandwidth in bytes a second as nccl-tests prints it: {@code S / t} times {@link Collective#busFactor}.
     *
     * @throws IllegalArgumentException if {@code bytes} is not above 0
     */
    public double busBytesPerSecond(Collective collective, Group group, double bytes) {
        Check.positive(bytes, "bytes of a collective", "byte");
        double seconds = seconds(collective, group, bytes);
        return seconds == 0 ? 0 : bytes * collective.busFactor(group.ranks()) / seconds;
    }

    /** True if the algorithm can do the collective of such elements over the group on this cluster. */
    public boolean available(Collective collective, Algorithm algorithm, Group group, Precision element) {
        boolean many = group.nodes() > 1;
        boolean switchAdds = element.bytes() > 1;
        boolean allReduce = collective == Collective.ALL_REDUCE;
        boolean pairwise = collective == Collective.ALL_TO_ALL || collective == Collective.SEND_RECEIVE;
        switch (algorithm) {
            case RING:
                return !pairwise;
            case TREE:
                return allReduce;
            case NVLS:
                return allReduce && hasNvls(group) && switchAdds && (!many || networkSharp);
            case NVLS_TREE:
                return allReduce && hasNvls(group) && switchAdds && many;
            case COLLNET_DIRECT:
            case COLLNET_CHAIN:
                return allReduce && networkSharp && many && switchAdds;
            case PAT:
                return many
                        && group.membersPerNode() == 1
                        && (collective == Collective.ALL_GATHER || collective == Collective.REDUCE_SCATTER);
            case HIERARCHICAL:
                return many
                        && group.membersPerNode() > 1
                        && (collective.reduces() || collective == Collective.ALL_GATHER);
            default:
                return pairwise;
        }
    }

    /**
     * The algorithm that {@link #seconds(Collective, Group, double, Precision)} takes.
     *
     * @throws IllegalArgumentException for a group of one rank or no bytes, which need none
     */
    public Algorithm algorithm(Collective collective, Group group, double bytes, Precision element) {
        if (nothing(group, bytes)) {
            throw new IllegalArgumentException(
                    collective + " of " + bytes + " byte over " + group + " moves nothing; it takes no algorithm");
        }
        return algorithm(collective, group, bytes, element, seconds(collective, group, bytes, element));
    }

    /**
     * The algorithm that takes no more than {@code seconds}, where those are known already.
     *
     * @param seconds as {@link #seconds(Collective, Group, double, Precision)} gives them
     * @throws IllegalArgumentException if every algorithm takes longer
     */
    public Algorithm algorithm(Collective collective, Group group, double bytes, Precision element, double seconds) {
        for (Algorithm algorithm : Algorithm.ALL) {
            if (algorithm != Algorithm.HIERARCHICAL && available(collective, algorithm, group, element)) {
                for (Protocol protocol : Protocol.ALL) {
                    if (algorithm.speaks(protocol)
                            && price(collective, algorithm, protocol, group, bytes, element) <= seconds) {
                        return algorithm;
                    }
                }
            }
        }
        throw new IllegalArgumentException(collective + " of " + bytes + " byte over " + group + " takes longer than "
                + seconds + " s by every algorithm; give what seconds(...) returns");
    }

    /** Every available way, cheapest first, with its terms and what bounds it. */
    public List<CollectiveCost> explain(Collective collective, Group group, double bytes) {
        return explain(collective, group, bytes, Precision.BF16);
    }

    /** Every available way, cheapest first, with its terms and what bounds it. */
    public List<CollectiveCost> explain(Collective collective, Group group, double bytes, Precision element) {
        if (nothing(group, bytes)) {
            return List.of();
        }
        List<CollectiveCost> ways = new ArrayList<>();
        for (Algorithm algorithm : Algorithm.ALL) {
            for (Protocol protocol : Protocol.ALL) {
                if (algorithm != Algorithm.HIERARCHICAL
                        && algorithm.speaks(protocol)
                        && available(collective, algorithm, group, element)) {
                    ways.add(new CollectiveCost(
                            collective,
                            algorithm,
                            protocol,
                            bytes,
                            costs.latency(collective, algorithm, protocol, group),
                            costs.wire(collective, algorithm, protocol, group, bytes, element),
                            costs.fill(collective, algorithm, protocol, group, bytes),
                            bytes * collective.busFactor(group.ranks()),
                            costs.bound(algorithm, protocol, group)));
                }
            }
        }
        ways.sort(Comparator.comparingDouble(CollectiveCost::seconds));
        return List.copyOf(ways);
    }

    private boolean nothing(Group group, double bytes) {
        Check.nonNegative(bytes, "bytes of a collective", "byte");
        Cluster other = group.cluster();
        boolean same = other.node() == cluster.node() && other.fabric() == cluster.fabric();
        if (!same && !(other.node().equals(cluster.node()) && other.fabric().equals(cluster.fabric()))) {
            throw new IllegalArgumentException("the group lies on " + other.name() + ", but the model is of "
                    + cluster.name() + ", of other nodes or another fabric; make both from the same machine");
        }
        return group.ranks() == 1 || bytes == 0;
    }

    private boolean hasNvls(Group group) {
        return nvlinkSharp && group.membersPerNode() >= nvlsRanks;
    }

    private double price(
            Collective collective,
            Algorithm algorithm,
            Protocol protocol,
            Group group,
            double bytes,
            Precision element) {
        return algorithm == Algorithm.HIERARCHICAL
                ? hierarchicalSeconds(collective, group.insideNode(), group.acrossNodes(), bytes, element)
                : costs.latency(collective, algorithm, protocol, group)
                        + costs.wire(collective, algorithm, protocol, group, bytes, element)
                        + costs.fill(collective, algorithm, protocol, group, bytes);
    }

    /**
     * Seconds of a collective done in two levels: inside domains of n ranks, and across them on the n-th part that each
     * rank is left with. Reduce-scatter goes inside then across, all-gather across then inside, all-reduce inside
     * (reduce-scatter), across, inside (all-gather).
     *
     * @param inner the ranks of one domain: a node, a pod, an island
     * @param outer one rank of each domain; its siblings are the ranks of a domain that go across at once
     * @param bytes S of the whole collective
     * @throws IllegalArgumentException if the collective is not one of those three
     */
    public double hierarchicalSeconds(
            Collective collective, Group inner, Group outer, double bytes, Precision element) {
        double part = bytes / inner.ranks();
        double across = seconds(collective, outer, part, element);
        switch (collective) {
            case ALL_REDUCE:
                return seconds(Collective.REDUCE_SCATTER, inner, bytes, element)
                        + across
                        + seconds(Collective.ALL_GATHER, inner, bytes, element);
            case REDUCE_SCATTER:
            case ALL_GATHER:
                return seconds(collective, inner, bytes, element) + across;
            default:
                throw new IllegalArgumentException(
                        collective + " has no two-level form; take ALL_REDUCE, REDUCE_SCATTER or ALL_GATHER");
        }
    }

    private String alternatives(Collective collective, Group group, Precision element) {
        List<String> names = new ArrayList<>();
        for (Algorithm algorithm : Algorithm.ALL) {
            if (available(collective, algorithm, group, element)) {
                names.add(
                        algorithm.speaks(Protocol.LL) ? algorithm + " with any protocol" : algorithm + " with SIMPLE");
            }
        }
        return String.join(", ", names);
    }
}
