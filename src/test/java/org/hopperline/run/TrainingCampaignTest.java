package org.hopperline.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.LocalDate;
import java.util.List;
import org.assertj.core.data.Percentage;
import org.hopperline.hardware.Clusters;
import org.hopperline.model.Models;
import org.hopperline.run.campaign.CampaignBands;
import org.hopperline.run.campaign.CampaignResult;
import org.hopperline.run.campaign.Distribution;
import org.hopperline.run.campaign.Ramp;
import org.hopperline.run.campaign.Stage;
import org.hopperline.run.goodput.StartUp;
import org.hopperline.run.money.Prices;
import org.junit.jupiter.api.Test;

class TrainingCampaignTest {

    private static final LocalDate START = LocalDate.of(2024, 8, 11);
    private static final Training LLAMA =
            Training.of(Models.named("Llama 3.1 405B")).tokens(15.6e12).batchTokens(64e6);

    @Test
    void onAMachineThatDoesNotGrowTheCampaignIsTheRun() {
        Ramp constant = Ramp.constant("m", START, 16_384);
        TrainingCampaign training = TrainingCampaign.of(LLAMA, Clusters.META_ROCE, constant);
        CampaignResult result = training.campaign(START).run();
        RunPrediction run = LLAMA.on(Clusters.META_ROCE.withDevices(16_384));
        assertThat(result.days()).isCloseTo(run.days(), Percentage.withPercentage(0.001));
        RunEnergy energy = RunEnergy.of(run);
        // The campaign pays for every GPU of the machine, the run for those that its plan uses.
        double used = run.step().setup().cluster().devices() / 16_384.0;
        assertThat(result.megawattHours() * used).isCloseTo(energy.megawattHours(), Percentage.withPercentage(0.01));
    }

    @Test
    void onMemphisTheRunIsPlannedAnewAtEachSize() {
        TrainingCampaign training = TrainingCampaign.of(LLAMA, Clusters.MEMPHIS);
        CampaignResult result = training.campaign(START).run();
        assertThat(result.finish()).isPresent();
        RunPrediction small = training.at(25_000).orElseThrow();
        RunPrediction large = training.at(100_000).orElseThrow();
        assertThat(small.step().setup().cluster().devices()).isLessThanOrEqualTo(25_000);
        assertThat(large.step().setup().plan())
                .isNotEqualTo(small.step().setup().plan());
        assertThat(large.step().tokensPerSecond()).isGreaterThan(small.step().tokensPerSecond());
        assertThat(training.at(100_000).orElseThrow()).isSameAs(large);
        // Faster than on 25,000 all the way, slower than on 100,000 from the start.
        assertThat(result.days()).isBetween(large.days() * 0.999, small.days() * 1.001);
    }

    /** From nothing on 1,024 devices; from a checkpoint on 2,048, whose plan is another. */
    @Test
    void theJobStartsAgainWhereThePlanChanges() {
        Ramp ramp = new Ramp("m", List.of(new Stage(START, 1_024), new Stage(START.plusDays(10), 2_048)));
        Training instant = LLAMA.startUp(StartUp.none());
        Training slow = LLAMA.startUp(StartUp.none().withLaunch(86_400, 0));
        double without = TrainingCampaign.of(instant, Clusters.META_ROCE, ramp)
                .campaign(START)
                .run()
                .days();
        TrainingCampaign training = TrainingCampaign.of(slow, Clusters.META_ROCE, ramp);
        // A day on half of the machine is half a day of the whole.
        double rates = training.at(1_024).orElseThrow().step().tokensPerSecond()
                / training.at(2_048).orElseThrow().step().tokensPerSecond();
        assertThat(training.campaign(START).run().days() - without).isCloseTo(1 + rates, within(0.02));
    }

    @Test
    void stagesTooSmallForTheModelWait() {
        Ramp ramp = new Ramp("m", List.of(new Stage(START, 8), new Stage(START.plusDays(10), 16_384)));
        TrainingCampaign training = TrainingCampaign.of(LLAMA, Clusters.META_ROCE, ramp);
        assertThat(training.at(8)).isEmpty();
        CampaignResult result = training.campaign(START).run();
        assertThat(result.flopsBy(START.plusDays(10))).isZero();
        assertThat(result.days())
                .isCloseTo(10 + training.at(16_384).orElseThrow().days(), Percentage.withPercentage(0.01));
    }

    @Test
    void theStepsIntervalBecomesABandOfDates() {
        TrainingCampaign training = TrainingCampaign.of(LLAMA, Clusters.MEMPHIS);
        CampaignBands bands = CampaignBands.of(
                training.campaign(START),
                training.uncertainty().withFailureFactor(Distribution.triangular(0.6, 1, 1.7)),
                200,
                1);
        assertThat(bands.finishQuantile(0.1)).isBefore(bands.finishQuantile(0.9));
        assertThat(bands.probabilityDoneBy(START)).isZero();
        assertThat(bands.probabilityDoneBy(START.plusYears(3))).isEqualTo(1);
    }

    @Test
    void aMachineThatNeverReachesTheNeededSizeIsRefused() {
        assertThatThrownBy(() -> TrainingCampaign.of(LLAMA, Clusters.META_ROCE, Ramp.constant("m", START, 64)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("the least devices on which one fits are 96 (");
    }

    @Test
    void energyFollowsThePhasesOfTheStep() {
        RunPrediction run = LLAMA.on(Clusters.META_ROCE.withDevices(16_384));
        RunEnergy energy = RunEnergy.of(run);
        assertThat(energy.phases().compute()).isBetween(0.3, 1.0);
        assertThat(energy.running().facility().watts())
                .isLessThan(energy.rated().facility().watts())
                .isGreaterThan(energy.standing().facility().watts());
        // arXiv 2412.08602 and 2506.14551: training draws at most 82 % of the servers' rating.
        assertThat(energy.running().server().watts() / energy.rated().server().watts())
                .isBetween(0.5, 0.83);
        assertThat(energy.joulesPerToken() * 15.6e12).isCloseTo(energy.joules(), Percentage.withPercentage(1e-9));
        assertThat(energy.swing().watts()).isPositive();
        assertThat(energy.standbyJoules() > 0)
                .isEqualTo(run.step().setup().cluster().devices() < 16_384);
        assertThat(energy.toString()).contains("J a token");
    }

    @Test
    void costsFollowDeviceHoursAndEnergy() {
        RunPrediction run = LLAMA.on(Clusters.META_ROCE.withDevices(16_384));
        RunCost cost = RunCost.of(run);
        LocalDate day = LocalDate.of(2025, 8, 20);
        double rent = cost.rented(Prices.on("H100 at cost", day)).dollars();
        assertThat(rent).isCloseTo(1.42 * run.get(RunTerm.DEVICE_HOURS), Percentage.withPercentage(1e-9));
        assertThat(cost.perMillionTokens(cost.rented(Prices.on("H100 at cost", day)))
                        .dollars())
                .isCloseTo(rent / 15.6e6, Percentage.withPercentage(1e-9));
        assertThat(cost.electricity(Prices.on("US industrial electricity", day)).dollars())
                .isCloseTo(82.6 * cost.energy().megawattHours(), Percentage.withPercentage(1e-9));
        double bought = cost.capital(Prices.on("H100 on HGX board", day)).dollars();
        assertThat(cost.amortised(Prices.on("H100 on HGX board", day), 5).dollars())
                .isCloseTo(bought * run.days() / (5 * 365.25), within(1.0));
    }
}
