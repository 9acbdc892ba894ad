package org.hopperline.validation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.hopperline.calibration.ErrorStatistics;
import org.hopperline.core.Precision;
import org.hopperline.hardware.Clusters;
import org.hopperline.measured.MeasuredRun;
import org.hopperline.measured.SetAside;
import org.hopperline.measured.TrainingRuns;
import org.hopperline.model.Models;
import org.hopperline.model.Transformer;
import org.hopperline.plan.Batch;
import org.hopperline.plan.ParallelPlan;
import org.hopperline.plan.Recipe;
import org.hopperline.plan.Sharding;
import org.hopperline.plan.SoftwareProfiles;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Errors and contrasts on a few runs made for the purpose, whose answers are worked out by hand. */
class ContrastsTest {

    private static final MeasuredRun BASE =
            run("base", "a source", Models.LLAMA3_8B, 8, 16, 8192, Precision.BF16, 1, 9000);

    /** Micro-batches of 8,192 tokens whatever the length of a sequence. */
    private static MeasuredRun run(
            String id,
            String source,
            Transformer model,
            int devices,
            int sequences,
            int length,
            Precision precision,
            int tensor,
            double rate) {
        ParallelPlan plan = ParallelPlan.builder()
                .tensor(tensor)
                .data(devices / tensor)
                .sequenceParallel(tensor > 1)
                .sharding(Sharding.PARAMETERS)
                .microBatch(8192 / length)
                .build();
        return new MeasuredRun(
                id,
                2,
                "calibration",
                source,
                "1.0",
                "h100-sxm5-80",
                model,
                Clusters.dgxH100(devices),
                new Batch(sequences, length),
                Recipe.of(plan),
                precision,
                SoftwareProfiles.UNKNOWN,
                rate,
                List.of());
    }

    private static Accuracy accuracy(MeasuredRun... runs) {
        return Accuracy.of(new TrainingRuns(List.of(runs), List.of()));
    }

    private static Accuracy table() {
        return accuracy(
                BASE,
                run("twice the devices", "a source", Models.LLAMA3_8B, 16, 32, 8192, Precision.BF16, 1, 8900),
                run("in 8 bits", "a source", Models.LLAMA3_8B, 8, 16, 8192, Precision.FP8, 1, 12_000),
                run("half the sequence", "a source", Models.LLAMA3_8B, 8, 32, 4096, Precision.BF16, 1, 9500),
                run("two tensor ranks", "a source", Models.LLAMA3_8B, 8, 16, 8192, Precision.BF16, 2, 8500),
                run("another source", "b source", Models.LLAMA3_8B, 16, 32, 8192, Precision.BF16, 1, 8000),
                run("another model", "a source", Models.LLAMA3_70B, 16, 32, 8192, Precision.BF16, 1, 900));
    }

    @ParameterizedTest
    @CsvSource({
        "DEVICES, base, twice the devices",
        "PRECISION, base, in 8 bits",
        "SEQUENCE, half the sequence, base",
        "TENSOR, base, two tensor ranks"
    })
    void aPairDiffersInOneThingOnly(Contrast.Axis axis, String first, String second) {
        assertThat(Contrasts.of(table(), axis)).singleElement().satisfies(pair -> {
            assertThat(pair.axis()).isEqualTo(axis);
            assertThat(pair.first().run().id()).isEqualTo(first);
            assertThat(pair.second().run().id()).isEqualTo(second);
            assertThat(pair.measuredRatio())
                    .isEqualTo(pair.second().run().tokensPerSecondPerDevice()
                            / pair.first().run().tokensPerSecondPerDevice());
            assertThat(pair.error()).isCloseTo(pair.predictedRatio() / pair.measuredRatio() - 1, within(1e-12));
        });
    }

    /** Measured ratios within 3 % of one are noise; the sign of the others is right if both rise or both fall. */
    @Test
    void signsAreJudgedBeyondTheNoise() {
        Contrast precision = Contrasts.of(table(), Contrast.Axis.PRECISION).get(0);
        assertThat(precision.exceedsNoise()).isTrue();
        assertThat(precision.predictedRatio()).isGreaterThan(1);
        assertThat(precision.signAgrees()).isTrue();
        Contrast devices = Contrasts.of(table(), Contrast.Axis.DEVICES).get(0);
        assertThat(devices.measuredRatio()).isEqualTo(8900.0 / 9000);
        assertThat(devices.exceedsNoise()).isFalse();
        Contrast slower = Contrasts.of(
                        accuracy(
                                BASE,
                                run(
                                        "slower in 8 bits",
                                        "a source",
                                        Models.LLAMA3_8B,
                                        8,
                                        16,
                                        8192,
                                        Precision.FP8,
                                        1,
                                        5000)),
                        Contrast.Axis.PRECISION)
                .get(0);
        assertThat(slower.signAgrees()).isFalse();
        Contrasts.Summary summary = Contrasts.summary(table(), Contrast.Axis.PRECISION);
        assertThat(summary.pairs()).isEqualTo(1);
        assertThat(summary.judged()).isEqualTo(1);
        assertThat(summary.signRight()).isEqualTo(1);
        assertThat(summary.mean()).isEqualTo(Math.abs(precision.error()));
        assertThat(summary.median()).isEqualTo(summary.mean());
    }

    @Test
    void noPairsHaveNoScore() {
        Contrasts.Summary noPairs = Contrasts.summary(accuracy(BASE), Contrast.Axis.TENSOR);
        assertThat(noPairs.pairs()).isZero();
        assertThat(noPairs.median()).isNaN();
        assertThat(noPairs.signRight()).isNaN();
    }

    /** Comparisons whose measured rate is the predicted one over {@code 1 + error}. */
    private static List<Comparison> withErrors(double... errors) {
        Comparison base = accuracy(BASE).comparisons().get(0);
        double predicted = base.prediction().tokensPerSecondPerDevice();
        List<Comparison> all = new ArrayList<>();
        for (double error : errors) {
            all.add(new Comparison(
                    run("e", "a source", Models.LLAMA3_8B, 8, 16, 8192, Precision.BF16, 1, predicted / (1 + error)),
                    base.prediction()));
        }
        return all;
    }

    /** Errors of +10, -20, +30, 0 and -5 %: sizes 0, 5, 10, 20, 30; p90 is 0.6 of the way from 20 to 30. */
    @Test
    void aScoreByHand() {
        Score score = Score.of("by hand", withErrors(0.1, -0.2, 0.3, 0, -0.05));
        assertThat(score.errors().rows()).isEqualTo(5);
        assertThat(score.errors().mape()).isCloseTo(0.13, within(1e-12));
        assertThat(score.errors().median()).isCloseTo(0.10, within(1e-12));
        assertThat(score.errors().p90()).isCloseTo(0.26, within(1e-12));
        assertThat(score.errors().bias()).isCloseTo(0.03, within(1e-12));
        assertThat(score.toString()).contains("by hand", "n    5", "MAPE  13.0 %", "bias  +3.0 %");
    }

    @Test
    void theLogarithmOfTheErrorIsThatOfTheRates() {
        Comparison twice = withErrors(1.0).get(0);
        assertThat(twice.error()).isCloseTo(1, within(1e-12));
        assertThat(twice.logError()).isCloseTo(Math.log(2), within(1e-12));
    }

    @Test
    void nothingHasNoScore() {
        Score none = Score.of("none", List.of());
        assertThat(none.errors().rows()).isZero();
        assertThat(none.errors().mape()).isNaN();
        assertThat(none.errors().p90()).isNaN();
    }

    /** Hyndman and Fan 1996, type 7, by hand. */
    @ParameterizedTest
    @CsvSource({"0, 1", "0.25, 1.75", "0.5, 2.5", "0.9, 3.7", "1, 4"})
    void quantilesAreInterpolated(double share, double value) {
        assertThat(ErrorStatistics.quantile(new double[] {1, 2, 3, 4}, share)).isCloseTo(value, within(1e-12));
        assertThat(ErrorStatistics.quantile(new double[] {7}, share)).isEqualTo(7);
    }

    @Test
    void theWorstComeFirstAndGroupsInTheirOrder() {
        Accuracy accuracy = new Accuracy(withErrors(0.1, -0.5, 0.3), List.of());
        assertThat(accuracy.worst(2))
                .extracting(Comparison::error)
                .satisfiesExactly(
                        e -> assertThat(e).isCloseTo(-0.5, within(1e-12)),
                        e -> assertThat(e).isCloseTo(0.3, within(1e-12)));
        assertThat(table().scoresBy(MeasuredRun::source))
                .extracting(Score::group)
                .containsExactly("a source", "b source");
        assertThat(table().where(r -> r.precision() == Precision.FP8).comparisons())
                .hasSize(1);
    }

    /** A run that no plan can be made of is set aside with its rule, the others are predicted. */
    @Test
    void runsThatCannotBePredictedSayWhy() {
        Accuracy accuracy = accuracy(
                BASE, run("too few sequences", "a source", Models.LLAMA3_8B, 8, 12, 8192, Precision.BF16, 1, 9000));
        assertThat(accuracy.comparisons()).hasSize(1);
        assertThat(accuracy.setAside()).singleElement().satisfies((SetAside row) -> {
            assertThat(row.id()).isEqualTo("too few sequences");
            assertThat(row.reason()).contains("a batch of 12 sequences over data parallel 8");
        });
    }
}
