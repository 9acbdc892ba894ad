package org.hopperline.search;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.hopperline.plan.ParallelPlan;
import org.hopperline.plan.PipelineOrder;
import org.hopperline.plan.Recompute;
import org.hopperline.plan.Sharding;

/**
 * What a user says on the axes of a plan. Each method returns a new question; said twice of one axis, the last holds.
 *
 * @param <Q> the question
 */
public abstract sealed class AxisLimits<Q extends AxisLimits<Q>> permits PlanSearch {

    AxisLimits() {}

    abstract PlanLimits limits();

    /** The question with other limits. */
    abstract Q limited(PlanLimits other);

    /** These values of an axis. */
    public Q with(PlanAxis axis, Degrees allowed) {
        return limited(limits().with(axis, allowed));
    }

    /** These tensor parallel degrees. */
    public Q tensor(int... degrees) {
        return with(PlanAxis.TENSOR, Degrees.of(degrees));
    }

    /** These tensor parallel degrees. */
    public Q tensor(Degrees allowed) {
        return with(PlanAxis.TENSOR, allowed);
    }

    /** These context parallel degrees. */
    public Q context(int... degrees) {
        return with(PlanAxis.CONTEXT, Degrees.of(degrees));
    }

    /** These context parallel degrees. */
    public Q context(Degrees allowed) {
        return with(PlanAxis.CONTEXT, allowed);
    }

    /** These numbers of pipeline stages. */
    public Q pipeline(int... stages) {
        return with(PlanAxis.PIPELINE, Degrees.of(stages));
    }

    /** These numbers of pipeline stages. */
    public Q pipeline(Degrees allowed) {
        return with(PlanAxis.PIPELINE, allowed);
    }

    /** These numbers of virtual stages. */
    public Q virtualStages(int... chunks) {
        return with(PlanAxis.VIRTUAL_STAGES, Degrees.of(chunks));
    }

    /** These numbers of virtual stages. */
    public Q virtualStages(Degrees allowed) {
        return with(PlanAxis.VIRTUAL_STAGES, allowed);
    }

    /** These data parallel degrees; each plan takes just as many replicas. */
    public Q data(int... degrees) {
        return with(PlanAxis.DATA, Degrees.of(degrees));
    }

    /** These data parallel degrees; each plan takes the most that come out even. */
    public Q data(Degrees allowed) {
        return with(PlanAxis.DATA, allowed);
    }

    /** These expert parallel degrees. */
    public Q expert(int... degrees) {
        return with(PlanAxis.EXPERT, Degrees.of(degrees));
    }

    /** These expert parallel degrees. */
    public Q expert(Degrees allowed) {
        return with(PlanAxis.EXPERT, allowed);
    }

    /** These tensor parallel degrees of experts. */
    public Q expertTensor(int... degrees) {
        return with(PlanAxis.EXPERT_TENSOR, Degrees.of(degrees));
    }

    /** These micro-batches. */
    public Q microBatch(int... sequences) {
        return with(PlanAxis.MICRO_BATCH, Degrees.of(sequences));
    }

    /** These micro-batches. */
    public Q microBatch(Degrees allowed) {
        return with(PlanAxis.MICRO_BATCH, allowed);
    }

    /**
     * On at most so many devices, with the most replicas that come out even on them; several numbers are one more axis, on
     * which what comes down to the same plan counts once.
     */
    public Q devices(int... most) {
        return with(PlanAxis.DEVICES, Degrees.of(most));
    }

    /**
     * On every number of devices that fills nodes and meets the condition: {@code Degrees.atLeast(1)} tries every number of
     * replicas. Of plans that differ in replicas, sharding or recomputation alone the best stands for all.
     */
    public Q devices(Degrees allowed) {
        return with(PlanAxis.DEVICES, allowed);
    }

    /** With sequence parallelism, or without. */
    public Q sequenceParallel(boolean on) {
        return limited(limits().withSequenceParallel(List.of(on ? 1 : 0)));
    }

    /** These orders of stages; one-forward-one-backward if nothing is said. */
    public Q order(PipelineOrder... orders) {
        return limited(limits().withOrder(some("orders of stages", List.of(orders))));
    }

    /** These kinds of sharding. */
    public Q sharding(Sharding... kinds) {
        return limited(limits().withSharding(some("kinds of sharding", List.of(kinds))));
    }

    /** Shards over so many ranks; 0 for all. */
    public Q shardGroups(int... ranks) {
        List<Integer> groups = new ArrayList<>();
        for (int group : ranks) {
            groups.add(group);
        }
        return limited(limits().withShardGroups(some("shard groups", groups)));
    }

    /** These levels of recomputation. */
    public Q recompute(Recompute... levels) {
        return limited(limits().withRecompute(some("levels of recomputation", List.of(levels))));
    }

    /** Also stages, and virtual stages, that do not divide the layers. */
    public Q unevenStages() {
        return limited(limits().withUnevenStages(true));
    }

    /**
     * Plans that meet a condition.
     *
     * @param name what it demands, for messages
     * @param condition called from several threads
     */
    public Q where(String name, Predicate<ParallelPlan> condition) {
        List<PlanCondition> all = new ArrayList<>(limits().conditions());
        all.add(new PlanCondition(name, condition));
        return limited(limits().withConditions(all));
    }

    private static <T> List<T> some(String what, List<T> values) {
        if (values.isEmpty()) {
            throw new IllegalArgumentException("0 " + what + " allow no plan; give at least 1");
        }
        return values;
    }
}
