package org.hopperline.collective;

import java.util.EnumMap;
import java.util.List;
import org.hopperline.core.Figure;
import org.hopperline.core.Precision;
import org.hopperline.hardware.Architecture;
import org.hopperline.hardware.Chip;
import org.hopperline.hardware.Cluster;
import org.hopperline.hardware.Fabric;
import org.hopperline.hardware.Link;
import org.hopperline.hardware.Node;
import org.hopperline.hardware.Tier;

/** Clusters made for these tests, so that they stand on no catalogue. */
final class Machines {

    private Machines() {}

    static Chip chip(Architecture architecture) {
        EnumMap<Precision, Figure> peaks = new EnumMap<>(Precision.class);
        peaks.put(Precision.BF16, figure(989.4e12, "FLOP/s"));
        return new Chip(
                "test chip",
                architecture,
                132,
                peaks,
                figure(1.83e9, "Hz"),
                figure(1.98e9, "Hz"),
                figure(80e9, "byte"),
                figure(80e9, "byte"),
                figure(3.35e12, "byte/s"),
                figure(50e6, "byte"),
                figure(228e3, "byte"),
                figure(700, "W"));
    }

    static Node dgx() {
        return new Node("DGX H100", chip(Architecture.HOPPER), 8, link("NVLink4", 450e9), 8, link("NDR 400G", 50e9));
    }

    static Node dgxA100() {
        return new Node("DGX A100", chip(Architecture.AMPERE), 8, link("NVLink3", 300e9), 8, link("HDR 200G", 25e9));
    }

    /** InfiniBand without blocking: leaves of 32 nodes, pods of 128. */
    static Cluster infiniband(int nodes) {
        return new Cluster(
                "infiniband", dgx(), nodes, fabric(false, 0.95, new Tier("leaf", 32, 1), new Tier("pod", 128, 1)));
    }

    static Cluster sharp(int nodes) {
        return new Cluster("sharp", dgx(), nodes, fabric(true, 0.95, new Tier("leaf", 32, 1)));
    }

    /** Islands of 512 nodes joined at one seventh of the bandwidth. */
    static Cluster islands(int nodes) {
        return new Cluster(
                "islands", dgx(), nodes, fabric(false, 0.95, new Tier("leaf", 32, 1), new Tier("island", 512, 7)));
    }

    static Fabric fabric(boolean sharp, double throughput, Tier... tiers) {
        return new Fabric(
                "test fabric",
                Fabric.Technology.INFINIBAND,
                true,
                sharp,
                List.of(tiers),
                Figure.assumed(throughput, "1", "test"));
    }

    static Link link(String name, double bytesPerSecond) {
        return new Link(name, Figure.specified(bytesPerSecond, "byte/s", "test"));
    }

    private static Figure figure(double value, String unit) {
        return Figure.specified(value, unit, "test");
    }
}
