package org.hopperline.run.power;

import org.hopperline.core.Check;
import org.hopperline.core.Figure;
import org.hopperline.hardware.Cluster;
import org.hopperline.text.FigureTable;

/**
 * What one accelerator needs on its way from the chip to the meter of the site. All watts are per accelerator.
 *
 * @param name what is built
 * @param chipLimit power limit of the chip, W
 * @param hostRating what the server is rated for beside the chip, W
 * @param hostDraw what the server draws beside the chip while training, W
 * @param otherIt storage, management and network switches outside the server, W
 * @param pue power usage effectiveness: facility power over critical IT power, at least 1
 */
public record PowerChain(
        String name, Figure chipLimit, Figure hostRating, Figure hostDraw, Figure otherIt, Figure pue) {

    /** An H100 SXM5 in a DGX or HGX server: 700, 1,275 and 1,389 W rated, and a facility at 1.25 times the last. */
    public static final PowerChain H100 = h100();

    /** @throws IllegalArgumentException if a power is below 0, or the effectiveness below 1 */
    public PowerChain {
        Check.notBlank(name, "name of a power chain");
        Check.positive(chipLimit.value(), "chip limit", "W");
        Check.nonNegative(hostRating.value(), "host rating", "W");
        Check.nonNegative(hostDraw.value(), "host draw", "W");
        Check.nonNegative(otherIt.value(), "other IT power", "W");
        if (!(pue.value() >= 1) || Double.isInfinite(pue.value())) {
            throw new IllegalArgumentException("power usage effectiveness is " + pue.value()
                    + ", but must be at least 1: facility power holds critical IT power; 1.1 to 1.6 are usual");
        }
    }

    private static PowerChain h100() {
        FigureTable figures = PowerData.FIGURES;
        return new PowerChain(
                "H100 SXM5",
                figures.get("h100.chipLimit"),
                figures.get("h100.hostRating"),
                figures.get("h100.hostDraw"),
                figures.get("h100.otherIt"),
                figures.get("h100.pue"));
    }

    /**
     * The chain of a machine of the catalogue. What its servers draw beside the chips while training is known for the
     * H100 only; elsewhere the same share of the rating is assumed.
     */
    public static PowerChain of(Cluster cluster) {
        double limit = cluster.chip().powerLimitWatts();
        double criticalIt = cluster.itWattsPerDevice();
        double rated = cluster.node().ratedWatts() / cluster.node().devices();
        // Some machines are listed with the draw of their IT, below the rating of their servers: then the draw holds.
        double server = Math.min(rated, criticalIt);
        if (server < limit) {
            throw new IllegalArgumentException(cluster.name() + " is listed with " + server
                    + " W for each device's share of a server, below the chip's limit of " + limit
                    + " W; correct its rated or IT power");
        }
        String source = cluster.name() + ": " + cluster.node().ratedPower().source() + "; "
                + cluster.fact("it_power_per_device").source();
        double drawnShare = H100.hostDraw.value() / H100.hostRating.value();
        return new PowerChain(
                cluster.name(),
                cluster.chip().powerLimit(),
                Figure.assumed(server - limit, "W", "server less chip limit; " + source),
                Figure.assumed((server - limit) * drawnShare, "W", "share of the rating as H100; " + source),
                Figure.assumed(criticalIt - server, "W", "critical IT less server; " + source),
                cluster.fact("power_usage_effectiveness"));
    }

    /** The same with another power usage effectiveness. */
    public PowerChain withPue(Figure newPue) {
        return new PowerChain(name, chipLimit, hostRating, hostDraw, otherIt, newPue);
    }

    /** The ratings of one accelerator: what is planned for. */
    public PowerLevels rated() {
        return levels(chipLimit.value(), hostRating.value());
    }

    /** What one accelerator draws at the four levels while its chip draws {@code chip}. */
    public PowerLevels drawn(ChipPower chip) {
        return levels(chip.watts(), hostDraw.value());
    }

    /** Share of the server's rating that is drawn while the chip draws {@code chip}. */
    public double shareOfServerRating(ChipPower chip) {
        return drawn(chip).server().watts() / rated().server().watts();
    }

    private PowerLevels levels(double chip, double host) {
        double server = chip + host;
        double criticalIt = server + otherIt.value();
        return new PowerLevels(
                new ChipPower(chip),
                new ServerPower(server),
                new CriticalItPower(criticalIt),
                new FacilityPower(criticalIt * pue.value()));
    }
}
