package org.hopperline.model;

import org.hopperline.core.Check;

/**
 * How the router spreads tokens over experts, as far as the load of ranks and the messages between them depend on it.
 *
 * @param load rows of the busiest rank over the mean, above 0: 1 where tokens are spread evenly; the capacity factor where
 *     every expert is padded to it and tokens beyond it are dropped
 * @param groups groups of experts in a row among which a token chooses first; 1 for none
 * @param groupsVisited groups that a token may visit, 1 to {@code groups}
 * @param consecutive true if a token visits experts in a row, as a benchmark's gate in turn hands out; false if any
 *     experts are equally likely
 * @param padded true if every expert is given as many rows as its capacity, by padding and dropping, so that all sizes
 *     are known before any token is routed (Megatron-Core's moe_pad_expert_input_to_capacity); false if the host must
 *     learn from the device how many rows each expert got
 */
public record TokenRouting(double load, int groups, int groupsVisited, boolean consecutive, boolean padded) {

    /** Evenly, any experts. */
    public static final TokenRouting EVEN = new TokenRouting(1, 1, 1, false, false);

    /** Checks the load, and that no more groups are visited than there are. */
    public TokenRouting {
        Check.positive(load, "load of the busiest rank over the mean", "1");
        Check.positive(groups, "groups of experts");
        Check.positive(groupsVisited, "groups that a token visits");
        if (groupsVisited > groups) {
            throw new IllegalArgumentException("a token visits " + groupsVisited + " groups of experts, but there are "
                    + groups + "; take at most " + groups);
        }
    }

    /** The same with another load. */
    public TokenRouting withLoad(double busiest) {
        return new TokenRouting(busiest, groups, groupsVisited, consecutive, padded);
    }

    /** The same with another number of groups, of which a token may visit some. */
    public TokenRouting withGroups(int number, int visited) {
        return new TokenRouting(load, number, visited, consecutive, padded);
    }

    /** The same with experts in a row. */
    public TokenRouting inARow() {
        return new TokenRouting(load, groups, groupsVisited, true, padded);
    }

    /**
     * The same with every expert padded to its capacity.
     *
     * @param capacity rows of an expert over the mean, the capacity factor
     */
    public TokenRouting paddedTo(double capacity) {
        return new TokenRouting(capacity, groups, groupsVisited, consecutive, true);
    }

    /**
     * Nodes that a token can reach where each node holds as many groups as the next, or a group as many nodes: {@code visited
     * max(1, nodes/groups)}.
     */
    public int nodeLimit(int nodes) {
        return groups == 1 ? nodes : Math.min(nodes, groupsVisited * Math.max(1, nodes / groups));
    }
}
