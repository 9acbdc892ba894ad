package org.hopperline.run.campaign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.LocalDate;
import java.util.List;
import org.assertj.core.data.Percentage;
import org.hopperline.core.Interval;
import org.hopperline.run.goodput.GoodputModel;
import org.hopperline.run.power.FacilityPower;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CampaignBandsTest {

    private static final LocalDate START = LocalDate.of(2024, 9, 2);
    private static final Campaign CAMPAIGN = Campaign.builder()
            .ramp(Ramps.MEMPHIS)
            .start(START)
            .flops(3.5e26)
            .throughput(gpus -> 400e12 * gpus)
            .goodput(GoodputFunction.of(GoodputModel.steady()))
            .power(new FacilityPower(1500), new FacilityPower(700))
            .build();
    private static final CampaignUncertainty SPREAD = CampaignUncertainty.none()
            .withThroughputFactor(Distribution.logNormal(new Interval(0.8, 1.2, 0.8)))
            .withFailureFactor(Distribution.triangular(0.6, 1, 1.7))
            .withStartDelayDays(Distribution.empirical(0, 3, 10))
            .withPrices(Distribution.triangular(1.4, 2, 3.5), Distribution.fixed(0.0771));

    @Test
    void bandsAreReproducible() {
        CampaignBands once = CampaignBands.of(CAMPAIGN, SPREAD, 500, 7);
        CampaignBands again = CampaignBands.of(CAMPAIGN, SPREAD, 500, 7);
        assertThat(once.gpuHours(0.8)).isEqualTo(again.gpuHours(0.8));
        assertThat(once.toString()).isEqualTo(again.toString());
        assertThat(CampaignBands.of(CAMPAIGN, SPREAD, 500, 8).gpuHours(0.8)).isNotEqualTo(once.gpuHours(0.8));
    }

    @Test
    void bandsNarrowToThePointWhereAllIsKnown() {
        CampaignBands bands = CampaignBands.of(CAMPAIGN, CampaignUncertainty.none(), 10, 1);
        CampaignResult point = CAMPAIGN.run();
        assertThat(bands.gpuHours(0.9).low()).isEqualTo(point.gpuHours());
        assertThat(bands.gpuHours(0.9).width()).isZero();
        assertThat(bands.finishQuantile(0.5))
                .isEqualTo(point.finish().orElseThrow().toLocalDate());
        assertThat(bands.probabilityDoneBy(bands.finishQuantile(0.5))).isEqualTo(1);
        assertThat(bands.probabilityDoneBy(bands.finishQuantile(0.5).minusDays(1)))
                .isZero();
        assertThat(bands.rentDollars(0.5).high()).isZero();
    }

    @Test
    void bandsHoldThePointAndWidenWithCoverage() {
        CampaignBands bands = CampaignBands.of(CAMPAIGN, SPREAD, 1000, 3);
        CampaignResult point = CAMPAIGN.run();
        assertThat(bands.gpuHours(0.8).contains(point.gpuHours())).isTrue();
        assertThat(bands.megawattHours(0.8).contains(point.megawattHours())).isTrue();
        assertThat(bands.gpuHours(0.95).width())
                .isGreaterThan(bands.gpuHours(0.8).width());
        assertThat(bands.finishQuantile(0.1)).isBefore(bands.finishQuantile(0.9));
        assertThat(bands.probabilityDoneBy(bands.finishQuantile(0.9))).isGreaterThanOrEqualTo(0.9);
        assertThat(bands.electricityDollars(0.8).high()).isPositive();
        assertThat(bands.finishedShare()).isEqualTo(1);
    }

    @Test
    void oneLogNormalQuantityGivesItsOwnQuantiles() {
        // On a constant machine the GPU-hours are inverse in the throughput, so their band is that of 1/throughput.
        Campaign constant = CAMPAIGN.withRamp(Ramp.constant("m", START, 100_000));
        CampaignUncertainty one =
                CampaignUncertainty.none().withThroughputFactor(Distribution.logNormal(new Interval(0.8, 1.25, 0.8)));
        Interval band = CampaignBands.of(constant, one, 2000, 5).gpuHours(0.8);
        double point = constant.run().gpuHours();
        assertThat(band.low()).isCloseTo(point / 1.25, Percentage.withPercentage(0.1));
        assertThat(band.high()).isCloseTo(point / 0.8, Percentage.withPercentage(0.1));
    }

    @Test
    void runsThatNeverEndCountAsNotDone() {
        Campaign hopeless = CAMPAIGN.withThroughput(gpus -> 0);
        CampaignBands bands = CampaignBands.of(hopeless, CampaignUncertainty.none(), 10, 1);
        assertThat(bands.probabilityDoneBy(LocalDate.of(2099, 1, 1))).isZero();
        assertThat(bands.finishedShare()).isZero();
        assertThatThrownBy(() -> bands.finishQuantile(0.5)).hasMessageContaining("no date is certain to 0.5");
        assertThatThrownBy(() -> bands.gpuHours(0.8)).hasMessageContaining("ends in none of 10 samples");
        assertThat(bands.toString()).isEqualTo("ends in 0 % of 10 samples");
    }

    /** Quantiles from SciPy 1.17.1. */
    @ParameterizedTest
    @CsvSource({
        "0.5, 0.0",
        "0.9, 1.2815515655446004",
        "0.975, 1.959963984540054",
        "0.001, -3.090232306167813",
        "1e-12, -7.034483825301131",
        "1e-20, -9.262340089798408",
    })
    void normalQuantiles(double p, double x) {
        assertThat(Normal.quantile(p)).isCloseTo(x, within(1e-13));
    }

    /** Laplace's law: the 80 % ends are 5 to the scale, the 90 % ends 10 to it. */
    @Test
    void logLaplaceHoldsItsInterval() {
        Distribution laplace = Distribution.logLaplace(new Interval(1 / Math.pow(5, 0.1), Math.pow(5, 0.1), 0.8));
        assertThat(laplace.quantile(0.1)).isCloseTo(Math.pow(5, -0.1), within(1e-12));
        assertThat(laplace.quantile(0.5)).isCloseTo(1, within(1e-12));
        assertThat(laplace.quantile(0.9)).isCloseTo(Math.pow(5, 0.1), within(1e-12));
        assertThat(laplace.quantile(0.95)).isCloseTo(Math.pow(10, 0.1), within(1e-12));
        assertThatThrownBy(() -> laplace.quantile(1)).hasMessageContaining("probability is 1.0");
        assertThatThrownBy(() -> new Distribution.LogLaplace(1, 0))
                .hasMessageContaining("scale of the logarithm is 0.0");
    }

    @Test
    void quantilesOfTheDistributions() {
        Distribution logNormal = Distribution.logNormal(new Interval(0.5, 2, 0.8));
        assertThat(logNormal.quantile(0.1)).isCloseTo(0.5, within(1e-12));
        assertThat(logNormal.quantile(0.5)).isCloseTo(1, within(1e-12));
        assertThat(logNormal.quantile(0.9)).isCloseTo(2, within(1e-12));
        Distribution triangular = Distribution.triangular(0, 1, 4);
        assertThat(triangular.quantile(0.25)).isCloseTo(1, within(1e-12));
        assertThat(triangular.quantile(1e-300)).isCloseTo(0, within(1e-12));
        assertThat(triangular.quantile(Math.nextDown(1.0))).isCloseTo(4, within(1e-6));
        Distribution empirical = Distribution.empirical(3, 1, 2);
        assertThat(empirical.quantile(0.5)).isEqualTo(2);
        assertThat(empirical.quantile(0.75)).isEqualTo(2.5);
        assertThat(Distribution.fixed(7).quantile(0.2)).isEqualTo(7);
    }

    @Test
    void badDistributionsAreNamed() {
        for (Distribution d : List.of(
                Distribution.fixed(1),
                Distribution.logNormal(1, 1),
                Distribution.triangular(0, 1, 2),
                Distribution.empirical(1))) {
            assertThatThrownBy(() -> d.quantile(1)).hasMessage("probability is 1.0, but must lie between 0 and 1");
        }
        assertThatThrownBy(() -> Distribution.triangular(0, 3, 2)).hasMessageContaining("the three must rise");
        assertThatThrownBy(() -> Distribution.logNormal(0, 1)).hasMessageContaining("median is 0.0");
        assertThatThrownBy(() -> Distribution.logNormal(1, 0))
                .hasMessageContaining("standard deviation of the logarithm is 0.0");
        assertThatThrownBy(Distribution::empirical).hasMessageContaining("needs at least one value");
        assertThatThrownBy(() -> Distribution.empirical(1, Double.NaN)).hasMessageContaining("observed value is NaN");
        assertThatThrownBy(() -> CampaignBands.of(CAMPAIGN, SPREAD, 5, 1))
                .hasMessage("samples is 5, but a band needs at least 10; take 1,000");
        assertThatThrownBy(() -> CampaignBands.of(
                        CAMPAIGN,
                        CampaignUncertainty.none().withPrices(Distribution.fixed(-1), Distribution.fixed(0)),
                        10,
                        1))
                .hasMessageContaining("price of a GPU-hour is -1.0 USD");
    }
}
