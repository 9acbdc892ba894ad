package org.hopperline.run.scaling;

import org.hopperline.core.Check;
import org.hopperline.text.FigureTable;

/**
 * Where adding GPUs stops helping: Erdil and Schneider-Joseph, "Data movement limits to frontier model training" (arXiv
 * 2411.01137). For a run of three months, moving data between and inside GPUs lowers utilisation above about 1e28 FLOP,
 * and above about 1e31 FLOP no run is feasible. The article with the paper says 2e28 and 2e31. These are the paper's
 * results for hardware of the H100's generation, not results of this library's step model.
 */
public final class DataMovementLimit {

    private static final FigureTable FIGURES = FigureTable.resource(DataMovementLimit.class, "scaling.csv");

    private DataMovementLimit() {}

    /** What the paper says of a run of about three months. */
    public enum Verdict {
        /** Data movement need not lower utilisation. */
        UNHINDERED,
        /** Utilisation falls. */
        LOSES_UTILISATION,
        /** No run of this size ends in three months. */
        INFEASIBLE
    }

    /** FLOPs above which utilisation falls in a run of three months. */
    public static double softFlops() {
        return FIGURES.value("dataMovement.soft");
    }

    /** FLOPs above which no run of three months is feasible. */
    public static double hardFlops() {
        return FIGURES.value("dataMovement.hard");
    }

    /** Length of the run that the limits hold for, in days. */
    public static double days() {
        return FIGURES.value("dataMovement.days");
    }

    /**
     * Verdict on a run.
     *
     * @param flops size of the run
     * @param runDays its length; within half and twice three months
     * @throws IllegalArgumentException if the run is of another length: the paper gives no rule to convert
     */
    public static Verdict of(double flops, double runDays) {
        Check.positive(flops, "size of the run", "FLOP");
        if (!(runDays >= days() / 2 && runDays <= 2 * days())) {
            throw new IllegalArgumentException("the run lasts " + runDays + " days, but these limits are stated for "
                    + days() + " days; take between " + days() / 2 + " and " + 2 * days());
        }
        if (flops > hardFlops()) {
            return Verdict.INFEASIBLE;
        }
        return flops > softFlops() ? Verdict.LOSES_UTILISATION : Verdict.UNHINDERED;
    }
}
