package org.hopperline.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.hopperline.model.Experts;
import org.hopperline.model.Models;
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
        StageLayout layout = new StageLayout(layers, stages, leading, every);
        Experts experts = new Experts(8, 2, 128, 0, leading, every, 512);
        int placed = 0;
        int routed = 0;
        for (int s = 0; s < stages; s++) {
            int here = layout.layersOf(s);
            assertThat(here).isPositive();
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
        int[] counts = IntStream.range(0, stages).map(layout::layersOf).toArray();
        assertThat(IntStream.of(counts).max().orElseThrow()
                        - IntStream.of(counts).min().orElseThrow())
                .isLessThanOrEqualTo(stages == 1 ? 0 : 1);
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
    @CsvSource({"0, 3, 1", "1, 0, 4", "12, 0, 4", "13, 0, 3", "15, 0, 3"})
    void leadingDenseLayersFallOnTheFirstStage(int stage, int dense, int experts) {
        // 61 layers on 16 stages: 13 of 4 and 3 of 3; arXiv 2412.19437 section 4.2: the first three layers are dense.
        StageLayout layout = StageLayout.of(Models.DEEPSEEK_V3, 16);
        assertThat(layout.denseLayersOf(stage)).isEqualTo(dense);
        assertThat(layout.expertLayersOf(stage)).isEqualTo(experts);
    }

    @Test
    void aStageWithoutALayerIsRefused() {
        assertThatThrownBy(() -> new StageLayout(4, 5, 4, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("5 stages on 4 layers leave some empty; take at most 4");
        assertThatThrownBy(() -> new StageLayout(0, 1, 0, 1)).hasMessage("layers is 0, but must be at least 1");
        assertThatThrownBy(() -> new StageLayout(4, 0, 4, 1)).hasMessage("stages is 0, but must be at least 1");
    }
}
