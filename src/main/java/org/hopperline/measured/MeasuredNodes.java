package org.hopperline.measured;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.hopperline.core.Figure;
import org.hopperline.hardware.Chip;
import org.hopperline.hardware.Chips;
import org.hopperline.hardware.Cluster;
import org.hopperline.hardware.Fabric;
import org.hopperline.hardware.Link;
import org.hopperline.hardware.Node;
import org.hopperline.hardware.Tier;
import org.hopperline.text.Csv;
import org.hopperline.text.Nearest;

/** The machine of a measured run, from the name of its chip and the description of its network. */
final class MeasuredNodes {

    private static final Map<String, Csv.Row> BY_KEY = Csv.resource(MeasuredNodes.class, "nodes.csv").rows().stream()
            .collect(Collectors.toUnmodifiableMap(row -> row.text("key"), row -> row));

    private static final Map<String, Csv.Row> BY_CHIP = Csv.resource(MeasuredNodes.class, "nodes.csv").rows().stream()
            .collect(Collectors.toUnmodifiableMap(row -> row.text("chip"), row -> row));

    private MeasuredNodes() {}

    /** The reference node of a chip by the key of the table or any name of the catalogue. */
    private static Csv.Row reference(String chip) {
        Csv.Row byKey = BY_KEY.get(chip);
        Csv.Row row = byKey == null ? BY_CHIP.get(Chips.named(chip).name()) : byKey;
        if (row == null) {
            throw Nearest.unknown("reference node of chip", chip, BY_KEY.keySet());
        }
        return row;
    }

    /** Devices of a node in the maker's reference design. */
    static int devicesPerNode(String chip) {
        return reference(chip).whole("devices");
    }

    /**
     * A cluster of {@code devices} devices in nodes of {@code perNode}.
     *
     * @throws IllegalArgumentException if the chip is unknown, with the nearest names, or nodes are left part full
     */
    static Cluster cluster(String key, int devices, int perNode, String network) {
        Csv.Row row = reference(key);
        Chip chip = Chips.named(row.text("chip"));
        Figure nodeRate = RunRules.nodeBytesPerSecond(network, perNode, row.number("node_bytes_per_second"));
        Link scaleUp = new Link(
                row.text("scale_up"),
                Figure.specified(row.number("scale_up_bytes_per_second"), "byte/s", row.text("source")));
        int nics = FabricRates.interfaces(network).orElse(perNode);
        Link nic = new Link(
                "network interface", new Figure(nodeRate.value() / nics, "byte/s", nodeRate.kind(), nodeRate.source()));
        Fabric.Technology technology = network.matches("(?i).*(RoCE|TCPX|Ethernet|\\d ?GbE|\\bEFA\\b|Spectrum-X).*")
                ? Fabric.Technology.ROCE
                : network.contains("Slingshot") ? Fabric.Technology.SLINGSHOT : Fabric.Technology.INFINIBAND;
        int nodes = Math.max(1, (devices + perNode - 1) / perNode);
        Fabric fabric = new Fabric(
                network.isBlank() ? "not reported" : network,
                technology,
                true,
                false,
                List.of(new Tier("fabric", nodes, 1)),
                Figure.assumed(1, "1", "losses of the fabric are part of the collective model"));
        Node node = new Node(row.text("chip") + " node", chip, perNode, scaleUp, nics, nic);
        return new Cluster(key, node, nodes, fabric).withDevices(devices);
    }
}
