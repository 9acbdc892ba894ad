package org.hopperline.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The closed forms and the recurrence against the event-by-event simulation of the same schedule. */
class ClosedFormTest {

    private static final int CASES = 2000;
    private static final double EXACT = 1e-12;

    private final PipelineRecurrence recurrence = new PipelineRecurrence();

    @ParameterizedTest
    @EnumSource(PipelineSchedule.class)
    void recurrenceIsTheSimulationForAnyTimes(PipelineSchedule schedule) {
        Random random = new Random(11);
        for (int n = 0; n < CASES; n++) {
            Pipeline pipeline = pipeline(schedule, random, 9, 30);
            ChunkTimes times = wild(pipeline, random).withSendSeconds(random.nextInt(2) * random.nextDouble());
            double simulated = pipeline.simulate(times).seconds();
            assertThat(recurrence.seconds(pipeline, times))
                    .as("%s", pipeline)
                    .isCloseTo(simulated, within(EXACT * simulated));
        }
    }

    /** The order that never waits is the other to the last bit, in any memory that calls before left. */
    @ParameterizedTest
    @EnumSource(PipelineSchedule.class)
    void theOrderOfTheRecurrenceDoesNotCount(PipelineSchedule schedule) {
        Random random = new Random(13);
        int never = 0;
        for (int n = 0; n < CASES; n++) {
            Pipeline pipeline = pipeline(schedule, random, 17, 50);
            int p = pipeline.stages();
            int M = pipeline.microBatches();
            int chunks = p * pipeline.virtualStages();
            double[] forward = random.doubles(chunks).toArray();
            double[] backward = random.doubles(chunks).toArray();
            double[] weight = random.doubles(chunks).toArray();
            double send = random.nextInt(2) * random.nextDouble();
            never += PipelineDiagonals.hold(schedule, p, M) ? 1 : 0;
            assertThat(recurrence.seconds(schedule, p, M, forward, backward, weight, send))
                    .as("%s", pipeline)
                    .isEqualTo(recurrence.asInputsCome(schedule, p, M, forward, backward, weight, send));
        }
        assertThat(never > CASES / 2).isEqualTo(schedule != PipelineSchedule.GPIPE);
    }

    @ParameterizedTest
    @EnumSource(PipelineSchedule.class)
    void equalStagesWithoutSendsAreExact(PipelineSchedule schedule) {
        Random random = new Random(12);
        for (int n = 0; n < CASES; n++) {
            Pipeline pipeline = pipeline(schedule, random, 12, 60);
            double f = 0.05 + random.nextDouble();
            double b = 0.05 + random.nextDouble();
            double w = 0.05 + random.nextDouble();
            ChunkTimes times = schedule.splitsBackward()
                    ? ChunkTimes.uniform(pipeline.chunks(), f, b, w)
                    : ChunkTimes.uniform(pipeline.chunks(), f, b);
            double simulated = pipeline.simulate(times).seconds();
            int p = pipeline.stages();
            int M = pipeline.microBatches();
            double formula = switch (schedule) {
                case GPIPE -> GPipe.seconds(p, M, f, b, 0);
                case ONE_FORWARD_ONE_BACKWARD -> OneForwardOneBackward.seconds(p, M, f, b, 0);
                case INTERLEAVED -> Interleaved.seconds(p, pipeline.virtualStages(), M, f, b);
                case ZERO_BUBBLE_H1 -> ZeroBubble.seconds(p, M, f, b, w);
            };
            assertThat(formula).as("%s", pipeline).isCloseTo(simulated, within(EXACT * simulated));
            assertThat(pipeline.seconds(times)).as("%s", pipeline).isCloseTo(simulated, within(EXACT * simulated));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {13, 14})
    void gPipeIsExactForAnyStagesAndSends(long seed) {
        Random random = new Random(seed);
        for (int n = 0; n < CASES; n++) {
            Pipeline pipeline = pipeline(PipelineSchedule.GPIPE, random, 12, 60);
            ChunkTimes times = wild(pipeline, random).withSendSeconds(random.nextDouble());
            double exact = recurrence.seconds(pipeline, times);
            assertThat(pipeline.seconds(times)).as("%s", pipeline).isCloseTo(exact, within(EXACT * exact));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {15, 16})
    void oneForwardOneBackwardIsExactForAnyStages(long seed) {
        Random random = new Random(seed);
        for (int n = 0; n < 4 * CASES; n++) {
            Pipeline pipeline = pipeline(PipelineSchedule.ONE_FORWARD_ONE_BACKWARD, random, 12, 40);
            ChunkTimes times = wild(pipeline, random);
            double exact = recurrence.seconds(pipeline, times);
            assertThat(pipeline.seconds(times)).as("%s", pipeline).isCloseTo(exact, within(EXACT * exact));
        }
    }

    @Test
    void oneForwardOneBackwardWithSendsIsExactForEqualStages() {
        Random random = new Random(17);
        for (int n = 0; n < CASES; n++) {
            Pipeline pipeline = pipeline(PipelineSchedule.ONE_FORWARD_ONE_BACKWARD, random, 12, 60);
            double f = 0.05 + random.nextDouble();
            double b = 0.05 + random.nextDouble();
            double s = random.nextDouble();
            ChunkTimes times = ChunkTimes.uniform(pipeline.chunks(), f, b).withSendSeconds(s);
            double exact = recurrence.seconds(pipeline, times);
            assertThat(OneForwardOneBackward.seconds(pipeline.stages(), pipeline.microBatches(), f, b, s))
                    .as("%s", pipeline)
                    .isCloseTo(exact, within(EXACT * exact));
            assertThat(pipeline.seconds(times)).as("%s", pipeline).isCloseTo(exact, within(EXACT * exact));
        }
    }

    @ParameterizedTest
    @EnumSource(PipelineSchedule.class)
    void closedFormIsNeverAboveTheSimulation(PipelineSchedule schedule) {
        Random random = new Random(18);
        for (int n = 0; n < 3 * CASES; n++) {
            Pipeline pipeline = pipeline(schedule, random, 12, 40);
            ChunkTimes times = wild(pipeline, random).withSendSeconds(random.nextInt(2) * random.nextDouble());
            double exact = recurrence.seconds(pipeline, times);
            assertThat(pipeline.seconds(times)).as("%s", pipeline).isLessThanOrEqualTo(exact * (1 + EXACT));
        }
    }

    @Test
    void interleavedShowsTheSendsOfOneMicroBatchThereAndBack() {
        Random random = new Random(20);
        for (int n = 0; n < CASES; n++) {
            int p = 2 + random.nextInt(12);
            int v = 2 + random.nextInt(6);
            int M = random.nextBoolean() ? p * (1 + random.nextInt(6)) : 1 + random.nextInt(p);
            double f = 0.5 + random.nextDouble();
            double b = f * (1 + random.nextDouble());
            double s = 0.5 * f * random.nextDouble();
            Pipeline pipeline = Pipeline.of(p, v, M);
            double exact =
                    recurrence.seconds(pipeline, ChunkTimes.uniform(p * v, f, b).withSendSeconds(s));
            assertThat(Interleaved.seconds(p, v, M, f, b, s))
                    .as("%s", pipeline)
                    .isCloseTo(exact, within(EXACT * exact));
            assertThat(Interleaved.seconds(p, v, M, f, b) + 2 * (p * v - 1) * s)
                    .as("%s", pipeline)
                    .isCloseTo(exact, within(EXACT * exact));
        }
    }

    @Test
    void equalChunksBetweenTheEdgesNeedNoArrays() {
        Random random = new Random(19);
        for (int n = 0; n < 10 * CASES; n++) {
            Pipeline pipeline = pipeline(PipelineSchedule.INTERLEAVED, random, 16, 100);
            int last = pipeline.chunks() - 1;
            double f = random.nextDouble();
            double b = random.nextDouble();
            double s = random.nextInt(2) * random.nextDouble();
            double[] forward = new double[last + 1];
            double[] backward = new double[last + 1];
            Arrays.fill(forward, f);
            Arrays.fill(backward, b);
            forward[0] = 2 * random.nextDouble();
            backward[0] = 2 * random.nextDouble();
            forward[last] = 3 * random.nextDouble();
            backward[last] = 3 * random.nextDouble();
            int p = pipeline.stages();
            int M = pipeline.microBatches();
            double general = Interleaved.seconds(p, M, forward, backward, s);
            double edges = InterleavedEdges.seconds(
                    p, pipeline.virtualStages(), M, f, b, forward[0], backward[0], forward[last], backward[last], s);
            assertThat(edges).as("%s", pipeline).isCloseTo(general, within(EXACT * general));
        }
    }

    @Test
    void firstAndLastStageMayTakeTimesOfTheirOwnWithoutArrays() {
        Random random = new Random(21);
        for (int n = 0; n < 10 * CASES; n++) {
            Pipeline pipeline = pipeline(PipelineSchedule.INTERLEAVED, random, 16, 100);
            int p = pipeline.stages();
            int M = pipeline.microBatches();
            int chunks = pipeline.chunks();
            double s = random.nextInt(2) * random.nextDouble();
            double[] f = edges(random, p, chunks);
            double[] b = edges(random, p, chunks);
            double general = Interleaved.seconds(p, M, f, b, s);
            int middle = p / 2;
            double edges = InterleavedEdges.seconds(
                    p,
                    pipeline.virtualStages(),
                    M,
                    f[middle],
                    b[middle],
                    f[p],
                    b[p],
                    f[p - 1],
                    b[p - 1],
                    f[0],
                    b[0],
                    f[chunks - 1],
                    b[chunks - 1],
                    s);
            assertThat(edges).as("%s", pipeline).isCloseTo(general, within(EXACT * general));
        }
    }

    /** Times of one direction that differ on the first stage and the last, there most in the first chunk and the last. */
    private static double[] edges(Random random, int p, int chunks) {
        double[] times = new double[chunks];
        Arrays.fill(times, random.nextDouble());
        double front = random.nextDouble();
        double rear = random.nextDouble();
        for (int g = 0; g < chunks; g += p) {
            times[g] = front;
            times[g + p - 1] = rear;
        }
        times[0] = 2 * random.nextDouble();
        times[chunks - 1] = 3 * random.nextDouble();
        return times;
    }

    /** Stages that differ by nothing but rounding are looked at one by one, equal ones together. */
    @Test
    void zeroBubbleLooksAtEqualStagesTogether() {
        Random random = new Random(22);
        for (int n = 0; n < 4 * CASES; n++) {
            int p = 2 + random.nextInt(20);
            int M = 1 + random.nextInt(50);
            double s = random.nextInt(2) * random.nextDouble();
            double[][] times = {edges(random, p, p), edges(random, p, p), edges(random, p, p)};
            double together = ZeroBubble.seconds(M, times[0], times[1], times[2], s);
            for (double[] row : times) {
                for (int i = 0; i < p; i++) {
                    row[i] *= 1 + i * 1e-15;
                }
            }
            double oneByOne = ZeroBubble.seconds(M, times[0], times[1], times[2], s);
            assertThat(together).as("p %d M %d", p, M).isCloseTo(oneByOne, within(1e-10 * oneByOne));
        }
    }

    private static Pipeline pipeline(PipelineSchedule schedule, Random random, int mostStages, int mostMicroBatches) {
        boolean interleaved = schedule == PipelineSchedule.INTERLEAVED;
        int p = (interleaved ? 2 : 1) + random.nextInt(mostStages);
        int v = interleaved ? 2 + random.nextInt(4) : 1;
        return new Pipeline(schedule, p, v, 1 + random.nextInt(mostMicroBatches));
    }

    /** Any times at all: forward, backward and weight gradient drawn apart, some chunks several times slower. */
    private static ChunkTimes wild(Pipeline pipeline, Random random) {
        double[][] times = new double[3][pipeline.chunks()];
        for (double[] row : times) {
            for (int g = 0; g < row.length; g++) {
                row[g] = random.nextDouble() * (random.nextInt(4) == 0 ? 5 : 1);
            }
        }
        return pipeline.schedule().splitsBackward()
                ? ChunkTimes.of(times[0], times[1], times[2])
                : ChunkTimes.of(times[0], times[1]);
    }
}
