package org.hopperline.run;

import java.util.Locale;
import org.hopperline.core.Units;
import org.hopperline.run.goodput.Goodput;
import org.hopperline.run.power.ChipDraw;
import org.hopperline.run.power.Energy;
import org.hopperline.run.power.PhaseShares;
import org.hopperline.run.power.PowerChain;
import org.hopperline.run.power.PowerLevels;
import org.hopperline.run.power.PowerSwing;

/**
 * What a run draws and consumes. Devices of the machine that the plan leaves out stand by at their own draw and are kept
 * apart.
 *
 * @param phases what the step's time goes into
 * @param running draw of all devices at work while they step, at the four levels
 * @param standing draw of the same devices while the job stands
 * @param rated their ratings
 * @param swing step in the IT load when the whole job stops
 * @param joules energy of the whole run at the meter, failures included
 * @param joulesPerToken that energy for each token of the run
 * @param standbyJoules energy at the meter of devices that the plan leaves out
 */
public record RunEnergy(
        PhaseShares phases,
        PowerLevels running,
        PowerLevels standing,
        PowerLevels rated,
        PowerSwing swing,
        double joules,
        double joulesPerToken,
        double standbyJoules) {

    private static final double DAY_SECONDS = 86_400;

    /** Energy of a run on its machine: its chain from chip to meter, its chip's draw. */
    public static RunEnergy of(RunPrediction run) {
        return of(run, PowerChain.of(run.machine()), ChipDraw.of(run.machine().chip()));
    }

    /**
     * Energy of a run.
     *
     * @param chain from one chip to the meter
     * @param draw of one chip in each phase
     */
    public static RunEnergy of(RunPrediction run, PowerChain chain, ChipDraw draw) {
        int devices = run.step().setup().cluster().devices();
        PhaseShares phases = StepPhases.of(run.step());
        PowerLevels running = chain.drawn(draw.average(phases)).times(devices);
        PowerLevels standing = chain.drawn(draw.stopped()).times(devices);
        Goodput goodput = run.goodput();
        double seconds = run.days() * DAY_SECONDS;
        double starting = run.get(RunTerm.START_DAYS) * DAY_SECONDS;
        double joules = Energy.runJoules(
                        running.facility(),
                        standing.facility(),
                        seconds - starting,
                        goodput.checkpointShare() + goodput.recoveryShare())
                + Energy.joules(standing.facility(), starting);
        int left = run.machine().devices() - devices;
        return new RunEnergy(
                phases,
                running,
                standing,
                chain.rated().times(devices),
                PowerSwing.of(chain, draw, phases, devices),
                joules,
                joules / run.question().tokens(),
                Energy.joules(chain.drawn(draw.stopped()).facility().times(left), seconds));
    }

    /** Energy at the meter in megawatt-hours. */
    public double megawattHours() {
        return Energy.megawattHours(joules);
    }

    /** Power at the meter, energy, and energy for each token. */
    @Override
    public String toString() {
        return String.format(
                        Locale.ROOT,
                        "%s, %,.0f MWh, %.2f J a token",
                        running.facility(),
                        megawattHours(),
                        joulesPerToken)
                + ", swings by " + Units.format(swing.watts(), "W");
    }
}
