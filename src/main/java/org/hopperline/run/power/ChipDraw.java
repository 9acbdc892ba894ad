package org.hopperline.run.power;

import org.hopperline.core.Check;
import org.hopperline.core.Figure;
import org.hopperline.hardware.Chip;
import org.hopperline.hardware.Chips;

/**
 * What a chip draws in each phase of a step.
 *
 * @param compute while kernels compute, W
 * @param communication in communication that nothing hides, W; between idle and compute
 * @param idle with nothing to do, W
 */
public record ChipDraw(Figure compute, Figure communication, Figure idle) {

    /**
     * H100 SXM5: computing at its limit of 700 W, idle at a measured 85 W. What it draws in communication alone nobody
     * published; the midpoint is assumed, and {@link #lowest} and {@link #highest} bound what that can cost.
     */
    public static final ChipDraw H100 = new ChipDraw(
            PowerData.FIGURES.get("h100.chipLimit"),
            PowerData.FIGURES.get("h100.communication"),
            PowerData.FIGURES.get("h100.idle"));

    /** @throws IllegalArgumentException unless 0 &lt; idle &le; communication &le; compute */
    public ChipDraw {
        Check.positive(idle.value(), "idle draw", "W");
        Check.positive(compute.value(), "compute draw", "W");
        Check.within(communication.value(), idle.value(), compute.value(), "communication draw", "W");
    }

    /**
     * The draw of a chip of the catalogue: {@link #H100} for that chip; for any other, computing at its limit, and idle and
     * communication in the proportion of the H100, which is assumed.
     */
    public static ChipDraw of(Chip chip) {
        if (chip.name().equals(Chips.H100_SXM5.name()) && chip.powerLimitWatts() == H100.compute.value()) {
            return H100;
        }
        double limit = chip.powerLimitWatts();
        double share = limit / H100.compute.value();
        String source = "in the proportion of the power limits, as H100: ";
        return new ChipDraw(
                chip.powerLimit(),
                Figure.assumed(H100.communication.value() * share, "W", source + H100.communication.source()),
                Figure.assumed(H100.idle.value() * share, "W", source + H100.idle.source()));
    }

    /** Mean draw over a step. */
    public ChipPower average(PhaseShares shares) {
        return average(shares, communication.value());
    }

    /** Mean draw if communication drew no more than idling. */
    public ChipPower lowest(PhaseShares shares) {
        return average(shares, idle.value());
    }

    /** Mean draw if communication drew as much as computing. */
    public ChipPower highest(PhaseShares shares) {
        return average(shares, compute.value());
    }

    /** Draw of a chip whose job stands still. */
    public ChipPower stopped() {
        return new ChipPower(idle.value());
    }

    private ChipPower average(PhaseShares shares, double communicationWatts) {
        return new ChipPower(shares.compute() * compute.value()
                + shares.communication() * communicationWatts
                + shares.idle() * idle.value());
    }
}
