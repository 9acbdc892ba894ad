package org.hopperline.measured;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.regex.Pattern;
import org.hopperline.core.Figure;
import org.hopperline.core.Kind;
import org.hopperline.model.TokenRouting;
import org.hopperline.plan.PipelineLayout;
import org.hopperline.plan.Recipe;
import org.hopperline.plan.Recompute;
import org.hopperline.plan.RecomputedPart;
import org.hopperline.plan.SoftwareProfile;
import org.hopperline.plan.SoftwareProfiles;
import org.hopperline.text.Csv;
import org.jspecify.annotations.Nullable;

/** How names that sources print are read, by ordered lists of rules. */
final class RunRules {

    /**
     * A rule that names the profile of a software.
     *
     * @param borrowed what is not known of its own and taken from a related one: the software, the recipe of the model, or
     *     nothing
     */
    private record SoftwareRule(RunCondition condition, SoftwareProfile profile, String borrowed) {}

    private record FabricRule(Pattern pattern, Figure nodeBytesPerSecond) {}

    private static final List<SoftwareRule> SOFTWARE =
            Csv.resource(RunRules.class, "software_rules.csv").rows().stream()
                    .map(row -> new SoftwareRule(
                            RunCondition.of(row), SoftwareProfiles.named(row.text("profile")), row.text("borrowed")))
                    .toList();

    private static final List<FabricRule> FABRICS = Csv.resource(RunRules.class, "fabric_rules.csv").rows().stream()
            .map(row -> new FabricRule(
                    Pattern.compile(row.text("pattern")),
                    new Figure(
                            row.number("node_bytes_per_second"),
                            "byte/s",
                            Kind.valueOf(row.text("kind").toUpperCase(Locale.ROOT)),
                            row.text("source"))))
            .toList();

    private record RoutingRule(RunCondition condition, String routing) {}

    private static final List<RoutingRule> ROUTINGS = Csv.resource(RunRules.class, "routing_rules.csv").rows().stream()
            .map(row -> new RoutingRule(RunCondition.of(row), row.text("routing")))
            .toList();

    private record RecipeRule(
            RunCondition condition,
            int shardGroup,
            String recompute,
            int lessInFirst,
            int lessInLast,
            @Nullable PipelineLayout layout) {}

    private static final List<RecipeRule> RECIPES = Csv.resource(RunRules.class, "recipe_rules.csv").rows().stream()
            .map(row -> new RecipeRule(
                    RunCondition.of(row),
                    row.whole("shard_group", 0),
                    row.text("recompute"),
                    row.whole("less_in_first_stage", 0),
                    row.whole("less_in_last_stage", 0),
                    row.has("layout") ? PipelineLayout.parse(row.text("layout")) : null))
            .toList();

    private RunRules() {}

    /** How tokens are spread over experts: every rule that is found adds to what the model itself does. */
    static TokenRouting routing(TokenRouting routing, RunFacts run) {
        TokenRouting told = routing;
        for (RoutingRule rule : ROUTINGS) {
            if (rule.condition().holds(run)) {
                told = switch (rule.routing()) {
                    case "in_a_row" -> told.inARow();
                    case "padded" -> told.paddedTo(1);
                    default -> throw new IllegalStateException("routing_rules.csv knows no routing " + rule.routing());
                };
            }
        }
        return told;
    }

    /**
     * The recipe with what its source says beside the row.
     *
     * @param layers of the model
     */
    static Recipe recipe(Recipe stated, RunFacts run, int layers) {
        Recipe told = stated;
        for (RecipeRule rule : RECIPES) {
            if (rule.condition().holds(run)) {
                told = apply(rule, told, layers);
            }
        }
        return told;
    }

    private static Recipe apply(RecipeRule rule, Recipe told, int layers) {
        Recompute recompute =
                told.recompute() != null || rule.recompute().isEmpty() ? told.recompute() : recompute(rule.recompute());
        int each = layersOfAStage(rule, told, layers);
        return told.toBuilder()
                .shardGroup(rule.shardGroup() > 0 ? rule.shardGroup() : told.shardGroup())
                .recompute(recompute)
                .firstStageLayers(each > 0 ? each - rule.lessInFirst() : told.firstStageLayers())
                .lastStageLayers(each > 0 ? each - rule.lessInLast() : told.lastStageLayers())
                .layout(fits(rule.layout(), told) ? rule.layout() : told.layout())
                .build();
    }

    /** One layer of so many ({@code 1/2}), or parts of every layer by name. */
    private static Recompute recompute(String told) {
        if (told.startsWith("1/")) {
            return Recompute.ofLayers(1, Integer.parseInt(told.substring(2)));
        }
        return Recompute.ofParts(Arrays.stream(told.split(" "))
                .map(part -> RecomputedPart.valueOf(part.toUpperCase(Locale.ROOT)))
                .toArray(RecomputedPart[]::new));
    }

    /**
     * Layers of each stage between the first and the last where those have fewer: {@code (L + a + b)/p}. 0 where the rule
     * says nothing of that, there is no such pipeline, or it does not come out even.
     */
    private static int layersOfAStage(RecipeRule rule, Recipe told, int layers) {
        int less = rule.lessInFirst() + rule.lessInLast();
        boolean even =
                less > 0 && told.pipeline() > 1 && told.virtualStages() <= 1 && (layers + less) % told.pipeline() == 0;
        int each = even ? (layers + less) / told.pipeline() : 0;
        return each > Math.max(rule.lessInFirst(), rule.lessInLast()) ? each : 0;
    }

    /** A layout belongs to as many stages and virtual stages as it has chunks. */
    private static boolean fits(@Nullable PipelineLayout layout, Recipe told) {
        return layout != null && layout.chunks() == told.pipeline() * told.virtualStages();
    }

    /**
     * The profile for a software and a model as a source names them; the last rule catches everything.
     *
     * @param remarks takes a sentence where the profile is borrowed from a related software or model
     */
    static SoftwareProfile software(RunFacts run, String software, List<String> remarks) {
        SoftwareRule found = SOFTWARE.stream()
                .filter(rule -> rule.condition().holds(run))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("software_rules.csv has no last rule for " + software));
        SoftwareProfile profile = found.profile();
        switch (found.borrowed()) {
            case "" -> {
                return profile;
            }
            case "software" ->
                remarks.add(software + " has no profile of its own; the choices of " + profile.name() + " are taken");
            case "recipe" ->
                remarks.add("the recipe of this model in " + software + " is not known; the choices of "
                        + profile.name() + " are taken");
            default -> throw new IllegalStateException("software_rules.csv borrows no " + found.borrowed());
        }
        return profile.toBuilder().borrowed(true).build();
    }

    /**
     * Network bytes a second of one node, from the description of its fabric: interfaces times their rate where it counts
     * them, else what the first rule says that fits, else a rate of the whole node; where nothing is said, that of the
     * maker's reference design for the chip.
     */
    static Figure nodeBytesPerSecond(String fabric, int devices, double otherwise) {
        OptionalDouble counted = FabricRates.counted(fabric, devices);
        if (counted.isPresent()) {
            return Figure.specified(counted.getAsDouble(), "byte/s", "interfaces and rate as the source prints them");
        }
        return FABRICS.stream()
                .filter(rule -> rule.pattern().matcher(fabric).find())
                .map(FabricRule::nodeBytesPerSecond)
                .findFirst()
                .orElseGet(() -> whole(fabric, otherwise));
    }

    private static Figure whole(String fabric, double otherwise) {
        OptionalDouble whole = FabricRates.whole(fabric);
        return whole.isPresent()
                ? Figure.specified(whole.getAsDouble(), "byte/s", "rate of a node as the source prints it")
                : Figure.assumed(otherwise, "byte/s", "not reported; the network of the maker's reference design");
    }
}
