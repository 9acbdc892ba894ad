package org.hopperline.search;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.hopperline.core.Units;

/** Why a search found no plan: what removed the last ones, and what the nearest plan would need. */
final class Infeasible {

    /** What a plan may fall for, from what comes last to what comes first. */
    private static final List<Removed> FARTHEST_FIRST = List.of(
            Removed.OBJECTIVE,
            Removed.BOUND,
            Removed.MEMORY,
            Removed.CONDITION,
            Removed.SHARD_GROUP,
            Removed.NOT_OFFERED,
            Removed.BATCH,
            Removed.RULES,
            Removed.DEVICES,
            Removed.UNEVEN_STAGES);

    private Infeasible() {}

    /** What removed the plans that came farthest. */
    static Removed last(SpaceCounts counts) {
        for (Removed why : FARTHEST_FIRST) {
            if (counts.get(why) > 0) {
                return why;
            }
        }
        throw new IllegalStateException("a space of " + counts.total() + " combinations lost none of them");
    }

    /** What removed the plans that came farthest and what the nearest would need, without another search. */
    static String shortMessage(PlanSearch question, PlanSpace space, SpaceCounts counts) {
        return head(question) + predicate(question, space, counts);
    }

    /** The same with what more devices, or each limit taken back, would bring; takes a search for each. */
    static String message(PlanSearch question, PlanSpace space, SpaceCounts counts) {
        StringBuilder text = new StringBuilder(shortMessage(question, space, counts));
        Removed last = last(counts);
        if (last == Removed.MEMORY) {
            text.append("; ").append(NearestPlan.onMoreDevices(question));
        } else if (last == Removed.OBJECTIVE || last == Removed.BOUND) {
            text.append("; ").append(NearestPlan.fastest(question));
        } else if (last == Removed.BATCH || last == Removed.DEVICES) {
            text.append(NearestPlan.onFewerDevices(question));
        }
        List<PlanLimits.Relaxed> ways = question.limits().relaxations();
        List<String> remedies = new ArrayList<>();
        for (PlanLimits.Relaxed way : ways) {
            SearchResult without = question.limited(way.limits()).find(1);
            if (!without.plans().isEmpty()) {
                remedies.add("without \"" + way.what() + "\" the best is "
                        + without.first().setup().plan());
            }
        }
        if (!ways.isEmpty()) {
            text.append(remedies.isEmpty() ? "; no limit taken back alone brings one" : "; ")
                    .append(String.join("; ", remedies));
        }
        return text.toString();
    }

    private static String head(PlanSearch question) {
        List<BatchTarget> targets = question.batchTargets();
        return String.format(
                Locale.ROOT,
                "no plan for %s on %,d %s with %s%s ",
                question.model().name(),
                question.machine().devices(),
                question.machine().chip().name(),
                targets.get(0),
                targets.size() == 1 ? "" : " (and " + (targets.size() - 1) + " other batches)");
    }

    private static String predicate(PlanSearch question, PlanSpace space, SpaceCounts counts) {
        return switch (last(counts)) {
            case OBJECTIVE, BOUND -> "does for " + question.objective().label();
            case MEMORY ->
                "fits " + Units.format(question.roomBytes(), "byte") + ": the smallest needs "
                        + Units.format(counts.leastBytes(), "byte") + " on each device ("
                        + space.plan(counts.leastBytesIndex()) + ")";
            case CONDITION ->
                "meets the conditions of the question: " + counts.get(Removed.CONDITION)
                        + " plans keep the rules, but none of them "
                        + String.join(
                                " and ",
                                question.limits().conditions().stream()
                                        .map(PlanCondition::name)
                                        .toList());
            case SHARD_GROUP ->
                "has data x context ranks that shard groups of "
                        + question.limits().shardGroups()
                        + " divide; take 0 for all of them, or divisors of a number of replicas";
            case NOT_OFFERED ->
                "leaves gradients whole, and " + question.software().name()
                        + " divides none across a pipeline; take pipeline 1, or another sharding";
            case BATCH -> NearestPlan.batch(question, space);
            case RULES -> "keeps the rules of shape; most often: " + NearestPlan.rules(question, space);
            case DEVICES -> NearestPlan.devices(question, space);
            default -> NearestPlan.stages(question);
        };
    }
}
