package org.hopperline.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** A schedule drawn as text. */
class TimelineTest {

    @Test
    void textShowsEachStageInARow() {
        Timeline timeline =
                Pipeline.of(2, 1, 3).simulate(ChunkTimes.uniform(2, 1, 2)).timeline();
        assertThat(timeline.toText(36)).isEqualTo("""
                        stage 0 |F0-F1-......B0====F2-B1====...B2====|
                        stage 1 |...F0-B0====F1-B1====F2-B2====......|
                        0 to 12.00 s; one column 0.333 s
                        """);
    }

    @Test
    void textTellsChunksAndWeightGradientsApart() {
        String interleaved = Pipeline.of(2, 2, 2)
                .simulate(ChunkTimes.uniform(4, 1, 2))
                .timeline()
                .toText(60);
        assertThat(interleaved).contains("F0-").contains("Fa0").contains("Ba1");
        String split = new Pipeline(PipelineSchedule.ZERO_BUBBLE_H1, 2, 1, 2)
                .simulate(ChunkTimes.uniform(2, 1, 1, 1))
                .timeline()
                .toText(60);
        assertThat(split).contains("W0~").contains("W1~");
    }
}
