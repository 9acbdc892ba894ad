package org.hopperline.collective;

import org.hopperline.core.Precision;
import org.hopperline.hardware.Cluster;

/**
 * The terms of one algorithm and protocol on one cluster, whether or not they are available there; {@link CollectiveModel}
 * chooses. {@link Algorithm#HIERARCHICAL} is made of collectives of its own and has none.
 */
final class AlgorithmCosts {

    private final Cluster cluster;
    private final Rates rates;
    private final Latencies latencies;
    private final Pipe pipe;

    AlgorithmCosts(Cluster cluster, CollectiveConstants constants) {
        this.cluster = cluster;
        rates = constants.rates().on(cluster);
        latencies = constants.latencies();
        pipe = constants.pipe();
    }

    /** Seconds of the steps. */
    double latency(Collective collective, Algorithm algorithm, Protocol protocol, Group group) {
        switch (algorithm) {
            case RING:
                return latencies.ring(collective, protocol, group);
            case TREE:
                return latencies.tree(protocol, group);
            case NVLS:
                return latencies.nvls(group);
            case NVLS_TREE:
                return latencies.nvlsTree(group);
            case COLLNET_DIRECT:
                return latencies.collnetDirect(group);
            case COLLNET_CHAIN:
                return latencies.collnetChain(group);
            case PAT:
                return latencies.pat(group);
            default:
                return latencies.peers(group, collective == Collective.ALL_TO_ALL ? group.ranks() - 1 : 1);
        }
    }

    /** Seconds of the bytes over the narrowest path, with what a ring handles at its ends. */
    double wire(
            Collective collective,
            Algorithm algorithm,
            Protocol protocol,
            Group group,
            double bytes,
            Precision element) {
        switch (algorithm) {
            case RING:
                return CostFormulas.wireSeconds(
                        bytes * collective.busFactor(group.ranks()),
                        rates.ring(protocol, group),
                        rates.ringInNode(protocol, group),
                        pipe.end(collective, protocol, element),
                        collective.ringSteps(group.ranks()));
            case TREE:
                return bytes / rates.tree(protocol, group);
            case NVLS:
                return bytes / rates.nvlsSharp(group);
            case NVLS_TREE:
                return bytes / rates.nvlsTree(group);
            case COLLNET_DIRECT:
                return bytes / rates.collnetDirect(group);
            case COLLNET_CHAIN:
                return bytes / rates.collnetChain(group);
            case PAT:
                return bytes * collective.busFactor(group.ranks()) / rates.pat(group);
            default:
                return collective == Collective.ALL_TO_ALL
                        ? bytes * rates.exchangeSecondsPerByte(group)
                        : bytes / rates.neighbour(group);
        }
    }

    /** Seconds until the pipeline is full. */
    double fill(Collective collective, Algorithm algorithm, Protocol protocol, Group group, double bytes) {
        return collective == Collective.BROADCAST && group.nodes() > 1
                ? pipe.chainSeconds(protocol, group, bytes, cluster.node().nics(), rates.networkInterface(group))
                : pipe.fillSeconds(collective, algorithm, protocol, group, bytes);
    }

    /** What bounds the bytes, in words. */
    String bound(Algorithm algorithm, Protocol protocol, Group group) {
        if (rates.ring(protocol, group) < 0.9 * rates.ring(Protocol.SIMPLE, group)) {
            return "the flags of " + protocol;
        }
        if (group.nodes() == 1) {
            return group.insidePackage()
                    ? cluster.node().packageLink().name()
                    : cluster.node().scaleUp().name();
        }
        boolean inNode;
        switch (algorithm) {
            case NVLS:
            case NVLS_TREE:
                inNode = rates.nvls(group)
                        <= (algorithm == Algorithm.NVLS ? rates.nvlsSharp(group) : rates.nvlsTree(group));
                break;
            case RING:
            case TREE:
                inNode = group.membersPerNode() > 1 && rates.ringInNode(Protocol.SIMPLE, group) <= rates.network(group);
                break;
            default:
                inNode = false;
        }
        if (inNode) {
            return cluster.node().scaleUp().name();
        }
        return group.neighbourShare() < 1 ? group.reach() : cluster.node().nic().name();
    }
}
