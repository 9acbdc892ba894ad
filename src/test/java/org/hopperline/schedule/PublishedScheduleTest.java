package org.hopperline.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.hopperline.text.Csv;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Schedules, bubbles and memory as the papers print them. */
class PublishedScheduleTest {

    static Stream<Csv.Row> bubbles() {
        return Csv.resource(PublishedScheduleTest.class, "published_bubbles.csv").rows().stream();
    }

    @ParameterizedTest
    @MethodSource("bubbles")
    void bubbleOverIdealTimeIsAsPublished(Csv.Row row) {
        Pipeline pipeline = new Pipeline(
                PipelineSchedule.valueOf(row.text("schedule")), row.whole("p"), row.whole("v"), row.whole("M"));
        ChunkTimes times = ChunkTimes.uniform(
                pipeline.chunks(), row.number("forward"), row.number("input_gradient"), row.number("weight_gradient"));
        double published = row.number("bubble_over_ideal");
        PipelineRun run = pipeline.simulate(times);
        assertThat(run.idleSeconds(0) / run.busySeconds(0)).isCloseTo(published, within(1e-12));
        assertThat(pipeline.bubbleFraction(times)).isCloseTo(published, within(1e-12));
    }

    @Test
    void bubbleFormulasAreThePapers() {
        assertThat(GPipe.bubbleFraction(4, 8)).isEqualTo(3.0 / 8);
        assertThat(OneForwardOneBackward.bubbleFraction(4, 8)).isEqualTo(3.0 / 8);
        assertThat(Interleaved.bubbleFraction(4, 2, 8)).isEqualTo(3.0 / 16);
        assertThat(ZeroBubble.bubbleSeconds(4, 1, 1, 1)).isEqualTo(3.0);
    }

    @Test
    void interleavedOrderIsMegatrons() {
        // p = 4, v = 2, M = 8 of arXiv 2104.04473, figure 4: device 1 starts with micro-batches 1-4 on both its chunks.
        assertThat(order(new Pipeline(PipelineSchedule.INTERLEAVED, 4, 2, 8), 0))
                .startsWith("F0.0", "F0.1", "F0.2", "F0.3", "F1.0", "F1.1", "F1.2", "F1.3", "F0.4", "F0.5", "F0.6")
                .containsSubsequence("F0.6", "B1.0", "F0.7", "B1.1", "F1.4", "B1.2", "F1.5", "B1.3", "F1.6", "B0.0");
        assertThat(order(new Pipeline(PipelineSchedule.INTERLEAVED, 4, 2, 8), 3))
                .startsWith("F0.0", "F0.1", "F0.2", "F0.3", "F1.0", "B1.0", "F1.1", "B1.1")
                .endsWith("B1.7", "B0.4", "B0.5", "B0.6", "B0.7");
    }

    @Test
    void oneForwardOneBackwardOrderIsThePapers() {
        Pipeline pipeline = new Pipeline(PipelineSchedule.ONE_FORWARD_ONE_BACKWARD, 4, 1, 5);
        assertThat(order(pipeline, 0))
                .containsExactly("F0.0", "F0.1", "F0.2", "F0.3", "B0.0", "F0.4", "B0.1", "B0.2", "B0.3", "B0.4");
        assertThat(order(pipeline, 3))
                .containsExactly("F0.0", "B0.0", "F0.1", "B0.1", "F0.2", "B0.2", "F0.3", "B0.3", "F0.4", "B0.4");
    }

    @Test
    void gPipeRunsBackwardsInReverse() {
        assertThat(order(new Pipeline(PipelineSchedule.GPIPE, 4, 1, 4), 2))
                .containsExactly("F0.0", "F0.1", "F0.2", "F0.3", "B0.3", "B0.2", "B0.1", "B0.0");
    }

    @Test
    void zeroBubblePostponesWeightGradientsByTheStage() {
        Pipeline pipeline = new Pipeline(PipelineSchedule.ZERO_BUBBLE_H1, 3, 1, 4);
        assertThat(order(pipeline, 0))
                .containsExactly(
                        "F0.0", "F0.1", "F0.2", "B0.0", "W0.0", "F0.3", "B0.1", "W0.1", "B0.2", "W0.2", "B0.3", "W0.3");
        assertThat(order(pipeline, 2))
                .containsExactly(
                        "F0.0", "B0.0", "F0.1", "B0.1", "F0.2", "B0.2", "W0.0", "F0.3", "B0.3", "W0.1", "W0.2", "W0.3");
    }

    @Test
    void microBatchesInFlightAreThePapers() {
        // arXiv 2104.04473, section 2.2.1: all m of them, at most p of them.
        assertThat(PipelineSchedule.GPIPE.peakInFlight(8, 1, 64, 0)).isEqualTo(64);
        assertThat(PipelineSchedule.ONE_FORWARD_ONE_BACKWARD.peakInFlight(8, 1, 64, 0))
                .isEqualTo(8);
        // arXiv 2205.05198, section 4.2.3: L (1 + (p-1)/(p v)) layers' activations on the first of p stages.
        int p = 8;
        int v = 3;
        double layersOfActivations = PipelineSchedule.INTERLEAVED.peakInFlight(p, v, 64, 0) / (double) (p * v);
        assertThat(layersOfActivations).isCloseTo(1 + (p - 1.0) / (p * v), within(1e-12));
        // arXiv 2401.10241, table 2: p M_B at its peak; by stage (p-i+1) M_B + (i-1) M_W, which is p M_B on every stage
        // if they are equal.
        for (int stage = 0; stage < p; stage++) {
            assertThat(ZeroBubble.peakActivations(p, 64, stage, 1)).isEqualTo(p);
            assertThat(ZeroBubble.peakActivations(p, 64, stage, 0.5)).isEqualTo(p - stage / 2.0);
        }
    }

    @Test
    void lastStageNeverStandsIdleOnceItHasBegun() {
        // arXiv 2104.04473, figure 4: the last device has its bubble before its first forward and after its last
        // backward.
        PipelineRun run = Pipeline.of(4, 2, 8).simulate(ChunkTimes.uniform(8, 1, 2));
        assertThat(run.idleSeconds(3)).isEqualTo(3 * (1.0 + 2.0));
        assertThat(run.firstForwardSeconds(3)).isEqualTo(3.0);
        assertThat(run.reduceScatterWindowSeconds(3)).isEqualTo(3 * 2.0);
    }

    /** The tasks of a stage as kind, chunk and micro-batch. */
    private static List<String> order(Pipeline pipeline, int stage) {
        ChunkTimes times = ChunkTimes.uniform(pipeline.chunks(), 1, 1, 1);
        return pipeline.simulate(times).timeline().tasks().stream()
                .filter(task -> task.stage() == stage)
                .map(task -> task.kind().name().charAt(0) + "" + task.chunk() + "." + task.microBatch())
                .collect(Collectors.toList());
    }
}
