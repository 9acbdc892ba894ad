package org.hopperline.kernel;

/** The levels from which a kernel draws bytes, from the innermost outward. */
public enum RooflineLevel {
    /** Register file into the vector units. */
    REGISTERS("registers"),
    /** Shared memory of the compute units. */
    SHARED_MEMORY("shared memory"),
    /** The partition of the level-2 cache that lies next to a compute unit. */
    L2_NEAR("L2, near partition"),
    /** The level-2 cache once the working set spans both partitions. */
    L2_FAR("L2, far partition"),
    /** Device memory: HBM. */
    DEVICE_MEMORY("device memory"),
    /** Links to other devices of the node, one direction. */
    SCALE_UP("scale-up links"),
    /** Network interfaces, share of one device, one direction. */
    NETWORK("network"),
    /** Link to the host, one direction. */
    HOST("host link");

    private final String label;

    RooflineLevel(String label) {
        this.label = label;
    }

    /** Name in charts and messages. */
    public String label() {
        return label;
    }
}
