package org.hopperline.hardware;

import java.util.Locale;
import org.hopperline.core.Figure;
import org.hopperline.core.Precision;
import org.hopperline.core.Units;
import org.hopperline.text.TextTable;

/** The description of a cluster as text. */
final class ClusterCard {

    private ClusterCard() {}

    static String line(Cluster cluster) {
        Chip chip = cluster.chip();
        StringBuilder line = new StringBuilder(cluster.name());
        line.append(": ").append(cluster.devices()).append(" x ").append(chip.name());
        if (chip.supports(Precision.BF16)) {
            line.append(", ")
                    .append(Units.format(cluster.devices() * chip.denseFlopsPerSecond(Precision.BF16), "FLOP/s"))
                    .append(" BF16");
        }
        String fabric = ", " + lower(cluster.fabric().technology());
        if (line.length() + fabric.length() < 80) {
            line.append(fabric);
        }
        return line.length() < 80 ? line.toString() : line.substring(0, 76) + "...";
    }

    static String of(Cluster cluster) {
        Node node = cluster.node();
        TextTable table = node(node);
        cluster.facts().forEach((key, figure) -> row(table, key, figure));
        StringBuilder text = new StringBuilder();
        text.append(cluster)
                .append('\n')
                .append(node)
                .append('\n')
                .append(node.chip())
                .append('\n');
        for (RampStage stage : cluster.ramp()) {
            text.append(stage).append('\n');
        }
        return text.append(table).toString();
    }

    static TextTable node(Node node) {
        TextTable table = TextTable.of(4);
        row(table, "node rated power", node.ratedPower());
        row(table, "inside: " + node.scaleUp().name(), node.scaleUp().bandwidth());
        if (node.packageDevices() > 1) {
            row(table, "package of " + node.packageDevices(), node.packageLink().bandwidth());
        }
        row(table, "out: " + node.nics() + " x " + node.nic().name(), node.nic().bandwidth());
        return table;
    }

    private static void row(TextTable table, String name, Figure figure) {
        table.row(name, Units.format(figure.value(), figure.unit()), lower(figure.kind()), figure.source());
    }

    private static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
