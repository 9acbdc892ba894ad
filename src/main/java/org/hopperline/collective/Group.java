package org.hopperline.collective;

import java.util.List;
import org.hopperline.core.Check;
import org.hopperline.hardware.Cluster;
import org.hopperline.hardware.Node;
import org.hopperline.hardware.Tier;

/**
 * The ranks of one parallel axis as they lie on the fabric: {@code size} ranks, {@code stride} apart in the numbering of
 * all devices, the first of them at a multiple of {@code size * stride}. Consecutive devices fill a node, consecutive
 * nodes fill a leaf, a pod and so on, and rings and trees follow the rank order.
 *
 * <p>What a tier of the fabric joins is counted in nodes. On a rail-optimised fabric a leaf joins the nodes whose devices
 * at the same place share a switch, so that a ring or a tree, which leaves each node from every device to the same place
 * in the next, stays under the leaf ({@link org.hopperline.hardware.FatTree}).
 *
 * <p>The groups of an axis run at once: a node whose devices belong to several groups shares its network interfaces
 * among them, unless {@link #withSiblings(int)} says otherwise.
 */
public final class Group {

    private final int ranks;
    private final int stride;
    private final int nodes;
    private final int membersPerNode;
    private final int siblings;
    private final int onNodes;
    private final boolean insidePackage;
    private final double log2Nodes;
    private final double nicBytesPerSecond;
    private final double neighbourShare;
    private final double uniformSecondsPerByte;
    private final double switchesPerHop;
    private final int topTier;
    private final Cluster cluster;

    private Group(Cluster cluster, int ranks, int stride, int siblings, int onNodes) {
        Node node = cluster.node();
        List<Tier> tiers = cluster.fabric().tiers();
        int devices = node.devices();
        this.cluster = cluster;
        this.ranks = ranks;
        this.stride = stride;
        this.onNodes = onNodes;
        this.nodes = onNodes > 0 ? onNodes : nodesOf(ranks, stride, devices, cluster.devices());
        this.membersPerNode = ceilDivide(ranks, nodes);
        this.siblings = siblings > 0 ? siblings : Math.max(1, devices / membersPerNode);
        this.insidePackage = node.packageDevices() % ((long) ranks * stride) == 0;
        this.log2Nodes = Math.log(nodes) / Math.log(2);
        double nodeNics = node.nics() * node.nic().bytesPerSecond();
        this.nicBytesPerSecond = Math.min(
                Math.max(node.nic().bytesPerSecond(), nodeNics / devices),
                nodeNics / ((double) membersPerNode * this.siblings));
        double share = 1;
        double uniform = (ranks - membersPerNode) / (double) ranks;
        double tapering = 1;
        double switches = nodes > 1 ? 1 : 0;
        int top = nodes > 1 ? 0 : -1;
        for (int k = 0; k < tiers.size() && nodes > 1; k++) {
            Tier tier = tiers.get(k);
            int inside = inside(tier);
            if (inside >= ranks) {
                break;
            }
            // Layers wider than what enters them bring nothing: nodes inject no more than their interfaces carry.
            tapering = Math.max(1, tapering * tier.oversubscription());
            share = Math.min(share, inside / (membersPerNode * tapering));
            uniform = Math.max(uniform, (ranks - inside) / (double) ranks * tapering);
            switches += 2.0 * ceilDivide(ranks, inside) / nodes;
            top = k + 1;
        }
        this.neighbourShare = Math.min(1, share);
        this.uniformSecondsPerByte = uniform / nicBytesPerSecond;
        this.switchesPerHop = switches;
        this.topTier = top;
    }

    /**
     * The group of {@code size} ranks that lie {@code stride} apart.
     *
     * @param cluster the machine; all its devices are in the numbering
     * @param size ranks of the group, at least 1
     * @param stride product of the sizes of the axes before this one in rank order, at least 1
     * @throws IllegalArgumentException if the group reaches past the last device of the cluster
     */
    public static Group of(Cluster cluster, int size, int stride) {
        Check.positive(size, "ranks of a group");
        Check.positive(stride, "stride of a group");
        long span = (long) size * stride;
        if (span > cluster.devices()) {
            throw new IllegalArgumentException("a group of " + size + " ranks at stride " + stride + " spans " + span
                    + " devices, but " + cluster.name() + " has " + cluster.devices() + "; take at most "
                    + Math.max(1, cluster.devices() / stride) + " ranks at this stride, or a stride of at most "
                    + Math.max(1, cluster.devices() / size));
        }
        return new Group(cluster, size, stride, 0, 0);
    }

    /**
     * A group that runs alone, its ranks spread evenly over as many nodes, as launchers of nccl-tests place them.
     *
     * @param ranks ranks of the group
     * @param nodes nodes they lie on
     * @throws IllegalArgumentException if the cluster has fewer nodes, or a node fewer devices
     */
    public static Group spread(Cluster cluster, int ranks, int nodes) {
        Check.positive(ranks, "ranks of a group");
        Check.positive(nodes, "nodes of a group");
        int devices = cluster.node().devices();
        if (nodes > cluster.nodes() || nodes > ranks || ceilDivide(ranks, nodes) > devices) {
            throw new IllegalArgumentException(ranks + " ranks do not spread over " + nodes + " nodes of "
                    + cluster.name() + ", which has " + cluster.nodes() + " nodes of " + devices
                    + " devices; take at most that many nodes, and from " + ceilDivide(ranks, devices) + " to "
                    + ranks);
        }
        return new Group(cluster, ranks, 1, 1, nodes);
    }

    /** All devices of a cluster, as nccl-tests runs them. */
    public static Group all(Cluster cluster) {
        return of(cluster, cluster.devices(), 1);
    }

    /**
     * The same ranks with another number of groups that use a node's network interfaces at once.
     *
     * @param count at least 1; 1 means that this group is alone
     */
    public Group withSiblings(int count) {
        return new Group(cluster, ranks, stride, Check.positive(count, "groups at once"), onNodes);
    }

    /** The members that share a node with one rank: the inner group of a hierarchical collective. */
    public Group insideNode() {
        return new Group(cluster, membersPerNode, stride, siblings, 1);
    }

    /** One member of each node: the outer group of a hierarchical collective, as many at once as a node has members. */
    public Group acrossNodes() {
        return new Group(cluster, nodes, Math.max(stride, cluster.node().devices()), siblings * membersPerNode, 0);
    }

    /** Number of ranks n. */
    public int ranks() {
        return ranks;
    }

    /** Distance of neighbours in the numbering of devices. */
    public int stride() {
        return stride;
    }

    /** Nodes that hold a member, N. */
    public int nodes() {
        return nodes;
    }

    /** Members on one node, g. */
    public int membersPerNode() {
        return membersPerNode;
    }

    /** Groups that use a node's network interfaces at once, this one among them. */
    public int siblings() {
        return siblings;
    }

    /** True if all members lie in one package of a node with unequal paths. */
    public boolean insidePackage() {
        return insidePackage;
    }

    /** Base-2 logarithm of the number of nodes: the depth of a binary tree over them. */
    public double log2Nodes() {
        return log2Nodes;
    }

    /** Specified bytes a second that one member has of its node's network interfaces. */
    public double nicBytesPerSecond() {
        return nicBytesPerSecond;
    }

    /**
     * Share of {@link #nicBytesPerSecond()} that remains for a ring or a tree past the narrowest tier crossed. One
     * node's worth of traffic leaves each domain of a tier, for each of the groups inside it: with m members in the
     * domain, g in a node and oversubscription o (multiplied over the tiers below, at least 1), {@code min(1, m / (g o))}.
     */
    public double neighbourShare() {
        return neighbourShare;
    }

    /**
     * Network seconds for one byte of a buffer spread evenly over all ranks: the largest over the tiers of
     * {@code (n - m) / n * o / nic}, with m the members inside the tier's domain and o its oversubscription.
     */
    public double uniformSecondsPerByte() {
        return uniformSecondsPerByte;
    }

    /** Mean number of switches between neighbours that lie on different nodes. */
    public double switchesPerHop() {
        return switchesPerHop;
    }

    /** Largest number of switches between two members: 1 under one leaf, two more with each tier above; 0 in a node. */
    public int switchesAcross() {
        return topTier < 0 ? 0 : 1 + 2 * topTier;
    }

    /** Name of the narrowest path: inside the node, under one leaf, or past the named tier. */
    public String reach() {
        if (topTier < 0) {
            return insidePackage ? "package" : "node";
        }
        List<Tier> tiers = cluster.fabric().tiers();
        return topTier == 0 ? "leaf" : "past " + tiers.get(topTier - 1).name();
    }

    /** Hops of a ring over the group that stay inside a node. */
    public int hopsInsideNodes() {
        return nodes > 1 ? ranks - nodes : ranks > 1 ? ranks : 0;
    }

    /** Hops of a ring over the group that go from node to node. */
    public int hopsBetweenNodes() {
        return nodes > 1 ? nodes : 0;
    }

    /**
     * Hops of a ring over the group that leave a domain of the tier.
     *
     * @param tier index into the fabric's tiers, from 0
     * @throws IndexOutOfBoundsException if there is no such tier
     */
    public int hopsPast(int tier) {
        int inside = inside(cluster.fabric().tiers().get(tier));
        return inside >= ranks ? 0 : ceilDivide(ranks, inside);
    }

    /** The machine the group lies on. */
    public Cluster cluster() {
        return cluster;
    }

    @Override
    public String toString() {
        return ranks + " ranks at stride " + stride + ", " + membersPerNode + " on each of " + nodes + " nodes, "
                + siblings + " groups at once, " + reach();
    }

    private int inside(Tier tier) {
        return onNodes > 0
                ? (int) Math.min(ranks, (long) tier.nodes() * membersPerNode)
                : members(ranks, stride, (long) tier.nodes() * cluster.node().devices(), cluster.devices());
    }

    private static int nodesOf(int ranks, int stride, int devices, int all) {
        int byMembers = ceilDivide(ranks, members(ranks, stride, devices, all));
        long spanned = ((long) ranks * stride + devices - 1) / devices;
        return spanned > 1 ? (int) Math.min(byMembers, spanned) : byMembers;
    }

    /**
     * Members inside one domain of so many devices, of the group that fares worst: where groups smaller than a domain do
     * not fill it evenly, one of them lies half in the next.
     */
    private static int members(int ranks, int stride, long domain, int all) {
        long span = (long) ranks * stride;
        if (span - stride >= domain) {
            return (int) Math.max(1, Math.min(ranks, domain / stride));
        }
        return span > domain || domain % span == 0 || domain >= all ? ranks : ceilDivide(ranks, 2);
    }

    private static int ceilDivide(int a, int b) {
        return (a + b - 1) / b;
    }
}
