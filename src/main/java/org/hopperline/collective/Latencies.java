package org.hopperline.collective;

/** Seconds of the steps of each algorithm and protocol, before any byte counts. */
final class Latencies {

    private final double[] ringBase;
    private final double[] ringHop;
    private final double[] ringAcrossHop;
    private final double[] ringNetworkHop;
    private final double[] treeBase;
    private final double[] treeHop;
    private final double[] treeNetworkHop;
    private final double networkOverhead;
    private final double nvlsBase;
    private final double nvlsNetworkHop;
    private final double nvlsTreeBase;
    private final double nvlsTreeNetworkHop;
    private final double collnetDirectHop;
    private final double collnetDirectArity;
    private final double collnetDirectNetworkHop;
    private final double collnetChainHop;
    private final double collnetChainNetworkHop;
    private final double patBase;
    private final double patNetworkHop;
    private final double patRank;
    private final double peerBase;
    private final double peerEach;
    private final double peerNetworkHop;
    private final double traversal;

    Latencies(CollectiveConstants constants) {
        double treeScale = constants.value("tree.network.scale");
        ringBase = protocols(constants, "ring.", ".base", 1);
        ringHop = protocols(constants, "ring.", ".hop", 1);
        ringAcrossHop = protocols(constants, "ring.", ".across.hop", 1);
        ringNetworkHop = protocols(constants, "ring.", ".network.hop", 1);
        treeBase = protocols(constants, "tree.", ".base", 1);
        treeHop = protocols(constants, "tree.", ".hop", 1);
        treeNetworkHop = protocols(constants, "tree.", ".network.hop", treeScale);
        networkOverhead = constants.value("network.overhead");
        nvlsBase = constants.value("nvls.base");
        nvlsNetworkHop = constants.value("nvls.network.hop");
        nvlsTreeBase = constants.value("nvlstree.base");
        nvlsTreeNetworkHop = constants.value("nvlstree.network.hop");
        collnetDirectHop = constants.value("collnet.direct.hop");
        collnetDirectArity = constants.value("collnet.direct.arity");
        collnetDirectNetworkHop = constants.value("collnet.direct.network.hop");
        collnetChainHop = constants.value("collnet.chain.hop");
        collnetChainNetworkHop = constants.value("collnet.chain.network.hop");
        patBase = constants.value("pat.base");
        patNetworkHop = constants.value("pat.network.hop");
        patRank = constants.value("pat.rank");
        peerBase = constants.value("peer.base");
        peerEach = constants.value("peer.each");
        peerNetworkHop = constants.value("peer.network.hop");
        traversal = constants.value("switch.traversal");
    }

    private static double[] protocols(CollectiveConstants constants, String before, String after, double scale) {
        return new double[] {
            scale * constants.value(before + "ll" + after),
            scale * constants.value(before + "ll128" + after),
            scale * constants.value(before + "simple" + after)
        };
    }

    double ring(Collective collective, Protocol protocol, Group group) {
        int p = protocol.ordinal();
        int nodes = group.nodes();
        if (nodes == 1) {
            return CostFormulas.ringLatencySeconds(ringBase[p], ringHop[p], 0, collective.ringSteps(group.ranks()), 0);
        }
        if (collective == Collective.BROADCAST) {
            return CostFormulas.chainLatencySeconds(
                    ringBase[p], ringNetworkHop[p] + group.switchesPerHop() * traversal, group.ranks());
        }
        int networkSteps = collective.ringSteps(nodes);
        // A ring that leaves the node posts to a network interface at every step, three times with Simple.
        double post = protocol == Protocol.SIMPLE ? 3 * networkOverhead : networkOverhead;
        return CostFormulas.ringLatencySeconds(
                ringBase[p],
                Math.max(ringAcrossHop[p], post),
                ringNetworkHop[p] + group.switchesPerHop() * traversal,
                collective.ringSteps(group.ranks()),
                networkSteps);
    }

    double tree(Protocol protocol, Group group) {
        int p = protocol.ordinal();
        return CostFormulas.treeLatencySeconds(
                treeBase[p],
                treeHop[p],
                treeNetworkHop[p] + group.switchesAcross() * traversal,
                group.membersPerNode(),
                group.log2Nodes());
    }

    double nvls(Group group) {
        return group.nodes() == 1 ? nvlsBase : nvlsBase + nvlsNetworkHop + across(group);
    }

    double nvlsTree(Group group) {
        return nvlsTreeBase + 2 * group.log2Nodes() * (nvlsTreeNetworkHop + across(group));
    }

    double collnetDirect(Group group) {
        int others = group.membersPerNode() - 1;
        return 2 * (Math.min(1, others) * collnetDirectHop + others * collnetDirectArity)
                + collnetDirectNetworkHop
                + across(group);
    }

    double collnetChain(Group group) {
        return 2 * (group.membersPerNode() - 1) * collnetChainHop + collnetChainNetworkHop + across(group);
    }

    double pat(Group group) {
        return CostFormulas.patLatencySeconds(
                patBase, patNetworkHop + across(group), patRank, group.ranks(), group.log2Nodes());
    }

    double peers(Group group, int partners) {
        double network = group.nodes() == 1 ? 0 : peerNetworkHop + across(group);
        return peerBase + partners * peerEach + network;
    }

    private double across(Group group) {
        return group.switchesAcross() * traversal;
    }
}
