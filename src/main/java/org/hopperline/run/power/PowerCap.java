package org.hopperline.run.power;

import org.hopperline.core.Check;
import org.hopperline.core.Figure;
import org.hopperline.core.Units;

/**
 * A limit on the power of a site, and what fits below it: so many accelerators at full clock, or all of them at a lower
 * one. Chip power is taken as {@code P(f) = idle + (full - idle) (f/f0)^k}.
 *
 * @param facility the limit at the meter
 * @param exponent k; 3 if voltage follows frequency, 1 if it stands still
 */
public record PowerCap(FacilityPower facility, Figure exponent) {

    /** @throws IllegalArgumentException if the limit is 0 or the exponent below 1 */
    public PowerCap {
        Check.positive(facility.watts(), "power cap", "W");
        Check.within(exponent.value(), 1, 4, "exponent of power over clock", "1");
    }

    /** A cap in megawatts at the meter; power over clock with the exponent 3, which is assumed. */
    public static PowerCap ofMegawatts(double megawatts) {
        return new PowerCap(new FacilityPower(megawatts * 1e6), PowerData.FIGURES.get("clock.exponent"));
    }

    /**
     * Accelerators that the cap feeds.
     *
     * @param each facility power of one accelerator, rated or drawn
     * @param gpusPerNode accelerators of a server; only whole servers are counted
     * @return accelerators, perhaps 0
     */
    public int gpus(FacilityPower each, int gpusPerNode) {
        double node = Check.positive(each.watts(), "facility power of one GPU", "W")
                * Check.positive(gpusPerNode, "GPUs per node");
        // The quotient of a cap that is an exact multiple may fall short by one rounding.
        double nodes = Math.floor(facility.watts() / node * (1 + 1e-12));
        if (nodes * gpusPerNode > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("a cap of " + facility + " at " + each + " a GPU feeds more than "
                    + Integer.MAX_VALUE + " GPUs; check the units: the cap is in W");
        }
        return (int) nodes * gpusPerNode;
    }

    /**
     * The clock at which {@code gpus} accelerators stay below the cap.
     *
     * @param chain from chip to meter
     * @param draw what a chip draws in each phase at full clock
     * @param shares phases of the step at full clock
     * @return clock over full clock, above 0 and at most 1
     * @throws IllegalArgumentException if the cap is too low even for standing chips
     */
    public double relativeClock(PowerChain chain, ChipDraw draw, PhaseShares shares, int gpus) {
        double each =
                facility.watts() / Check.positive(gpus, "GPUs") / chain.pue().value()
                        - chain.otherIt().value()
                        - chain.hostDraw().value();
        double idle = draw.idle().value();
        double full = draw.average(shares).watts();
        if (each >= full) {
            return 1;
        }
        if (!(each > idle)) {
            FacilityPower least = chain.drawn(draw.stopped()).facility();
            throw new IllegalArgumentException("a cap of " + facility + " cannot hold " + gpus
                    + " GPUs at any clock: standing still they draw " + least.times(gpus) + "; at most "
                    + gpus(least, 1) + " fit");
        }
        return clockAt(each, idle, full, exponent.value());
    }

    /** {@code (f/f0) = ((P - idle)/(full - idle))^(1/k)}. */
    public static double clockAt(double watts, double idleWatts, double fullWatts, double exponent) {
        if (!(watts > idleWatts && watts <= fullWatts)) {
            throw new IllegalArgumentException("chip power is " + watts + " W, but must be above the idle " + idleWatts
                    + " W and at most the full " + fullWatts + " W");
        }
        return Math.pow((watts - idleWatts) / (fullWatts - idleWatts), 1 / exponent);
    }

    /**
     * Step time over step time at full clock when only computing follows the clock: {@code compute/f + 1 - compute}.
     *
     * @param relativeClock f, above 0 and at most 1
     */
    public static double slowdown(PhaseShares shares, double relativeClock) {
        return shares.compute() / Check.fraction(relativeClock, "relative clock") + 1 - shares.compute();
    }

    /** The cap and how power follows the clock. */
    @Override
    public String toString() {
        return "cap of " + Units.format(facility.watts(), "W") + " at the facility";
    }
}
