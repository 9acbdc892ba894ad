package org.hopperline.run.machines;

import org.hopperline.core.Check;

/**
 * Sizes of folded-Clos networks (fat trees) of equal switches without oversubscription: C. E. Leiserson, IEEE
 * Transactions on Computers C-34 (1985) 892-901; in the form of M. Al-Fares et al., SIGCOMM 2008.
 */
public final class FatTree {

    private FatTree() {}

    /**
     * Most end points of {@code tiers} tiers of switches with {@code ports} ports, {@code 2 (k/2)^t}.
     *
     * @param ports k, even, at least 2
     * @param tiers t, at least 1
     */
    public static double endpoints(int ports, int tiers) {
        if (Check.positive(ports, "ports of a switch") % 2 != 0) {
            throw new IllegalArgumentException("ports of a switch is " + ports
                    + ", but must be even: half of them lead up; take " + (ports - 1) + " or " + (ports + 1));
        }
        return 2 * Math.pow(ports / 2.0, Check.positive(tiers, "tiers"));
    }

    /** Fewest tiers that join {@code endpoints}. */
    public static int fewestTiers(int endpoints, int ports) {
        Check.positive(endpoints, "end points");
        if (ports == 2 && endpoints > 2) {
            throw new IllegalArgumentException("switches of 2 ports join no more than 2 end points, not " + endpoints);
        }
        int tiers = 1;
        while (endpoints(ports, tiers) < endpoints) {
            tiers++;
        }
        return tiers;
    }

    /** Links, and so pairs of transceivers, of {@code tiers} tiers over those of {@code fewer}: one for each tier. */
    public static double linksOver(int tiers, int fewer) {
        return (double) Check.positive(tiers, "tiers") / Check.positive(fewer, "tiers");
    }
}
