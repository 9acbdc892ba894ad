package org.hopperline.hardware;

import org.hopperline.core.Check;

/**
 * One server.
 *
 * @param name the product
 * @param chip its devices
 * @param devices how many of them
 * @param scaleUp what joins the devices inside
 * @param nics network interfaces for the devices' traffic
 * @param nic one of them
 */
public record Node(String name, Chip chip, int devices, Link scaleUp, int nics, Link nic) {

    /** Checks the counts. */
    public Node {
        Check.notBlank(name, "name of a node");
        Check.positive(devices, "devices of a node");
        Check.positive(nics, "network interfaces of a node");
    }

    /** Network bytes a second in one direction for each device, when all send. */
    public double nicBytesPerSecondPerDevice() {
        return nics * nic.bytesPerSecond() / devices;
    }
}
