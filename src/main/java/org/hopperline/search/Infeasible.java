package org.hopperline.search;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.hopperline.core.Units;
import org.hopperline.plan.ParallelPlan;
import org.hopperline.plan.PlanRules;
import org.hopperline.step.StepPrediction;

/** Why a search found no plan: what removed the last ones, and what the nearest plan would need. */
final class Infeasible {

    private static final int SHOWN_RULES = 3;

    private Infeasible() {}

    static String message(PlanSearch question, PlanSpace space, SpaceCounts counts) {
        StringBuilder text = new StringBuilder(String.format(
                Locale.ROOT,
                "no plan for %s on %,d %s with %s %s",
                question.model().name(),
                question.machine().devices(),
                question.machine().chip().name(),
                batches(question),
                last(question, space, counts)));
        List<PlanLimits.Relaxed> ways = question.limits().relaxations();
        List<String> remedies = new ArrayList<>();
        for (PlanLimits.Relaxed way : ways) {
            SearchResult without = question.limited(way.limits()).find(1);
            if (!without.plans().isEmpty()) {
                StepPrediction plan = without.first();
                remedies.add("without \"" + way.what() + "\" the best is "
                        + plan.setup().plan());
            }
        }
        if (!ways.isEmpty()) {
            text.append(remedies.isEmpty() ? "; no limit taken back alone brings one" : "; ")
                    .append(String.join("; ", remedies));
        }
        return text.toString();
    }

    private static String batches(PlanSearch question) {
        List<BatchTarget> targets = question.batchTargets();
        BatchTarget first = targets.get(0);
        return targets.size() == 1 ? first.toString() : first + " (and " + (targets.size() - 1) + " other batches)";
    }

    /** The predicate of what removed the plans that came farthest. */
    private static String last(PlanSearch question, PlanSpace space, SpaceCounts counts) {
        if (counts.get(Removed.OBJECTIVE) + counts.get(Removed.BOUND) > 0) {
            return "does for " + question.objective().label() + "; ask for less, or take more devices";
        }
        if (counts.get(Removed.MEMORY) > 0) {
            return tooLarge(question, space, counts);
        }
        if (counts.get(Removed.CONDITION) > 0) {
            return "meets the conditions of the question: " + counts.get(Removed.CONDITION)
                    + " plans keep the rules, but none of them "
                    + String.join(
                            " and ",
                            question.limits().conditions().stream()
                                    .map(PlanCondition::name)
                                    .toList());
        }
        if (counts.get(Removed.RULES) > 0) {
            return "keeps the rules of shape; most often: " + String.join("; ", rules(question, space));
        }
        if (counts.get(Removed.BATCH) > 0) {
            return "divides the batch; take more tokens a step or fewer devices";
        }
        if (counts.get(Removed.UNEVEN_STAGES) > 0) {
            return "divides " + question.model().layers()
                    + " layers (or two more) evenly over stages and virtual stages; take other numbers, or allow uneven"
                    + " stages";
        }
        return "comes out even on the devices; take fewer ranks for each model, or whole nodes";
    }

    private static String tooLarge(PlanSearch question, PlanSpace space, SpaceCounts counts) {
        ParallelPlan smallest = space.plan(counts.leastBytesIndex());
        return "fits " + Units.format(question.roomBytes(), "byte") + ": the smallest needs "
                + Units.format(counts.leastBytes(), "byte") + " (" + smallest + "), so take more devices";
    }

    /** The rules broken by most shapes, each with one example. */
    private static List<String> rules(PlanSearch question, PlanSpace space) {
        StepPricer pricer = question.pricer();
        Map<String, Integer> count = new LinkedHashMap<>();
        Map<String, String> example = new LinkedHashMap<>();
        for (long index = 0; index < space.shapes(); index++) {
            Shape shape = space.shape(index);
            if (shape != null) {
                for (PlanRules.Violation broken : PlanRules.violations(pricer.setup(shape.bare(), shape.batch()))) {
                    count.merge(broken.rule(), 1, Integer::sum);
                    example.putIfAbsent(broken.rule(), broken.toString());
                }
            }
        }
        return count.entrySet().stream()
                .sorted((a, b) -> Integer.compare(b.getValue(), a.getValue()))
                .limit(SHOWN_RULES)
                .map(entry -> example.get(entry.getKey()))
                .toList();
    }
}
