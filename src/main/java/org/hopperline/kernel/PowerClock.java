package org.hopperline.kernel;

import org.hopperline.core.Check;
import org.hopperline.core.Figure;
import org.hopperline.hardware.Architecture;
import org.hopperline.hardware.Chip;
import org.hopperline.text.FigureTable;

/**
 * The clock of a chip under its power limit. Dynamic power grows with the cube of the clock (voltage follows clock:
 * {@code P = P_idle + a c f^3}, the usual CMOS law), so a chip at its limit runs at
 * {@code f = ((P_limit - P_idle) / (a c))^(1/3)}, with the activity {@code a} the busy share of the matrix units. The
 * limit takes a while to bite: a short product runs on the burst clock, one that lasts settles at the sustained clock.
 * Clocks here are relative to the clock at which the vendor states the matrix peak.
 */
public final class PowerClock {

    /** Watts, compute units and hertz of the chip on which the sustained share was fitted: H100 SXM5, 80 GB. */
    private static final double REFERENCE_WATTS = 700;

    private static final double REFERENCE_UNITS = 132;
    private static final double REFERENCE_HERTZ = 1.83e9;

    private final double sustained;
    private final double maximum;
    private final double settlingSeconds;
    private final double idleShare;
    private final boolean settled;

    private PowerClock(double sustained, double maximum, double settlingSeconds, double idleShare, boolean settled) {
        this.sustained = sustained;
        this.maximum = maximum;
        this.settlingSeconds = settlingSeconds;
        this.idleShare = idleShare;
        this.settled = settled;
    }

    /**
     * The clock of {@code chip}. For Hopper the sustained share carries over from the H100 SXM5 by the cube law, with
     * power and compute units of the chip; for other families it is a figure of its own. What a chip draws at rest is
     * its {@code idle_power}, whatever its limit, or where none is known the share of its limit that an H100 SXM5 draws.
     */
    public static PowerClock of(Chip chip) {
        return of(chip, GemmFigures.SHIPPED);
    }

    static PowerClock of(Chip chip, FigureTable figures) {
        return of(chip, figures.value("clock.sustained"), figures.value("clock.settling"), figures);
    }

    static PowerClock of(Chip chip, double referenceSustained, double settlingSeconds, FigureTable figures) {
        double maximum =
                Math.max(1, chip.maximumClock().value() / chip.tensorClock().value());
        double referenceIdle = figures.value("clock.idle-power-share");
        double idle = referenceIdle;
        double sustained;
        if (chip.architecture() == Architecture.HOPPER) {
            Figure atRest = chip.further().get("idle_power");
            double limit = chip.powerLimitWatts();
            double dynamicPerUnit = (1 - idle) * limit / chip.computeUnits();
            if (atRest != null) {
                if (atRest.value() >= limit) {
                    throw new IllegalArgumentException("a power limit of " + limit + " W leaves nothing above the "
                            + atRest.value() + " W that " + chip.name() + " draws at rest; take a higher one");
                }
                idle = atRest.value() / limit;
                dynamicPerUnit = (limit - atRest.value()) / chip.computeUnits();
            }
            double referencePerUnit = (1 - referenceIdle) * REFERENCE_WATTS / REFERENCE_UNITS;
            sustained = cubeLawClock(dynamicPerUnit, referencePerUnit, referenceSustained * REFERENCE_HERTZ)
                    / chip.tensorClock().value();
        } else {
            sustained = figures.value("clock.sustained." + chip.architecture().name());
        }
        return new PowerClock(Math.min(sustained, maximum), maximum, settlingSeconds, idle, false);
    }

    /**
     * Clock that a dynamic power allows: {@code f = referenceHertz (watts / referenceWatts)^(1/3)}.
     *
     * @param watts dynamic power available, W
     * @param referenceWatts dynamic power drawn at {@code referenceHertz}, W
     * @param referenceHertz clock at which it was drawn, Hz
     */
    public static double cubeLawClock(double watts, double referenceWatts, double referenceHertz) {
        return referenceHertz * Math.pow(watts / referenceWatts, 1.0 / 3);
    }

    /**
     * Mean of {@code exp(-t / settling)} over a span: {@code (1 - e^-x) / x}, {@code x = span / settling}; 1 for a
     * short span, towards 0 for a long one.
     */
    public static double burstShare(double spanSeconds, double settlingSeconds) {
        double x = spanSeconds / settlingSeconds;
        return x < 1e-4 ? 1 - x / 2 : (1 - Math.exp(-x)) / x;
    }

    /** This chip after minutes at its power limit, as in training: no burst is left. */
    public PowerClock sustained() {
        return new PowerClock(sustained, maximum, settlingSeconds, idleShare, true);
    }

    /** Clock at full activity after minutes at the power limit, relative to the clock of the stated peak. */
    public double sustainedShare() {
        return sustained;
    }

    /**
     * Mean clock over a kernel, relative to the clock of the stated peak.
     *
     * @param spanSeconds length of the kernel, s
     * @param activity busy share of the matrix units over that time, above 0 and at most 1
     */
    public double relativeClock(double spanSeconds, double activity) {
        double burst = settled ? 0 : burstShare(spanSeconds, settlingSeconds);
        double limited = sustained + (1 - sustained) * burst;
        double activityCubed = limited / maximum;
        return activity <= activityCubed * activityCubed * activityCubed
                ? maximum
                : limited * Math.pow(activity, -1.0 / 3);
    }

    /** Watts that a chip draws at {@code relativeClock} and {@code activity}, never above its limit in the mean. */
    public double watts(Chip chip, double relativeClock, double activity) {
        Check.positive(relativeClock, "relative clock", "1");
        double limit = chip.powerLimitWatts();
        double share = relativeClock / sustained;
        return Math.min(limit, limit * (idleShare + (1 - idleShare) * activity * share * share * share));
    }
}
