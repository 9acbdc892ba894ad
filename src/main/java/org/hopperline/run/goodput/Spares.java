package org.hopperline.run.goodput;

import org.hopperline.core.Check;

/**
 * Spare nodes. With failures as a Poisson process and repairs that do not wait for each other, the number of nodes in
 * repair is Poisson distributed with mean nodes times rate times repair time, whatever the spread of repair times
 * (C. Palm 1943; the M/G/infinity queue).
 */
public final class Spares {

    private Spares() {}

    /** Mean number of nodes in repair, {@code nodes * perNodeDay * repairDays}. */
    public static double meanInRepair(int nodes, double perNodeDay, double repairDays) {
        return Check.positive(nodes, "nodes")
                * Check.positive(perNodeDay, "failures that need a repair", FailureModel.UNIT)
                * Check.positive(repairDays, "repair time", "d");
    }

    /**
     * The fewest spare nodes that suffice at least a share {@code assurance} of the time.
     *
     * @param nodes nodes the job needs
     * @param perNodeDay failures per node and day that take the node out for repair
     * @param repairDays mean repair time in days
     * @param assurance share of the time, above 0 and below 1, such as 0.99
     * @return spare nodes, at least 0
     */
    public static int needed(int nodes, double perNodeDay, double repairDays, double assurance) {
        if (!(assurance > 0 && assurance < 1)) {
            throw new IllegalArgumentException(
                    "assurance is " + assurance + ", but must lie between 0 and 1, such as 0.99");
        }
        double mean = meanInRepair(nodes, perNodeDay, repairDays);
        // Logarithms, since e^-mean underflows for large fleets.
        double logTerm = -mean;
        double reached = Math.exp(logTerm);
        int spares = 0;
        while (reached < assurance) {
            spares++;
            logTerm += Math.log(mean / spares);
            double term = Math.exp(logTerm);
            reached += term;
            if (spares > mean && term < 1e-18) {
                break;
            }
        }
        return spares;
    }
}
