package org.hopperline.collective;

/** How a collective moves its bytes; names as in NCCL where NCCL has them. */
public enum Algorithm {
    /** Each rank passes on to the next in rank order. */
    RING,
    /** Up and down a double binary tree of nodes, a chain inside each node. */
    TREE,
    /** NVLink SHARP: the NVSwitch adds and multicasts; across nodes with SHARP in the network switches as well. */
    NVLS,
    /** NVLink SHARP inside the nodes, a double binary tree between them. */
    NVLS_TREE,
    /** SHARP in the network switches, each device straight to its own network interface. */
    COLLNET_DIRECT,
    /** SHARP in the network switches, a chain inside each node. */
    COLLNET_CHAIN,
    /** Parallel aggregated trees: all-gather and reduce-scatter in a logarithm of steps, one rank a node. */
    PAT,
    /** Reduce-scatter inside the node, all-reduce across nodes, all-gather inside the node. Never chosen by NCCL. */
    HIERARCHICAL,
    /** Every pair exchanges directly. */
    PEER_TO_PEER;

    static final Algorithm[] ALL = values();

    /** True if it runs with that protocol: rings and trees with any, the others with {@link Protocol#SIMPLE}. */
    boolean speaks(Protocol protocol) {
        return protocol == Protocol.SIMPLE || this == RING || this == TREE;
    }
}
