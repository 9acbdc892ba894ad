package org.hopperline.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.hopperline.Hopperline;
import org.hopperline.hardware.Clusters;
import org.hopperline.model.Models;
import org.hopperline.plan.Batch;
import org.hopperline.plan.ParallelPlan;
import org.hopperline.plan.Recompute;
import org.hopperline.plan.Sharding;
import org.hopperline.step.StepPrediction;
import org.hopperline.work.MemoryFootprint;
import org.junit.jupiter.api.Test;

/** What a user may ask: limits on every axis, objectives, and why the second lost. */
class QuestionTest {

    private static PlanSearch small() {
        return PlanSearch.of(Models.LLAMA3_70B, Clusters.dgxH100(64)).batch(new Batch(256, 8192));
    }

    @Test
    void limitsHoldOnEveryAxis() {
        SearchResult result = small().tensor(2, 4)
                .context(Degrees.atMost(2))
                .pipeline(Degrees.between(2, 8))
                .virtualStages(1, 2)
                .microBatch(Degrees.atMost(2))
                .sequenceParallel(true)
                .sharding(Sharding.OPTIMIZER)
                .shardGroups(0)
                .recompute(Recompute.NONE, Recompute.FULL)
                .where("at least two replicas", plan -> plan.data() >= 2)
                .best(30);
        assertThat(result.plans()).hasSizeGreaterThan(5).allSatisfy(step -> {
            ParallelPlan plan = step.setup().plan();
            assertThat(plan.tensor()).isIn(2, 4);
            assertThat(plan.context()).isLessThanOrEqualTo(2);
            assertThat(plan.pipeline()).isBetween(2, 8);
            assertThat(plan.virtualStages()).isLessThanOrEqualTo(2);
            assertThat(plan.microBatch()).isLessThanOrEqualTo(2);
            assertThat(plan.sequenceParallel()).isTrue();
            assertThat(plan.sharding()).isEqualTo(Sharding.OPTIMIZER);
            assertThat(plan.recompute()).isIn(Recompute.NONE, Recompute.FULL);
            assertThat(plan.data()).isGreaterThanOrEqualTo(2);
        });
    }

    @Test
    void replicasAreNamedOrLimited() {
        assertThat(small().tensor(8)
                        .context(1)
                        .pipeline(1)
                        .data(4)
                        .best(1)
                        .first()
                        .setup()
                        .plan()
                        .devices())
                .isEqualTo(32);
        assertThat(small().tensor(8)
                        .pipeline(1)
                        .context(1)
                        .data(Degrees.atMost(3))
                        .batch(new Batch(240, 8192))
                        .best(1)
                        .first()
                        .setup()
                        .plan()
                        .data())
                .isEqualTo(3);
    }

    @Test
    void lessMemoryIsNeverFaster() {
        double all = small().best(1).cost(0);
        SearchResult half = small().memoryBytes(40e9).best(1);
        assertThat(half.cost(0)).isGreaterThanOrEqualTo(all);
        assertThat(MemoryFootprint.of(half.first().setup()).total()).isLessThanOrEqualTo(40e9);
    }

    @Test
    void aSecondLimitOnAnAxisReplacesTheFirst() {
        assertThat(small().tensor(1).tensor(8).best(1).first().setup().plan().tensor())
                .isEqualTo(8);
        assertThat(small().tensor(1).tensor(Degrees.any()).space().size())
                .isEqualTo(small().space().size());
    }

    @Test
    void stagesMayBeUneven() {
        SearchResult result = small().pipeline(3).unevenStages().best(1);
        assertThat(result.first().setup().plan().pipeline()).isEqualTo(3);
    }

    @Test
    void aRangeOfBatches() {
        List<BatchTarget> range = BatchTarget.range(1e6, 4e6, 3, 8192);
        assertThat(range).extracting(BatchTarget::tokens).containsExactly(1e6, 2e6, 4e6);
        SearchResult result = small().batches(range).best(1);
        assertThat(result.first().setup().batch().tokens()).isCloseTo(4e6, within(4e5));
        assertThatThrownBy(() -> BatchTarget.range(4e6, 1e6, 3, 8192))
                .hasMessage(
                        "3 batches from 4000000.0 to 1000000.0 tokens are no range; take at least 2, the least first");
        assertThatThrownBy(() -> BatchTarget.range(1e6, 4e6, 1, 8192)).hasMessageContaining("1 batches");
    }

    /** By names, over a range of batches: no worse than the best of each. */
    @Test
    void aRangeOfBatchesByNames() {
        List<BatchTarget> range = BatchTarget.range(1e6, 2e6, 2, 8192);
        double both = Hopperline.searchPlans("Llama 3 8B", "Eos")
                .devices(64)
                .batches(range)
                .best(1)
                .cost(0);
        for (BatchTarget one : range) {
            assertThat(both)
                    .isLessThanOrEqualTo(Hopperline.searchPlans("Llama 3 8B", "Eos")
                            .devices(64)
                            .batches(List.of(one))
                            .best(1)
                            .cost(0));
        }
    }

    @Test
    void theFewestDevicesForADeadline() {
        StepPrediction fast = small().best(1).first();
        double tokens = 1e12;
        double seconds = 1.05 * tokens / fast.tokensPerSecond();
        PlanSearch by = small().devices(16, 32, 64);
        assertThat(by.objective(Objectives.deadline(tokens, seconds))
                        .best(1)
                        .first()
                        .setup()
                        .plan()
                        .devices())
                .isEqualTo(64);
        assertThat(by.objective(Objectives.deadline(tokens, 3 * seconds))
                        .best(1)
                        .first()
                        .setup()
                        .plan()
                        .devices())
                .isEqualTo(32);
    }

    @Test
    void theLeastMemoryNeedsNoMoreThanAnyOther() {
        double least = small().objective(Objectives.MEMORY).best(1).cost(0);
        assertThat(small().best(20).plans())
                .allSatisfy(plan ->
                        assertThat(MemoryFootprint.of(plan.setup()).total()).isGreaterThanOrEqualTo(least));
    }

    @Test
    void deviceTimeIsDevicesTimesTime() {
        SearchResult result = small().objective(Objectives.DEVICE_TIME).best(1);
        StepPrediction plan = result.first();
        assertThat(result.cost(0))
                .isEqualTo(plan.setup().plan().devices()
                        * plan.seconds()
                        / plan.setup().batch().tokens());
    }

    @Test
    void theRunnerUpLosesItsTermsTogether() {
        PlanComparison why = small().best(2).whyNotSecond();
        double sum = why.lines().stream()
                .mapToDouble(PlanComparison.Line::differenceSeconds)
                .sum();
        assertThat(sum).isCloseTo(why.differenceSeconds(), within(1e-9));
        assertThat(why.differenceSeconds()).isGreaterThanOrEqualTo(0);
        for (int i = 1; i < why.lines().size(); i++) {
            assertThat(Math.abs(why.lines().get(i).differenceSeconds()))
                    .isLessThanOrEqualTo(Math.abs(why.lines().get(i - 1).differenceSeconds()));
        }
        assertThat(why.toString()).contains("loses").contains("against");
    }

    @Test
    void plansOfUnequalBatchesCompareForEqualTokens() {
        StepPrediction small = small().best(1).first();
        StepPrediction large = small().batch(new Batch(512, 8192)).best(1).first();
        PlanComparison why = PlanComparison.of(large, small);
        assertThat(why.differenceSeconds()).isCloseTo(2 * small.seconds() - large.seconds(), within(1e-9));
    }

    @Test
    void anAnswerReadsAsLines() {
        assertThat(small().best(2).toString())
                .startsWith(" 1. time ")
                .contains("\n 2. time ")
                .contains("combinations: ")
                .contains("cannot be among the best by a bound");
    }
}
