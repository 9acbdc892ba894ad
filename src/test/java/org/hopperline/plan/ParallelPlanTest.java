package org.hopperline.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ParallelPlanTest {

    /** arXiv 2407.21783 table 4, the row of 16,384 GPUs: TP 8, CP 1, PP 16, DP 128, 16 sequences a replica. */
    @Test
    void llama3OnSixteenThousandGpus() {
        ParallelPlan plan =
                ParallelPlan.builder().tensor(8).pipeline(16).data(128).build();
        Batch batch = new Batch(2048, 8192);
        assertThat(plan.devices()).isEqualTo(16_384);
        assertThat(plan.microBatches(batch)).isEqualTo(16);
        assertThat(plan.microBatchTokens(batch)).isEqualTo(8192);
        assertThat(batch.tokens()).isEqualTo(16.0 * 1024 * 1024);
    }

    /** The same table, the row of long context: TP 8, CP 16, PP 16, DP 8. */
    @Test
    void contextRanksShareASequenceAndItsGradients() {
        ParallelPlan plan = ParallelPlan.builder()
                .tensor(8)
                .context(16)
                .pipeline(16)
                .data(8)
                .build();
        assertThat(plan.devices()).isEqualTo(16_384);
        assertThat(plan.gradientGroup()).isEqualTo(128);
        assertThat(plan.microBatchTokens(new Batch(128, 131_072))).isEqualTo(8192);
        assertThat(plan.shards()).isEqualTo(128);
        assertThat(plan.toBuilder().shardGroup(16).build().shards()).isEqualTo(16);
    }

    @Test
    void expertRanksLeaveFewerCopiesOfEachExpert() {
        ParallelPlan plan = ParallelPlan.builder()
                .tensor(2)
                .data(32)
                .expert(8)
                .expertTensor(2)
                .build();
        assertThat(plan.expertGradientGroup()).isEqualTo(4);
        assertThat(plan.toBuilder().expert(1).expertTensor(1).build().expertGradientGroup())
                .isEqualTo(64);
    }

    @ParameterizedTest
    @CsvSource({"64, 4, 1, 16", "64, 4, 2, 8", "65, 4, 1, 17", "3, 4, 1, 1", "64, 4, 5, 4"})
    void microBatchesAreRoundedUp(int sequences, int data, int microBatch, int expected) {
        ParallelPlan plan =
                ParallelPlan.builder().data(data).microBatch(microBatch).build();
        assertThat(plan.microBatches(new Batch(sequences, 128))).isEqualTo(expected);
    }

    static LongStream seeds() {
        return LongStream.range(0, 50);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void aBuilderKeepsEveryField(long seed) {
        Random random = new Random(seed);
        ParallelPlan plan = ParallelPlan.builder()
                .tensor(1 + random.nextInt(8))
                .context(1 + random.nextInt(8))
                .pipeline(1 + random.nextInt(8))
                .virtualStages(1 + random.nextInt(8))
                .data(1 + random.nextInt(8))
                .expert(1 + random.nextInt(8))
                .expertTensor(1 + random.nextInt(8))
                .sequenceParallel(random.nextBoolean())
                .sharding(Sharding.values()[random.nextInt(Sharding.values().length)])
                .shardGroup(random.nextInt(8))
                .microBatch(1 + random.nextInt(8))
                .recompute(Recompute.ofLayers(random.nextDouble()))
                .order(PipelineOrder.values()[random.nextInt(PipelineOrder.values().length)])
                .firstStageLayers(random.nextInt(4))
                .lastStageLayers(random.nextInt(4))
                .build();
        assertThat(plan.toBuilder().build()).isEqualTo(plan);
        assertThat(plan.toBuilder().data(plan.data() + 1).build()).isNotEqualTo(plan);
        Recipe recipe = Recipe.of(plan);
        assertThat(recipe.tensor()).isEqualTo(plan.tensor());
        assertThat(recipe.context()).isEqualTo(plan.context());
        assertThat(recipe.pipeline()).isEqualTo(plan.pipeline());
        assertThat(recipe.virtualStages()).isEqualTo(plan.virtualStages());
        assertThat(recipe.expert()).isEqualTo(plan.expert());
        assertThat(recipe.expertTensor()).isEqualTo(plan.expertTensor());
        assertThat(recipe.sequenceParallel()).isEqualTo(plan.sequenceParallel());
        assertThat(recipe.sharding()).isEqualTo(plan.sharding());
        assertThat(recipe.shardGroup()).isEqualTo(plan.shardGroup());
        assertThat(recipe.microBatch()).isEqualTo(plan.microBatch());
        assertThat(recipe.recompute()).isEqualTo(plan.recompute());
        assertThat(recipe.order()).isEqualTo(plan.order());
        assertThat(recipe.firstStageLayers()).isEqualTo(plan.firstStageLayers());
        assertThat(recipe.lastStageLayers()).isEqualTo(plan.lastStageLayers());
    }

    @Test
    void aFreshBuilderIsOneDeviceThatHoldsEverything() {
        ParallelPlan one = ParallelPlan.builder().build();
        assertThat(one.devices()).isEqualTo(1);
        assertThat(one.sharding()).isEqualTo(Sharding.NONE);
        assertThat(one.recompute()).isEqualTo(Recompute.NONE);
        assertThat(one).hasToString("TP1 PP1 DP1 MBS1, recompute none");
    }

    @Test
    void oneLineNamesWhatDiffersFromOne() {
        assertThat(ParallelPlan.builder()
                        .tensor(8)
                        .sequenceParallel(true)
                        .context(2)
                        .pipeline(16)
                        .virtualStages(4)
                        .data(128)
                        .expert(8)
                        .sharding(Sharding.OPTIMIZER)
                        .recompute(Recompute.FULL)
                        .build())
                .hasToString("TP8 CP2 PP16 VP4 DP128 EP8 MBS1, optimizer sharded, recompute full");
        assertThat(ParallelPlan.builder()
                        .pipeline(4)
                        .order(PipelineOrder.ZERO_BUBBLE_H1)
                        .build())
                .hasToString("TP1 PP4 ZB-H1 DP1 MBS1, recompute none");
        assertThat(ParallelPlan.builder()
                        .tensor(2)
                        .data(16)
                        .sharding(Sharding.PARAMETERS)
                        .shardGroup(8)
                        .build())
                .hasToString("TP2 (no SP) PP1 DP16 MBS1, parameters sharded over 8, recompute none");
        assertThat(ParallelPlan.builder().pipeline(8).firstStageLayers(7).build())
                .hasToString("TP1 PP8 (layers first 7, last as the rest) DP1 MBS1, recompute none");
    }

    @Test
    void countsBelowOneAreNamed() {
        assertThatThrownBy(() -> ParallelPlan.builder().tensor(0).build())
                .hasMessage("tensor parallel degree is 0, but must be at least 1");
        assertThatThrownBy(() -> ParallelPlan.builder().context(-1).build())
                .hasMessage("context parallel degree is -1, but must be at least 1");
        assertThatThrownBy(() -> ParallelPlan.builder().pipeline(0).build())
                .hasMessage("pipeline stages is 0, but must be at least 1");
        assertThatThrownBy(() -> ParallelPlan.builder().virtualStages(0).build())
                .hasMessage("virtual stages is 0, but must be at least 1");
        assertThatThrownBy(() -> ParallelPlan.builder().data(0).build())
                .hasMessage("data parallel degree is 0, but must be at least 1");
        assertThatThrownBy(() -> ParallelPlan.builder().expert(0).build())
                .hasMessage("expert parallel degree is 0, but must be at least 1");
        assertThatThrownBy(() -> ParallelPlan.builder().expertTensor(0).build())
                .hasMessage("tensor parallel degree of experts is 0, but must be at least 1");
        assertThatThrownBy(() -> ParallelPlan.builder().shardGroup(-1).build())
                .hasMessage("shard group is -1, but must be at least 0");
        assertThatThrownBy(() -> ParallelPlan.builder().firstStageLayers(-1).build())
                .hasMessage("layers of the first stage is -1, but must be at least 0");
        assertThatThrownBy(() -> ParallelPlan.builder().lastStageLayers(-2).build())
                .hasMessage("layers of the last stage is -2, but must be at least 0");
        assertThatThrownBy(() -> ParallelPlan.builder().microBatch(0).build())
                .hasMessage("micro-batch is 0, but must be at least 1");
    }

    @Test
    void absurdCountsAreRefusedBeforeTheyOverflow() {
        assertThatThrownBy(() ->
                        ParallelPlan.builder().tensor(1 << 16).data(1 << 16).build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("4294967296");
        assertThatThrownBy(() ->
                        ParallelPlan.builder().microBatch(1 << 16).data(1 << 16).build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("4294967296");
    }

    @ParameterizedTest
    @CsvSource({"-0.1", "1.1", "NaN"})
    void recomputedSharesLieBetweenZeroAndOne(double share) {
        assertThatThrownBy(() -> Recompute.ofLayers(share))
                .hasMessage("recomputed share of layers is " + share + ", but must lie between 0.0 and 1.0");
    }

    @Test
    void recomputationPrintsInWords() {
        assertThat(Recompute.NONE).hasToString("none");
        assertThat(Recompute.SELECTIVE).hasToString("selective");
        assertThat(Recompute.FULL).hasToString("full");
        assertThat(Recompute.ofLayers(0.25)).hasToString("25 % of layers");
        assertThat(Recompute.ofLayers(0)).isEqualTo(Recompute.NONE);
        assertThat(Recompute.ofLayers(1)).isEqualTo(Recompute.FULL);
    }
}
