package org.hopperline.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.IntSummaryStatistics;
import java.util.stream.IntStream;
import org.hopperline.plan.PipelineLayout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Layers to chunks, and the virtual stages assumed where nobody tells. */
class AssignmentTest {

    @ParameterizedTest(name = "{0} layers on {1} stages: v = {2}")
    @CsvSource({
        "126, 16, 16, 8", // 128 places, one a chunk
        "126, 8, 64, 16", // 128 places; 8 leave 1.4 %
        "80, 8, 128, 10", // 5 leave 1.1 %
        "80, 4, 64, 5", // 0.9 %; 4 leave 1.2 %
        "96, 8, 16, 12", // one layer a chunk leaves 3.6 %
        "96, 8, 512, 2", // 0.7 %
        "96, 8, 1024, 1",
        "48, 2, 128, 1", // 0.8 % without
        "32, 4, 16, 8",
        "96, 8, 20, 1", // 8 does not divide 20 micro-batches
        "61, 16, 64, 1", // neither 61 nor 63 divides
        "16, 16, 16, 1", // one layer a stage
        "30, 4, 8, 8", // 32 places: the first chunk is the embedding, the last the logits
    })
    void assumedVirtualStages(int layers, int p, int microBatches, int v) {
        assertThat(VirtualStages.assumed(layers, p, microBatches)).isEqualTo(v);
    }

    @Test
    void layersThatDivideAreSpreadEvenly() {
        LayerAssignment a = LayerAssignment.of(80, 8, 5);
        assertThat(IntStream.range(0, a.chunks()).map(a::layersOfChunk)).containsOnly(2);
        assertThat(a.layersOfStage(7)).isEqualTo(10);
        assertThat(a.virtualStages()).isEqualTo(5);
    }

    @Test
    void embeddingAndLogitsTakeTheirPlaceWhereLayersDoNotDivide() {
        LayerAssignment a = LayerAssignment.of(126, 16, 4);
        assertThat(a.layersOfChunk(0)).isEqualTo(1);
        assertThat(a.layersOfChunk(1)).isEqualTo(2);
        assertThat(a.layersOfChunk(63)).isEqualTo(1);
        assertThat(a.layersOfStage(0)).isEqualTo(7);
        assertThat(a.layersOfStage(1)).isEqualTo(8);
        assertThat(a.layers()).isEqualTo(126);
        assertThat(a.hasEmbedding(0)).isTrue();
        assertThat(a.hasLogits(63)).isTrue();
        assertThat(a.firstLayerOfChunk(16)).isEqualTo(31);
    }

    @Test
    void anyNumberOfLayersIsSpreadWithinOnePlace() {
        for (int p = 1; p <= 16; p++) {
            for (int v = 1; v <= 4; v++) {
                for (int layers = p * v; layers < 100; layers++) {
                    LayerAssignment a = LayerAssignment.of(layers, p, v);
                    assertThat(a.layers()).isEqualTo(layers);
                    int edge = layers % a.chunks() == 0 ? 0 : 1;
                    IntSummaryStatistics places = IntStream.range(0, a.chunks())
                            .map(g -> a.layersOfChunk(g) + (a.hasEmbedding(g) ? edge : 0) + (a.hasLogits(g) ? edge : 0))
                            .summaryStatistics();
                    assertThat(places.getMax() - places.getMin()).as("%s", a).isBetween(0, 1);
                }
            }
        }
    }

    @Test
    void oddLayersFollowOnTheFirstChunk() {
        // 61 layers and two places on 16 chunks: 15 chunks have four places and one, the first, has three.
        LayerAssignment a = LayerAssignment.of(61, 16, 1);
        assertThat(a.layersOfChunk(0)).isEqualTo(2);
        assertThat(a.layersOfChunk(1)).isEqualTo(4);
        assertThat(a.layersOfChunk(15)).isEqualTo(3);
        assertThat(a.toString()).isEqualTo("16 stages: [2, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 3]");
    }

    /**
     * NVIDIA's recipes for DeepSeek-V3 on H100: {@code Et|(tt|)*30mL} on 8 stages of 4 chunks (Megatron-Bridge,
     * scripts/performance/configs/deepseek), and 64/p - 1 layers on the first and 64/p - 2 on the last of p stages (NeMo,
     * scripts/performance/llm/pretrain_deepseek_v3.py).
     */
    @Test
    void deepSeekOnEightAndOnSixteenStages() {
        LayerAssignment bridge = LayerAssignment.of(61, 1, 8, 4);
        assertThat(IntStream.range(0, 32).map(bridge::layersOfChunk).limit(31).skip(1))
                .containsOnly(2);
        assertThat(bridge.layersOfChunk(0)).isEqualTo(1);
        assertThat(bridge.layersOfChunk(31)).isZero();
        assertThat(bridge.furtherOfChunk(31)).isEqualTo(1);
        assertThat(bridge.hasLogits(31)).isTrue();
        for (int p : new int[] {8, 16}) {
            LayerAssignment nemo = LayerAssignment.of(61, 1, p, 1);
            assertThat(nemo.layersOfStage(0)).isEqualTo(64 / p - 1);
            assertThat(nemo.layersOfStage(1)).isEqualTo(64 / p);
            assertThat(nemo.layersOfStage(p - 1)).isEqualTo(64 / p - 2);
            assertThat(nemo.furtherOfStage(p - 1)).isEqualTo(1);
            LayerAssignment stated = LayerAssignment.ofEdges(61, 1, p, 1, 64 / p - 1, 64 / p - 2);
            assertThat(stated.toString()).isEqualTo(nemo.toString());
        }
    }

    /** 61 layers and three places: 32 chunks of two leave 0.7 % of 256 micro-batches idle, 16 of four 1.4 %. */
    @Test
    void furtherTokensTakePlacesAmongVirtualStages() {
        assertThat(VirtualStages.assumed(61, 1, 8, 256)).isEqualTo(4);
        assertThat(VirtualStages.assumed(61, 0, 8, 256)).isEqualTo(1);
    }

    @ParameterizedTest(name = "{0} layers on {1} x {2}, first {3}, last {4}")
    @CsvSource({
        "61, 8, 1, 7, 6",
        "61, 8, 2, 7, 0",
        "61, 7, 1, 0, 5",
        "10, 2, 2, 6, 4",
        "13, 5, 3, 1, 1",
        "7, 2, 1, 3, 0"
    })
    void statedEdgesHoldAndTheRestIsEven(int layers, int p, int v, int first, int last) {
        LayerAssignment a = LayerAssignment.ofEdges(layers, 1, p, v, first, last);
        assertThat(a.layers()).isEqualTo(layers);
        if (first > 0) {
            assertThat(a.layersOfStage(0)).isEqualTo(first);
        }
        if (last > 0) {
            assertThat(a.layersOfStage(p - 1)).isEqualTo(last);
        }
        IntSummaryStatistics rest = IntStream.range(first > 0 ? 1 : 0, last > 0 ? p - 1 : p)
                .map(a::layersOfStage)
                .summaryStatistics();
        assertThat(rest.getCount() == 0 ? 0 : rest.getMax() - rest.getMin()).isBetween(0, 1);
        for (int i = 0; i < p; i++) {
            IntSummaryStatistics chunks = IntStream.iterate(i, g -> g < a.chunks(), g -> g + p)
                    .map(a::layersOfChunk)
                    .summaryStatistics();
            assertThat(chunks.getMax() - chunks.getMin()).isBetween(0, 1);
        }
        assertThat(a.furtherOfChunk(p * v - 1)).isEqualTo(1);
    }

    @Test
    void everyStageHasALayerWhereThereAreEnough() {
        for (int p = 1; p <= 24; p++) {
            for (int further = 0; further <= 2; further++) {
                for (int layers = p; layers < 80; layers++) {
                    LayerAssignment a = LayerAssignment.of(layers, further, p, 1);
                    assertThat(a.layers()).isEqualTo(layers);
                    assertThat(IntStream.range(0, p).map(a::furtherOfStage).sum())
                            .isEqualTo(further);
                    int least = IntStream.range(0, p)
                            .map(i -> a.layersOfStage(i) + a.furtherOfStage(i))
                            .min()
                            .orElseThrow();
                    assertThat(least).as("%s", a).isPositive();
                }
            }
        }
    }

    @Test
    void assignmentByHand() {
        LayerAssignment a = LayerAssignment.ofChunks(2, 1, 3, 3, 1);
        assertThat(a.virtualStages()).isEqualTo(2);
        assertThat(a.layersOfStage(0)).isEqualTo(4);
        assertThat(a.firstLayerOfChunk(2)).isEqualTo(4);
    }

    /** Even are equal layers, or equal places with embedding, logits and layers for further tokens. */
    @Test
    void evenChunks() {
        assertThat(LayerAssignment.of(32, 4, 2).isEven()).isTrue();
        assertThat(LayerAssignment.of(126, 16, 8).isEven()).isTrue();
        assertThat(LayerAssignment.of(61, 1, 16, 2).isEven()).isTrue();
        assertThat(LayerAssignment.of(61, 1, 8, 3).isEven()).isFalse();
        assertThat(LayerAssignment.of(PipelineLayout.parse("Et|(tt|)*30mL"), 16).isEven())
                .isTrue();
        assertThat(LayerAssignment.of(PipelineLayout.parse("Et*3|(tt|)*29,m|L"), 16)
                        .isEven())
                .isFalse();
        assertThat(LayerAssignment.of(PipelineLayout.parse("Et*3|t*3|t*2|t*2L"), 4)
                        .isEven())
                .isFalse();
        assertThat(LayerAssignment.of(PipelineLayout.parse("Et*4L"), 1).isEven())
                .isTrue();
    }

    @Test
    void aLayoutNeedsAChunkForEachStage() {
        assertThatThrownBy(() -> LayerAssignment.of(PipelineLayout.parse("Et|t|tL"), 2))
                .hasMessage("layout has 3 entries, but must have a multiple of the 2 stages, for example 2");
        LayerAssignment laid = LayerAssignment.of(PipelineLayout.parse("Et|tt|t|tmL"), 2);
        assertThat(laid.virtualStages()).isEqualTo(2);
        assertThat(laid.layersOfStage(1)).isEqualTo(3);
        assertThat(laid.furtherOfStage(1)).isEqualTo(1);
        assertThat(laid.firstLayerOfChunk(2)).isEqualTo(3);
    }
}
