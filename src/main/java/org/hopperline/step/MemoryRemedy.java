package org.hopperline.step;

import java.util.ArrayList;
import java.util.List;
import org.hopperline.plan.ParallelPlan;
import org.hopperline.plan.PlanRules;
import org.hopperline.plan.Recompute;
import org.hopperline.plan.Sharding;
import org.hopperline.plan.TrainingSetup;
import org.hopperline.work.MemoryFootprint;
import org.jspecify.annotations.Nullable;

/**
 * A change of a plan that brings it into the memory, on the same devices and with the same batch.
 *
 * @param change what is changed, as one says it
 * @param prediction the step of the changed plan
 */
public record MemoryRemedy(String change, StepPrediction prediction) {

    /** A plan with one thing changed, or none. */
    private record Candidate(String change, ParallelPlan plan) {}

    /**
     * The remedy that costs the least time of a step, tried one by one, each with as little further recomputation as fits:
     * recomputation alone; states divided further; tensor ranks, stages or context ranks doubled for half the replicas; the
     * micro-batch halved.
     *
     * @param setup a question that keeps the rules of shape
     * @return null if none fits
     */
    public static @Nullable MemoryRemedy cheapest(TrainingSetup setup) {
        StepEvaluator evaluator = StepModel.on(setup.cluster().chip()).evaluator(setup);
        @Nullable Candidate best = null;
        double least = Double.POSITIVE_INFINITY;
        for (Candidate candidate : candidates(setup.plan())) {
            @Nullable Candidate fitting = fitting(setup, candidate);
            if (fitting != null) {
                double seconds = evaluator.seconds(fitting.plan(), setup.batch());
                if (seconds < least) {
                    least = seconds;
                    best = fitting;
                }
            }
        }
        return best == null
                ? null
                : new MemoryRemedy(
                        best.change(), StepModel.on(setup.cluster().chip()).predict(setup.withPlan(best.plan())));
    }

    private static List<Candidate> candidates(ParallelPlan plan) {
        List<Candidate> all = new ArrayList<>();
        all.add(new Candidate("", plan));
        for (Sharding sharding : Sharding.values()) {
            if (sharding.compareTo(plan.sharding()) > 0) {
                all.add(new Candidate(
                        "dividing " + sharding.label(),
                        plan.toBuilder().sharding(sharding).build()));
            }
        }
        if (plan.shardGroup() > 0 && plan.sharding() != Sharding.NONE) {
            all.add(new Candidate(
                    "dividing states over all replicas",
                    plan.toBuilder().shardGroup(0).build()));
        }
        if (plan.microBatch() % 2 == 0) {
            int half = plan.microBatch() / 2;
            all.add(new Candidate(
                    "micro-batch " + half, plan.toBuilder().microBatch(half).build()));
        }
        if (plan.data() % 2 == 0) {
            ParallelPlan.Builder fewer = plan.toBuilder().data(plan.data() / 2).shardGroup(0);
            int tensor = 2 * plan.tensor();
            all.add(new Candidate(
                    "tensor parallel " + tensor,
                    fewer.tensor(tensor)
                            .sequenceParallel(true)
                            .expertTensor(plan.expertTensor() > 1 ? tensor : 1)
                            .build()));
            ParallelPlan.Builder stages = plan.toBuilder().data(plan.data() / 2).shardGroup(0);
            all.add(new Candidate(
                    2 * plan.pipeline() + " stages",
                    stages.pipeline(2 * plan.pipeline())
                            .virtualStages(Math.max(1, plan.virtualStages() / 2))
                            .build()));
            ParallelPlan.Builder context =
                    plan.toBuilder().data(plan.data() / 2).shardGroup(0);
            all.add(new Candidate(
                    "context parallel " + 2 * plan.context(),
                    context.context(2 * plan.context()).build()));
        }
        return all;
    }

    /** The candidate with the least recomputation that fits, or null. */
    private static @Nullable Candidate fitting(TrainingSetup setup, Candidate candidate) {
        double room = setup.cluster().chip().visibleMemoryBytes();
        TrainingSetup asIs = setup.withPlan(candidate.plan());
        if (!PlanRules.violations(asIs).isEmpty()) {
            return null;
        }
        if (MemoryFootprint.of(asIs).total() <= room) {
            return candidate;
        }
        for (Recompute rung : setup.software().recomputes().rungs(setup.model())) {
            ParallelPlan plan = candidate.plan().toBuilder().recompute(rung).build();
            if (MemoryFootprint.of(setup.withPlan(plan)).total() <= room) {
                String again = "recomputation " + rung;
                return new Candidate(
                        candidate.change().isEmpty() ? again : candidate.change() + " with " + again, plan);
            }
        }
        return null;
    }
}
