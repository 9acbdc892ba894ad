package org.hopperline.hardware;

import java.util.ArrayList;
import java.util.List;
import org.hopperline.core.Check;

/**
 * Sizes and tiers of a fat tree of equal switches with k ports (folded Clos: C. E. Leiserson, IEEE Transactions on
 * Computers C-34 (1985) 892-901; in the form of Al-Fares, Loukissas and Vahdat, SIGCOMM 2008): below the top, half of the
 * ports of a switch point down and half up.
 */
public final class FatTree {

    private static final String[] NAMES = {"leaf", "pod", "zone", "core"};

    private FatTree() {}

    /**
     * Most endpoints of a non-blocking tree: {@code 2 (k/2)^levels}, so k^2/2 of two levels and k^3/4 of three.
     *
     * @param ports k, even
     * @param levels layers of switches, 1 to 4
     */
    public static long endpoints(int ports, int levels) {
        check(ports, levels);
        return 2 * power(ports / 2, levels);
    }

    /**
     * Fewest levels of a non-blocking tree that join {@code endpoints}.
     *
     * @param endpoints at least 1
     * @param ports k, even
     * @throws IllegalArgumentException if more levels than 4 would be needed
     */
    public static int fewestLevels(long endpoints, int ports) {
        Check.positive(endpoints, "endpoints");
        for (int levels = 1; levels <= NAMES.length; levels++) {
            if (endpoints(ports, levels) >= endpoints) {
                return levels;
            }
        }
        throw new IllegalArgumentException(endpoints + " endpoints are more than " + NAMES.length + " levels of "
                + ports + "-port switches join, which is " + endpoints(ports, NAMES.length)
                + "; take switches of more ports");
    }

    /**
     * Links, and so pairs of transceivers, of a non-blocking tree over those of one with fewer levels and as many
     * endpoints: each level has one link an endpoint.
     *
     * @param levels layers of switches, at least 1
     * @param fewer layers of the other tree, at least 1
     */
    public static double linksOver(int levels, int fewer) {
        return (double) Check.positive(levels, "levels") / Check.positive(fewer, "levels");
    }

    /**
     * The tiers of a tree that joins nodes of several network interfaces.
     *
     * <p>Rail-optimised, the first interfaces of k/2 nodes share a leaf, their second interfaces the next leaf, and so
     * on: neighbours in rank order at the same place in their nodes are one switch apart. Plain, all interfaces of a node
     * go to one leaf, which joins that many times fewer nodes.
     *
     * @param ports k, even
     * @param levels layers of switches, 2 to 4
     * @param interfaces network interfaces of a node
     * @param railOptimised how leaves are wired
     * @param oversubscription of each layer below the top, from the leaf upward: bandwidth down over bandwidth up; layers
     *     not given are 1, non-blocking
     * @throws IllegalArgumentException if the counts do not make a tree, or more oversubscriptions than layers are given
     */
    public static List<Tier> tiers(
            int ports, int levels, int interfaces, boolean railOptimised, double... oversubscription) {
        check(ports, levels);
        Check.positive(interfaces, "network interfaces of a node");
        if (levels < 2) {
            throw new IllegalArgumentException("levels is 1, but a tree has at least 2; take 2 to " + NAMES.length);
        }
        if (oversubscription.length > levels - 1) {
            throw new IllegalArgumentException(oversubscription.length + " oversubscriptions for " + levels
                    + " levels; give at most " + (levels - 1) + ", for the top has nothing above it");
        }
        if (interfaces > ports / 2) {
            throw new IllegalArgumentException("a node of " + interfaces + " interfaces does not fit under a leaf with "
                    + ports / 2 + " ports down; take a switch of at least " + 2 * interfaces + " ports");
        }
        List<Tier> tiers = new ArrayList<>();
        for (int level = 1; level <= levels; level++) {
            boolean top = level == levels;
            long below = top ? endpoints(ports, levels) : power(ports / 2, level);
            long nodes = level == 1 && railOptimised ? ports / 2 : below / interfaces;
            double over = level <= oversubscription.length ? oversubscription[level - 1] : 1;
            tiers.add(new Tier(top ? NAMES[3] : NAMES[level - 1], Math.toIntExact(nodes), over));
        }
        return List.copyOf(tiers);
    }

    private static void check(int ports, int levels) {
        if (ports < 4 || ports % 2 != 0) {
            throw new IllegalArgumentException("ports of a switch is " + ports
                    + ", but must be even, for half of them lead up, and at least 4; take "
                    + (ports <= 4 ? "4" : ports - 1 + " or " + (ports + 1)));
        }
        if (levels < 1 || levels > NAMES.length) {
            throw new IllegalArgumentException(
                    "levels is " + levels + ", but a tree of switches has 1 to " + NAMES.length);
        }
    }

    private static long power(long base, int exponent) {
        long product = 1;
        for (int i = 0; i < exponent; i++) {
            product = Math.multiplyExact(product, base);
        }
        return product;
    }
}
