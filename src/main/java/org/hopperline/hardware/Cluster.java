package org.hopperline.hardware;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.hopperline.core.Check;
import org.hopperline.core.Figure;
import org.hopperline.core.Kind;
import org.hopperline.core.Units;
import org.hopperline.text.Nearest;

/**
 * Nodes on a fabric, with the power of the site and its growth.
 *
 * @param name the installation
 * @param node the server
 * @param nodes how many
 * @param fabric what joins them
 * @param facts everything known of the installation by name, with its source; {@code it_power_per_device} (W, servers
 *     with their share of switches, storage and management) and {@code power_usage_effectiveness} (facility over IT)
 *     are always there
 * @param ramp the stages of its growth in order of time; empty if the machine came whole
 */
public record Cluster(
        String name, Node node, int nodes, Fabric fabric, Map<String, Figure> facts, List<RampStage> ramp) {

    private static final String IT_POWER = "it_power_per_device";
    private static final String EFFECTIVENESS = "power_usage_effectiveness";

    /** IT power of an H100 with storage, management and switches, 1389 W, over a DGX H100's eighth of 10.2 kW. */
    private static final double IT_OVER_RATED = 1389.0 / 1275.0;

    /** Checks the counts, that power is known, and that the ramp is in order; copies facts and ramp. */
    public Cluster {
        Check.notBlank(name, "name of a cluster");
        Check.notNull(node, "node of " + name);
        Check.notNull(fabric, "fabric of " + name);
        Check.positive(nodes, "nodes of " + name);
        if ((long) nodes * node.devices() > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(nodes + " nodes of " + node.devices() + " devices in " + name
                    + " are more than can be counted; take at most " + Integer.MAX_VALUE / node.devices());
        }
        Map<String, Figure> all = new LinkedHashMap<>(facts);
        all.putIfAbsent(IT_POWER, assumedItPower(node));
        all.putIfAbsent(
                EFFECTIVENESS, Figure.assumed(1.25, "1", "SemiAnalysis, AI Datacenter Energy Dilemma: worked example"));
        facts = Collections.unmodifiableMap(all);
        Check.positive(figure(name, facts, IT_POWER).value(), "IT power per device of " + name, "W");
        Check.within(figure(name, facts, EFFECTIVENESS).value(), 1, 10, "power usage effectiveness of " + name, "1");
        ramp = List.copyOf(ramp);
        for (int i = 1; i < ramp.size(); i++) {
            if (!ramp.get(i).from().isAfter(ramp.get(i - 1).from())) {
                throw new IllegalArgumentException("stage of " + ramp.get(i).from() + " in the ramp of " + name
                        + " does not follow " + ramp.get(i - 1).from() + "; put the stages in order of time");
            }
        }
    }

    /** A cluster whose power is assumed from its nodes, and that came whole. */
    public Cluster(String name, Node node, int nodes, Fabric fabric) {
        this(name, node, nodes, fabric, Map.of(), List.of());
    }

    private static Figure assumedItPower(Node node) {
        return Figure.assumed(
                node.ratedWatts() / node.devices() * IT_OVER_RATED,
                "W",
                "not given; rated power of the node and 8.9 % for storage, management and switches, as DGX H100");
    }

    private static Figure figure(String cluster, Map<String, Figure> facts, String name) {
        Figure figure = facts.get(name);
        if (figure == null) {
            throw Nearest.unknown("fact of " + cluster, name, facts.keySet());
        }
        return figure;
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
     * The fact of that name.
     *
     * @throws IllegalArgumentException if there is none, with the nearest names
     */
    public Figure fact(String factName) {
        return figure(name, facts, factName);
    }

    /** Watts of IT equipment for each device: its share of server, switches, storage and management. */
    public double itWattsPerDevice() {
        return fact(IT_POWER).value();
    }

    /** Facility power over IT power, at least 1. */
    public double powerUsageEffectiveness() {
        return fact(EFFECTIVENESS).value();
    }

    /** Watts of the facility when every device draws its share. */
    public double facilityWatts() {
        return devices() * itWattsPerDevice() * powerUsageEffectiveness();
    }

    /** Devices that run on a day by the ramp: 0 before the first stage; the whole machine if there is no ramp. */
    public int devicesOn(LocalDate day) {
        int running = ramp.isEmpty() ? devices() : 0;
        for (RampStage stage : ramp) {
            if (!stage.from().isAfter(day)) {
                running = stage.devices();
            }
        }
        return running;
    }

    /**
     * The machine as it ran on a day.
     *
     * @throws IllegalArgumentException if the day is before the first stage of the ramp
     */
    public Cluster on(LocalDate day) {
        int running = devicesOn(day);
        if (running == 0) {
            throw new IllegalArgumentException(name + " had no devices on " + day + "; the first ran from "
                    + ramp.get(0).from());
        }
        return withDevices(running);
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
            return new Cluster(name, node.withDevices(devices), 1, fabric, facts, ramp);
        }
        if (devices % each != 0) {
            throw new IllegalArgumentException(devices + " devices do not fill nodes of " + each + "; take "
                    + devices / each * each + " or " + (devices / each + 1) * each);
        }
        return new Cluster(name, node, devices / each, fabric, facts, ramp);
    }

    /** The same machine with other nodes. */
    public Cluster withNode(Node other) {
        return new Cluster(name, other, nodes, fabric, facts, ramp);
    }

    /** The same machine on another fabric; facts that described the old one are dropped. */
    public Cluster withFabric(Fabric other) {
        Map<String, Figure> kept = new LinkedHashMap<>(facts);
        kept.keySet().removeIf(FabricFacts::isStructural);
        return new Cluster(name, node, nodes, other, kept, ramp);
    }

    /**
     * The same machine with one fact varied, such as {@code ("rail_optimised", 0)}, {@code
     * ("tier_hall_oversubscription", 7)} or {@code ("power_usage_effectiveness", 1.1)}. The fabric follows; the fact
     * becomes of kind assumed and names the old value.
     *
     * <p>{@code tier_X_oversubscription} is the traffic that X may take in from below over what the layer above X can
     * carry away: 7 for the halls means that a hall of nodes talks to the other halls at a seventh of its bandwidth.
     * The top tier has nothing above it, so its value is 1 and cannot be varied.
     *
     * @throws IllegalArgumentException if there is no such fact, with the nearest names, or it is the oversubscription
     *     above the top tier
     */
    public Cluster withFact(String factName, double value) {
        Map<String, Figure> varied = new LinkedHashMap<>(facts);
        varied.put(factName, fact(factName).varied(value));
        FabricFacts.checkTop(fabric, factName, value);
        Fabric changed = FabricFacts.isStructural(factName) ? FabricFacts.follow(fabric, varied) : fabric;
        return new Cluster(name, node, nodes, changed, varied, ramp);
    }

    /** What nobody published: one line for each fact of kind assumed, here, of the node and of the chip. */
    public List<String> assumptions() {
        List<String> lines = new ArrayList<>();
        facts.forEach((key, figure) -> {
            if (figure.kind() == Kind.ASSUMED) {
                lines.add(key + " = " + Units.format(figure.value(), figure.unit()) + ": " + figure.source());
            }
        });
        if (node.ratedPower().kind() == Kind.ASSUMED) {
            lines.add("rated power of a node = " + Units.format(node.ratedWatts(), "W") + ": "
                    + node.ratedPower().source());
        }
        lines.addAll(chip().assumptions());
        return List.copyOf(lines);
    }

    /** One line: {@code Memphis: 100000 x H100 SXM5 80GB, 98.94 EFLOP/s BF16, SPECTRUM_X}. */
    @Override
    public String toString() {
        return ClusterCard.line(this);
    }

    /** Everything known, with its kind and source, one a line. */
    public String card() {
        return ClusterCard.of(this);
    }
}
