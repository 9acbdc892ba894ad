package org.hopperline.run.power;

import org.hopperline.core.Check;

/**
 * The step in a site's load when a whole job stops or starts at once, at a failure, a checkpoint or a barrier. Cooling
 * follows slowly, so the swing is taken at the level of the computing equipment, where only the chips change.
 *
 * @param running load while the job steps
 * @param stopped load while it stands
 */
public record PowerSwing(CriticalItPower running, CriticalItPower stopped) {

    /** The swing of {@code gpus} chips that draw {@code draw} over the phases {@code shares} and then stop. */
    public static PowerSwing of(PowerChain chain, ChipDraw draw, PhaseShares shares, int gpus) {
        Check.positive(gpus, "GPUs");
        return new PowerSwing(
                chain.drawn(draw.average(shares)).criticalIt().times(gpus),
                chain.drawn(draw.stopped()).criticalIt().times(gpus));
    }

    /** Size of the swing in watts, at least 0. */
    public double watts() {
        return Math.abs(running.watts() - stopped.watts());
    }
}
