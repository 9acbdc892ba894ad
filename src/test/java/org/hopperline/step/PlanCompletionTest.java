package org.hopperline.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.hopperline.core.Precision;
import org.hopperline.hardware.Cluster;
import org.hopperline.hardware.Clusters;
import org.hopperline.model.Models;
import org.hopperline.model.Transformer;
import org.hopperline.plan.Batch;
import org.hopperline.plan.ParallelPlan;
import org.hopperline.plan.PipelineOrder;
import org.hopperline.plan.PlanRules;
import org.hopperline.plan.Recipe;
import org.hopperline.plan.Recompute;
import org.hopperline.plan.Sharding;
import org.hopperline.plan.SoftwareProfile;
import org.hopperline.plan.SoftwareProfiles;
import org.hopperline.plan.TrainingSetup;
import org.hopperline.work.MemoryFootprint;
import org.junit.jupiter.api.Test;

/** What a recipe leaves out is filled in by one rule, and said. */
class PlanCompletionTest {

    private static final Recipe SILENT = Recipe.builder().build();

    private static final Recipe SHARDED = Recipe.builder()
            .sharding(Sharding.PARAMETERS)
            .recompute(Recompute.FULL)
            .build();

    private static PlanCompletion complete(
            Recipe recipe, Transformer model, Cluster cluster, SoftwareProfile software) {
        return PlanCompletion.of(recipe, model, cluster, new Batch(2048, 8192), Precision.BF16, software);
    }

    @Test
    void whatIsStatedIsKeptAndNothingIsAssumed() {
        ParallelPlan plan = ParallelPlan.builder()
                .tensor(8)
                .context(2)
                .pipeline(4)
                .virtualStages(2)
                .data(16)
                .sequenceParallel(true)
                .sharding(Sharding.OPTIMIZER)
                .microBatch(2)
                .recompute(Recompute.FULL)
                .build();
        PlanCompletion completed =
                complete(Recipe.of(plan), Models.LLAMA3_70B, Clusters.dgxH100(1024), SoftwareProfiles.MEGATRON);
        assertThat(completed.assumptions()).isEmpty();
        assertThat(completed.setup().plan()).isEqualTo(plan);
    }

    /** Software that shards parameters: the largest micro-batch that fits without more recomputation than the smallest. */
    @Test
    void shardedParametersAreGatheredForLargeMicroBatches() {
        SoftwareProfile sharded = SoftwareProfiles.named("PaxML");
        PlanCompletion completed = complete(SILENT, Models.LLAMA3_8B, Clusters.dgxH100(64), sharded);
        ParallelPlan plan = completed.setup().plan();
        assertThat(32 % plan.microBatch()).isZero();
        assertThat(plan.microBatch()).isGreaterThan(1);
        PlanCompletion twice = complete(
                Recipe.builder().microBatch(2 * plan.microBatch()).build(),
                Models.LLAMA3_8B,
                Clusters.dgxH100(64),
                sharded);
        assertThat(twice.setup().plan().recompute()).isNotEqualTo(plan.recompute());
        assertThat(completed.assumptions())
                .contains("micro-batch " + plan.microBatch()
                        + ", since none is stated: the largest that fits without more recomputation");
    }

    @Test
    void everyDegreeLeftOutIsOneAndSaid() {
        PlanCompletion completed = complete(SILENT, Models.LLAMA3_8B, Clusters.dgxH100(64), SoftwareProfiles.MEGATRON);
        ParallelPlan plan = completed.setup().plan();
        assertThat(plan.tensor() * plan.context() * plan.pipeline() * plan.microBatch())
                .isEqualTo(1);
        assertThat(plan.data()).isEqualTo(64);
        assertThat(completed.assumptions())
                .contains(
                        "tensor parallel 1, since none is stated",
                        "context parallel 1, since none is stated",
                        "pipeline 1, since none is stated",
                        "micro-batch 1, since none is stated",
                        "sharding optimizer, as Megatron-Core has it")
                .anyMatch(a -> a.startsWith("recompute "));
        assertThat(PlanRules.violations(completed.setup())).isEmpty();
    }

    @Test
    void theSoftwareDecidesWhatItsUsersDoNotSay() {
        Recipe tensor = Recipe.builder()
                .tensor(8)
                .context(1)
                .pipeline(1)
                .virtualStages(1)
                .microBatch(1)
                .recompute(Recompute.NONE)
                .build();
        PlanCompletion megatron = complete(tensor, Models.LLAMA3_8B, Clusters.dgxH100(64), SoftwareProfiles.MEGATRON);
        assertThat(megatron.assumptions())
                .containsExactlyInAnyOrder(
                        "sequence parallel on, as Megatron-Core has it", "sharding optimizer, as Megatron-Core has it");
        assertThat(megatron.setup().plan().sequenceParallel()).isTrue();
        PlanCompletion older =
                complete(tensor, Models.LLAMA3_8B, Clusters.dgxH100(64), SoftwareProfiles.named("Megatron-LM 2022"));
        assertThat(older.setup().plan().sharding()).isEqualTo(Sharding.NONE);
        assertThat(older.assumptions()).contains("sharding none, as Megatron-LM 2022 has it");
    }

    @Test
    void expertsAreSharedByRanksThatDivideThem() {
        Recipe recipe = Recipe.builder()
                .tensor(4)
                .context(1)
                .pipeline(1)
                .virtualStages(1)
                .sequenceParallel(true)
                .sharding(Sharding.OPTIMIZER)
                .microBatch(1)
                .recompute(Recompute.FULL)
                .build();
        PlanCompletion completed =
                complete(recipe, Models.MIXTRAL_8X7B, Clusters.dgxH100(64), SoftwareProfiles.MEGATRON);
        ParallelPlan plan = completed.setup().plan();
        assertThat(8 % plan.expert()).isZero();
        assertThat(plan.expert()).isGreaterThan(1);
        assertThat(completed.assumptions())
                .hasSize(2)
                .anyMatch(a -> a.startsWith("expert tensor parallel " + plan.expertTensor() + ","))
                .anyMatch(a -> a.startsWith("expert parallel " + plan.expert() + ":"));
        assertThat(PlanRules.violations(completed.setup())).isEmpty();
    }

    @Test
    void interleavingIsSaid() {
        Recipe recipe = Recipe.builder()
                .tensor(8)
                .context(1)
                .pipeline(16)
                .expert(1)
                .expertTensor(1)
                .sequenceParallel(true)
                .sharding(Sharding.OPTIMIZER)
                .microBatch(1)
                .recompute(Recompute.NONE)
                .build();
        PlanCompletion completed =
                complete(recipe, Models.LLAMA31_405B, Clusters.dgxH100(1024), SoftwareProfiles.MEGATRON);
        int v = completed.setup().plan().virtualStages();
        // 126 layers and two places on 16 stages: the first chunk is the embedding, the last the logits.
        assertThat(v).isEqualTo(8);
        assertThat(completed.assumptions()).singleElement().asString().startsWith("virtual stages 8");
        PlanCompletion plain = complete(
                recipe, Models.LLAMA31_405B, Clusters.dgxH100(1024), SoftwareProfiles.named("Megatron-DeepSpeed"));
        assertThat(plain.setup().plan().virtualStages()).isEqualTo(1);
        assertThat(plain.assumptions()).containsExactly("virtual stages 1: Megatron-DeepSpeed does not interleave");
    }

    /** As many layers run again as the memory demands: a tenth fewer would not fit. */
    @Test
    void noMoreIsRecomputedThanMustBe() {
        Recipe recipe = Recipe.builder()
                .tensor(4)
                .context(1)
                .pipeline(4)
                .virtualStages(1)
                .expert(1)
                .expertTensor(1)
                .sequenceParallel(true)
                .sharding(Sharding.OPTIMIZER)
                .microBatch(2)
                .build();
        PlanCompletion completed = complete(recipe, Models.LLAMA3_70B, Clusters.dgxH100(64), SoftwareProfiles.MEGATRON);
        double room = Clusters.dgxH100(64).chip().visibleMemoryBytes();
        double share = completed.setup().plan().recompute().layerShare();
        assertThat(completed.assumptions())
                .singleElement()
                .asString()
                .startsWith("recompute " + completed.setup().plan().recompute() + ":")
                .contains("85.52 GB");
        assertThat(share).isBetween(0.1, 0.9);
        assertThat(MemoryFootprint.of(completed.setup()).total()).isLessThanOrEqualTo(room);
        ParallelPlan less = completed.setup().plan().toBuilder()
                .recompute(Recompute.ofLayers(share - 0.1))
                .build();
        assertThat(MemoryFootprint.of(completed.setup().withPlan(less)).total()).isGreaterThan(room);
    }

    @Test
    void theListCannotBeChanged() {
        PlanCompletion completed = complete(SILENT, Models.LLAMA3_8B, Clusters.dgxH100(64), SoftwareProfiles.MEGATRON);
        assertThatThrownBy(() -> completed.assumptions().add("more")).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void aStatedOrderStaysAndIsNotInterleaved() {
        ParallelPlan plan = ParallelPlan.builder()
                .tensor(8)
                .pipeline(16)
                .data(8)
                .order(PipelineOrder.ZERO_BUBBLE_H1)
                .build();
        ParallelPlan completed = complete(
                        Recipe.of(plan), Models.LLAMA31_405B, Clusters.dgxH100(1024), SoftwareProfiles.MEGATRON)
                .setup()
                .plan();
        assertThat(completed.order()).isEqualTo(PipelineOrder.ZERO_BUBBLE_H1);
        assertThat(completed.virtualStages()).isEqualTo(1);
    }

    @Test
    void negativeCountsAreNamed() {
        assertThatThrownBy(() -> Recipe.builder().tensor(-1).build())
                .hasMessage("tensor parallel degree is -1, but must be at least 0");
        assertThatThrownBy(() -> Recipe.builder().microBatch(-2).build())
                .hasMessage("micro-batch is -2, but must be at least 0");
    }

    /** Parameters sharded on request: a micro-batch of 1 is only the least that may have run, the largest that fits the most. */
    @Test
    void aMicroBatchThatIsNotStatedMayBeTheLargestThatFits() {
        PlanCompletion completed = complete(SHARDED, Models.LLAMA3_8B, Clusters.dgxH100(64), SoftwareProfiles.MEGATRON);
        assertThat(completed.setup().plan().microBatch()).isEqualTo(1);
        TrainingSetup largest = completed.alternatives().get(0);
        assertThat(completed.alternatives()).hasSize(1);
        int micro = largest.plan().microBatch();
        double room = largest.cluster().chip().visibleMemoryBytes();
        assertThat(micro).isGreaterThan(1).isLessThan(32);
        assertThat(MemoryFootprint.of(largest).total()).isLessThanOrEqualTo(room);
        assertThat(MemoryFootprint.of(largest.withPlan(
                                largest.plan().toBuilder().microBatch(2 * micro).build()))
                        .total())
                .isGreaterThan(room);
        Recipe stated = SHARDED.toBuilder().microBatch(1).build();
        assertThat(complete(stated, Models.LLAMA3_8B, Clusters.dgxH100(64), SoftwareProfiles.MEGATRON)
                        .alternatives())
                .isEmpty();
        SoftwareProfile shards = SoftwareProfiles.named("eager FSDP");
        PlanCompletion own = complete(SHARDED, Models.LLAMA3_8B, Clusters.dgxH100(64), shards);
        assertThat(own.setup().plan().microBatch()).isGreaterThan(1);
        assertThat(own.alternatives()).isEmpty();
    }

    /** Within a tenth of the memory a run may recompute or not, farther from it the memory decides. */
    @Test
    void recomputationNearTheEdgeOfMemoryIsOpen() {
        int open = 0;
        int settled = 0;
        for (int length = 1024; length <= 65_536; length += 1024) {
            PlanCompletion completed = PlanCompletion.of(
                    Recipe.builder().microBatch(1).build(),
                    Models.LLAMA3_8B,
                    Clusters.dgxH100(64),
                    new Batch(2048, length),
                    Precision.BF16,
                    SoftwareProfiles.MEGATRON);
            TrainingSetup setup = completed.setup();
            double share = MemoryFootprint.of(setup.withPlan(setup.plan().toBuilder()
                                    .recompute(Recompute.NONE)
                                    .build()))
                            .total()
                    / setup.cluster().chip().visibleMemoryBytes();
            assertThat(completed.alternatives()).hasSize(share >= 0.9 && share <= 1.1 ? 1 : 0);
            for (TrainingSetup other : completed.alternatives()) {
                boolean none = setup.plan().recompute().equals(Recompute.NONE);
                assertThat(other.plan().recompute()).isEqualTo(none ? Recompute.FULL : Recompute.NONE);
            }
            open += completed.alternatives().size();
            settled += 1 - completed.alternatives().size();
        }
        assertThat(open).isPositive();
        assertThat(settled).isPositive();
    }

    /** Its interval holds what may as well have run, and says so. */
    @Test
    void theIntervalSpansWhatMayHaveRun() {
        PlanCompletion completed = complete(SHARDED, Models.LLAMA3_8B, Clusters.dgxH100(64), SoftwareProfiles.MEGATRON);
        StepModel model = StepModel.on(Clusters.dgxH100(64).chip());
        StepPrediction open = model.predict(completed, List.of("a remark"));
        StepPrediction stated = model.predict(completed.setup());
        StepPrediction other = model.predict(completed.alternatives().get(0));
        assertThat(open.seconds()).isEqualTo(stated.seconds());
        assertThat(other.seconds()).isLessThan(0.99 * stated.seconds());
        for (double coverage : new double[] {0.8, 0.9}) {
            assertThat(open.seconds(coverage).high())
                    .isCloseTo(stated.seconds(coverage).high(), within(1e-9));
            assertThat(open.seconds(coverage).low())
                    .isCloseTo(other.seconds(coverage).low(), within(1e-9));
        }
        assertThat(open.assumptions()).startsWith("a remark").contains("micro-batch 1, since none is stated");
        assertThat(open.basis())
                .startsWith(stated.basis() + "; it spans that of ")
                .contains("MBS" + other.setup().plan().microBatch())
                .endsWith("which may as well have run");
    }
}
