package org.hopperline.hardware;

import java.util.List;
import org.hopperline.core.Check;

/**
 * Tiers of a dragonfly (Kim, Dally, Scott and Abts, ISCA 2008): groups without blocking inside, every pair of groups
 * joined by the same number of links.
 */
public final class Dragonfly {

    private Dragonfly() {}

    /**
     * Bandwidth that the nodes of a group can inject over that of the links to the other groups, links and interfaces
     * being of one rate: {@code nodes interfaces / ((groups - 1) links)}.
     *
     * @param nodes nodes of a group
     * @param interfaces network interfaces of a node
     * @param groups groups, at least 2
     * @param linksPerPair links between two groups
     */
    public static double taper(int nodes, int interfaces, int groups, int linksPerPair) {
        Check.positive(nodes, "nodes of a group");
        Check.positive(interfaces, "network interfaces of a node");
        Check.positive(linksPerPair, "links between two groups");
        if (groups < 2) {
            throw new IllegalArgumentException(
                    "groups is " + groups + ", but a taper needs at least 2; one group has no links to others");
        }
        return (double) nodes * interfaces / ((groups - 1.0) * linksPerPair);
    }

    /**
     * The two tiers: the group, oversubscribed by the {@link #taper} where that is above 1, and the machine.
     *
     * @param nodes nodes of a group
     * @param interfaces network interfaces of a node
     * @param groups groups, at least 2
     * @param linksPerPair links between two groups
     */
    public static List<Tier> tiers(int nodes, int interfaces, int groups, int linksPerPair) {
        double taper = taper(nodes, interfaces, groups, linksPerPair);
        return List.of(
                new Tier("group", nodes, Math.max(1, taper)),
                new Tier("machine", Math.multiplyExact(nodes, groups), 1));
    }
}
