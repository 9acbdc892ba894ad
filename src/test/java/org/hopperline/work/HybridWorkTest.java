package org.hopperline.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.hopperline.core.Precision;
import org.hopperline.hardware.Clusters;
import org.hopperline.model.LayerKind;
import org.hopperline.model.LayerPattern;
import org.hopperline.model.Models;
import org.hopperline.model.Transformer;
import org.hopperline.model.TransformerBuilder;
import org.hopperline.plan.Batch;
import org.hopperline.plan.ParallelPlan;
import org.hopperline.plan.SoftwareProfile;
import org.hopperline.plan.SoftwareProfiles;
import org.hopperline.plan.TrainingSetup;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Layers of one block each: what they ask of a rank, and where they stand. */
class HybridWorkTest {

    private static final Transformer NANO = Models.named("Nemotron 3 Nano");
    private static final Transformer H56 = Models.named("Nemotron-H 56B");

    private static TrainingSetup setup(Transformer model, ParallelPlan plan, Precision precision) {
        return setup(model, plan, precision, SoftwareProfiles.MEGATRON);
    }

    private static TrainingSetup setup(
            Transformer model, ParallelPlan plan, Precision precision, SoftwareProfile software) {
        Batch batch = new Batch(plan.data() * plan.microBatch(), 8192);
        return new TrainingSetup(model, Clusters.MEMPHIS, plan, batch, precision, software);
    }

    private static ParallelPlan tensor(int ranks) {
        return ParallelPlan.builder().tensor(ranks).sequenceParallel(ranks > 1).build();
    }

    private static TransformerBuilder llama(String name) {
        return Transformer.builder(name)
                .hidden(4096)
                .heads(32)
                .kvHeads(8)
                .ffnHidden(14336)
                .vocab(32000);
    }

    /** Attention and a feed-forward part apart do what they do in one layer, but that hybrids have no rotary positions. */
    @ParameterizedTest
    @CsvSource({"1, BF16", "4, BF16", "4, FP8"})
    void halvesOfALayerDoWhatTheWholeDoes(int ranks, Precision precision) {
        TrainingSetup whole = setup(llama("whole").layers(2).build(), tensor(ranks), precision);
        Transformer split = llama("halves").pattern(new LayerPattern("*-*-")).build();
        TrainingSetup halves = setup(split, tensor(ranks), precision);
        LayerWork attention = LayerWork.attention(halves);
        LayerWork feedForward = LayerWork.dense(halves);
        LayerWork both = LayerWork.dense(whole);
        assertThat(joined(attention.products(), feedForward.products())).isEqualTo(both.products());
        assertThat(joined(attention.passes(), feedForward.passes()))
                .isEqualTo(both.passes().stream()
                        .filter(p -> p.operation() != Pass.Operation.ROTARY)
                        .toList());
        assertThat(attention.messages().size() + feedForward.messages().size())
                .isEqualTo(both.messages().size());
        assertThat(attention.parameters() + feedForward.parameters()).isEqualTo(both.parameters());
        assertThat(attention.attention()).isEqualTo(both.attention());
        assertThat(feedForward.attention()).isEmpty();
        double apart = MemoryFootprint.of(halves).activations();
        assertThat(apart).isCloseTo(MemoryFootprint.of(whole).activations(), within(1e-9 * apart));
        assertThat(MemoryFootprint.of(halves).weights())
                .isEqualTo(MemoryFootprint.of(whole).weights());
    }

    private static <T> List<T> joined(List<T> first, List<T> second) {
        List<T> all = new ArrayList<>(first);
        all.addAll(second);
        return all;
    }

    /** The products of a mixer, its convolution and its scan, by hand. */
    @Test
    void aMambaLayerOfNemotronH56() {
        LayerWork work = LayerWork.mamba(setup(H56, tensor(8), Precision.BF16));
        // A tensor rank has 32 heads of 64 in one group: gate and x of 2,048, B and C of 256, 32 step sizes.
        assertThat(work.products())
                .containsExactly(
                        new MatrixProduct(
                                MatrixProduct.Part.STATE_SPACE_PROJECTION,
                                1,
                                8192,
                                2 * 2048 + 2 * 256 + 32,
                                8192,
                                true),
                        new MatrixProduct(MatrixProduct.Part.STATE_SPACE_PROJECTION, 1, 8192, 8192, 2048, true));
        assertThat(work.scan()).isEqualTo(new ScanCall(8192, 32, 64, 1, 256, 128));
        assertThat(work.passes()).contains(Pass.of(Pass.Operation.CONVOLUTION, 8192.0 * (2048 + 2 * 256)));
        assertThat(work.messages()).extracting(Message::axis).containsOnly(Message.Axis.TENSOR);
        assertThat(work.messages()).extracting(Message::bytes).containsOnly(2.0 * 8192 * 8192);
    }

    /** Megatron-Core cuts chunks of its own, others those that a model was published with, none longer than a sequence. */
    @Test
    void chunksAreThoseOfTheSoftware() {
        assertThat(H56.mamba().chunk()).isEqualTo(256);
        SoftwareProfile others = SoftwareProfiles.named("AutoModel");
        assertThat(LayerWork.mamba(setup(H56, tensor(1), Precision.BF16, others))
                        .scan()
                        .chunk())
                .isEqualTo(256);
        assertThat(LayerWork.mamba(setup(H56, tensor(1), Precision.BF16)).scan().chunk())
                .isEqualTo(128);
        TrainingSetup shorter = new TrainingSetup(
                H56, Clusters.MEMPHIS, tensor(1), new Batch(1, 64), Precision.BF16, SoftwareProfiles.MEGATRON);
        assertThat(LayerWork.mamba(shorter).scan().chunk()).isEqualTo(64);
    }

    /** A squared ReLU without a fused kernel: as many elements, in an operation of its own; gated functions stay as they are. */
    @Test
    void anActivationThatRunsByOperators() {
        SoftwareProfile software = SoftwareProfiles.named("Megatron-Core 2025 Mamba");
        double elements = 8192.0 * 32768 / 8;
        assertThat(LayerWork.dense(setup(H56, tensor(8), Precision.BF16, software))
                        .passes())
                .contains(Pass.of(Pass.Operation.EAGER_SQUARED_RELU, elements))
                .doesNotContain(Pass.of(Pass.Operation.ACTIVATION, elements));
        assertThat(LayerWork.dense(setup(H56, tensor(8), Precision.BF16)).passes())
                .contains(Pass.of(Pass.Operation.ACTIVATION, elements));
        assertThat(LayerWork.dense(setup(Models.LLAMA3_8B, tensor(8), Precision.BF16, software))
                        .passes())
                .extracting(Pass::operation)
                .contains(Pass.Operation.GATED_ACTIVATION)
                .doesNotContain(Pass.Operation.EAGER_SQUARED_RELU);
    }

    /** Heads and groups are divided, norms of the residual stream are not: tensor ranks hold the layer once in all. */
    @ParameterizedTest
    @ValueSource(ints = {2, 4, 8})
    void tensorRanksShareTheLayer(int ranks) {
        LayerWork whole = LayerWork.mamba(setup(NANO, tensor(1), Precision.BF16));
        LayerWork part = LayerWork.mamba(setup(NANO, tensor(ranks), Precision.BF16));
        double norm = NANO.hidden();
        assertThat(ranks * (part.parameters() - norm)).isEqualTo(whole.parameters() - norm);
        assertThat(ranks * part.scan().inner()).isEqualTo(whole.scan().inner());
        assertThat(ranks * part.scan().groups()).isEqualTo(whole.scan().groups());
    }

    /** Context ranks take all tokens of a part of the heads; what they send is what a rank holds, and back come its heads. */
    @ParameterizedTest
    @CsvSource({"2, 4, 4", "8, 1, 8", "16, 1, 16"})
    void contextRanksExchangeTokensForHeads(int ranks, int groups, int sentGroups) {
        ParallelPlan plan = ParallelPlan.builder().context(ranks).build();
        LayerWork work = LayerWork.mamba(setup(NANO, plan, Precision.BF16));
        assertThat(work.scan()).isEqualTo(new ScanCall(8192, 64 / ranks, 64, groups, 128, 128));
        double tokens = 8192.0 / ranks;
        assertThat(work.messages())
                .extracting(Message::bytes)
                .containsExactly(2 * tokens * (2 * 4096 + 2 * Math.max(8, sentGroups) * 128 + 64), 2 * tokens * 4096);
        assertThat(work.messages()).extracting(Message::pattern).containsOnly(Message.Pattern.ALL_TO_ALL);
        double parameters =
                LayerWork.mamba(setup(NANO, tensor(1), Precision.BF16)).parameters();
        assertThat(work.parameters()).isEqualTo(parameters);
    }

    /** Sequences that lie across each other are brought one after the other, and their results back. */
    @Test
    void manySequencesAreCopied() {
        ParallelPlan two = ParallelPlan.builder().microBatch(2).build();
        assertThat(copies(setup(NANO, two, Precision.BF16)))
                .isEqualTo(2 * 8192.0 * (NANO.mamba().projected() + NANO.mamba().inner()));
        assertThat(copies(setup(NANO, tensor(1), Precision.BF16))).isZero();
        assertThat(copies(setup(NANO, two, Precision.BF16, SoftwareProfiles.named("AutoModel"))))
                .isZero();
    }

    private static double copies(TrainingSetup setup) {
        return LayerWork.mamba(setup).passes().stream()
                .filter(p -> p.operation() == Pass.Operation.LAYOUT)
                .mapToDouble(Pass::forwardElements)
                .sum();
    }

    /** Routed experts work on 1,024 of 4,096 columns: so wide are their copies; two products go there and back. */
    @Test
    void latentExpertsTakeNarrowTokens() {
        Transformer model = Models.named("Nemotron 3 Super");
        LayerWork work = LayerWork.expert(
                setup(model, ParallelPlan.builder().data(8).expert(8).build(), Precision.BF16));
        assertThat(work.products().stream().filter(p -> p.part() == MatrixProduct.Part.EXPERTS))
                .allSatisfy(p -> assertThat(List.of(p.inner(), p.columns())).contains(1024L));
        assertThat(work.products().stream().filter(p -> p.part() == MatrixProduct.Part.FEED_FORWARD))
                .anySatisfy(p -> assertThat(p.columns()).isEqualTo(1024))
                .anySatisfy(p -> assertThat(p.inner()).isEqualTo(1024));
        assertThat(work.messages().stream().filter(m -> m.axis() == Message.Axis.EXPERT))
                .isNotEmpty()
                .allSatisfy(m -> assertThat(m.bytes()).isEqualTo(2.0 * 8192 * 22 * 1024));
    }

    @Test
    void layersThatAModelHasNotAreRefused() {
        TrainingSetup plain = setup(Models.LLAMA3_8B, tensor(1), Precision.BF16);
        assertThatThrownBy(() -> LayerWork.mamba(plain))
                .hasMessage("Llama 3 8B has no Mamba-2 layer; ask for its other layers");
        assertThatThrownBy(() -> LayerWork.attention(plain))
                .hasMessage("Llama 3 8B has no layer of attention alone; ask for its other layers");
        TrainingSetup pure = setup(Models.named("Mamba-2 2.7B"), tensor(1), Precision.BF16);
        assertThatThrownBy(() -> LayerWork.attention(pure)).hasMessageContaining("no layer of attention alone");
    }

    /** Stages have the layers of their places in the pattern, each once. */
    @ParameterizedTest
    @CsvSource({"1, 1", "2, 1", "4, 1", "13, 1", "2, 2", "2, 13"})
    void stagesHaveTheirPartOfThePattern(int pipeline, int virtualStages) {
        ParallelPlan plan = ParallelPlan.builder()
                .pipeline(pipeline)
                .virtualStages(virtualStages)
                .build();
        StageLayout layout = StageLayout.of(NANO, plan);
        StageClasses classes = StageClasses.of(layout);
        LayerPattern pattern = NANO.pattern();
        int chunks = pipeline * virtualStages;
        int each = 52 / chunks;
        int[] all = new int[LayerSort.COUNT];
        for (int g = 0; g < chunks; g++) {
            String part = pattern.symbols().substring(g * each, (g + 1) * each);
            assertThat(layout.layersOfChunk(LayerSort.MAMBA, g)).isEqualTo(count(part, LayerKind.MAMBA));
            assertThat(layout.layersOfChunk(LayerSort.EXPERT, g)).isEqualTo(count(part, LayerKind.EXPERTS));
            assertThat(layout.layersOfChunk(LayerSort.ATTENTION, g)).isEqualTo(count(part, LayerKind.ATTENTION));
            assertThat(layout.layersOfChunk(LayerSort.DENSE, g)).isZero();
        }
        for (int s = 0; s < pipeline; s++) {
            for (int sort = 0; sort < LayerSort.COUNT; sort++) {
                all[sort] += classes.layers(sort, classes.kindOf(s));
            }
        }
        assertThat(all).containsExactly(0, 23, 6, 23, 0);
    }

    private static int count(String part, LayerKind kind) {
        return (int) part.chars().filter(c -> c == kind.symbol()).count();
    }
}
