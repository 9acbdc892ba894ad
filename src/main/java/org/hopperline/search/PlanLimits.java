package org.hopperline.search;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.hopperline.core.AttentionBackend;
import org.hopperline.core.Check;
import org.hopperline.hardware.Cluster;
import org.hopperline.model.Experts;
import org.hopperline.model.Transformer;
import org.hopperline.plan.PipelineOrder;
import org.hopperline.plan.Recompute;
import org.hopperline.plan.RecomputedPart;
import org.hopperline.plan.Sharding;
import org.hopperline.plan.SoftwareProfile;

/**
 * What a user allows on the axes of a plan; {@link PlanSearch} lists the values that are tried where nothing is said.
 *
 * @param degrees by axis; an axis that is not there is free
 * @param sequenceParallel 0, 1 or both
 * @param order orders of stages; empty for one-forward-one-backward
 * @param sharding kinds; empty for all
 * @param shardGroups ranks, 0 for all of them; empty for the usual
 * @param recompute levels; empty for the usual
 * @param unevenStages true if layers need not divide evenly over stages and virtual stages
 * @param conditions on whole plans
 */
record PlanLimits(
        Map<PlanAxis, Degrees> degrees,
        List<Integer> sequenceParallel,
        List<PipelineOrder> order,
        List<Sharding> sharding,
        List<Integer> shardGroups,
        List<Recompute> recompute,
        boolean unevenStages,
        List<PlanCondition> conditions) {

    static final PlanLimits NONE =
            new PlanLimits(Map.of(), List.of(0, 1), List.of(), List.of(), List.of(), List.of(), false, List.of());

    private static final int MOST_CONTEXT_RANKS = 16;
    private static final int MOST_STAGES = 64;
    private static final int MOST_VIRTUAL_STAGES = 16;
    private static final int[] MICRO_BATCHES = {1, 2, 4, 8};
    private static final double[] RECOMPUTED_SHARES = {0.25, 0.5, 0.75};

    PlanLimits {
        degrees = Map.copyOf(degrees);
        sequenceParallel = List.copyOf(sequenceParallel);
        order = order.stream().distinct().toList();
        sharding = sharding.stream().distinct().toList();
        shardGroups = shardGroups.stream().distinct().toList();
        recompute = recompute.stream().distinct().toList();
        conditions = List.copyOf(conditions);
        shardGroups.forEach(group -> Check.nonNegative(group, "shard group"));
    }

    PlanLimits with(PlanAxis axis, Degrees allowed) {
        Map<PlanAxis, Degrees> more = new EnumMap<>(PlanAxis.class);
        more.putAll(degrees);
        if (Check.notNull(allowed, axis.label()).isAny()) {
            more.remove(axis);
        } else {
            more.put(axis, allowed);
        }
        return new PlanLimits(
                more, sequenceParallel, order, sharding, shardGroups, recompute, unevenStages, conditions);
    }

    PlanLimits withSequenceParallel(List<Integer> values) {
        return new PlanLimits(degrees, values, order, sharding, shardGroups, recompute, unevenStages, conditions);
    }

    PlanLimits withOrder(List<PipelineOrder> orders) {
        return new PlanLimits(
                degrees, sequenceParallel, orders, sharding, shardGroups, recompute, unevenStages, conditions);
    }

    PlanLimits withSharding(List<Sharding> kinds) {
        return new PlanLimits(
                degrees, sequenceParallel, order, kinds, shardGroups, recompute, unevenStages, conditions);
    }

    PlanLimits withShardGroups(List<Integer> groups) {
        return new PlanLimits(degrees, sequenceParallel, order, sharding, groups, recompute, unevenStages, conditions);
    }

    PlanLimits withRecompute(List<Recompute> levels) {
        return new PlanLimits(
                degrees, sequenceParallel, order, sharding, shardGroups, levels, unevenStages, conditions);
    }

    PlanLimits withUnevenStages(boolean allowed) {
        return new PlanLimits(degrees, sequenceParallel, order, sharding, shardGroups, recompute, allowed, conditions);
    }

    PlanLimits withConditions(List<PlanCondition> all) {
        return new PlanLimits(degrees, sequenceParallel, order, sharding, shardGroups, recompute, unevenStages, all);
    }

    /** The same limits less one of them, and what that one is. */
    record Relaxed(String what, PlanLimits limits) {}

    /** Every way to take back one limit. */
    List<Relaxed> relaxations() {
        List<Relaxed> all = new ArrayList<>();
        for (PlanAxis axis : PlanAxis.values()) {
            if (degrees.containsKey(axis)) {
                all.add(new Relaxed(axis.label() + " " + degrees.get(axis), with(axis, Degrees.any())));
            }
        }
        if (sequenceParallel.size() == 1) {
            all.add(new Relaxed(
                    "sequence parallel " + (sequenceParallel.get(0) == 1 ? "on" : "off"),
                    withSequenceParallel(List.of(0, 1))));
        }
        if (!order.isEmpty()) {
            all.add(new Relaxed("order " + order, withOrder(List.of())));
        }
        if (!sharding.isEmpty()) {
            all.add(new Relaxed("sharding " + sharding, withSharding(List.of())));
        }
        if (!shardGroups.isEmpty()) {
            all.add(new Relaxed("shard groups " + shardGroups, withShardGroups(List.of())));
        }
        if (!recompute.isEmpty()) {
            all.add(new Relaxed("recompute " + recompute, withRecompute(List.of())));
        }
        for (PlanCondition condition : conditions) {
            List<PlanCondition> others = new ArrayList<>(conditions);
            others.remove(condition);
            all.add(new Relaxed(condition.name(), withConditions(others)));
        }
        return all;
    }

    PlanSpace space(Transformer model, Cluster machine, SoftwareProfile software, List<BatchTarget> batches) {
        Experts experts = model.experts();
        int node = machine.node().devices();
        SpaceAxes axes = new SpaceAxes(
                batches,
                ReplicaAxis.of(machine, allowed(PlanAxis.DEVICES), allowed(PlanAxis.DATA)),
                values(PlanAxis.TENSOR, powersOfTwo(1, node)),
                values(PlanAxis.CONTEXT, powersOfTwo(1, MOST_CONTEXT_RANKS)),
                values(PlanAxis.PIPELINE, upTo(Math.min(MOST_STAGES, model.layers()), p -> stagesFit(model, p))),
                values(PlanAxis.VIRTUAL_STAGES, upTo(MOST_VIRTUAL_STAGES, v -> true)),
                values(PlanAxis.EXPERT, experts == null ? one() : upTo(experts.count(), e -> experts.count() % e == 0)),
                values(PlanAxis.EXPERT_TENSOR, experts == null ? one() : powersOfTwo(1, node)),
                values(PlanAxis.MICRO_BATCH, MICRO_BATCHES),
                sequenceParallel.stream().mapToInt(Integer::intValue).toArray(),
                order.isEmpty() ? List.of(PipelineOrder.ONE_FORWARD_ONE_BACKWARD) : order,
                sharding.isEmpty() ? List.of(Sharding.values()) : sharding,
                shardGroups.isEmpty()
                        ? usualGroups(machine.devices())
                        : shardGroups.stream().mapToInt(Integer::intValue).toArray(),
                recompute.isEmpty() ? usualRecompute(software) : noneFirst(recompute));
        return new PlanSpace(model, machine, axes, unevenStages, software.sharding() == Sharding.GRADIENTS);
    }

    private boolean stagesFit(Transformer model, int stages) {
        return unevenStages || PlanSpace.evenStages(model, stages);
    }

    /** True if devices or replicas are limited. */
    boolean limitsReplicas() {
        return degrees.containsKey(PlanAxis.DEVICES) || degrees.containsKey(PlanAxis.DATA);
    }

    private Degrees allowed(PlanAxis axis) {
        return degrees.getOrDefault(axis, Degrees.any());
    }

    private int[] values(PlanAxis axis, int... usual) {
        int[] values = allowed(axis).among(usual);
        if (values.length == 0) {
            throw new IllegalArgumentException("no value of " + axis.label() + " is " + allowed(axis)
                    + "; the search tries " + Arrays.toString(usual) + ", others can be given by name");
        }
        return values;
    }

    private static int[] one() {
        return new int[] {1};
    }

    private static int[] powersOfTwo(int from, int to) {
        return IntStream.iterate(from, n -> n <= to, n -> 2 * n).toArray();
    }

    private static int[] upTo(int most, IntPredicate condition) {
        return IntStream.rangeClosed(1, most).filter(condition).toArray();
    }

    private static int[] usualGroups(int devices) {
        return IntStream.concat(IntStream.of(0), IntStream.of(powersOfTwo(2, Math.min(1 << 20, devices / 2))))
                .toArray();
    }

    private static List<Recompute> usualRecompute(SoftwareProfile software) {
        List<Recompute> levels = new ArrayList<>(List.of(Recompute.NONE));
        if (software.attention() == AttentionBackend.UNFUSED) {
            levels.add(Recompute.SELECTIVE);
        }
        levels.add(Recompute.ofParts(RecomputedPart.NORMS));
        levels.add(Recompute.ofParts(RecomputedPart.ACTIVATION));
        levels.add(Recompute.ofParts(RecomputedPart.NORMS, RecomputedPart.ACTIVATION));
        levels.add(Recompute.ofParts(RecomputedPart.FEED_FORWARD));
        levels.add(Recompute.ALL_BUT_QUERY_KEY_VALUE);
        levels.add(Recompute.ALTERNATE_PRODUCTS);
        for (double share : RECOMPUTED_SHARES) {
            levels.add(Recompute.ofLayers(share));
        }
        levels.add(Recompute.FULL);
        return levels;
    }

    private static List<Recompute> noneFirst(List<Recompute> levels) {
        List<Recompute> ordered = new ArrayList<>(levels);
        ordered.sort((a, b) -> Boolean.compare(b.equals(Recompute.NONE), a.equals(Recompute.NONE)));
        return ordered;
    }
}
