package org.hopperline.hardware;

import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.hopperline.core.Figure;
import org.hopperline.core.Kind;
import org.hopperline.core.Precision;
import org.hopperline.core.Units;
import org.hopperline.text.Catalogue;
import org.hopperline.text.Csv;
import org.hopperline.text.FigureTable;
import org.hopperline.text.TextTable;

/**
 * The machines by name, each with a file of figures beside this class; and plain clusters of DGX nodes of any size, for
 * reading measured runs.
 */
public final class Clusters {

    private static final Catalogue<Cluster> ALL = read();

    /** xAI Memphis (Colossus): 100,000 H100 on three tiers of Spectrum-X. */
    public static final Cluster MEMPHIS = named("Memphis");

    /** Microsoft Eagle: 14,400 H100 on InfiniBand, the slice that ran HPL. */
    public static final Cluster EAGLE = named("Eagle");

    /** ALCF Aurora: 127,488 tiles of Max 1550 on Slingshot. */
    public static final Cluster AURORA = named("Aurora");

    /** OLCF Frontier: 75,264 graphics compute dies of MI250X on Slingshot. */
    public static final Cluster FRONTIER = named("Frontier");

    /** NVIDIA Eos: 4,608 H100 in a DGX SuperPOD. */
    public static final Cluster EOS = named("Eos");

    /** Meta's cluster of 24,576 H100 on converged Ethernet. */
    public static final Cluster META_ROCE = named("Meta 24k RoCE");

    private Clusters() {}

    /**
     * DGX H100 nodes on NDR InfiniBand, rail-optimised as in the SuperPOD reference architecture.
     *
     * @param gpus a part of one node, or whole nodes of 8
     */
    public static Cluster dgxH100(int gpus) {
        return named("DGX H100 cluster").withDevices(gpus);
    }

    /**
     * DGX A100 nodes with 80 GB devices on eight HDR InfiniBand links of 200 Gb/s.
     *
     * @param gpus a part of one node, or whole nodes of 8
     */
    public static Cluster dgxA100(int gpus) {
        return named("DGX A100 80GB cluster").withDevices(gpus);
    }

    private static Catalogue<Cluster> read() {
        Map<String, List<RampStage>> ramps = ramps();
        Catalogue.Builder<Cluster> all = Catalogue.of("cluster");
        for (Csv.Row row : Csv.resource(Clusters.class, "clusters/index.csv").rows()) {
            String name = row.text("name");
            FigureTable figures = FigureTable.resource(Clusters.class, "clusters/" + row.text("file") + ".csv");
            Map<String, Figure> facts = new LinkedHashMap<>();
            for (String key : figures.names()) {
                facts.put("nodes".equals(key) ? "published_nodes" : key, figures.get(key));
            }
            Fabric.Technology technology = Fabric.Technology.valueOf(row.text("technology"));
            List<String> tiers = List.of(row.text("tiers").split(";"));
            Cluster cluster = new Cluster(
                    name,
                    Nodes.named(row.text("node")),
                    (int) figures.value("nodes"),
                    FabricFacts.fabric(name, technology, tiers, facts),
                    facts,
                    ramps.getOrDefault(name, List.of()));
            List<String> aliases =
                    row.has("aliases") ? List.of(row.text("aliases").split(";")) : List.of();
            all.add(cluster, name, aliases);
        }
        return all.build();
    }

    private static Map<String, List<RampStage>> ramps() {
        Map<String, List<RampStage>> ramps = new LinkedHashMap<>();
        for (Csv.Row row : Csv.resource(Clusters.class, "clusters/ramps.csv").rows()) {
            Kind kind = Kind.valueOf(row.text("kind").toUpperCase(Locale.ROOT));
            Figure power = new Figure(row.number("facility_watts"), "W", kind, row.text("source"));
            ramps.computeIfAbsent(row.text("cluster"), name -> new ArrayList<>())
                    .add(new RampStage(date(row), row.whole("devices"), power, row.text("note")));
        }
        return ramps;
    }

    private static LocalDate date(Csv.Row row) {
        try {
            return LocalDate.parse(row.text("from"));
        } catch (DateTimeParseException e) {
            throw row.wrong("from", "must be a date such as 2024-09-02");
        }
    }

    /**
     * The machine of that name; case and punctuation do not count.
     *
     * @throws IllegalArgumentException if there is none, with the nearest names
     */
    public static Cluster named(String name) {
        return ALL.named(name);
    }

    /** Every machine. */
    public static List<Cluster> list() {
        return ALL.list();
    }

    /** The machines whose card holds every word of {@code text}. */
    public static List<Cluster> search(String text) {
        return ALL.search(text, Cluster::card);
    }

    /** Size, peak, memory, network and power of several machines, a machine a line. */
    public static String compare(Cluster... clusters) {
        TextTable table = TextTable.of(8);
        table.row("machine", "devices", "chip", "BF16 peak", "memory", "network out", "facility", "fabric");
        for (Cluster c : clusters) {
            table.row(
                    c.name(),
                    Integer.toString(c.devices()),
                    c.chip().name(),
                    Units.format(c.devices() * c.chip().denseFlopsPerSecond(Precision.BF16), "FLOP/s"),
                    Units.format(c.devices() * c.chip().specifiedMemory().value(), "byte"),
                    Units.format(c.node().nicBytesPerSecondPerDevice() * c.devices(), "byte/s"),
                    Units.format(c.facilityWatts(), "W"),
                    c.fabric().technology().name().toLowerCase(Locale.ROOT));
        }
        return table.toString();
    }
}
