package org.hopperline.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;

/**
 * How far the closed forms stay below the exact recurrence where they are no equality: 2 to 16 stages, 2 to 8 virtual
 * stages if interleaved, up to eight times as many micro-batches as stages, backward twice the forward or thereabouts.
 */
class ClosedFormAccuracyTest {

    private static final int CASES = 2000;

    private final PipelineRecurrence recurrence = new PipelineRecurrence();

    @Test
    void interleavedIsExactWhereTheLastStageIsNotLighterThanTheFirst() {
        double[] errors = errors(PipelineSchedule.INTERLEAVED, true, 41, (pipeline, random) -> {
            double first = random.nextDouble();
            return edges(pipeline, random, first, first + random.nextDouble());
        });
        assertThat(errors[CASES - 1]).isLessThan(1e-12);
    }

    @Test
    void interleavedWithHeavyEdgesIsWithinOnePercent() {
        double[] errors = errors(PipelineSchedule.INTERLEAVED, true, 42, (pipeline, random) -> heavy(pipeline, random));
        assertThat(errors[CASES / 2]).isLessThan(1e-12);
        assertThat(errors[CASES - 1]).isLessThan(0.01);
    }

    @Test
    void interleavedWithAnyNumberOfMicroBatchesIsWithinThreePercent() {
        double[] errors =
                errors(PipelineSchedule.INTERLEAVED, false, 43, (pipeline, random) -> heavy(pipeline, random));
        assertThat(errors[CASES / 2]).isLessThan(1e-12);
        assertThat(errors[CASES - 1]).isLessThan(0.03);
    }

    @Test
    void interleavedWithFewMicroBatchesIsWithinFivePercent() {
        Random random = new Random(49);
        for (int n = 0; n < CASES; n++) {
            int p = 2 + random.nextInt(15);
            Pipeline pipeline = Pipeline.of(p, 2 + random.nextInt(7), 1 + random.nextInt(p));
            ChunkTimes times = heavy(pipeline, random);
            double exact = recurrence.seconds(pipeline, times);
            assertThat(pipeline.seconds(times)).as("%s", pipeline).isBetween(0.95 * exact, (1 + 1e-12) * exact);
        }
    }

    @Test
    void interleavedWithSendsIsWithinThreePercent() {
        double[] errors = errors(
                PipelineSchedule.INTERLEAVED,
                false,
                44,
                (pipeline, random) -> heavy(pipeline, random).withSendSeconds(0.05 * random.nextDouble()));
        assertThat(errors[CASES / 2]).isLessThan(1e-3);
        assertThat(errors[CASES - 1]).isLessThan(0.03);
    }

    @Test
    void interleavedWithChunksThatDifferByTenPercentIsWithinEight() {
        double[] errors =
                errors(PipelineSchedule.INTERLEAVED, false, 45, (pipeline, random) -> uneven(pipeline, random, 0.1));
        assertThat(errors[CASES / 2]).isLessThan(0.03);
        assertThat(errors[CASES - 1]).isLessThan(0.08);
    }

    @Test
    void oneForwardOneBackwardWithSendsIsWithinATenthOfAPercent() {
        double[] errors = errors(
                PipelineSchedule.ONE_FORWARD_ONE_BACKWARD,
                false,
                46,
                (pipeline, random) -> heavy(pipeline, random).withSendSeconds(0.05 * random.nextDouble()));
        assertThat(errors[CASES / 2]).isLessThan(1e-12);
        assertThat(errors[CASES - 1]).isLessThan(0.001);
    }

    @Test
    void zeroBubbleIsExactWhereStagesDifferByTheirSize() {
        double[] errors =
                errors(PipelineSchedule.ZERO_BUBBLE_H1, false, 47, (pipeline, random) -> heavy(pipeline, random));
        assertThat(errors[CASES - 1]).isLessThan(1e-12);
    }

    @Test
    void zeroBubbleWithUnevenStagesIsWithinOnePercent() {
        double[] errors =
                errors(PipelineSchedule.ZERO_BUBBLE_H1, false, 48, (pipeline, random) -> uneven(pipeline, random, 0.3));
        assertThat(errors[CASES / 2]).isLessThan(1e-12);
        assertThat(errors[CASES - 1]).isLessThan(0.01);
    }

    /** Relative shortfalls of the closed form, sorted. */
    private double[] errors(
            PipelineSchedule schedule, boolean divides, long seed, BiFunction<Pipeline, Random, ChunkTimes> times) {
        Random random = new Random(seed);
        double[] errors = new double[CASES];
        for (int n = 0; n < CASES; n++) {
            int p = 2 + random.nextInt(15);
            int v = schedule == PipelineSchedule.INTERLEAVED ? 2 + random.nextInt(7) : 1;
            int M = divides ? p * (1 + random.nextInt(8)) : p + random.nextInt(7 * p);
            Pipeline pipeline = new Pipeline(schedule, p, v, M);
            ChunkTimes drawn = times.apply(pipeline, random);
            double exact = recurrence.seconds(pipeline, drawn);
            errors[n] = Math.abs(1 - pipeline.seconds(drawn) / exact);
        }
        Arrays.sort(errors);
        return errors;
    }

    /** Embedding up to half a chunk, logits up to one and a half. */
    private static ChunkTimes heavy(Pipeline pipeline, Random random) {
        return edges(pipeline, random, 0.5 * random.nextDouble(), 1.5 * random.nextDouble());
    }

    /** Equal chunks of one second forward, the first and the last slower by the given shares. */
    private static ChunkTimes edges(Pipeline pipeline, Random random, double first, double last) {
        double[] size = new double[pipeline.chunks()];
        Arrays.fill(size, 1);
        size[0] += first;
        size[size.length - 1] += last;
        return sized(size, random);
    }

    private static ChunkTimes uneven(Pipeline pipeline, Random random, double spread) {
        return sized(random.doubles(pipeline.chunks(), 1 - spread, 1 + spread).toArray(), random);
    }

    /** Chunks in proportion to their size, backward gradients 0.9 to 1.2 and 0.6 to 1 times the forward. */
    private static ChunkTimes sized(double[] size, Random random) {
        double input = 0.9 + 0.3 * random.nextDouble();
        double weight = 0.6 + 0.4 * random.nextDouble();
        return ChunkTimes.of(
                size,
                Arrays.stream(size).map(x -> x * input).toArray(),
                Arrays.stream(size).map(x -> x * weight).toArray());
    }
}
