package org.hopperline.hardware;

import org.hopperline.core.Check;

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
 */
public record Node(
        String name, Chip chip, int devices, Link scaleUp, int nics, Link nic, int packageDevices, Link packageLink) {

    /** Checks the counts. */
    public Node {
        Check.notBlank(name, "name of a node");
        Check.positive(devices, "devices of a node");
        Check.positive(nics, "network interfaces of a node");
        Check.positive(packageDevices, "devices of a package");
    }

    /** A node all of whose inner paths are alike. */
    public Node(String name, Chip chip, int devices, Link scaleUp, int nics, Link nic) {
        this(name, chip, devices, scaleUp, nics, nic, 1, scaleUp);
    }

    /** The same node with {@code count} devices to a package, joined by {@code link}. */
    public Node withPackages(int count, Link link) {
        return new Node(name, chip, devices, scaleUp, nics, nic, count, link);
    }

    /** The same node with another number of devices. */
    public Node withDevices(int count) {
        return new Node(name, chip, count, scaleUp, nics, nic, packageDevices, packageLink);
    }

    /** Network bytes a second in one direction for each device, when all send. */
    public double nicBytesPerSecondPerDevice() {
        return nics * nic.bytesPerSecond() / devices;
    }
}
