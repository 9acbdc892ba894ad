package org.hopperline.hardware;

import org.hopperline.core.Check;
import org.hopperline.core.Units;

/**
 * One layer of switches.
 *
 * @param name what the layer is called, such as leaf, pod, island
 * @param nodes nodes that reach each other without going above this layer
 * @param oversubscription traffic that may enter from below over what the layer above can carry away; 1 is
 *     non-blocking, 7 leaves each node a seventh of its bandwidth beyond this layer; without effect on the top layer
 */
public record Tier(String name, int nodes, double oversubscription) {

    /** Checks the count and that oversubscription is at least a small positive number. */
    public Tier {
        Check.notBlank(name, "name of a tier");
        Check.positive(nodes, "nodes of tier " + name);
        Check.positive(oversubscription, "oversubscription of tier " + name, "1");
    }

    /** One line: {@code leaf: 32 nodes, non-blocking} or {@code pod: 384 nodes, 7:1 above}. */
    @Override
    public String toString() {
        String up = oversubscription == 1 ? "non-blocking" : Units.format(oversubscription, "1") + ":1 above";
        return name + ": " + nodes + " nodes, " + up;
    }
}
