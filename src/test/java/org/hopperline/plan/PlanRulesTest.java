package org.hopperline.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.hopperline.core.Precision;
import org.hopperline.hardware.Clusters;
import org.hopperline.model.Models;
import org.hopperline.model.Transformer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each rule of shape, broken alone and together: the value, the rule, and what would do. */
class PlanRulesTest {

    private static final ParallelPlan GOOD =
            ParallelPlan.builder().tensor(4).pipeline(4).data(4).build();

    private static TrainingSetup setup(Transformer model, ParallelPlan plan, Batch batch, Precision precision) {
        return new TrainingSetup(model, Clusters.dgxH100(64), plan, batch, precision, SoftwareProfiles.MEGATRON);
    }

    private static List<PlanRules.Violation> dense(ParallelPlan plan) {
        return PlanRules.violations(setup(Models.LLAMA3_8B, plan, new Batch(64, 8192), Precision.BF16));
    }

    private static List<PlanRules.Violation> experts(ParallelPlan plan) {
        return PlanRules.violations(setup(Models.MIXTRAL_8X7B, plan, new Batch(64, 4096), Precision.BF16));
    }

    private static PlanRules.Violation only(List<PlanRules.Violation> broken) {
        assertThat(broken).hasSize(1);
        return broken.get(0);
    }

    @Test
    void aPlanThatKeepsTheRulesComesBack() {
        TrainingSetup good = setup(Models.LLAMA3_8B, GOOD, new Batch(64, 8192), Precision.BF16);
        assertThat(PlanRules.violations(good)).isEmpty();
        assertThat(PlanRules.check(good)).isSameAs(good);
    }

    @Test
    void theProductOfTheDegreesIsTheNumberOfDevices() {
        assertThat(only(dense(GOOD.toBuilder().data(2).build())))
                .hasToString("tensor x context x pipeline x data = 32 on 64 devices: the product must be the number of"
                        + " devices; data parallel 4 uses 64");
        assertThat(only(dense(GOOD.toBuilder().tensor(32).pipeline(4).data(1).build()))
                        .remedy())
                .isEqualTo("a model-parallel block of 128 needs at least 128");
        // 15 ranks fill whole nodes of 8 as eight blocks alone, and 64 devices hold four.
        assertThat(only(dense(ParallelPlan.builder()
                                .context(4)
                                .pipeline(3)
                                .data(4)
                                .build()))
                        .remedy())
                .isEqualTo("data parallel 4 uses 48");
    }

    @Test
    void tensorRanksDivideTheHeads() {
        // 64 = 16 x 4 x 1 would do; 64 ranks do not divide 32 heads.
        assertThat(only(dense(ParallelPlan.builder().tensor(64).build())))
                .hasToString("tensor parallel 64 with 32 heads: it must divide the heads; take 32");
        List<PlanRules.Violation> three =
                dense(ParallelPlan.builder().tensor(3).data(21).build());
        assertThat(three)
                .anySatisfy(v -> assertThat(v)
                        .hasToString("tensor parallel 3 with 32 heads: it must divide the heads; take 2 or 4"));
    }

    @Test
    void tensorRanksDivideTheKeyValueHeadsOrCopyThem() {
        Transformer six = Transformer.builder("six key heads")
                .layers(32)
                .hidden(6144)
                .heads(48)
                .kvHeads(6)
                .headDim(128)
                .ffnHidden(24_576)
                .vocab(32_000)
                .build();
        TrainingSetup four = setup(six, GOOD, new Batch(64, 8192), Precision.BF16);
        assertThat(only(PlanRules.violations(four)))
                .hasToString("tensor parallel 4 with 6 key-value heads: it must divide them or be a multiple of them;"
                        + " take 3 or 6");
        // 8 key heads on 32 ranks: each is copied to four.
        assertThat(dense(ParallelPlan.builder().tensor(32).data(2).build())).isEmpty();
    }

    /** Mamba-2 layers: whole heads and whole groups on a tensor rank, and a group on one context rank or on several. */
    @Test
    void ranksShareHeadsAndGroupsOfMambaLayers() {
        Transformer nano = Models.named("Nemotron 3 Nano");
        ParallelPlan sixteen = ParallelPlan.builder().tensor(16).data(4).build();
        assertThat(only(PlanRules.violations(setup(nano, sixteen, new Batch(64, 8192), Precision.BF16))))
                .hasToString("tensor parallel 16 with 64 heads in 8 groups of Mamba-2 layers: it must divide both;"
                        + " take 8");
        ParallelPlan parts = ParallelPlan.builder().tensor(8).context(8).build();
        assertThat(PlanRules.violations(setup(nano, parts, new Batch(64, 8192), Precision.BF16)))
                .isEmpty();
        ParallelPlan more = ParallelPlan.builder().tensor(4).context(16).build();
        assertThat(PlanRules.violations(setup(nano, more, new Batch(64, 8192), Precision.BF16)))
                .isEmpty();
        ParallelPlan most = ParallelPlan.builder().tensor(2).context(32).build();
        assertThat(PlanRules.violations(setup(nano, most, new Batch(64, 8192), Precision.BF16)))
                .isEmpty();
        ParallelPlan beyond = ParallelPlan.builder().tensor(8).context(16).build();
        TrainingSetup wide = new TrainingSetup(
                nano, Clusters.dgxH100(128), beyond, new Batch(64, 8192), Precision.BF16, SoftwareProfiles.MEGATRON);
        assertThat(only(PlanRules.violations(wide)))
                .hasToString("context parallel 16 with 8 heads in 1 groups of Mamba-2 layers on a tensor rank: it must"
                        + " divide the heads, and divide the groups or be a multiple of them; take 8");
    }

    /** A model without attention has no heads that count; its one group stays on one tensor rank. */
    @Test
    void pureMambaIsNotDividedByTensorRanks() {
        Transformer pure = Models.named("Mamba-2 2.7B");
        ParallelPlan two = ParallelPlan.builder().tensor(2).data(32).build();
        assertThat(only(PlanRules.violations(setup(pure, two, new Batch(64, 8192), Precision.BF16))))
                .hasToString("tensor parallel 2 with 80 heads in 1 groups of Mamba-2 layers: it must divide both;"
                        + " take 1");
        ParallelPlan data = ParallelPlan.builder().data(64).build();
        assertThat(PlanRules.violations(setup(pure, data, new Batch(64, 8192), Precision.BF16)))
                .isEmpty();
    }

    /** 6 ranks divide 24 heads, but share 8 key-value heads no better than 5 do; the width has no factor of 5 or 6. */
    @Test
    void whatIsAdvisedForOneRuleBreaksNoOther() {
        Transformer eight = Transformer.builder("eight key heads")
                .layers(32)
                .hidden(3072)
                .heads(24)
                .kvHeads(8)
                .headDim(128)
                .ffnHidden(8192)
                .vocab(32_000)
                .build();
        ParallelPlan five = ParallelPlan.builder().tensor(5).data(12).build();
        assertThat(PlanRules.violations(setup(eight, five, new Batch(60, 8192), Precision.BF16)))
                .filteredOn(v -> v.found().startsWith("tensor parallel"))
                .hasSize(3)
                .allSatisfy(v -> assertThat(v.remedy()).isEqualTo("take 4 or 8"));
        ParallelPlan experts = ParallelPlan.builder().data(12).expert(5).build();
        assertThat(experts(experts))
                .filteredOn(v -> v.found().startsWith("expert parallel"))
                .hasSize(2)
                .allSatisfy(v -> assertThat(v.remedy()).endsWith(" 4"));
    }

    @Test
    void tensorRanksDivideTheFeedForwardWidth() {
        Transformer odd = Transformer.builder("odd width")
                .layers(32)
                .hidden(4096)
                .heads(32)
                .ffnHidden(11_010)
                .vocab(32_000)
                .build();
        assertThat(only(PlanRules.violations(setup(odd, GOOD, new Batch(64, 8192), Precision.BF16))))
                .hasToString("tensor parallel 4 with a feed-forward width of 11010: it must divide the width; take 2");
    }

    @Test
    void expertTensorRanksDivideTheWidthOfAnExpert() {
        TrainingSetup three = new TrainingSetup(
                Models.MIXTRAL_8X7B,
                Clusters.dgxH100(48),
                ParallelPlan.builder().data(48).expertTensor(3).build(),
                new Batch(48, 4096),
                Precision.BF16,
                SoftwareProfiles.MEGATRON);
        assertThat(only(PlanRules.violations(three)))
                .hasToString("expert tensor parallel 3 with experts of width 14336: it must divide the width; take 2 or"
                        + " 4");
    }

    @Test
    void sequencePartsAreDividedAmongTensorRanks() {
        ParallelPlan plan = GOOD.toBuilder().sequenceParallel(true).build();
        assertThat(only(PlanRules.violations(setup(Models.LLAMA3_8B, plan, new Batch(64, 2), Precision.BF16))))
                .hasToString(
                        "tensor parallel 4 with sequence parts of 2 tokens: with sequence parallelism it must divide"
                                + " the part of a context rank; take 2 or no sequence parallelism");
        assertThat(PlanRules.violations(setup(Models.LLAMA3_8B, GOOD, new Batch(64, 2), Precision.BF16)))
                .isEmpty();
    }

    /** Not refused, since the schedule of Llama 3 takes any number, but said. */
    @Test
    void microBatchesThatInterleavedStagesDoNotDivideAreACaution() {
        ParallelPlan plan = GOOD.toBuilder().virtualStages(2).build();
        TrainingSetup fourteen = setup(Models.LLAMA3_8B, plan, new Batch(56, 8192), Precision.BF16);
        assertThat(PlanRules.violations(fourteen)).isEmpty();
        assertThat(PlanRules.cautions(fourteen))
                .containsExactly(
                        "14 micro-batches on 4 interleaved stages: Megatron-Core wants a multiple of the stages,"
                                + " so a schedule that takes any number is assumed");
        assertThat(PlanRules.cautions(setup(Models.LLAMA3_8B, plan, new Batch(64, 8192), Precision.BF16)))
                .isEmpty();
        assertThat(PlanRules.cautions(setup(Models.LLAMA3_8B, GOOD, new Batch(56, 8192), Precision.BF16)))
                .isEmpty();
    }

    /** 30 layers, the embedding and the logits fill 32 chunks. */
    @Test
    void embeddingAndLogitsMayStandInTheirOwnChunks() {
        Transformer thirty = Models.LLAMA3_8B.toBuilder().layers(30).build();
        ParallelPlan plan = GOOD.toBuilder().virtualStages(8).build();
        assertThat(PlanRules.violations(setup(thirty, plan, new Batch(64, 8192), Precision.BF16)))
                .isEmpty();
    }

    @Test
    void eachChunkNeedsALayer() {
        assertThat(only(dense(GOOD.toBuilder().virtualStages(9).build())))
                .hasToString("4 stages x 9 virtual stages on 32 layers: each chunk needs a layer; take at most 32"
                        + " chunks");
    }

    @Test
    void onlyPipelinesAreInterleaved() {
        assertThat(only(dense(ParallelPlan.builder()
                        .tensor(4)
                        .data(16)
                        .virtualStages(2)
                        .build())))
                .hasToString("2 virtual stages on one pipeline stage: only pipelines are interleaved; take 1 virtual"
                        + " stage");
    }

    @Test
    void onlyOneForwardOneBackwardIsInterleaved() {
        assertThat(only(dense(GOOD.toBuilder()
                        .virtualStages(2)
                        .order(PipelineOrder.ZERO_BUBBLE_H1)
                        .build())))
                .hasToString("2 virtual stages in ZB-H1 order: only one-forward-one-backward order is interleaved; take"
                        + " 1 virtual stage or 1F1B");
        assertThat(dense(GOOD.toBuilder().order(PipelineOrder.GPIPE).build())).isEmpty();
    }

    @Test
    void statedEdgesLeaveALayerForEachStageBetween() {
        assertThat(dense(GOOD.toBuilder().firstStageLayers(7).lastStageLayers(9).build()))
                .isEmpty();
        assertThat(only(dense(GOOD.toBuilder()
                        .firstStageLayers(16)
                        .lastStageLayers(15)
                        .build())))
                .hasToString("16 layers stated for the first and 15 for the last of 4 stages of 32 layers: the stages"
                        + " between need a layer each, and all layers a stage; state at most 30 in all");
        assertThat(only(dense(ParallelPlan.builder()
                        .tensor(4)
                        .pipeline(2)
                        .data(8)
                        .firstStageLayers(16)
                        .lastStageLayers(15)
                        .build())))
                .hasToString("16 layers stated for the first and 15 for the last of 2 stages of 32 layers: the stages"
                        + " between need a layer each, and all layers a stage; state 32 in all");
        assertThat(only(dense(ParallelPlan.builder()
                                .tensor(4)
                                .data(16)
                                .firstStageLayers(16)
                                .build()))
                        .remedy())
                .isEqualTo("state none on one stage");
    }

    @Test
    void aLayoutPlacesEveryLayerOnEveryChunk() {
        ParallelPlan.Builder four = GOOD.toBuilder();
        assertThat(dense(four.layout(PipelineLayout.parse("Et*7|t*9|t*9|t*7L")).build()))
                .isEmpty();
        assertThat(dense(four.virtualStages(2)
                        .layout(PipelineLayout.parse("Et*4|(t*4|)*6t*4L"))
                        .build()))
                .isEmpty();
        assertThat(only(dense(four.virtualStages(1).build())))
                .hasToString(
                        "a layout of 8 chunks on 4 stages x 1 virtual stages: their product must be the chunks; take"
                                + " 2 virtual stages");
        assertThat(only(dense(four.layout(PipelineLayout.parse("E|t*16|t*16|||L"))
                                .build()))
                        .remedy())
                .isEqualTo("take stages x virtual stages of 3 x 2 or 6 x 1 or a layout of 4 chunks");
        assertThat(only(dense(
                        four.layout(PipelineLayout.parse("Et*7|t*9|t*9|t*7mL")).build())))
                .hasToString("a layout of 32 layers and 1 for further tokens on 32 and 0 of Llama 3 8B: it must place"
                        + " every layer of the model once; place 32 t and 0 m");
        assertThat(only(dense(four.layout(PipelineLayout.parse("Et*7|t*9|t*9|t*7L"))
                        .firstStageLayers(7)
                        .build())))
                .hasToString(
                        "7 layers stated for the first and 0 for the last stage beside a layout: a layout places all"
                                + " layers; state the one or the other");
    }

    @Test
    void oneStageHasNoOrder() {
        assertThat(only(dense(ParallelPlan.builder()
                        .tensor(4)
                        .data(16)
                        .order(PipelineOrder.GPIPE)
                        .build())))
                .hasToString("GPipe order on one pipeline stage: only pipelines have an order of stages; take 1F1B or"
                        + " more stages");
    }

    @Test
    void contextRanksDivideTheSequence() {
        PlanRules.Violation broken = only(PlanRules.violations(setup(
                Models.LLAMA3_8B,
                ParallelPlan.builder().context(4).data(16).build(),
                new Batch(64, 8190),
                Precision.BF16)));
        assertThat(broken)
                .hasToString(
                        "context parallel 4 with sequences of 8190: twice its ranks must divide the sequence, since each"
                                + " holds an early and a late part; take 3 or 5");
    }

    @Test
    void replicasTimesMicroBatchDivideTheBatch() {
        PlanRules.Violation broken = only(PlanRules.violations(
                setup(Models.LLAMA3_8B, GOOD.toBuilder().microBatch(3).build(), new Batch(64, 8192), Precision.BF16)));
        assertThat(broken)
                .hasToString("a batch of 64 sequences over data parallel 4 in micro-batches of 3: data x micro-batch ="
                        + " 12 must divide it; take a batch of 60 or 72");
        assertThat(only(PlanRules.violations(setup(Models.LLAMA3_8B, GOOD, new Batch(3, 8192), Precision.BF16)))
                        .remedy())
                .isEqualTo("take a batch of 4");
    }

    @Test
    void denseModelsHaveNoExpertsToShare() {
        assertThat(only(dense(GOOD.toBuilder().expert(2).build())))
                .hasToString(
                        "expert parallel 2 on a dense model: there are no experts to share; take 1 for both degrees");
        assertThat(only(dense(GOOD.toBuilder().expertTensor(4).build())).found())
                .isEqualTo("expert tensor parallel 4 on a dense model");
    }

    /** Megatron-Core, TransformerConfig: experts with tensor parallelism want sequence parallelism. */
    @Test
    void expertsOnTensorRanksWithoutSequenceParallelismAreACaution() {
        TrainingSetup without =
                setup(Models.MIXTRAL_8X7B, GOOD.toBuilder().expert(4).build(), new Batch(64, 4096), Precision.BF16);
        assertThat(PlanRules.cautions(without))
                .singleElement()
                .asString()
                .startsWith("experts on 4 tensor ranks without sequence parallelism: Megatron-Core wants it");
        assertThat(PlanRules.cautions(without.withPlan(
                        without.plan().toBuilder().sequenceParallel(true).build())))
                .isEmpty();
    }

    @Test
    void expertRanksDivideTheExperts() {
        assertThat(only(experts(GOOD.toBuilder().expert(16).build())))
                .hasToString("expert parallel 16 with 8 experts: it must divide the experts; take 8");
    }

    @Test
    void expertRanksDivideTheRanksOfAStage() {
        assertThat(only(experts(GOOD.toBuilder().expert(8).expertTensor(4).build())))
                .hasToString("expert parallel 8 x expert tensor parallel 4 within 16 ranks of a stage: their product"
                        + " must divide the ranks of a stage; take an expert degree of 4");
    }

    @Test
    void moreExpertTensorRanksThanAStageHasAreReportedToo() {
        assertThat(only(experts(GOOD.toBuilder().expertTensor(32).build())).remedy())
                .isEqualTo("take an expert tensor degree of 16");
    }

    @Test
    void shardsDivideTheGradientGroup() {
        assertThat(only(dense(GOOD.toBuilder()
                        .sharding(Sharding.PARAMETERS)
                        .shardGroup(3)
                        .build())))
                .hasToString("states divided over 3 of 4 ranks: the shard group must divide data x context; take 2 or"
                        + " 4");
        assertThat(only(dense(GOOD.toBuilder().shardGroup(8).build())).remedy()).isEqualTo("take 4");
    }

    @Test
    void theChipHasThePrecision() {
        TrainingSetup onA100 = new TrainingSetup(
                Models.LLAMA3_8B,
                Clusters.dgxA100(64),
                GOOD,
                new Batch(64, 8192),
                Precision.FP8,
                SoftwareProfiles.MEGATRON);
        PlanRules.Violation broken = only(PlanRules.violations(onA100));
        assertThat(broken.found()).startsWith("FP8 on A100");
        assertThat(broken.rule()).isEqualTo("the chip must have matrix products of that precision");
        assertThat(broken.remedy()).contains("BF16").contains("INT8").doesNotContain("FP8");
    }

    @Test
    void everyViolationIsReportedAtOnce() {
        ParallelPlan bad = ParallelPlan.builder()
                .tensor(3)
                .context(5)
                .pipeline(1)
                .virtualStages(40)
                .data(7)
                .expert(2)
                .shardGroup(4)
                .microBatch(2)
                .build();
        TrainingSetup setup = new TrainingSetup(
                Models.LLAMA3_8B,
                Clusters.dgxA100(64),
                bad,
                new Batch(64, 8192),
                Precision.FP8,
                SoftwareProfiles.MEGATRON);
        List<PlanRules.Violation> broken = PlanRules.violations(setup);
        assertThat(broken).hasSize(11);
        assertThatThrownBy(() -> PlanRules.check(setup))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("the plan " + bad + " breaks 11 rules:\n")
                .satisfies(e -> broken.forEach(v -> assertThat(e).hasMessageContaining(v.toString())));
    }

    static LongStream seeds() {
        return LongStream.range(0, 300);
    }

    /** Whatever the counts are, the answer is a list of violations, and what it advises for the devices keeps the rule. */
    @ParameterizedTest
    @MethodSource("seeds")
    void anyPlanIsJudged(long seed) {
        Random random = new Random(seed);
        ParallelPlan plan = ParallelPlan.builder()
                .tensor(1 + random.nextInt(40))
                .context(1 + random.nextInt(10))
                .pipeline(1 + random.nextInt(40))
                .virtualStages(1 + random.nextInt(5))
                .data(1 + random.nextInt(100))
                .expert(1 + random.nextInt(20))
                .expertTensor(1 + random.nextInt(20))
                .shardGroup(random.nextInt(200))
                .microBatch(1 + random.nextInt(100))
                .build();
        Batch batch = new Batch(1 + random.nextInt(100), 1 + random.nextInt(9000));
        for (Transformer model : List.of(Models.LLAMA3_8B, Models.MIXTRAL_8X7B, Models.DEEPSEEK_V3)) {
            TrainingSetup setup = setup(model, plan, batch, Precision.BF16);
            List<PlanRules.Violation> broken = PlanRules.violations(setup);
            assertThat(broken).allSatisfy(v -> {
                assertThat(v.found()).isNotBlank();
                assertThat(v.rule()).isNotBlank();
                assertThat(v.remedy()).isNotBlank();
            });
            if (broken.isEmpty()) {
                assertThatCode(() -> PlanRules.check(setup)).doesNotThrowAnyException();
            }
        }
    }
}
