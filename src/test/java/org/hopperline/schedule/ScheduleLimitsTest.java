package org.hopperline.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Limits, symmetries and bounds that every schedule keeps. */
class ScheduleLimitsTest {

    private static final int CASES = 1000;

    private final PipelineRecurrence recurrence = new PipelineRecurrence();

    @Test
    void oneStageHasNoBubble() {
        assertThat(GPipe.seconds(1, 7, 1, 2, 0.5)).isEqualTo(21.0);
        assertThat(OneForwardOneBackward.seconds(1, 7, 1, 2, 0.5)).isEqualTo(21.0);
        assertThat(OneForwardOneBackward.seconds(7, new double[] {1}, new double[] {2}, 0.5))
                .isEqualTo(21.0);
        assertThat(ZeroBubble.seconds(1, 7, 1, 1, 1)).isEqualTo(21.0);
    }

    @Test
    void oneMicroBatchPassesEveryStageAloneBothWays() {
        double[] f = {1, 2, 3, 4};
        double[] b = {2, 3, 5, 7};
        double alone = 10 + 17 + 2 * 3 * 0.5;
        assertThat(GPipe.seconds(1, f, b, 0.5)).isEqualTo(alone);
        assertThat(OneForwardOneBackward.seconds(1, f, b, 0.5)).isEqualTo(alone);
        assertThat(Interleaved.seconds(2, 1, f, b, 0.5)).isEqualTo(alone);
        assertThat(ZeroBubble.seconds(1, f, b, new double[] {1, 0, 0, 0}, 0.5)).isEqualTo(alone + 1);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 4, 8})
    void interleavingDividesTheBubble(int v) {
        int p = 8;
        double bubble = OneForwardOneBackward.seconds(p, 32, 1, 2, 0) - 32 * 3;
        assertThat(Interleaved.seconds(p, v, 32, 1.0 / v, 2.0 / v) - 32 * 3).isCloseTo(bubble / v, within(1e-9));
    }

    @ParameterizedTest
    @EnumSource(PipelineSchedule.class)
    void bubbleVanishesWithManyMicroBatches(PipelineSchedule schedule) {
        int v = schedule == PipelineSchedule.INTERLEAVED ? 2 : 1;
        ChunkTimes times = ChunkTimes.uniform(4 * v, 1, 1, 1);
        assertThat(new Pipeline(schedule, 4, v, 100_000).bubbleFraction(times)).isBetween(0.0, 5e-5);
    }

    @ParameterizedTest
    @EnumSource(PipelineSchedule.class)
    void timeScalesAndMirrors(PipelineSchedule schedule) {
        Random random = new Random(31);
        for (int n = 0; n < CASES; n++) {
            Pipeline pipeline = any(schedule, random);
            double[] f = draw(pipeline.chunks(), random);
            double[] b = draw(pipeline.chunks(), random);
            double s = random.nextDouble() * 0.1;
            if (schedule.splitsBackward()) {
                double exact =
                        recurrence.seconds(pipeline, ChunkTimes.of(f, b, f).withSendSeconds(s));
                double[] f2 = scaled(f, 3);
                assertThat(recurrence.seconds(
                                pipeline, ChunkTimes.of(f2, scaled(b, 3), f2).withSendSeconds(3 * s)))
                        .isCloseTo(3 * exact, within(1e-12 * exact));
                continue;
            }
            double exact = recurrence.seconds(pipeline, ChunkTimes.of(f, b).withSendSeconds(s));
            double tripled = recurrence.seconds(
                    pipeline, ChunkTimes.of(scaled(f, 3), scaled(b, 3)).withSendSeconds(3 * s));
            assertThat(tripled).isCloseTo(3 * exact, within(3e-12 * exact));
            // Time run backwards turns forwards into backwards, if all groups of micro-batches are alike.
            if (pipeline.microBatches() % Interleaved.groups(pipeline.stages(), pipeline.microBatches()) == 0) {
                double mirrored =
                        recurrence.seconds(pipeline, ChunkTimes.of(b, f).withSendSeconds(s));
                assertThat(mirrored).as("%s", pipeline).isCloseTo(exact, within(1e-12 * exact));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(PipelineSchedule.class)
    void neverFasterThanTheSlowestStageOrOneMicroBatchAlone(PipelineSchedule schedule) {
        Random random = new Random(32);
        for (int n = 0; n < CASES; n++) {
            Pipeline pipeline = any(schedule, random);
            double[] f = draw(pipeline.chunks(), random);
            double[] b = draw(pipeline.chunks(), random);
            double[] w = draw(pipeline.chunks(), random);
            ChunkTimes times = ChunkTimes.of(f, b, w).withSendSeconds(0.01);
            double seconds = pipeline.seconds(times);
            for (int i = 0; i < pipeline.stages(); i++) {
                double work = 0;
                for (int g = i; g < pipeline.chunks(); g += pipeline.stages()) {
                    work += f[g] + b[g] + w[g];
                }
                assertThat(seconds).isGreaterThanOrEqualTo(pipeline.microBatches() * work * (1 - 1e-12));
            }
            double alone = Arrays.stream(f).sum() + Arrays.stream(b).sum() + 2 * (pipeline.chunks() - 1) * 0.01;
            assertThat(seconds).isGreaterThanOrEqualTo(alone * (1 - 1e-12));
        }
    }

    @ParameterizedTest
    @EnumSource(PipelineSchedule.class)
    void peaksOfTheSimulationAreTheFormulas(PipelineSchedule schedule) {
        Random random = new Random(33);
        for (int n = 0; n < CASES; n++) {
            Pipeline pipeline = any(schedule, random);
            double[] t = draw(pipeline.chunks(), random);
            PipelineRun run = pipeline.simulate(ChunkTimes.of(t, t, t));
            for (int i = 0; i < pipeline.stages(); i++) {
                assertThat(run.peakInFlight(i)).as("%s stage %d", pipeline, i).isEqualTo(pipeline.peakInFlight(i));
                int pending = schedule.splitsBackward()
                        ? ZeroBubble.peakPendingWeightGradients(pipeline.stages(), pipeline.microBatches(), i)
                        : 0;
                assertThat(run.peakPendingWeightGradients(i)).isEqualTo(pending);
            }
        }
    }

    @Test
    void zeroBubbleActivationsAreTheirPeakOverTheStep() {
        Random random = new Random(34);
        for (int n = 0; n < CASES; n++) {
            Pipeline pipeline = any(PipelineSchedule.ZERO_BUBBLE_H1, random);
            double share = random.nextDouble();
            double[] held = new double[pipeline.stages()];
            double[] peak = new double[pipeline.stages()];
            for (Task task : pipeline.simulate(ChunkTimes.uniform(pipeline.chunks(), 1, 1, 1))
                    .timeline()
                    .tasks()) {
                held[task.stage()] += switch (task.kind()) {
                    case FORWARD -> 1;
                    case BACKWARD -> share - 1;
                    case WEIGHT_GRADIENT -> -share;
                };
                peak[task.stage()] = Math.max(peak[task.stage()], held[task.stage()]);
            }
            for (int i = 0; i < pipeline.stages(); i++) {
                assertThat(ZeroBubble.peakActivations(pipeline.stages(), pipeline.microBatches(), i, share))
                        .as("%s stage %d share %s", pipeline, i, share)
                        .isCloseTo(peak[i], within(1e-9));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(value = PipelineSchedule.class, names = "ZERO_BUBBLE_H1", mode = EnumSource.Mode.EXCLUDE)
    void trafficWindowsOfEqualChunksAreTheSimulations(PipelineSchedule schedule) {
        Random random = new Random(35);
        for (int n = 0; n < CASES; n++) {
            Pipeline pipeline = any(schedule, random);
            double f = 0.1 + random.nextDouble();
            double b = 0.1 + random.nextDouble();
            double s = random.nextInt(2) * random.nextDouble();
            PipelineRun run = pipeline.simulate(
                    ChunkTimes.uniform(pipeline.chunks(), f, b).withSendSeconds(s));
            for (int g = 0; g < pipeline.chunks(); g++) {
                int i = g % pipeline.stages();
                int c = g / pipeline.stages();
                double gather = TrafficWindow.allGatherSeconds(pipeline, i, c, f, s);
                assertThat(gather).as("%s %d", pipeline, g).isCloseTo(run.firstForwardSeconds(g), within(1e-9));
                double scatter = TrafficWindow.reduceScatterSeconds(pipeline, i, c, b, s);
                assertThat(scatter).as("%s %d", pipeline, g).isCloseTo(run.reduceScatterWindowSeconds(g), within(1e-9));
            }
        }
    }

    @Test
    void groupsOfMicroBatchesAreNeverSmallerThanTheStagesUnlessAllAre() {
        for (int p = 2; p <= 16; p++) {
            for (int M = 1; M <= 200; M++) {
                assertThat(Interleaved.smallestGroup(p, M)).isGreaterThanOrEqualTo(Math.min(p, M));
                assertThat(Interleaved.largestGroup(p, M) - Interleaved.smallestGroup(p, M))
                        .isBetween(0, 1);
            }
        }
    }

    private static Pipeline any(PipelineSchedule schedule, Random random) {
        boolean interleaved = schedule == PipelineSchedule.INTERLEAVED;
        int p = 2 + random.nextInt(7);
        return new Pipeline(schedule, p, interleaved ? 2 + random.nextInt(3) : 1, 1 + random.nextInt(24));
    }

    private static double[] draw(int n, Random random) {
        return random.doubles(n, 0.1, 2).toArray();
    }

    private static double[] scaled(double[] values, double factor) {
        return Arrays.stream(values).map(x -> factor * x).toArray();
    }

    /** Chunks of any size: what the simulation holds, forwards added and backwards taken away. */
    @Test
    void chunksOfAnySizeHoldWhatTheSimulationHolds() {
        Random random = new Random(61);
        for (int n = 0; n < 1000; n++) {
            int p = 2 + random.nextInt(7);
            int v = 2 + random.nextInt(4);
            int microBatches = 1 + random.nextInt(4 * p);
            Pipeline pipeline = Pipeline.of(p, v, microBatches);
            double[] sizes = random.doubles(v).toArray();
            int stage = random.nextInt(p);
            double held = 0;
            double most = 0;
            for (Task task : pipeline.simulate(ChunkTimes.uniform(p * v, 1, 2))
                    .timeline()
                    .tasks()) {
                if (task.stage() == stage) {
                    boolean forward = task.kind() == TaskKind.FORWARD;
                    held += (forward ? 1 : -1) * sizes[task.chunk()];
                    most = Math.max(most, held);
                }
            }
            assertThat(Interleaved.peakInFlight(p, microBatches, stage, sizes, v))
                    .as("%s stage %d", pipeline, stage)
                    .isCloseTo(most, within(1e-9));
            double[] equal = new double[v];
            Arrays.fill(equal, 1);
            assertThat(Interleaved.peakInFlight(p, microBatches, stage, equal, v))
                    .isEqualTo(pipeline.peakInFlight(stage));
        }
    }
}
