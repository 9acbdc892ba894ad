package org.hopperline.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.hopperline.model.Experts;
import org.hopperline.model.Models;
import org.hopperline.model.Transformer;
import org.hopperline.plan.ParallelPlan;
import org.hopperline.plan.PipelineLayout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Layers on stages: none lost, none twice, as even as can be. */
class StageLayoutTest {

    static LongStream seeds() {
        return LongStream.range(0, 500);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void everyLayerFallsOnOneStage(long seed) {
        Random random = new Random(seed);
        int layers = 1 + random.nextInt(130);
        int stages = 1 + random.nextInt(Math.min(layers, 40));
        int leading = random.nextInt(layers);
        int every = 1 + random.nextInt(4);
        Experts experts = Experts.builder(8, 2, 128)
                .firstDenseLayers(leading)
                .everyNth(every)
                .denseFfnHidden(512)
                .build();
        int further = random.nextInt(3);
        Transformer model = Models.MIXTRAL_8X7B.toBuilder()
                .layers(layers)
                .experts(experts)
                .multiTokenLayers(further)
                .build();
        StageLayout layout = StageLayout.of(model, stages);
        int placed = 0;
        int routed = 0;
        for (int s = 0; s < stages; s++) {
            int here = layout.layersOf(s);
            assertThat(here + layout.furtherLayersOf(s)).isPositive();
            assertThat(layout.denseLayersOf(s) + layout.expertLayersOf(s)).isEqualTo(here);
            // The same layers as the model itself says, one by one.
            assertThat(layout.expertLayersOf(s)).isEqualTo((int) IntStream.range(placed, placed + here)
                    .filter(experts::inLayer)
                    .count());
            placed += here;
            routed += layout.expertLayersOf(s);
        }
        assertThat(placed).isEqualTo(layers);
        assertThat(routed).isEqualTo(layout.expertLayers()).isEqualTo(experts.layersOf(layers));
        assertThat(layout.furtherLayers()).isEqualTo(further);
        assertThat(IntStream.range(0, stages).map(layout::furtherLayersOf).sum())
                .isEqualTo(further);
        // Embedding, logits and layers for further tokens have a place each unless the layers divide.
        int edge = layers % stages == 0 ? 0 : 1;
        int[] counts = IntStream.range(0, stages)
                .map(i -> layout.layersOf(i)
                        + edge * (layout.furtherLayersOf(i) + (i == 0 ? 1 : 0) + (i == stages - 1 ? 1 : 0)))
                .toArray();
        assertThat(IntStream.of(counts).max().orElseThrow()
                        - IntStream.of(counts).min().orElseThrow())
                .isLessThanOrEqualTo(stages == 1 ? 0 : layers + further + 2 < 2 * stages ? 1 + further : 1);
    }

    /**
     * Llama 3.1 405B has 126 layers so that 16 stages are even with embedding and logits as one each (arXiv 2407.21783
     * section 3.3.2 takes one layer off the first and the last stage).
     */
    @Test
    void embeddingAndLogitsTakeAPlace() {
        StageLayout layout = StageLayout.of(Models.LLAMA31_405B, 16);
        assertThat(layout.layersOf(0)).isEqualTo(7);
        assertThat(layout.layersOf(15)).isEqualTo(7);
        for (int s = 1; s < 15; s++) {
            assertThat(layout.layersOf(s)).isEqualTo(8);
        }
    }

    @ParameterizedTest
    @CsvSource({"0, 3, 0", "1, 0, 4", "12, 0, 4", "14, 0, 4", "15, 0, 2"})
    void leadingDenseLayersFallOnTheFirstStage(int stage, int dense, int experts) {
        // 61 layers, embedding, logits and a layer for a further token: 4 places on 16 stages; arXiv 2412.19437 section
        // 4.2: the first three layers are dense.
        StageLayout layout = StageLayout.of(Models.DEEPSEEK_V3, 16);
        assertThat(layout.denseLayersOf(stage)).isEqualTo(dense);
        assertThat(layout.expertLayersOf(stage)).isEqualTo(experts);
    }

    /** The chunks of a stage add up to it, and their kinds follow the model's order of layers. */
    @Test
    void chunksOfAPlanAddUpToItsStages() {
        StageLayout layout = StageLayout.of(
                Models.DEEPSEEK_V3,
                ParallelPlan.builder().pipeline(8).virtualStages(4).build());
        assertThat(layout.chunks()).isEqualTo(32);
        assertThat(layout.denseLayersOfChunk(0)).isEqualTo(1);
        assertThat(layout.denseLayersOfChunk(1)).isEqualTo(2);
        assertThat(layout.expertLayersOfChunk(2)).isEqualTo(2);
        assertThat(layout.furtherLayersOfChunk(31)).isEqualTo(1);
        for (int s = 0; s < 8; s++) {
            int stage = s;
            assertThat(IntStream.range(0, 4)
                            .map(c -> layout.denseLayersOfChunk(8 * c + stage))
                            .sum())
                    .isEqualTo(layout.denseLayersOf(s));
            assertThat(IntStream.range(0, 4)
                            .map(c -> layout.expertLayersOfChunk(8 * c + stage))
                            .sum())
                    .isEqualTo(layout.expertLayersOf(s));
        }
        StageLayout stated = StageLayout.of(
                Models.DEEPSEEK_V3,
                ParallelPlan.builder()
                        .pipeline(8)
                        .firstStageLayers(5)
                        .lastStageLayers(8)
                        .build());
        assertThat(stated.denseLayersOf(0)).isEqualTo(3);
        assertThat(stated.expertLayersOf(0)).isEqualTo(2);
        assertThat(stated.layersOf(7)).isEqualTo(8);
    }

    /** The layout of Megatron-Core's documentation for DeepSeek-V3 on 16 stages of two chunks. */
    @Test
    void aLayoutSaysWhereLayersStand() {
        StageLayout layout = StageLayout.of(
                Models.DEEPSEEK_V3,
                ParallelPlan.builder()
                        .pipeline(16)
                        .virtualStages(2)
                        .layout(PipelineLayout.parse("Et*3|(tt|)*29,m|L"))
                        .build());
        assertThat(layout.denseLayersOfChunk(0)).isEqualTo(3);
        assertThat(layout.layersOf(0)).isEqualTo(5);
        assertThat(layout.expertLayersOf(0)).isEqualTo(2);
        assertThat(layout.furtherLayersOf(14)).isEqualTo(1);
        assertThat(layout.layersOf(14)).isEqualTo(2);
        assertThat(layout.layersOf(15)).isEqualTo(2);
        assertThat(layout.layers()).isEqualTo(61);
        assertThat(layout.furtherLayers()).isEqualTo(1);
    }

    /** Only these are looked at on any stage. */
    @ParameterizedTest
    @CsvSource({
        "Llama 3 8B, DENSE",
        "Mixtral 8x7B, EXPERT",
        "DeepSeek-V3, DENSE EXPERT FURTHER",
        "Nemotron-H 56B, DENSE ATTENTION MAMBA"
    })
    void layersOfAModelAreOfItsSorts(String model, String sorts) {
        StageClasses classes = StageClasses.of(StageLayout.of(Models.named(model), 2));
        assertThat(IntStream.range(0, classes.sorts())
                        .mapToObj(i -> LayerSort.of(classes.sort(i)).name()))
                .containsExactly(sorts.split(" "));
    }

    @Test
    void aStageWithoutALayerIsRefused() {
        assertThatThrownBy(() -> StageLayout.of(Models.LLAMA3_8B, 35))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("layers is 32, too few for 35 chunks");
        assertThatThrownBy(() -> StageLayout.of(Models.LLAMA3_8B, 0)).hasMessageStartingWith("stages is 0");
    }
}
