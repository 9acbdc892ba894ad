package org.hopperline.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.LocalDate;
import java.util.List;
import org.assertj.core.data.Percentage;
import org.hopperline.hardware.Clusters;
import org.hopperline.model.Models;
import org.hopperline.run.campaign.CampaignOutcome;
import org.hopperline.run.campaign.CampaignResult;
import org.hopperline.run.campaign.CampaignUncertainty;
import org.hopperline.run.campaign.Distribution;
import org.hopperline.run.campaign.Ramp;
import org.hopperline.run.campaign.Stage;
import org.hopperline.run.goodput.StartUp;
import org.junit.jupiter.api.Test;

class CampaignForecastTest {

    private static final LocalDate START = LocalDate.of(2024, 9, 2);
    private static final Training LLAMA =
            Training.of(Models.LLAMA31_405B).tokens(15.6e12).batchTokens(16e6);
    private static final TrainingCampaign GROWING = TrainingCampaign.of(
            LLAMA,
            Clusters.MEMPHIS,
            new Ramp("a growing machine", List.of(new Stage(START, 8192), new Stage(START.plusDays(20), 16_384))));

    @Test
    void theSameSeedGivesTheSameForecast() {
        CampaignForecast once = CampaignForecast.of(GROWING, START, GROWING.uncertainty(), 100, 5);
        CampaignForecast again = CampaignForecast.of(GROWING, START, GROWING.uncertainty(), 100, 5);
        assertThat(once.toString()).isEqualTo(again.toString());
        assertThat(once.bands().band(CampaignOutcome.DAYS, 0.8))
                .isEqualTo(again.bands().band(CampaignOutcome.DAYS, 0.8));
        assertThat(CampaignForecast.of(GROWING, START, GROWING.uncertainty(), 100, 6)
                        .bands()
                        .quantile(CampaignOutcome.DAYS, 0.5))
                .isNotEqualTo(once.bands().quantile(CampaignOutcome.DAYS, 0.5));
    }

    @Test
    void bandsHoldTheNominalCourseAndCoursesRiseToTheEnd() {
        CampaignForecast forecast = CampaignForecast.of(GROWING, START, GROWING.uncertainty(), 200, 5);
        assertThat(forecast.bands().days(0.8).contains(forecast.nominal().days()))
                .isTrue();
        assertThat(forecast.bands()
                        .megawattHours(0.8)
                        .contains(forecast.nominal().megawattHours()))
                .isTrue();
        CampaignResult fast = forecast.bands().course(0.1);
        CampaignResult slow = forecast.bands().course(0.9);
        assertThat(fast.days()).isLessThan(slow.days());
        assertThat(slow.finish().orElseThrow().toLocalDate())
                .isEqualTo(forecast.bands().finishQuantile(0.9));
        assertThat(fast.curve()).extracting(CampaignResult.Point::flops).isSorted();
    }

    @Test
    void thePlanAndThePowerAreThoseOfEachSize() {
        RunPrediction small = GROWING.at(8192).orElseThrow();
        RunPrediction large = GROWING.at(16_384).orElseThrow();
        assertThat(small.step().setup().plan())
                .isNotEqualTo(large.step().setup().plan());
        var power = GROWING.campaign(START);
        assertThat(power.power().running(8192).watts())
                .isCloseTo(small.energy().running().facility().watts(), Percentage.withPercentage(1));
        assertThat(power.power().running(16_384).watts())
                .isCloseTo(large.energy().running().facility().watts(), Percentage.withPercentage(1));
    }

    @Test
    void oneRunIsACampaignOnAMachineThatIsThere() {
        RunPrediction run = LLAMA.on(Clusters.META_ROCE.withDevices(16_384));
        CampaignResult course = run.campaign(START).run();
        assertThat(course.days()).isCloseTo(run.days(), Percentage.withPercentage(0.01));
        // Devices that the plan leaves out stand by on the same meter.
        assertThat(course.joules())
                .isCloseTo(run.energy().joules() + run.energy().standbyJoules(), Percentage.withPercentage(0.01));
        assertThat(run.campaign(LocalDate.of(1999, 1, 1)).run().days()).isCloseTo(course.days(), within(1e-6));
    }

    @Test
    void moreWorkTakesLongerByAsMuch() {
        RunPrediction run = LLAMA.startUp(StartUp.none()).on(Clusters.META_ROCE.withDevices(16_384));
        CampaignUncertainty twice = CampaignUncertainty.none().withWorkFactor(Distribution.fixed(2));
        CampaignForecast doubled = CampaignForecast.of(TrainingCampaign.of(run), START, twice, 10, 1);
        assertThat(doubled.bands().quantile(CampaignOutcome.DAYS, 0.5))
                .isCloseTo(2 * doubled.nominal().days(), Percentage.withPercentage(1e-6));
        assertThat(doubled.bands().quantile(CampaignOutcome.MEGAWATT_HOURS, 0.5))
                .isCloseTo(2 * doubled.nominal().megawattHours(), Percentage.withPercentage(1e-6));
    }

    @Test
    void aMachineThatNeverReachesTheSizeSaysSo() {
        Ramp late = new Ramp("a small machine", List.of(new Stage(START, 8), new Stage(START.plusDays(9), 16)));
        assertThatThrownBy(() -> TrainingCampaign.of(LLAMA, Clusters.MEMPHIS, late))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no plan for Llama 3.1 405B on 16 ");
    }
}
