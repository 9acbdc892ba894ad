package org.hopperline.measured;

import org.hopperline.core.Check;

/**
 * One measured collective.
 *
 * @param source who published it
 * @param fabric what it ran on
 * @param chip the devices
 * @param nodes servers, at least 1
 * @param devices ranks, one a device
 * @param operation as the source names it, such as {@code all_reduce} or {@code moe_dispatch}
 * @param algorithm as the source names it; {@code auto} where the library chose
 * @param software the library, its version and the type of the elements
 * @param bytes size as nccl-tests counts it; not-a-number where the source gives none
 * @param seconds time; not-a-number where the source gives none
 */
public record CollectiveMeasurement(
        String source,
        String fabric,
        String chip,
        int nodes,
        int devices,
        String operation,
        String algorithm,
        String software,
        double bytes,
        double seconds) {

    /** Checks the counts. */
    public CollectiveMeasurement {
        Check.notBlank(operation, "operation of a measured collective");
        Check.positive(nodes, "nodes of a measured collective");
        Check.positive(devices, "devices of a measured collective");
    }

    /** True if both the size and the time are known. */
    public boolean timed() {
        return bytes > 0 && seconds > 0;
    }
}
