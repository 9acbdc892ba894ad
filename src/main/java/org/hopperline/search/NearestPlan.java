package org.hopperline.search;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.hopperline.core.Divisors;
import org.hopperline.hardware.Cluster;
import org.hopperline.plan.ParallelPlan;
import org.hopperline.plan.PlanRules;
import org.hopperline.step.StepPrediction;

/** What the nearest plan would need where a search found none; each method ends a sentence that begins with "no plan". */
final class NearestPlan {

    private static final int SHOWN_RULES = 3;

    /** A machine grows so many times at once in the search for one that is large enough. */
    private static final int GROWTH = 8;

    /** Forty times the largest machine of the catalogue. */
    private static final int MOST_DEVICES = 4_000_000;

    private NearestPlan() {}

    /** The least devices of such a machine on which a plan fits its memory. */
    static String onMoreDevices(PlanSearch question) {
        if (question.limits().limitsReplicas()) {
            return "take more devices or replicas than the question allows";
        }
        Cluster machine = question.machine();
        int node = machine.node().devices();
        int most = (mostBusy(question) + node - 1) / node * node;
        int devices = machine.devices();
        while (devices < most) {
            devices = (int) Math.min(most, (long) Math.max(node, devices / node * node) * GROWTH);
            SearchResult larger = question.on(machine.withDevices(devices))
                    .devices(Degrees.atLeast(1))
                    .objective(Objectives.DEVICES)
                    .find(1);
            if (!larger.plans().isEmpty()) {
                ParallelPlan plan = larger.first().setup().plan();
                return String.format(
                        Locale.ROOT, "the least devices on which one fits are %,d (%s)", plan.devices(), plan);
            }
        }
        return String.format(
                Locale.ROOT,
                "none fits on more devices either: such a batch keeps at most %,d busy",
                mostBusy(question));
    }

    /** The most devices that a batch keeps busy, by ranks that share a model as the question allows. */
    private static int mostBusy(PlanSearch question) {
        long ranks = question.space().modelRanks().stream().max(Long::compare).orElse(1L);
        double sequences = question.batchTargets().stream()
                .mapToDouble(BatchTarget::mostSequences)
                .max()
                .orElse(1);
        return (int) Math.min(MOST_DEVICES, ranks * sequences);
    }

    /** What any smaller number of devices would bring; empty if the question limits them or nothing. */
    static String onFewerDevices(PlanSearch question) {
        if (question.limits().limitsReplicas()) {
            return "";
        }
        SearchResult any = question.devices(Degrees.atLeast(1)).find(1);
        if (any.plans().isEmpty()) {
            return "";
        }
        ParallelPlan plan = any.first().setup().plan();
        return String.format(Locale.ROOT, "; on %,d devices the best is %s", plan.devices(), plan);
    }

    /** What the fastest plan does, where an objective refuses all. */
    static String fastest(PlanSearch question) {
        SearchResult found = question.objective(Objectives.TIME).find(1);
        if (found.plans().isEmpty()) {
            return "none fits at all";
        }
        StepPrediction plan = found.first();
        return String.format(
                Locale.ROOT,
                "the fastest %s (%s); ask for less, or take more devices",
                question.objective().reached(plan.tokensPerSecond()),
                plan.setup().plan());
    }

    /** The batch nearest to what is asked for that some plan divides. */
    static String batch(PlanSearch question, PlanSpace space) {
        double least = Double.POSITIVE_INFINITY;
        String nearest = "";
        for (PlanSpace.Candidate candidate : space.candidates(new SpaceCounts())) {
            Family family = candidate.family();
            BatchTarget target = family.target();
            for (int data : candidate.choices().replicas()) {
                double sequences = target.nearestSequences(family.atOnce(data));
                double distance = Math.abs(sequences * target.sequenceLength() / target.tokens() - 1);
                if (distance < least) {
                    least = distance;
                    nearest = String.format(
                            Locale.ROOT,
                            "%,.0f sequences, %.4g tokens (%s)",
                            sequences,
                            sequences * target.sequenceLength(),
                            family.bare(data));
                }
            }
        }
        return "divides the batch; the nearest that one divides has " + nearest;
    }

    /** The rules broken by most families, each with one example. */
    static String rules(PlanSearch question, PlanSpace space) {
        StepPricer pricer = question.pricer();
        Map<String, Integer> count = new LinkedHashMap<>();
        Map<String, String> example = new LinkedHashMap<>();
        for (PlanSpace.Candidate candidate : space.candidates(new SpaceCounts())) {
            int data = candidate.choices().replicas()[0];
            Family family = candidate.family();
            for (PlanRules.Violation broken : PlanRules.violations(pricer.setup(family.bare(data), family.own(data)))) {
                count.merge(broken.rule(), 1, Integer::sum);
                example.putIfAbsent(broken.rule(), broken.toString());
            }
        }
        return count.entrySet().stream()
                .sorted((a, b) -> Integer.compare(b.getValue(), a.getValue()))
                .limit(SHOWN_RULES)
                .map(entry -> example.get(entry.getKey()))
                .collect(Collectors.joining("; "));
    }

    /** The least devices on which ranks that share a model come out even. */
    static String devices(PlanSearch question, PlanSpace space) {
        int node = question.machine().node().devices();
        long least = Long.MAX_VALUE;
        long ranks = 0;
        for (long share : space.modelRanks()) {
            for (int data : space.axes().replicas().named()) {
                long used = data > 0 ? share * data : share;
                long even = used < node || used % node == 0
                        ? used
                        : data > 0 ? Long.MAX_VALUE : Divisors.leastCommonMultiple(used, node);
                if (even < least) {
                    least = even;
                    ranks = share;
                }
            }
        }
        String even = String.format(
                Locale.ROOT,
                "comes out even on %,d devices in nodes of %d",
                question.machine().devices(),
                node);
        return least == Long.MAX_VALUE
                ? even + "; the replicas named fill no whole nodes"
                : String.format(
                        Locale.ROOT, "%s; the least that would do are %,d, of ranks %d to a model", even, least, ranks);
    }

    /** The numbers of chunks that divide the layers. */
    static String stages(PlanSearch question) {
        TreeSet<Integer> even = new TreeSet<>();
        int places = question.model().layers() + question.model().multiTokenLayers() + 2;
        for (int chunks = 1; chunks <= places; chunks++) {
            if (PlanSpace.evenStages(question.model(), chunks)) {
                even.add(chunks);
            }
        }
        return "divides " + question.model().layers() + " layers (or " + places
                + " with embedding and logits) evenly over stages x virtual stages; take a product among " + even
                + ", or allow uneven stages";
    }
}
