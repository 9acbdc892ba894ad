package org.hopperline.collective;

import org.hopperline.hardware.Cluster;

/** Bytes a second of the paths of one cluster, as each algorithm and protocol can use them. */
final class Rates {

    private final double link;
    private final double packageLink;
    private final double networkInterface;
    private final double ringShare;
    private final double llShare;
    private final double ll128Share;
    private final double llTwoNodes;
    private final double llNetwork;
    private final double ll128Network;
    private final double network;
    private final double peerShare;
    private final double peerNetwork;
    private final double nvlsShare;
    private final double treeShare;
    private final double treeLlDivisor;
    private final double treeLl128Node;
    private final double treeLl128Network;
    private final double collnetDirectShare;
    private final double patShare;

    /** Shares of links that are not known yet. */
    Rates(CollectiveConstants constants) {
        link = Double.NaN;
        packageLink = Double.NaN;
        networkInterface = Double.NaN;
        ringShare = constants.value("ring.simple.link.share");
        llShare = constants.value("ring.ll.link.share");
        ll128Share = constants.value("ring.ll128.link.share");
        llTwoNodes = constants.value("ring.ll.two.nodes.rate");
        llNetwork = constants.value("ring.ll.network.rate");
        ll128Network = constants.value("ring.ll128.network.share");
        network = constants.value("network.share");
        peerShare = constants.value("peer.link.share");
        peerNetwork = constants.value("peer.network.share");
        nvlsShare = constants.value("nvls.link.share");
        treeShare = constants.value("tree.share");
        treeLlDivisor = constants.value("tree.ll.divisor");
        treeLl128Node = constants.value("tree.ll128.node.share");
        treeLl128Network = constants.value("tree.ll128.network.share");
        collnetDirectShare = constants.value("collnet.direct.share");
        patShare = constants.value("pat.share");
    }

    private Rates(Rates shares, Cluster cluster) {
        double throughput = cluster.fabric().throughput().value();
        link = cluster.node().scaleUp().bytesPerSecond();
        packageLink = cluster.node().packageLink().bytesPerSecond();
        networkInterface = cluster.node().nic().bytesPerSecond();
        ringShare = shares.ringShare;
        llShare = shares.llShare;
        ll128Share = shares.ll128Share;
        llTwoNodes = shares.llTwoNodes;
        llNetwork = shares.llNetwork;
        ll128Network = shares.ll128Network;
        network = Math.min(throughput, shares.network);
        peerShare = shares.peerShare;
        peerNetwork = Math.min(throughput, shares.peerNetwork);
        nvlsShare = shares.nvlsShare;
        treeShare = shares.treeShare;
        treeLlDivisor = shares.treeLlDivisor;
        treeLl128Node = shares.treeLl128Node;
        treeLl128Network = shares.treeLl128Network;
        collnetDirectShare = shares.collnetDirectShare;
        patShare = shares.patShare;
    }

    /** The rates of a cluster: its links times these shares, and no more of the network than its flows reach. */
    Rates on(Cluster cluster) {
        return new Rates(this, cluster);
    }

    /** Specified rate of the narrowest path inside the node that the group uses. */
    double link(Group group) {
        return group.insidePackage() ? packageLink : link;
    }

    /** All the members of one node together, out of the node, past the narrowest tier. */
    double network(Group group) {
        return group.membersPerNode() * group.nicBytesPerSecond() * network * group.neighbourShare();
    }

    /** One interface of a node, past the narrowest tier, while no other group sends. */
    double networkInterface(Group group) {
        return networkInterface * network * group.neighbourShare();
    }

    /** A ring inside one node, or the part of a larger ring that lies in a node. */
    double ringInNode(Protocol protocol, Group group) {
        switch (protocol) {
            case LL:
                return llShare * link(group);
            case LL128:
                return ll128Share * link(group);
            default:
                return ringShare * link(group);
        }
    }

    double ring(Protocol protocol, Group group) {
        double inNode = ringInNode(protocol, group);
        if (group.nodes() == 1) {
            return inNode;
        }
        // A ring of one rank a node never touches the links inside.
        double full = network(group);
        if (group.membersPerNode() > 1) {
            full = Math.min(full, ringInNode(Protocol.SIMPLE, group));
        }
        switch (protocol) {
            case LL:
                return Math.min(group.nodes() == 2 ? llTwoNodes : llNetwork, full / 2);
            case LL128:
                return Math.min(inNode, ll128Network * full);
            default:
                return full;
        }
    }

    /** Buffer bytes a second of an all-reduce by trees: each byte goes up and down. */
    double tree(Protocol protocol, Group group) {
        double bus = treeShare * ring(Protocol.SIMPLE, group);
        switch (protocol) {
            case LL:
                return Math.min(bus / treeLlDivisor, ring(Protocol.LL, group)) / 2;
            case LL128:
                double share = group.nodes() == 1 ? treeLl128Node : treeLl128Network;
                return Math.min(bus * share, ringInNode(Protocol.LL128, group)) / 2;
            default:
                return bus / 2;
        }
    }

    /** Buffer bytes a second that the switch of one node reduces and returns. */
    double nvls(Group group) {
        return nvlsShare * link(group);
    }

    /** Buffer bytes a second where the switches of the network add: each byte leaves the node once. */
    double nvlsSharp(Group group) {
        return group.nodes() == 1 ? nvls(group) : Math.min(nvls(group), network(group));
    }

    /**
     * Buffer bytes a second of NVLink SHARP with trees between nodes. An inner node of one tree, a leaf of the other,
     * sends each byte up once and down once, less the part that is its own, as a ring does; of two nodes each byte
     * crosses once.
     */
    double nvlsTree(Group group) {
        double crossings = Collective.ALL_REDUCE.busFactor(group.ranks()) / (group.nodes() == 2 ? 2 : 1);
        return Math.min(nvls(group), network(group) / crossings);
    }

    /** Buffer bytes a second where each device reaches its own interface: a share goes over the links out and back. */
    double collnetDirect(Group group) {
        double inNode = ringInNode(Protocol.SIMPLE, group);
        double exchange = Collective.ALL_REDUCE.busFactor(group.membersPerNode());
        double links = exchange == 0 ? Double.POSITIVE_INFINITY : inNode / exchange;
        return collnetDirectShare * Math.min(links, network(group));
    }

    /** Buffer bytes a second where a chain inside the node leads to the interfaces: each link carries all, up and down. */
    double collnetChain(Group group) {
        return Math.min(ringInNode(Protocol.SIMPLE, group) / 2, network(group));
    }

    double pat(Group group) {
        return patShare * network(group);
    }

    /** Seconds of an even exchange of a buffer of one byte a rank, {@code imbalance} times the mean at the busiest. */
    double exchangeSecondsPerByte(Group group) {
        double inside = (group.membersPerNode() - 1.0) / group.ranks() / (peerShare * link(group));
        return group.nodes() == 1 ? inside : Math.max(inside, group.uniformSecondsPerByte() / peerNetwork);
    }

    /** From one member to the next. */
    double neighbour(Group group) {
        return group.nodes() == 1
                ? peerShare * link(group)
                : network * group.nicBytesPerSecond() * group.neighbourShare();
    }
}
