package org.hopperline.hardware;

import org.hopperline.core.Check;

/**
 * Nodes on a fabric.
 *
 * @param name the installation
 * @param node the server
 * @param nodes how many
 * @param fabric what joins them
 */
public record Cluster(String name, Node node, int nodes, Fabric fabric) {

    /** Checks the count. */
    public Cluster {
        Check.notBlank(name, "name of a cluster");
        Check.positive(nodes, "nodes of " + name);
    }

    /** Devices of the whole cluster. */
    public int devices() {
        return nodes * node.devices();
    }

    /** The chip in every node. */
    public Chip chip() {
        return node.chip();
    }

    /**
     * The same machine with another number of devices, whole nodes unless it is less than one node.
     *
     * @throws IllegalArgumentException if {@code devices} fills neither a part of one node nor whole nodes
     */
    public Cluster withDevices(int devices) {
        Check.positive(devices, "devices");
        int each = node.devices();
        if (devices < each) {
            Node part = node.withDevices(devices);
            return new Cluster(name, part, 1, fabric);
        }
        if (devices % each != 0) {
            throw new IllegalArgumentException(devices + " devices do not fill nodes of " + each + "; take "
                    + devices / each * each + " or " + (devices / each + 1) * each);
        }
        return new Cluster(name, node, devices / each, fabric);
    }
}
