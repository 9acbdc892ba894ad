package org.hopperline.hardware;

import java.util.List;
import org.hopperline.text.Catalogue;
import org.hopperline.text.Csv;
import org.hopperline.text.FigureTable;

/** The servers by name, each with a file of figures beside this class. */
public final class Nodes {

    private static final Catalogue<Node> ALL = read();

    private Nodes() {}

    private static Catalogue<Node> read() {
        Catalogue.Builder<Node> all = Catalogue.of("node");
        for (Csv.Row row : Csv.resource(Nodes.class, "nodes/index.csv").rows()) {
            FigureTable figures = FigureTable.resource(Nodes.class, "nodes/" + row.text("file") + ".csv");
            Link scaleUp = new Link(row.text("scale_up"), figures.get("scale_up_bandwidth"));
            boolean packages = row.has("domains");
            String domain = "domain_" + row.text("domains");
            Node node = new Node(
                    row.text("name"),
                    Chips.named(row.text("chip")),
                    (int) figures.value("devices"),
                    scaleUp,
                    (int) figures.value("nics"),
                    new Link(row.text("nic"), figures.get("nic_bandwidth")),
                    packages ? (int) figures.value(domain + "_devices") : 1,
                    packages ? new Link("inside a package", figures.get(domain + "_bandwidth")) : scaleUp,
                    figures.get("rated_power"));
            List<String> aliases =
                    row.has("aliases") ? List.of(row.text("aliases").split(";")) : List.of();
            all.add(node, row.text("name"), aliases);
        }
        return all.build();
    }

    /**
     * The node of that name; case and punctuation do not count.
     *
     * @throws IllegalArgumentException if there is none, with the nearest names
     */
    public static Node named(String name) {
        return ALL.named(name);
    }

    /** Every node. */
    public static List<Node> list() {
        return ALL.list();
    }
}
