package org.hopperline.run;

import java.util.Locale;
import org.hopperline.core.Check;
import org.hopperline.core.Units;
import org.hopperline.run.power.ChipDraw;
import org.hopperline.run.power.ChipPower;
import org.hopperline.run.power.Energy;
import org.hopperline.run.power.FacilityPower;
import org.hopperline.run.power.PowerCap;
import org.hopperline.run.power.PowerChain;

/**
 * A run on a site whose power is limited: all its devices at a lower clock. The other way, fewer devices at full clock, is
 * {@link #gpusAtFullClock}, to be asked of {@link RunPrediction#withGpus}.
 *
 * @param run the run without a limit
 * @param cap the limit
 * @param gpusAtRating most devices, in whole nodes, that the cap feeds at their rating: what may be installed
 * @param gpusAtFullClock most devices, in whole nodes, that it feeds while they draw what this run draws at full clock
 * @param relativeClock clock over full clock at which all devices of the run stay below the cap, at most 1
 * @param days calendar days at that clock, computing slowed down in proportion and traffic not at all
 * @param facility power at the meter at that clock
 * @param megawattHours energy of the run at the meter
 */
public record RunUnderCap(
        RunPrediction run,
        PowerCap cap,
        int gpusAtRating,
        int gpusAtFullClock,
        double relativeClock,
        double days,
        FacilityPower facility,
        double megawattHours) {

    private static final double DAY_SECONDS = 86_400;

    /**
     * A run under a cap.
     *
     * @throws IllegalArgumentException if the cap cannot hold the devices of the run even standing
     */
    public static RunUnderCap of(RunPrediction run, PowerCap cap) {
        Check.notNull(cap, "power cap");
        PowerChain chain = PowerChain.of(run.machine());
        ChipDraw draw = ChipDraw.of(run.machine().chip());
        RunEnergy energy = run.energy();
        int devices = run.step().setup().cluster().devices();
        int node = run.machine().node().devices();
        double clock = cap.relativeClock(chain, draw, energy.phases(), devices);
        double slowdown = PowerCap.slowdown(energy.phases(), clock);
        double start = run.get(RunTerm.START_DAYS);
        double days = run.days() + (run.days() - start) * (slowdown - 1);
        FacilityPower facility = clock < 1 ? cap.facility() : energy.running().facility();
        FacilityPower stopped =
                chain.drawn(new ChipPower(draw.idle().value())).facility().times(devices);
        double standing = run.goodput().checkpointShare() + run.goodput().recoveryShare();
        return new RunUnderCap(
                run,
                cap,
                cap.gpus(chain.rated().facility(), node),
                cap.gpus(energy.running().facility().times(1.0 / devices), node),
                clock,
                days,
                facility,
                Energy.megawattHours(Energy.runJoules(facility, stopped, (days - start) * DAY_SECONDS, standing)
                        + Energy.joules(stopped, start * DAY_SECONDS)));
    }

    /** True if the cap does not bind. */
    public boolean isFree() {
        return relativeClock == 1;
    }

    /** What fits, and what it costs in time. */
    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%s: %,d devices at their rating, %,d at the draw of this run; all %,d at %.0f %% of the clock: %.1f days,"
                        + " %s, %,.0f MWh",
                Units.format(cap.facility().watts(), "W"),
                gpusAtRating,
                gpusAtFullClock,
                run.step().setup().cluster().devices(),
                100 * relativeClock,
                days,
                facility,
                megawattHours);
    }
}
