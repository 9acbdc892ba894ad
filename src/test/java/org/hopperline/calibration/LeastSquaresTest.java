package org.hopperline.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.assertj.core.data.Percentage;
import org.hopperline.core.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LeastSquaresTest {

    private static final double[] X = {0, 1, 2, 3, 4, 5, 6, 7};
    private static final double[] Y = {1.1, 2.9, 5.2, 6.8, 9.1, 11.2, 12.8, 15.0};

    private static LeastSquares line() {
        return LeastSquares.of(p -> row -> p[0] + p[1] * X[row], Y)
                .parameters(Parameter.of("intercept", "s", 0), Parameter.of("slope", "s", 1));
    }

    /** Seconds of kernels of a chip with a rate and a launch time, with log-normal noise. */
    private static double[] kernels(double[] flops, double rate, double launch, double sigma, long seed) {
        Random random = new Random(seed);
        return Arrays.stream(flops)
                .map(f -> (f / rate + launch) * Math.exp(sigma * random.nextGaussian()))
                .toArray();
    }

    private static double[] sizes(int n) {
        return IntStream.range(0, n)
                .mapToDouble(i -> 1e8 * Math.pow(10, 5.0 * i / n))
                .toArray();
    }

    private static LeastSquares kernelFit(double[] flops, double[] seconds) {
        return LeastSquares.of(p -> row -> flops[row] / p[0] + p[1], seconds)
                .parameters(Parameter.positive("rate", "FLOP/s", 1e14), Parameter.positive("launch", "s", 1e-5))
                .residual(Residual.LOG);
    }

    @Test
    void straightLineHasTheTextbookStandardErrors() {
        Fit fit = line().fit();
        // Normal equations by hand: n 8, sum x 28, sum xx 140, sum y 64.1, sum xy 307.9.
        double slope = (8 * 307.9 - 28 * 64.1) / (8 * 140 - 28 * 28);
        double intercept = (64.1 - slope * 28) / 8;
        double squares = 0;
        for (int i = 0; i < 8; i++) {
            squares += Math.pow(Y[i] - intercept - slope * X[i], 2);
        }
        assertThat(fit.value("slope")).isCloseTo(slope, within(1e-12));
        assertThat(fit.value("intercept")).isCloseTo(intercept, within(1e-12));
        assertThat(fit.standardError("slope")).isCloseTo(Math.sqrt(squares / 6 / 42), within(1e-10));
        assertThat(fit.standardError("intercept")).isCloseTo(Math.sqrt(squares / 6 * 140 / 8 / 42), within(1e-10));
        assertThat(fit.correlation("intercept", "slope")).isCloseTo(-28 / Math.sqrt(8 * 140), within(1e-8));
        assertThat(fit.residualDeviation()).isCloseTo(Math.sqrt(squares / 6), within(1e-12));
        assertThat(fit.converged()).isTrue();
        assertThat(fit.agreed()).isTrue();
    }

    @Test
    void exactDerivativesGiveWhatDifferencesGive() {
        Fit differences = line().fit();
        Fit exact = line().gradient((p, row, g) -> {
                    g[0] = 1;
                    g[1] = X[row];
                })
                .fit();
        assertThat(exact.values()).containsExactly(differences.values(), within(1e-10));
        assertThat(exact.standardError("slope")).isCloseTo(differences.standardError("slope"), within(1e-9));
    }

    @Test
    void exactDerivativesPassThroughBoundsLossAndLogarithm() {
        double[] flops = sizes(60);
        double[] seconds = kernels(flops, 7e14, 3e-6, 0.03, 5);
        LeastSquares differences = kernelFit(flops, seconds).loss(Loss.pseudoHuber(0.02));
        LeastSquares exact = kernelFit(flops, seconds)
                .loss(Loss.pseudoHuber(0.02))
                .gradient((p, row, g) -> {
                    g[0] = -flops[row] / (p[0] * p[0]);
                    g[1] = 1;
                });
        assertThat(exact.fit().value("rate"))
                .isCloseTo(differences.fit().value("rate"), Percentage.withPercentage(1e-6));
        assertThat(exact.fit().standardError("launch"))
                .isCloseTo(differences.fit().standardError("launch"), Percentage.withPercentage(1e-4));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void theTruthLiesWithinFourStandardErrors(long seed) {
        double[] flops = sizes(200);
        Fit fit = kernelFit(flops, kernels(flops, 7e14, 3e-6, 0.04, seed)).fit();
        assertThat(Math.abs(fit.value("rate") - 7e14)).isLessThan(4 * fit.standardError("rate"));
        assertThat(Math.abs(fit.value("launch") - 3e-6)).isLessThan(4 * fit.standardError("launch"));
        assertThat(fit.residualDeviation()).isBetween(0.03, 0.05);
    }

    @Test
    void pseudoHuberShrugsOffOutliersThatDragTheSquares() {
        double[] flops = sizes(100);
        double[] seconds = kernels(flops, 7e14, 3e-6, 0.02, 11);
        for (int i = 0; i < 100; i += 10) {
            seconds[i] *= 8;
        }
        double squared = kernelFit(flops, seconds).fit().value("rate");
        double robust =
                kernelFit(flops, seconds).loss(Loss.pseudoHuber(0.03)).fit().value("rate");
        assertThat(robust).isCloseTo(7e14, Percentage.withPercentage(2));
        assertThat(Math.abs(squared / 7e14 - 1)).isGreaterThan(0.1);
    }

    @Test
    void aWeightOfThreeIsThreeRowsAlike() {
        double[] x = {0, 1, 2, 2, 2, 3};
        double[] y = {1, 3, 4, 4, 4, 8};
        Fit repeated = LeastSquares.of(p -> row -> p[0] + p[1] * x[row], y)
                .parameters(Parameter.of("a", "1", 0), Parameter.of("b", "1", 1))
                .fit();
        Fit weighted = LeastSquares.of(p -> row -> p[0] + p[1] * x[row], y)
                .parameters(Parameter.of("a", "1", 0), Parameter.of("b", "1", 1))
                .rows(0, 1, 2, 5)
                .weights(1, 1, 3, 0, 0, 1)
                .fit();
        assertThat(weighted.values()).containsExactly(repeated.values(), within(1e-10));
        assertThat(weighted.residualSumOfSquares()).isCloseTo(repeated.residualSumOfSquares(), within(1e-10));
    }

    @Test
    void aPriorDrawsAsARowOfItsWidthWould() {
        // Rows say ln rate = 0 with noise 0.1 from 4 rows; the prior says ln rate = 1 with sigma 0.1.
        // Precisions 4 / 0.01 and 1 / 0.01: the mean of the posterior is 1 / 5.
        double[] y = {1, 1, 1, 1};
        Fit fit = LeastSquares.of(p -> row -> p[0], y)
                .parameters(Parameter.positive("rate", "1", 1.1).withPrior(Math.E, 0.1))
                .residual(Residual.LOG)
                .noise(0.1)
                .fit();
        assertThat(Math.log(fit.value("rate"))).isCloseTo(0.2, within(1e-9));
    }

    @Test
    void priorsAtInitialHoldWhatTheRowsDoNotDetermine() {
        // The rows fix the product of the two only; the priors share out the factor 4 evenly.
        double[] y = {4, 4, 4, 4, 4, 4};
        Fit fit = LeastSquares.of(p -> row -> p[0] * p[1], y)
                .parameters(Parameter.positive("a", "1", 1.0001), Parameter.positive("b", "1", 1))
                .residual(Residual.LOG)
                .noise(1e-6)
                .priorsAtInitial(0.5)
                .fit();
        assertThat(fit.value("a")).isCloseTo(2, within(1e-3));
        assertThat(fit.value("b")).isCloseTo(2, within(1e-3));
    }

    @Test
    void boundsHoldAndAParameterPressedAgainstOneHasNoInformation() {
        Fit fit = LeastSquares.of(p -> row -> p[0] + p[1] * X[row], Y)
                .parameters(Parameter.of("intercept", "s", 0), Parameter.between("slope", "s", 1, 0, 1.5))
                .fit();
        assertThat(fit.value("slope")).isBetween(1.49, 1.5);
    }

    @Test
    void whatTheRowsDoNotDetermineHasAnInfiniteError() {
        Fit fit = LeastSquares.of(p -> row -> p[0] * p[1] * X[row], Y)
                .parameters(Parameter.of("a", "1", 1), Parameter.of("b", "1", 1))
                .fit();
        assertThat(fit.standardError("a")).isInfinite();
        assertThat(fit.converged()).isFalse();
        assertThat(fit.value("a") * fit.value("b")).isCloseTo(307.9 / 140, within(1e-8));
    }

    @Test
    void severalMinimaAreTold() {
        // The cosine is -1 at pi and at -pi; the third row prefers pi.
        double[] y = {-1, -1, 0};
        Model valleys = p -> row -> row < 2 ? Math.cos(p[0]) : 0.1 * (p[0] - Math.PI);
        Fit alone = LeastSquares.of(valleys, y)
                .parameters(Parameter.of("angle", "rad", -2.5))
                .fit();
        Fit both = LeastSquares.of(valleys, y)
                .parameters(Parameter.of("angle", "rad", -2.5))
                .startAlsoAt(2.5)
                .fit();
        assertThat(both.cost()).isLessThan(alone.cost());
        assertThat(both.agreed()).isFalse();
        assertThat(both.costs()).hasSize(4);
    }

    @Test
    void sameInputSameBits() {
        double[] flops = sizes(100);
        double[] seconds = kernels(flops, 7e14, 3e-6, 0.05, 3);
        assertThat(kernelFit(flops, seconds).fit().values())
                .isEqualTo(kernelFit(flops, seconds).fit().values());
    }

    @Test
    void reportTellsTheRegionWhereTheModelIsWrong() {
        double[] flops = sizes(100);
        double[] seconds = kernels(flops, 7e14, 3e-6, 0.01, 4);
        for (int i = 80; i < 100; i++) {
            seconds[i] *= 1.3;
        }
        int[] all = IntStream.range(0, 100).toArray();
        Fit fit = kernelFit(flops, seconds).rows(Arrays.copyOf(all, 80)).fit();
        ResidualReport report = fit.report(all, row -> row < 80 ? "small" : "large");
        assertThat(report.regions()).extracting(ResidualReport.Region::label).containsExactly("small", "large");
        assertThat(report.regions().get(0).errors().mape()).isLessThan(0.02);
        assertThat(report.regions().get(1).errors().bias()).isCloseTo(1 / 1.3 - 1, within(0.02));
        assertThat(report.all().rows()).isEqualTo(100);
        assertThat(report.toString()).contains("small").contains("large").contains("all");
    }

    @Test
    void heldOutRowsAreJudgedByAFitThatNeverSawThem() {
        double[] flops = sizes(100);
        double[] seconds = kernels(flops, 7e14, 3e-6, 0.03, 9);
        List<HeldOut> folds = kernelFit(flops, seconds).heldOut(Split.folds(100, 4, row -> Split.shape(flops[row])));
        assertThat(folds).hasSize(4);
        assertThat(folds.stream().mapToInt(f -> f.errors().rows()).sum()).isEqualTo(100);
        for (HeldOut fold : folds) {
            assertThat(fold.fit().rows()).hasSize(100 - fold.errors().rows());
            assertThat(fold.errors().mape()).isBetween(0.01, 0.05);
        }
    }

    @Test
    void figuresCarryTheirBirthplace() {
        assertThat(line().fit().figures("eight points of a line").get("slope"))
                .satisfies(f -> assertThat(f.kind()).isEqualTo(Kind.FITTED))
                .satisfies(f -> assertThat(f.source()).isEqualTo("eight points of a line"));
    }

    @Test
    void toStringNamesValuesErrorsAndState() {
        assertThat(line().fit().toString())
                .contains("slope", "+-", "MAPE", "converged")
                .doesNotContain("NOT");
    }

    @Test
    void unknownNameIsAnsweredWithTheNearest() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> line().fit().value("slop"))
                .withMessageContaining("\"slop\"")
                .withMessageContaining("slope");
    }

    @Test
    void tooFewRows() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> line().rows(0, 1).fit())
                .withMessage("2 rows cannot determine 2 parameters and their errors; give at least 3 rows, or fewer"
                        + " parameters");
    }

    @Test
    void rowOutsideTheTable() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> line().rows(0, 8))
                .withMessage("row 8 is not among the 8 of the table; rows count from 0 to 7");
    }

    @Test
    void weightsOfAnotherLength() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> line().weights(1, 2))
                .withMessage("2 weights for 8 rows; give one for each row of the table");
    }

    @Test
    void negativeWeight() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> line().weights(1, 1, -1, 1, 1, 1, 1, 1))
                .withMessageContaining("weight of row 2")
                .withMessageContaining("-1");
    }

    @Test
    void twoParametersOfOneName() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> line().parameters(Parameter.of("a", "1", 0), Parameter.of("a", "1", 1)))
                .withMessage("two parameters are called \"a\"; rename one");
    }

    @Test
    void noParameters() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LeastSquares.of(p -> row -> 0, Y).fit())
                .withMessage("0 parameters; declare at least 1 with parameters(...)");
    }

    @Test
    void measurementThatHasNoLogarithm() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LeastSquares.of(p -> row -> p[0], new double[] {1, -2, 3})
                        .parameters(Parameter.positive("a", "s", 1))
                        .residual(Residual.LOG)
                        .fit())
                .withMessage("row 1: measured -2.0; a LOG residual needs a finite number above 0");
    }

    @Test
    void measurementThatIsNotANumber() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LeastSquares.of(p -> row -> p[0], new double[] {1, Double.NaN, 3})
                        .parameters(Parameter.positive("a", "s", 1))
                        .fit())
                .withMessage("row 1: measured NaN; a LINEAR residual needs a finite number");
    }

    @Test
    void modelWithoutAValueAtTheStart() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LeastSquares.of(p -> row -> Math.sqrt(p[0] - row), Y)
                        .parameters(Parameter.of("a", "s", 2.5))
                        .fit())
                .withMessageContaining("row 3: the model predicts NaN at the start [2.5], measured 6.8");
    }

    @Test
    void priorWithoutNoise() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LeastSquares.of(p -> row -> p[0], Y)
                        .parameters(Parameter.positive("a", "s", 1).withPrior(1, 0.1))
                        .fit())
                .withMessageContaining("parameter a has a prior, but the noise of a residual is unknown");
    }

    @Test
    void startOfAnotherLength() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> line().startAlsoAt(1).fit())
                .withMessage("a start has 1 values for 2 parameters; give one for each");
    }

    @Test
    void initialValueOnABound() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Parameter.positive("launch", "s", 0))
                .withMessage(
                        "parameter launch: initial value 0.0 must stand between 0.0 and Infinity s, bounds left out");
    }

    @Test
    void boundsThatCross() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Parameter.between("share", "1", 0.5, 1, 0))
                .withMessage("parameter share: minimum 1.0 must be below maximum 0.0 1");
    }

    @Test
    void priorOnAParameterThatMayBeNegative() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Parameter.of("shift", "s", 1).withPrior(1, 0.1))
                .withMessageContaining("a prior is on the logarithm, so the minimum must be 0 or more");
    }

    @Test
    void priorWithoutWidth() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Prior(1, 0))
                .withMessageContaining("sigma of a prior");
    }

    @Test
    void lossWithoutScale() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Loss.pseudoHuber(0))
                .withMessageContaining("scale of a loss: 0.0; it must be above 0");
    }

    @ParameterizedTest
    @ValueSource(doubles = {-20, -1, -1e-9, 0, 1e-9, 0.5, 3, 40})
    void pseudoHuberIsItsFormulaAndItsDerivatives(double r) {
        Loss loss = Loss.pseudoHuber(2);
        assertThat(loss.of(r)).isCloseTo(4 * (Math.sqrt(1 + r * r / 4) - 1), within(1e-12));
        double h = 1e-5;
        assertThat(loss.influence(r)).isCloseTo((loss.of(r + h) - loss.of(r - h)) / (2 * h), within(1e-8));
        assertThat(loss.curvature(r))
                .isCloseTo((loss.influence(r + h) - loss.influence(r - h)) / (2 * h), within(1e-8));
        assertThat(loss.rootSlope(r)).isCloseTo((loss.root(r + h) - loss.root(r - h)) / (2 * h), within(1e-8));
        assertThat(Loss.squared().of(r)).isEqualTo(r * r / 2);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.001, 0.3, 0.5, 0.77, 0.999})
    void freeCoordinatesLeadBack(double share) {
        for (Parameter p : List.of(
                Parameter.of("a", "1", 1),
                Parameter.positive("a", "1", 1),
                new Parameter("a", "1", 0, Double.NEGATIVE_INFINITY, 2, null),
                Parameter.between("a", "1", 0.5, -1, 1))) {
            double free = p.free(share);
            assertThat(p.value(free)).isCloseTo(share, within(1e-12));
            double h = 1e-6;
            assertThat(p.slope(free)).isCloseTo((p.value(free + h) - p.value(free - h)) / (2 * h), within(1e-8));
        }
    }

    /** Two machines share one table: each row answers to the rate of its own and to the launch time. */
    private static LeastSquares twoMachines(long seed) {
        double[] flops = sizes(60);
        double[] fast = kernels(flops, 6e14, 4e-6, 0.05, seed);
        double[] slow = kernels(flops, 2e14, 4e-6, 0.05, seed + 1);
        double[] seconds = new double[120];
        for (int i = 0; i < 60; i++) {
            seconds[i] = fast[i];
            seconds[60 + i] = slow[i];
        }
        return LeastSquares.of(p -> row -> flops[row % 60] / p[row / 60] + p[2], seconds)
                .parameters(
                        Parameter.positive("fast", "FLOP/s", 1e14),
                        Parameter.positive("slow", "FLOP/s", 1e14),
                        Parameter.between("launch", "s", 1e-5, 1e-7, 1e-3).withPrior(5e-6, 1))
                .residual(Residual.LOG)
                .loss(Loss.pseudoHuber(0.06));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void differencesOfTheRowsThatAParameterMovesFindTheSame(long seed) {
        Fit all = twoMachines(seed).fit();
        Fit some = twoMachines(seed).sparse().fit();
        for (Parameter parameter : all.parameters()) {
            String name = parameter.name();
            assertThat(some.value(name)).isCloseTo(all.value(name), Percentage.withPercentage(1e-6));
            assertThat(some.standardError(name)).isCloseTo(all.standardError(name), Percentage.withPercentage(1e-6));
        }
    }

    @Test
    void aFitThatSettlesEarlyStandsWithinAThousandthOfItsErrors() {
        Fit exact = twoMachines(5).fit();
        Fit early = twoMachines(5).settledAt(1e-4).once().fit();
        assertThat(early.converged()).isTrue();
        assertThat(early.costs()).hasSize(1);
        for (Parameter parameter : exact.parameters()) {
            String name = parameter.name();
            assertThat(early.value(name)).isCloseTo(exact.value(name), within(1e-3 * exact.standardError(name)));
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> twoMachines(5).settledAt(0))
                .withMessageContaining("relative offset");
    }
}
