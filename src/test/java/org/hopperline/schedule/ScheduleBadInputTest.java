package org.hopperline.schedule;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Every message says the value, the rule and what would do. */
class ScheduleBadInputTest {

    private static final double[] TWO = {1, 1};

    private static void refused(ThrowingCallable call, String message) {
        assertThatIllegalArgumentException().isThrownBy(call).withMessage(message);
    }

    @Test
    void stages() {
        refused(() -> GPipe.bubbleFraction(0, 4), "stages is 0, but must lie between 1 and 1048576; 1 is no pipeline");
    }

    @Test
    void microBatches() {
        refused(
                () -> GPipe.bubbleFraction(8, -1),
                "micro-batches is -1, but must lie between 1 and 1048576; 8 stages want at least 8");
    }

    @Test
    void virtualStagesWithoutInterleaving() {
        refused(
                () -> new Pipeline(PipelineSchedule.GPIPE, 4, 2, 8),
                "virtual stages is 2, but GPipe has 1 chunk a stage; interleaved 1F1B takes 2 or more");
    }

    @Test
    void interleavingWithOneChunk() {
        refused(
                () -> new Pipeline(PipelineSchedule.INTERLEAVED, 4, 1, 8),
                "virtual stages is 1, but interleaving needs at least 2; 1 chunk a stage is 1F1B");
    }

    @Test
    void interleavingOneStage() {
        refused(
                () -> new Pipeline(PipelineSchedule.INTERLEAVED, 1, 2, 8),
                "stages is 1, but interleaving needs at least 2; chunks of a single stage have nothing to wait for");
    }

    @Test
    void absurdNumberOfChunks() {
        refused(
                () -> new Pipeline(PipelineSchedule.INTERLEAVED, 1 << 15, 1 << 15, 8),
                "chunks is 1073741824 (32768 stages x 32768 virtual stages), but must be at most 1048576");
    }

    @Test
    void absurdNumberOfTasksOnAStage() {
        refused(
                () -> new Pipeline(PipelineSchedule.INTERLEAVED, 2, 1 << 10, 1 << 20),
                "micro-batches x virtual stages is 1073741824, but must be at most 536870911; take fewer of either");
    }

    @Test
    void stageOutsideThePipeline() {
        refused(() -> Pipeline.of(4, 1, 8).warmup(4), "stage is 4, but must lie between 0 and 3");
    }

    @Test
    void timesThatAreNoTimes() {
        refused(
                () -> OneForwardOneBackward.seconds(4, 8, Double.NaN, 1, 0),
                "forwardSeconds is NaN s, but must be finite and at least 0 s");
        refused(() -> GPipe.seconds(4, 8, 1, -2, 0), "backwardSeconds is -2.0 s, but must be finite and at least 0 s");
        refused(
                () -> Interleaved.seconds(4, 2, 8, 1, Double.POSITIVE_INFINITY),
                "backwardSeconds is Infinity s, but must be finite and at least 0 s");
        refused(
                () -> ZeroBubble.seconds(4, 8, 1, 1, -1),
                "weightGradientSeconds is -1.0 s, but must be finite and at least 0 s");
        refused(
                () -> GPipe.seconds(4, TWO, TWO, Double.NaN),
                "sendSeconds is NaN s, but must be finite and at least 0 s");
    }

    @Test
    void oneBadEntryAmongMany() {
        double[] bad = {1, Double.NaN};
        refused(
                () -> GPipe.seconds(4, TWO, bad, 0),
                "backwardSeconds[1] is NaN s, but must be finite and at least 0 s");
        refused(
                () -> OneForwardOneBackward.seconds(4, bad, TWO, 0),
                "forwardSeconds[1] is NaN s, but must be finite and at least 0 s");
        refused(
                () -> Interleaved.seconds(2, 4, new double[] {1, 1, 1, -1}, new double[] {1, 1, 1, 1}, 0),
                "forwardSeconds[3] is -1.0 s, but must be finite and at least 0 s");
        refused(
                () -> ZeroBubble.seconds(4, TWO, TWO, new double[] {Double.POSITIVE_INFINITY, 1}, 0),
                "weightGradientSeconds[0] is Infinity s, but must be finite and at least 0 s");
        refused(() -> ChunkTimes.of(TWO, bad), "backwardSeconds[1] is NaN s, but must be finite and at least 0 s");
    }

    @Test
    void timesThatOverflow() {
        double[] huge = {1e308, 1e308};
        refused(
                () -> GPipe.seconds(4, huge, TWO, 0),
                "forwardSeconds and backwardSeconds overflow when summed over a step; their entries are finite, but far"
                        + " too large for seconds");
    }

    @Test
    void timesOfAnotherLength() {
        refused(
                () -> GPipe.seconds(4, TWO, new double[] {1, 1, 1}, 0),
                "backwardSeconds has 3 entries, but must have 2, one for each chunk of each stage");
        refused(
                () -> Interleaved.seconds(4, 8, new double[6], new double[6], 0),
                "forwardSeconds has 6 entries for 4 stages, but must have a multiple of the stages (at least 2), one"
                        + " entry for each chunk");
        refused(
                () -> Pipeline.of(4, 2, 8).simulate(ChunkTimes.uniform(4, 1, 2)),
                "times has 4 chunks, but must have 8: 4 stages x 2 virtual stages");
        refused(
                () -> ChunkTimes.of(new double[0], new double[0]),
                "forwardSeconds is empty, but must have one entry for each chunk");
    }

    @Test
    void wholeBackwardsForAScheduleThatSplitsThem() {
        refused(
                () -> new Pipeline(PipelineSchedule.ZERO_BUBBLE_H1, 4, 1, 8).seconds(ChunkTimes.uniform(4, 1, 2)),
                "times has whole backwards, but ZB-H1 splits them; give input-gradient and weight-gradient seconds");
    }

    @Test
    void simulationBeyondMemory() {
        refused(
                () -> Pipeline.of(64, 16, 10_000).simulate(ChunkTimes.uniform(1024, 1, 2)),
                "tasks is about 30720000 (1024 chunks x 10000 micro-batches x 3), but a simulation takes at most 10000000;"
                        + " use the closed form or fewer micro-batches");
    }

    @Test
    void recurrenceBeyondMemory() {
        refused(
                () -> new PipelineRecurrence().seconds(Pipeline.of(64, 16, 1_000_000), ChunkTimes.uniform(1024, 1, 2)),
                "tasks is about 3072000000 (1024 chunks x 1000000 micro-batches x 3), but must be at most 268435455;"
                        + " use the closed form or fewer micro-batches");
    }

    @Test
    void windowsOfASplitSchedule() {
        refused(
                () -> TrafficWindow.reduceScatterSeconds(
                        new Pipeline(PipelineSchedule.ZERO_BUBBLE_H1, 4, 1, 8), 0, 0, 1, 0),
                "schedule is ZB-H1, whose last weight gradients depend on all times; simulate it and ask"
                        + " reduceScatterWindowSeconds");
    }

    @Test
    void windowOfAChunkThatIsNotThere() {
        refused(
                () -> TrafficWindow.allGatherSeconds(Pipeline.of(4, 2, 8), 0, 2, 1, 0),
                "chunk is 2, but must lie between 0 and 1 on each of 4 stages");
    }

    @Test
    void layers() {
        refused(() -> VirtualStages.assumed(0, 4, 8), "layers is 0, but must lie between 1 and 1048576");
        refused(
                () -> LayerAssignment.of(30, 16, 4),
                "layers is 30, too few for 64 chunks (16 stages x 4 virtual stages); 16 stages take at most 2 virtual"
                        + " stages");
        refused(
                () -> LayerAssignment.ofChunks(4, 1, 2, 3),
                "layersOfChunk has 3 entries, but must have a multiple of the 4 stages, for example 4");
        refused(
                () -> LayerAssignment.ofEdges(10, 0, 4, 1, 5, 4),
                "5 layers on the first and 4 on the last of 4 stages leave 1 of 10 layers for 2 others; give each other"
                        + " stage one or more, or the edges all");
        refused(
                () -> LayerAssignment.ofEdges(10, 0, 2, 1, 5, 4),
                "5 layers on the first and 4 on the last of 2 stages leave 1 of 10 layers for 0 others; give each other"
                        + " stage one or more, or the edges all");
        refused(() -> LayerAssignment.of(10, -1, 2, 1), "layers for further tokens is -1, but must be at least 0");
        refused(() -> LayerAssignment.ofChunks(2, 1, -2), "layers of a chunk is -2, but must be at least 0");
    }

    @Test
    void picture() {
        Timeline timeline =
                Pipeline.of(2, 1, 2).simulate(ChunkTimes.uniform(2, 1, 2)).timeline();
        refused(() -> timeline.toText(5), "columns is 5, but must lie between 20 and 10000; 120 suits a terminal");
        Task outside = new Task(2, 0, 0, TaskKind.FORWARD, 0, 1);
        refused(() -> new Timeline(2, 1, List.of(outside)), "stage is 2, but must lie between 0 and 1");
    }

    @Test
    void shareOfTheWeightGradient() {
        refused(
                () -> ZeroBubble.peakActivations(4, 8, 0, 1.5),
                "weightGradientShare is 1.5, but must lie between 0.0 and 1.0");
    }

    @Test
    void missing() {
        assertThatNullPointerException()
                .isThrownBy(() -> Pipeline.of(2, 1, 2).seconds(null))
                .withMessage("times is null, but must be given");
        assertThatNullPointerException()
                .isThrownBy(() -> new Pipeline(null, 2, 1, 2))
                .withMessage("schedule is null, but must be given");
        assertThatNullPointerException()
                .isThrownBy(() -> ChunkTimes.of(null, TWO))
                .withMessage("forwardSeconds is null, but must be given");
    }
}
