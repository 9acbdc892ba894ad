package org.hopperline.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

    /** Fewer micro-batches than stages, or as many, edges of any weight, sends of up to 5 % of a chunk. */
    @ParameterizedTest
    @CsvSource({"GPIPE, 1e-12", "ONE_FORWARD_ONE_BACKWARD, 1e-12", "INTERLEAVED, 0.041", "ZERO_BUBBLE_H1, 1e-12"})
    void fewMicroBatchesWithSends(PipelineSchedule schedule, double shortfall) {
        closeToTheSimulation(schedule, 51, FEW, (pipeline, random) -> heavy(pipeline, random), shortfall);
    }

    /**
     * The same with stages of whole layers, of which some have one more. Interleaved chunks so uneven, and postponed weight
     * gradients of few micro-batches, want the recurrence: a step is priced by it.
     */
    @ParameterizedTest
    @CsvSource({"GPIPE, 1e-12", "ONE_FORWARD_ONE_BACKWARD, 0.0032", "INTERLEAVED, 0.21", "ZERO_BUBBLE_H1, 0.063"})
    void fewMicroBatchesWithSendsOnUnevenStages(PipelineSchedule schedule, double shortfall) {
        closeToTheSimulation(schedule, 52, FEW, (pipeline, random) -> layers(pipeline, random), shortfall);
    }

    @ParameterizedTest
    @CsvSource({"GPIPE, 1e-12", "ONE_FORWARD_ONE_BACKWARD, 0.0095", "INTERLEAVED, 0.23", "ZERO_BUBBLE_H1, 0.0041"})
    void manyMicroBatchesWithSendsOnUnevenStages(PipelineSchedule schedule, double shortfall) {
        closeToTheSimulation(schedule, 53, MANY, (pipeline, random) -> layers(pipeline, random), shortfall);
    }

    /** Micro-batches that the stages do not divide, from one to six times as many. */
    @ParameterizedTest
    @CsvSource({"GPIPE, 1e-12", "ONE_FORWARD_ONE_BACKWARD, 1e-12", "INTERLEAVED, 0.035", "ZERO_BUBBLE_H1, 1.6e-4"})
    void microBatchesThatStagesDoNotDivide(PipelineSchedule schedule, double shortfall) {
        closeToTheSimulation(
                schedule,
                54,
                (p, random) -> {
                    int whole = p * random.nextInt(6);
                    return whole + 1 + random.nextInt(p - 1);
                },
                (pipeline, random) -> heavy(pipeline, random),
                shortfall);
    }

    private static final BiFunction<Integer, Random, Integer> FEW = (p, random) -> 1 + random.nextInt(p);
    private static final BiFunction<Integer, Random, Integer> MANY = (p, random) -> p + random.nextInt(7 * p);

    /** Never above the simulation, and never further below than said. */
    private static void closeToTheSimulation(
            PipelineSchedule schedule,
            long seed,
            BiFunction<Integer, Random, Integer> microBatches,
            BiFunction<Pipeline, Random, ChunkTimes> times,
            double shortfall) {
        Random random = new Random(seed);
        for (int n = 0; n < CASES; n++) {
            int p = 2 + random.nextInt(15);
            int v = schedule == PipelineSchedule.INTERLEAVED ? 2 + random.nextInt(7) : 1;
            Pipeline pipeline = new Pipeline(schedule, p, v, microBatches.apply(p, random));
            ChunkTimes drawn = times.apply(pipeline, random).withSendSeconds(0.05 * random.nextDouble());
            double simulated = pipeline.simulate(drawn).seconds();
            assertThat(pipeline.seconds(drawn))
                    .as("%s", pipeline)
                    .isBetween((1 - shortfall) * simulated, (1 + 1e-12) * simulated);
        }
    }

    /** One to four layers a chunk and on every third one more, an embedding, logits of up to as much as the layers. */
    private static ChunkTimes layers(Pipeline pipeline, Random random) {
        int each = 1 + random.nextInt(4);
        double[] size = new double[pipeline.chunks()];
        for (int g = 0; g < size.length; g++) {
            size[g] = each + (random.nextInt(3) == 0 ? 1 : 0);
        }
        size[0] += 0.3 * random.nextDouble();
        size[size.length - 1] += each * random.nextDouble();
        return sized(size, random);
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
