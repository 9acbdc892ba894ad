package org.hopperline.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.data.Percentage;
import org.hopperline.core.Precision;
import org.hopperline.hardware.Clusters;
import org.hopperline.model.Models;
import org.hopperline.model.ParameterCount;
import org.hopperline.model.Transformer;
import org.hopperline.plan.Batch;
import org.hopperline.plan.ParallelPlan;
import org.hopperline.plan.Sharding;
import org.hopperline.plan.SoftwareProfiles;
import org.hopperline.plan.TrainingSetup;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What each rank does adds up to the whole, and its messages are as large as counted by hand. */
class ParallelWorkTest {

    private static TrainingSetup setup(Transformer model, ParallelPlan plan, int sequence) {
        return new TrainingSetup(
                model,
                Clusters.MEMPHIS,
                plan,
                new Batch(plan.data() * plan.microBatch(), sequence),
                Precision.BF16,
                SoftwareProfiles.MEGATRON);
    }

    private static ParallelPlan.Builder plan(int tensor, int pipeline) {
        return ParallelPlan.builder().tensor(tensor).pipeline(pipeline);
    }

    static Stream<Arguments> splits() {
        List<Arguments> all = new ArrayList<>();
        for (Transformer model : List.of(
                Models.LLAMA3_8B,
                Models.LLAMA31_405B,
                Models.GPT3_175B,
                Models.MIXTRAL_8X7B,
                Models.GROK1,
                Models.DEEPSEEK_V3,
                Models.named("Qwen3 235B-A22B"))) {
            for (int tensor : new int[] {1, 2, 4, 8}) {
                for (int pipeline : new int[] {1, 2, 8, 16}) {
                    if (model.experts() == null) {
                        all.add(Arguments.of(model, tensor, pipeline, 1, 1));
                    } else {
                        all.add(Arguments.of(model, tensor, pipeline, 1, tensor));
                        all.add(Arguments.of(model, tensor, pipeline, 8, 1));
                        all.add(Arguments.of(model, tensor, pipeline, 4, tensor));
                    }
                }
            }
        }
        return all.stream();
    }

    /**
     * The parameters of all stages and ranks add up to the model's. Norms, routers and the down-projections of latent
     * attention stand on every tensor rank, key heads on several where there are fewer of them than ranks, and tied
     * embeddings on the first and the last stage; biases and learned positions, under one part in a thousand, are not
     * counted as work.
     */
    @ParameterizedTest
    @MethodSource("splits")
    void parametersOfAllRanksAddUp(Transformer m, int tensor, int pipeline, int expert, int expertTensor) {
        TrainingSetup setup = setup(
                m,
                plan(tensor, pipeline)
                        .data(expert)
                        .expert(expert)
                        .expertTensor(expertTensor)
                        .build(),
                4096);
        StageLayout layout = StageLayout.of(m, pipeline);
        LayerWork dense = m.denseLayers() > 0 ? LayerWork.dense(setup) : null;
        LayerWork routed = m.expertLayers() > 0 ? LayerWork.expert(setup) : null;
        double sum = 0;
        for (int s = 0; s < pipeline; s++) {
            if (dense != null) {
                sum += tensor * layout.denseLayersOf(s) * dense.parameters();
            }
            if (routed != null) {
                sum += layout.expertLayersOf(s)
                        * (tensor * routed.parameters() + expert * expertTensor * routed.expertParameters());
            }
        }
        sum += tensor
                * (LayerWork.embedding(setup).parameters()
                        + LayerWork.logits(setup).parameters());
        double copies = m.layers() * (tensor - 1.0) * copiedPerLayer(m, tensor);
        double tiedTwice = m.tiedEmbeddings() && pipeline > 1 ? (double) m.vocab() * m.hidden() : 0;
        assertThat(sum - copies - tiedTwice)
                .isCloseTo(
                        ParameterCount.nonEmbedding(m) + ParameterCount.embedding(m) + ParameterCount.unembedding(m),
                        Percentage.withPercentage(0.1));
    }

    /** Parameters of a layer that each tensor rank holds whole. */
    private static double copiedPerLayer(Transformer m, int tensor) {
        double copied = 2.0 * m.hidden();
        if (m.latentAttention() != null) {
            copied += (double) m.hidden()
                    * (m.latentAttention().queryRank()
                            + m.latentAttention().keyValueRank()
                            + m.latentAttention().ropeDim());
        }
        if (m.experts() != null) {
            copied += (double) m.experts().count() * m.hidden() * m.expertLayers() / m.layers();
        }
        if (m.latentAttention() == null && tensor > m.kvHeads()) {
            copied += 2.0
                    * m.hidden()
                    * m.headDim()
                    * m.kvHeads()
                    * (tensor - m.kvHeads())
                    / (m.kvHeads() * (tensor - 1.0));
        }
        return copied;
    }

    static Stream<Arguments> tensorDegrees() {
        return Stream.of(Models.LLAMA3_8B, Models.LLAMA31_405B, Models.named("Nemotron-4 15B"))
                .flatMap(m -> Stream.of(2, 4, 8).map(t -> Arguments.of(m, t)));
    }

    @ParameterizedTest
    @MethodSource("tensorDegrees")
    void tensorRanksDivideTheProductsExactly(Transformer m, int tensor) {
        TrainingSetup whole = setup(m, plan(1, 1).build(), 4096);
        TrainingSetup part = setup(m, plan(tensor, 1).build(), 4096);
        assertThat(LayerWork.dense(part).forwardProductFlops() * tensor)
                .isEqualTo(LayerWork.dense(whole).forwardProductFlops());
        assertThat(LayerWork.logits(part).forwardProductFlops() * tensor)
                .isEqualTo(LayerWork.logits(whole).forwardProductFlops());
    }

    @ParameterizedTest
    @MethodSource("tensorDegrees")
    void contextRanksDivideTheProductsExactly(Transformer m, int context) {
        TrainingSetup whole = setup(m, plan(1, 1).build(), 8192);
        TrainingSetup part = setup(m, plan(1, 1).context(context).build(), 8192);
        assertThat(LayerWork.dense(part).forwardProductFlops() * context)
                .isEqualTo(LayerWork.dense(whole).forwardProductFlops());
        assertThat(LayerWork.dense(part).parameters())
                .isEqualTo(LayerWork.dense(whole).parameters());
    }

    /** Experts spread over more ranks: each rank's rows stay, its experts and their parameters fall. */
    @Test
    void expertRanksDivideTheExpertsNotTheirRows() {
        TrainingSetup alone = setup(Models.MIXTRAL_8X7B, plan(1, 1).data(8).build(), 4096);
        TrainingSetup shared =
                setup(Models.MIXTRAL_8X7B, plan(1, 1).data(8).expert(8).build(), 4096);
        assertThat(LayerWork.expert(shared).expertParameters() * 8)
                .isEqualTo(LayerWork.expert(alone).expertParameters());
        assertThat(LayerWork.expert(shared).forwardProductFlops())
                .isEqualTo(LayerWork.expert(alone).forwardProductFlops());
    }

    private static List<Message> messages(LayerWork work, Message.Axis axis) {
        return work.messages().stream().filter(m -> m.axis() == axis).toList();
    }

    @Test
    void oneRankSendsNothing() {
        for (Transformer model : List.of(Models.LLAMA3_8B, Models.DEEPSEEK_V3)) {
            TrainingSetup setup = setup(model, plan(1, 1).build(), 4096);
            assertThat(LayerWork.dense(setup).messages()).isEmpty();
            assertThat(LayerWork.embedding(setup).messages()).isEmpty();
            assertThat(LayerWork.logits(setup).messages()).isEmpty();
        }
        assertThat(LayerWork.expert(setup(Models.DEEPSEEK_V3, plan(1, 1).build(), 4096))
                        .messages())
                .isEmpty();
    }

    /**
     * Llama 3 8B at 8,192 tokens: the residual stream is 8192 x 4096 in 16 bits, 67,108,864 bytes. With sequence
     * parallelism (arXiv 2205.05198 section 4.2.2) each half of a layer gathers before and scatters after.
     */
    @Test
    void tensorRanksGatherAndScatterTheResidualStream() {
        LayerWork work = LayerWork.dense(
                setup(Models.LLAMA3_8B, plan(8, 1).sequenceParallel(true).build(), 8192));
        List<Message> tensor = messages(work, Message.Axis.TENSOR);
        assertThat(tensor).allSatisfy(m -> assertThat(m.bytes()).isEqualTo(67_108_864));
        assertThat(tensor)
                .extracting(Message::pattern)
                .containsExactlyInAnyOrder(
                        Message.Pattern.ALL_GATHER,
                        Message.Pattern.REDUCE_SCATTER,
                        Message.Pattern.ALL_GATHER,
                        Message.Pattern.REDUCE_SCATTER);
        assertThat(tensor.stream().mapToInt(Message::forward).sum()).isEqualTo(4);
        // Two gathers and two scatters, and the input gathered again for each weight gradient.
        assertThat(tensor.stream().mapToInt(Message::backward).sum()).isEqualTo(6);
    }

    /** arXiv 1909.08053 section 3: two all-reduces in the forward pass and two in the backward pass. */
    @Test
    void withoutSequenceParallelismThereAreFourAllReduces() {
        List<Message> tensor =
                messages(LayerWork.dense(setup(Models.LLAMA3_8B, plan(8, 1).build(), 8192)), Message.Axis.TENSOR);
        assertThat(tensor).hasSize(2).allSatisfy(m -> {
            assertThat(m.pattern()).isEqualTo(Message.Pattern.ALL_REDUCE);
            assertThat(m.bytes()).isEqualTo(67_108_864);
            assertThat(m.forward()).isEqualTo(1);
            assertThat(m.backward()).isEqualTo(1);
        });
    }

    /** The input of the output embedding is on every tensor rank, and the parts of its gradient are summed. */
    @Test
    void withoutSequenceParallelismTheGradientOfTheLastActivationsIsSummed() {
        LayerWork logits = LayerWork.logits(setup(Models.LLAMA3_8B, plan(8, 1).build(), 8192));
        assertThat(messages(logits, Message.Axis.TENSOR)).singleElement().satisfies(m -> {
            assertThat(m.pattern()).isEqualTo(Message.Pattern.ALL_REDUCE);
            assertThat(m.bytes()).isEqualTo(67_108_864);
            assertThat(m.forward()).isZero();
            assertThat(m.backward()).isEqualTo(1);
        });
    }

    /** Ring attention (arXiv 2310.01889): a block is the keys and values of 8192/4 tokens, 2 x 8 x 128 x 2 bytes each. */
    @Test
    void contextRanksSendTheirKeysAndValuesRound() {
        List<Message> ring = messages(
                LayerWork.dense(setup(Models.LLAMA3_8B, plan(1, 1).context(4).build(), 8192)), Message.Axis.CONTEXT);
        assertThat(ring).singleElement().satisfies(m -> {
            assertThat(m.bytes()).isEqualTo(2048.0 * 2 * 8 * 128 * 2);
            assertThat(m.forward()).isEqualTo(3);
        });
    }

    /** Mixtral 8x7B: 4,096 tokens go to 2 experts each, 4096 x 2 x 4096 in 16 bits; out and back, both ways. */
    @Test
    void tokensTravelToTheirExperts() {
        List<Message> exchange = messages(
                LayerWork.expert(
                        setup(Models.MIXTRAL_8X7B, plan(1, 1).data(8).expert(8).build(), 4096)),
                Message.Axis.EXPERT);
        assertThat(exchange).singleElement().satisfies(m -> {
            assertThat(m.pattern()).isEqualTo(Message.Pattern.ALL_TO_ALL);
            assertThat(m.bytes()).isEqualTo(4096.0 * 2 * 4096 * 2);
            assertThat(m.forward()).isEqualTo(2);
            assertThat(m.backward()).isEqualTo(2);
        });
    }

    @Test
    void aDenseModelHasNoExpertLayer() {
        assertThatThrownBy(() ->
                        LayerWork.expert(setup(Models.LLAMA3_8B, plan(1, 1).build(), 4096)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Llama 3 8B has no experts; ask for its dense layer");
    }

    /** Casts stand only where products run in 8 bits; everything else is the same work. */
    @Test
    void eightBitsAddCastsAndNothingElse() {
        TrainingSetup wide = setup(Models.LLAMA3_8B, plan(2, 1).build(), 8192);
        TrainingSetup narrow = new TrainingSetup(
                wide.model(), wide.cluster(), wide.plan(), wide.batch(), Precision.FP8, wide.software());
        assertThat(LayerWork.dense(narrow).products())
                .isEqualTo(LayerWork.dense(wide).products());
        assertThat(LayerWork.dense(narrow).messages())
                .isEqualTo(LayerWork.dense(wide).messages());
        assertThat(LayerWork.dense(wide).castWeights()).isZero();
        assertThat(LayerWork.dense(wide).passes()).noneMatch(p -> p.operation() == Pass.Operation.CAST);
        assertThat(LayerWork.dense(narrow).passes().stream()
                        .filter(p -> p.operation() == Pass.Operation.CAST)
                        .count())
                .isEqualTo(LayerWork.dense(narrow).products().size());
        assertThat(LayerWork.logits(narrow)).isEqualTo(LayerWork.logits(wide));
        assertThat(LayerWork.logits(narrow).products()).noneMatch(MatrixProduct::lowPrecision);
    }

    private static double castPasses(TrainingSetup setup, Pass.Operation operation, boolean forward) {
        return LayerWork.dense(setup).passes().stream()
                .filter(p -> p.operation() == operation)
                .mapToDouble(p -> forward ? p.forwardElements() : p.backwardElements())
                .sum();
    }

    /**
     * What is gathered in 8 bits is cast by each rank for its own part and brought into the other layout for the weight
     * gradient: the inputs of both column-parallel products, the output gradients of both row-parallel ones. With scales
     * known beforehand the norms cast those inputs.
     */
    @Test
    void sequenceParallelRanksCastTheirOwnPart() {
        double whole = 8192.0 * 4096;
        TrainingSetup wide =
                setup(Models.LLAMA3_8B, plan(2, 1).sequenceParallel(true).build(), 8192);
        TrainingSetup narrow = new TrainingSetup(
                wide.model(), wide.cluster(), wide.plan(), wide.batch(), Precision.FP8, wide.software());
        TrainingSetup current = narrow.withSoftware(SoftwareProfiles.named("Megatron-Bridge"));
        assertThat(castPasses(current, Pass.Operation.CAST_PART, true)).isEqualTo(2 * whole / 2);
        assertThat(castPasses(narrow, Pass.Operation.CAST_PART, true)).isZero();
        assertThat(castPasses(narrow, Pass.Operation.CAST_PART, false)).isEqualTo(2 * whole / 2);
        assertThat(castPasses(narrow, Pass.Operation.TRANSPOSE, true)).isZero();
        assertThat(castPasses(narrow, Pass.Operation.TRANSPOSE, false)).isEqualTo(4 * whole);
        // attention output 2048, feed-forward 7168; gradients of 3072 queries, keys and values and of 14336
        assertThat(castPasses(narrow, Pass.Operation.CAST, true)).isEqualTo(8192.0 * (2048 + 7168));
        assertThat(castPasses(narrow, Pass.Operation.CAST, false)).isEqualTo(8192.0 * (3072 + 14336));
        assertThat(LayerWork.dense(narrow).castWeights())
                .isEqualTo(LayerWork.dense(narrow).products().stream()
                        .mapToDouble(MatrixProduct::weights)
                        .sum());
    }

    /** Without tensor ranks, too: the norms cast the inputs of queries, keys and values and of the feed-forward part. */
    @Test
    void normsCastWhereScalesAreKnown() {
        TrainingSetup delayed = new TrainingSetup(
                Models.LLAMA3_8B,
                Clusters.MEMPHIS,
                plan(1, 1).build(),
                new Batch(1, 8192),
                Precision.FP8,
                SoftwareProfiles.MEGATRON);
        double current =
                castPasses(delayed.withSoftware(SoftwareProfiles.named("Megatron-Bridge")), Pass.Operation.CAST, true);
        assertThat(current - castPasses(delayed, Pass.Operation.CAST, true)).isEqualTo(2 * 8192.0 * 4096);
        assertThat(castPasses(delayed, Pass.Operation.TRANSPOSE, false)).isEqualTo(2 * 8192.0 * 4096);
        double compiled =
                castPasses(delayed.withSoftware(SoftwareProfiles.named("JAX")), Pass.Operation.TRANSPOSE, false);
        assertThat(compiled).isZero();
    }

    /** Scales by row leave the gather in 16 bits, and every rank casts all of it. */
    @Test
    void whatIsGatheredInSixteenBitsIsCastWhole() {
        TrainingSetup rows = new TrainingSetup(
                Models.LLAMA3_8B,
                Clusters.MEMPHIS,
                plan(2, 1).sequenceParallel(true).build(),
                new Batch(1, 8192),
                Precision.FP8,
                SoftwareProfiles.named("torchtitan row-wise"));
        assertThat(castPasses(rows, Pass.Operation.CAST_PART, true)).isZero();
        assertThat(castPasses(rows, Pass.Operation.CAST, true)).isEqualTo(8192.0 * (2 * 4096 + 2048 + 7168));
    }

    @Test
    void shardingIsNoWorkOfALayer() {
        TrainingSetup copied = setup(Models.LLAMA3_8B, plan(1, 1).data(8).build(), 8192);
        TrainingSetup sharded = setup(
                Models.LLAMA3_8B,
                plan(1, 1).data(8).sharding(Sharding.PARAMETERS).build(),
                8192);
        assertThat(LayerWork.dense(sharded)).isEqualTo(LayerWork.dense(copied));
    }
}
