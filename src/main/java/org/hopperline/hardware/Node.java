package org.hopperline.hardware;

import org.hopperline.core.Check;
import org.hopperline.core.Figure;
import org.hopperline.core.Units;

/**
 * One server. Where its devices come in packages whose inner path is faster than the paths between packages (two dies
 * of an MI250X, two tiles of a Max 1550), the package is told apart; elsewhere a package is one device.
 *
 * @param name the product
 * @param chip its devices
 * @param devices how many of them
 * @param scaleUp what joins the devices inside, across packages
 * @param nics network interfaces for the devices' traffic
 * @param nic one of them
 * @param packageDevices devices in one package, 1 where all paths inside the node are alike
 * @param packageLink what joins the devices of one package
 * @param ratedPower the most that the whole server draws, W
 */
public record Node(
        String name,
        Chip chip,
        int devices,
        Link scaleUp,
        int nics,
        Link nic,
        int packageDevices,
        Link packageLink,
        Figure ratedPower) {

    /** Rated power of a DGX H100, 10.2 kW, over that of its chips, 8 x 700 W: taken where a rating is unknown. */
    private static final double RATED_OVER_CHIPS = 10200.0 / 5600.0;

    /** Checks the counts and the power. */
    public Node {
        Check.notBlank(name, "name of a node");
        Check.notNull(chip, "chip of " + name);
        Check.positive(devices, "devices of a node");
        Check.positive(nics, "network interfaces of a node");
        Check.positive(packageDevices, "devices of a package");
        Check.positive(ratedPower.value(), "rated power of " + name, "W");
    }

    /** A node of unknown rating, which is assumed in the proportion of a DGX H100. */
    public Node(
            String name,
            Chip chip,
            int devices,
            Link scaleUp,
            int nics,
            Link nic,
            int packageDevices,
            Link packageLink) {
        this(
                name,
                chip,
                devices,
                scaleUp,
                nics,
                nic,
                packageDevices,
                packageLink,
                Figure.assumed(
                        Check.positive(devices, "devices of a node") * chip.powerLimitWatts() * RATED_OVER_CHIPS,
                        "W",
                        "not given; 1.82 times its chips, as DGX H100"));
    }

    /** A node of unknown rating all of whose inner paths are alike. */
    public Node(String name, Chip chip, int devices, Link scaleUp, int nics, Link nic) {
        this(name, chip, devices, scaleUp, nics, nic, 1, scaleUp);
    }

    /** The same node with {@code count} devices to a package, joined by {@code link}. */
    public Node withPackages(int count, Link link) {
        return new Node(name, chip, devices, scaleUp, nics, nic, count, link, ratedPower);
    }

    /** The same node with another chip; the rating is assumed in the proportion of a DGX H100. */
    public Node withChip(Chip other) {
        return new Node(name, other, devices, scaleUp, nics, nic, packageDevices, packageLink);
    }

    /** The same node with another rating in watts. */
    public Node withRatedPower(double watts) {
        return new Node(name, chip, devices, scaleUp, nics, nic, packageDevices, packageLink, ratedPower.varied(watts));
    }

    /**
     * The same node with another number of devices; interfaces and rating shrink or grow with them, at least one
     * interface.
     */
    public Node withDevices(int count) {
        Check.positive(count, "devices of a node");
        int share = (int) Math.max(1, Math.rint(nics * (double) count / devices));
        Figure power = ratedPower.varied(ratedPower.value() * count / devices);
        return new Node(name, chip, count, scaleUp, share, nic, Math.min(packageDevices, count), packageLink, power);
    }

    /** Network bytes a second in one direction for each device, when all send. */
    public double nicBytesPerSecondPerDevice() {
        return nics * nic.bytesPerSecond() / devices;
    }

    /** The link between the devices of a group of that many neighbours: inside a package if it holds them. */
    public Link linkWithin(int neighbours) {
        return Check.positive(neighbours, "devices of a group") <= packageDevices ? packageLink : scaleUp;
    }

    /** Most watts that the server draws. */
    public double ratedWatts() {
        return ratedPower.value();
    }

    /** One line: {@code DGX H100: 8 x H100 SXM5 80GB, 450 GB/s inside, 8 x 50 GB/s out, 10.2 kW}. */
    @Override
    public String toString() {
        String line = name + ": " + devices + " x " + chip.name() + ", "
                + Units.format(scaleUp.bytesPerSecond(), "byte/s") + " in, " + nics + " x "
                + Units.format(nic.bytesPerSecond(), "byte/s") + " out";
        return line.length() < 80 ? line : line.substring(0, 76) + "...";
    }

    /** Every figure with its kind and source, one a line. */
    public String card() {
        return this + "\n" + ClusterCard.node(this);
    }
}
