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

    private MeasuredNodes() {}

    /**
     * A cluster of {@code devices} devices in nodes of {@code perNode}.
     *
     * @throws IllegalArgumentException if the chip is unknown, with the nearest names, or nodes are left part full
     */
    static Cluster cluster(String key, int devices, int perNode, String network) {
        Csv.Row row = BY_KEY.get(key);
        if (row == null) {
            throw Nearest.unknown("chip", key, BY_KEY.keySet());
        }
        Chip chip = Chips.named(row.text("chip"));
        Figure nodeRate = RunRules.nodeBytesPerSecond(network, row.number("node_bytes_per_second"));
        Link scaleUp = new Link(
                row.text("scale_up"),
                Figure.specified(row.number("scale_up_bytes_per_second"), "byte/s", row.text("source")));
        int nics = Math.max(1, perNode);
        Link nic = new Link(
                "network interface", new Figure(nodeRate.value() / nics, "byte/s", nodeRate.kind(), nodeRate.source()));
        Fabric.Technology technology = network.matches(".*(RoCE|TCPX|Ethernet).*")
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
