package org.hopperline.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.IntSummaryStatistics;
import java.util.stream.IntStream;
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

    @Test
    void assignmentByHand() {
        LayerAssignment a = LayerAssignment.ofChunks(2, 1, 3, 3, 1);
        assertThat(a.virtualStages()).isEqualTo(2);
        assertThat(a.layersOfStage(0)).isEqualTo(4);
        assertThat(a.firstLayerOfChunk(2)).isEqualTo(4);
    }
}
