package org.hopperline.run.power;

import org.hopperline.core.Check;

/** Energy from power and time, as formulas. Every power says by its type where it was measured. */
public final class Energy {

    /** Joules of one megawatt-hour. */
    public static final double JOULES_PER_MEGAWATT_HOUR = 3.6e9;

    private static final double HOURS_PER_YEAR = 8760;

    private Energy() {}

    /** Energy at the meter in joules, {@code P t}. */
    public static double joules(FacilityPower power, double seconds) {
        return power.watts() * Check.nonNegative(seconds, "time", "s");
    }

    /** Energy of the accelerators alone in joules: what a count of GPU-hours at their power limit measures. */
    public static double chipJoules(ChipPower power, double seconds) {
        return power.watts() * Check.nonNegative(seconds, "time", "s");
    }

    /** Joules in megawatt-hours. */
    public static double megawattHours(double joules) {
        return Check.nonNegative(joules, "energy", "J") / JOULES_PER_MEGAWATT_HOUR;
    }

    /**
     * Energy at the meter for each token.
     *
     * @param each facility power of one accelerator
     * @param tokensPerSecondPerGpu tokens trained a second by one accelerator
     * @return joules a token
     */
    public static double joulesPerToken(FacilityPower each, double tokensPerSecondPerGpu) {
        return each.watts() / Check.positive(tokensPerSecondPerGpu, "token rate", "1/s");
    }

    /**
     * Energy of a year of 8,760 h at the meter.
     *
     * @param criticalIt load when all is in use
     * @param utilisation mean share of that load, above 0 and at most 1
     * @param pue facility over critical IT, at least 1
     * @return megawatt-hours
     */
    public static double yearlyMegawattHours(CriticalItPower criticalIt, double utilisation, double pue) {
        if (!(pue >= 1)) {
            throw new IllegalArgumentException(
                    "power usage effectiveness is " + pue + ", but must be at least 1; 1.1 to 1.6 are usual");
        }
        return criticalIt.watts() / 1e6 * Check.fraction(utilisation, "utilisation") * pue * HOURS_PER_YEAR;
    }

    /**
     * Energy of a run at the meter: it draws {@code running} for its useful time and {@code stopped} for the wall time in
     * which failures and recovery keep it from work.
     *
     * @param running facility power of the job while it steps
     * @param stopped facility power of the job while it stands
     * @param wallSeconds from start to finish
     * @param standingShare share of the wall time in which the job stands, 0 to 1
     * @return joules
     */
    public static double runJoules(
            FacilityPower running, FacilityPower stopped, double wallSeconds, double standingShare) {
        Check.within(standingShare, 0, 1, "standing share", "1");
        return Check.nonNegative(wallSeconds, "wall time", "s")
                * ((1 - standingShare) * running.watts() + standingShare * stopped.watts());
    }
}
