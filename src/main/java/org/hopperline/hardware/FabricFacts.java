package org.hopperline.hardware;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.hopperline.core.Check;
import org.hopperline.core.Figure;
import org.hopperline.text.Nearest;

/** Builds a fabric from named facts, so that each of its numbers keeps its source and can be varied by name. */
final class FabricFacts {

    private static final String RAIL_OPTIMISED = "rail_optimised";
    private static final String IN_NETWORK_REDUCTION = "in_network_reduction";
    private static final String THROUGHPUT = "throughput";

    private FabricFacts() {}

    static Fabric fabric(String name, Fabric.Technology technology, List<String> tierNames, Map<String, Figure> facts) {
        List<Tier> tiers = new ArrayList<>();
        for (String tier : tierNames) {
            tiers.add(new Tier(
                    tier,
                    (int) need(name, facts, "tier_" + tier + "_nodes").value(),
                    need(name, facts, "tier_" + tier + "_oversubscription").value()));
        }
        return new Fabric(
                name,
                technology,
                yes(name, facts, RAIL_OPTIMISED),
                yes(name, facts, IN_NETWORK_REDUCTION),
                tiers,
                need(name, facts, THROUGHPUT));
    }

    /** The fabric with the facts as they now are. */
    static Fabric follow(Fabric old, Map<String, Figure> facts) {
        return fabric(
                old.name(),
                old.technology(),
                old.tiers().stream().map(Tier::name).toList(),
                facts);
    }

    /** Refuses an oversubscription above the top tier: nothing is there that it could slow down. */
    static void checkTop(Fabric fabric, String fact, double value) {
        List<Tier> tiers = fabric.tiers();
        if (tiers.isEmpty() || value == 1) {
            return;
        }
        if (fact.equals(oversubscription(tiers.get(tiers.size() - 1)))) {
            throw new IllegalArgumentException(fact + " is " + value + ", but nothing lies above the top tier of "
                    + fabric.name() + ", so it must be 1"
                    + (tiers.size() == 1 ? "" : "; vary " + oversubscription(tiers.get(tiers.size() - 2))));
        }
    }

    private static String oversubscription(Tier tier) {
        return "tier_" + tier.name() + "_oversubscription";
    }

    static boolean isStructural(String fact) {
        return fact.startsWith("tier_")
                || fact.equals(RAIL_OPTIMISED)
                || fact.equals(IN_NETWORK_REDUCTION)
                || fact.equals(THROUGHPUT);
    }

    private static boolean yes(String name, Map<String, Figure> facts, String key) {
        return Check.within(need(name, facts, key).value(), 0, 1, key + " of " + name + " (0 no, 1 yes)", "1") >= 0.5;
    }

    private static Figure need(String name, Map<String, Figure> facts, String key) {
        Figure figure = facts.get(key);
        if (figure == null) {
            throw Nearest.unknown("fact of " + name, key, facts.keySet());
        }
        return figure;
    }
}
