package org.hopperline.hardware;

import org.hopperline.core.Check;
import org.hopperline.core.Figure;
import org.hopperline.core.Units;

/**
 * A point-to-point path out of one device.
 *
 * @param name the technology
 * @param bandwidth specified bytes a second in one direction, of all lanes of one device together
 */
public record Link(String name, Figure bandwidth) {

    /** Checks the name and that the bandwidth is above zero. */
    public Link {
        Check.notBlank(name, "name of a link");
        Check.positive(bandwidth.value(), "bandwidth of " + name, "byte/s");
    }

    /** Specified bytes a second in one direction. */
    public double bytesPerSecond() {
        return bandwidth.value();
    }

    /** One line: {@code NVLink 4 through NVSwitch: 450 GB/s a direction}. */
    @Override
    public String toString() {
        return name + ": " + Units.format(bandwidth.value(), "byte/s") + " a direction";
    }
}
