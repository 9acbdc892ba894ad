package org.hopperline.hardware;

import java.util.List;
import org.hopperline.core.Check;
import org.hopperline.core.Figure;
import org.hopperline.core.Units;

/**
 * The network between nodes.
 *
 * @param name the installation
 * @param technology what it is made of
 * @param railOptimised true if the same-numbered devices of neighbouring nodes share a leaf switch
 * @param inNetworkReduction true if the switches add (SHARP)
 * @param tiers layers of switches from the nodes upward
 * @param throughput share of the specified link rate that large flows reach, 0 to 1
 */
public record Fabric(
        String name,
        Technology technology,
        boolean railOptimised,
        boolean inNetworkReduction,
        List<Tier> tiers,
        Figure throughput) {

    /** Network technologies that differ in latency and in how they share links. */
    public enum Technology {
        /** NVIDIA Quantum InfiniBand. */
        INFINIBAND,
        /** RDMA over converged Ethernet. */
        ROCE,
        /** NVIDIA Spectrum-X: Ethernet with adaptive routing. */
        SPECTRUM_X,
        /** HPE Slingshot 11, a dragonfly. */
        SLINGSHOT,
        /** AWS elastic fabric adapter. */
        EFA
    }

    /** Copies the tiers and checks the throughput. */
    public Fabric {
        Check.notBlank(name, "name of a fabric");
        tiers = List.copyOf(tiers);
        Check.fraction(throughput.value(), "throughput of " + name);
    }

    /** One line: {@code Memphis: SPECTRUM_X, rail-optimised, 3 tiers, 95 % of the link rate}. */
    @Override
    public String toString() {
        return name + ": " + technology + (railOptimised ? ", rail-optimised" : "")
                + (inNetworkReduction ? ", adds in the switches" : "") + ", " + tiers.size() + " tiers, "
                + Units.format(100 * throughput.value(), "%") + " of the link rate";
    }
}
