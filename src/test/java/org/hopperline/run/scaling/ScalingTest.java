package org.hopperline.run.scaling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.assertj.core.data.Percentage;
import org.hopperline.core.Figure;
import org.hopperline.text.Csv;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ScalingTest {

    static LongStream seeds() {
        return LongStream.range(0, 100);
    }

    static Stream<Csv.Row> published() {
        return Csv.resource(ScalingTest.class, "published.csv").rows().stream();
    }

    @ParameterizedTest
    @MethodSource("published")
    void optimaMatchTheAuthorsOwn(Csv.Row row) {
        ComputeOptimum best = row.text("law").startsWith("Llama")
                ? TokenRule.LLAMA3_FIGURE.optimum(row.number("flops"))
                : LossLaws.HOFFMANN_UNROUNDED.optimum(row.number("flops"));
        assertThat(best.law()).isEqualTo(row.text("law"));
        Percentage tolerance = Percentage.withPercentage(row.number("tolerance_percent"));
        assertThat(best.parameters()).isCloseTo(row.number("parameters"), tolerance);
        if (row.has("tokens")) {
            assertThat(best.tokens()).isCloseTo(row.number("tokens"), tolerance);
        }
    }

    /** Worked with the constants as published: N*, D* and D/N at four budgets. */
    @ParameterizedTest
    @CsvSource({
        "5.76e23, 32e9, 2.98e12, 93, 72e9, 1.33e12, 18.4",
        "3.8e25, 213e9, 29.7e12, 139, 619e9, 10.2e12, 16.5",
        "3.5e26, 582e9, 100e12, 172, 1.93e12, 30.2e12, 15.6",
        "5e26, 684e9, 122e12, 178, 2.32e12, 35.9e12, 15.5",
    })
    void printedConstantsContradictTwentyTokensAParameterAndTheRefitDoesNot(
            double flops, double n1, double d1, double ratio1, double n2, double d2, double ratio2) {
        ComputeOptimum printed = LossLaws.HOFFMANN_PRINTED.optimum(flops);
        assertThat(printed.parameters()).isCloseTo(n1, Percentage.withPercentage(1));
        assertThat(printed.tokens()).isCloseTo(d1, Percentage.withPercentage(1));
        assertThat(printed.tokensPerParameter()).isCloseTo(ratio1, Percentage.withPercentage(1));
        assertThat(printed.note()).contains("contradicts");
        ComputeOptimum refit = LossLaws.BESIROGLU.optimum(flops);
        assertThat(refit.parameters()).isCloseTo(n2, Percentage.withPercentage(1));
        assertThat(refit.tokens()).isCloseTo(d2, Percentage.withPercentage(1));
        assertThat(refit.tokensPerParameter()).isCloseTo(ratio2, Percentage.withPercentage(1));
    }

    @Test
    void refitReportsItsExponentAndItsIntervals() {
        // arXiv 2404.10102: a = 0.513 with a standard error of 0.02.
        assertThat(LossLaws.BESIROGLU.parameterExponent()).isCloseTo(0.513, within(0.0005));
        for (LossLaw law : LossLaws.all()) {
            assertThat(law.e().source()).isNotBlank();
        }
        assertThat(LossLaws.interval("Besiroglu", "beta")
                        .orElseThrow()
                        .contains(LossLaws.BESIROGLU.beta().value()))
                .isTrue();
        assertThat(LossLaws.interval("Hoffmann printed", "beta")).isEmpty();
        assertThatThrownBy(() -> LossLaws.interval("Besiroglu", "gamma"))
                .hasMessageContaining("unknown constant of a loss law \"Besiroglu gamma\"");
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void noOtherSplitOfTheBudgetHasLessLoss(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        double flops = Math.pow(10, random.nextDouble(18, 30));
        for (LossLaw law : LossLaws.all()) {
            ComputeOptimum best = law.optimum(flops);
            assertThat(TrainingFlops.sixND(best.parameters(), best.tokens()))
                    .isCloseTo(flops, Percentage.withPercentage(1e-9));
            double least = law.optimalLoss(flops);
            for (double factor : new double[] {0.5, 0.99, 1.01, 2}) {
                assertThat(law.loss(best.parameters() * factor, best.tokens() / factor))
                        .isGreaterThan(least);
            }
            assertThat(law.leastFlops(least)).isCloseTo(flops, Percentage.withPercentage(1e-6));
            assertThat(law.optimalTokens(best.parameters())).isCloseTo(best.tokens(), Percentage.withPercentage(1e-9));
            assertThat(law.overTraining(best.parameters(), best.tokens()).flopsOverLeast())
                    .isCloseTo(1, within(1e-6));
            assertThat(law.overTraining(best.parameters() / 2, 2 * best.tokens())
                            .flopsOverLeast())
                    .isGreaterThan(1);
        }
    }

    @Test
    void lossFallsTowardsWhatRemains() {
        LossLaw law = LossLaws.BESIROGLU;
        assertThat(law.optimalLoss(1e24)).isLessThan(law.optimalLoss(1e23));
        assertThat(law.loss(1e60, 1e60)).isCloseTo(law.e().value(), within(1e-12));
        assertThatThrownBy(() -> law.leastFlops(1.8))
                .hasMessageContaining("loss is 1.8 nat, but Besiroglu leaves 1.81686 nat at any budget");
    }

    @Test
    void llama3sPrintedRuleDoesNotReproduceItsOwnModel() {
        ComputeOptimum point = TokenRule.llama3Point();
        assertThat(TokenRule.LLAMA3_PRINTED.optimum(3.8e25).tokens()).isCloseTo(10.5e12, Percentage.withPercentage(1));
        assertThat(TokenRule.LLAMA3_PRINTED.tokensOver(point)).isCloseTo(0.632, within(0.001));
        assertThat(TokenRule.LLAMA3_FIGURE.tokensOver(point)).isCloseTo(1, within(0.02));
        assertThat(TrainingFlops.sixND(point.parameters(), point.tokens()))
                .isCloseTo(1.05 * point.flops(), Percentage.withPercentage(0.1));
        assertThat(TokenRule.LLAMA3_PRINTED.optimum(3.5e26).toString()).contains("where the paper reads 16.55 T");
        assertThat(TokenRule.LLAMA3_PRINTED.optimum(3.5e26).tokens()).isCloseTo(33.9e12, Percentage.withPercentage(1));
    }

    @Test
    void overTrainingOfTheLlamaModels() {
        assertThat(LossLaws.BESIROGLU.overTraining(405e9, 15.6e12).tokensPerParameter())
                .isCloseTo(38.5, within(0.05));
        OverTraining small = LossLaws.BESIROGLU.overTraining(8e9, 15e12);
        assertThat(small.tokensPerParameter()).isEqualTo(1875);
        assertThat(small.ratio()).isGreaterThan(50);
        assertThat(small.flopsOverLeast()).isGreaterThan(2);
    }

    @Test
    void threeCountsOfLlama405B() {
        // Llama 3.1 405B: 126 layers, 128 heads of 128, sequences of 8,192, 15.6 T tokens.
        assertThat(TrainingFlops.sixND(405e9, 15.6e12)).isCloseTo(3.79e25, Percentage.withPercentage(0.1));
        assertThat(15.6e12 * TrainingFlops.perToken(405e9, 126, 16_384, 8192, false))
                .isCloseTo(4.11e25, Percentage.withPercentage(0.1));
        assertThat(15.6e12 * TrainingFlops.perToken(405e9, 126, 16_384, 8192, true))
                .isCloseTo(3.95e25, Percentage.withPercentage(0.1));
    }

    @Test
    void stepsAndTokensTradeAtTheCriticalBatch() {
        double critical = CriticalBatch.kaplanTokens(2.0);
        // The label of figure 10 in arXiv 2001.08361 has 2.1e8 L^-4.8; the two roundings differ by about 2 % at 2 nat.
        assertThat(critical).isCloseTo(2.1e8 * Math.pow(2, -4.8), Percentage.withPercentage(3));
        assertThat(CriticalBatch.stepsOverLeast(critical, critical)).isEqualTo(2);
        assertThat(CriticalBatch.tokensOverLeast(critical, critical)).isEqualTo(2);
        for (double batch : new double[] {1e5, 1e6, 1e7, 1e9}) {
            assertThat((CriticalBatch.stepsOverLeast(batch, critical) - 1)
                            * (CriticalBatch.tokensOverLeast(batch, critical) - 1))
                    .isCloseTo(1, within(1e-12));
        }
        double batch = CriticalBatch.batchFor(0.2, critical);
        assertThat(CriticalBatch.tokensOverLeast(batch, critical)).isCloseTo(1.2, within(1e-12));
    }

    @Test
    void theBatchLimitsDataParallelism() {
        assertThat(CriticalBatch.mostReplicas(16e6, 1, 8192)).isEqualTo(1953);
        assertThat(CriticalBatch.mostReplicas(16e6, 4, 8192)).isEqualTo(488);
        assertThat(CriticalBatch.mostReplicas(1000, 1, 8192)).isZero();
    }

    @Test
    void dataMovementLimitsTheLargestRun() {
        assertThat(DataMovementLimit.of(3.5e26, 90)).isEqualTo(DataMovementLimit.Verdict.UNHINDERED);
        assertThat(DataMovementLimit.of(2e28, 90)).isEqualTo(DataMovementLimit.Verdict.LOSES_UTILISATION);
        assertThat(DataMovementLimit.of(2e31, 90)).isEqualTo(DataMovementLimit.Verdict.INFEASIBLE);
        assertThatThrownBy(() -> DataMovementLimit.of(1e28, 1000))
                .hasMessageContaining("the run lasts 1000.0 days, but these limits are stated for 91.3125 days");
    }

    @Test
    void badBudgetsAreNamed() {
        assertThatThrownBy(() -> LossLaws.BESIROGLU.optimum(0)).hasMessageContaining("budget is 0.0 FLOP");
        assertThatThrownBy(() -> LossLaws.BESIROGLU.loss(-1, 1e12)).hasMessageContaining("parameters is -1.0");
        assertThatThrownBy(() -> TokenRule.LLAMA3_FIGURE.optimum(Double.NaN))
                .hasMessageContaining("budget is NaN FLOP");
        assertThatThrownBy(() -> CriticalBatch.kaplanTokens(0)).hasMessageContaining("loss is 0.0 nat");
        assertThatThrownBy(() ->
                        new TokenRule("mine", Figure.assumed(1, "1", "test"), Figure.assumed(1.2, "1", "test"), ""))
                .hasMessageContaining("alpha of mine is 1.2, but must lie between 0 and 1");
    }
}
