package org.hopperline.run.campaign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.LocalDate;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.hopperline.hardware.Clusters;
import org.hopperline.run.goodput.Checkpoint;
import org.hopperline.run.goodput.FailureModels;
import org.hopperline.run.goodput.Goodput;
import org.hopperline.run.goodput.GoodputModel;
import org.hopperline.run.goodput.Recovery;
import org.hopperline.run.power.FacilityPower;
import org.hopperline.run.power.LoadApproval;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CampaignTest {

    private static final LocalDate START = LocalDate.of(2024, 8, 11);
    private static final double DAY = 86_400;

    static LongStream seeds() {
        return LongStream.range(0, 100);
    }

    /** One FLOP a second and GPU, no failures, 1,000 W running and 400 W standing. */
    private static Campaign.Builder builder(Ramp ramp, double flops) {
        return Campaign.builder()
                .ramp(ramp)
                .start(START)
                .flops(flops)
                .throughput(gpus -> gpus)
                .goodput(GoodputFunction.perfect())
                .power(new FacilityPower(1000), new FacilityPower(400));
    }

    private static Campaign simple(Ramp ramp, double flops) {
        return builder(ramp, flops).build();
    }

    @Test
    void aMachineThatDoesNotGrowNeedsWorkOverSpeed() {
        CampaignResult result =
                simple(Ramp.constant("m", START, 100), 100 * DAY * 10).run();
        assertThat(result.days()).isCloseTo(10, within(1e-9));
        assertThat(result.finish().orElseThrow().toString()).isEqualTo("2024-08-21T00:00");
        assertThat(result.gpuHours()).isCloseTo(24_000, within(1e-6));
        assertThat(result.megawattHours()).isCloseTo(24, within(1e-9));
        assertThat(result.flopsBy(START.plusDays(5))).isCloseTo(100 * DAY * 5, within(1e-3));
        assertThat(result.flopsBy(START.minusDays(5))).isZero();
        assertThat(result.flopsBy(START.plusDays(500))).isEqualTo(100 * DAY * 10);
        assertThat(result.doneBy(LocalDate.of(2024, 8, 20))).isFalse();
        assertThat(result.doneBy(LocalDate.of(2024, 8, 21))).isTrue();
    }

    /** Half a day at the beginning, and a quarter when 30 follow on 10; the machine stands at 400 W meanwhile. */
    @Test
    void eachNewJobStandsUntilItSteps() {
        Ramp ramp = new Ramp("m", List.of(new Stage(START, 10), new Stage(START.plusDays(2), 30)));
        Campaign campaign = builder(ramp, 45 * DAY)
                .startUp((gpus, before) -> before == 0 ? 0.5 * DAY : 0.25 * DAY)
                .build();
        CampaignResult result = campaign.run();
        // 1.5 days of 10, then a quarter of a day of none and one of 30.
        assertThat(result.days()).isCloseTo(2 + 0.25 + 1, within(1e-9));
        assertThat(result.flopsBy(START.plusDays(2))).isCloseTo(15 * DAY, within(1e-3));
        assertThat(result.gpuHours()).isCloseTo((2 * 10 + 1.25 * 30) * 24, within(1e-6));
        double kilowattDays = 0.5 * 10 * 0.4 + 1.5 * 10 + 0.25 * 30 * 0.4 + 30;
        assertThat(result.megawattHours()).isCloseTo(kilowattDays * 24 / 1000, within(1e-9));
        assertThat(campaign.withFlops(1).startUp()).isSameAs(campaign.startUp());
    }

    /** On a machine that grows, a day's delay is not lost whole: the larger machine comes when it comes. */
    @Test
    void whoBeginsLaterMeetsTheLargerMachineSooner() {
        Ramp ramp = new Ramp("m", List.of(new Stage(START, 10), new Stage(START.plusDays(2), 30)));
        Campaign campaign = simple(ramp, 50 * DAY);
        // 2 days of 10 and 1 of 30; a day later 1 of 10 and 4/3 of 30.
        assertThat(campaign.run().days()).isCloseTo(3, within(1e-9));
        assertThat(campaign.withStart(START.plusDays(1)).run().days()).isCloseTo(1 + 4.0 / 3, within(1e-9));
    }

    /** A start that outlasts a stage of the ramp leaves nothing done on it. */
    @Test
    void aStageMayEndBeforeTheJobHasBegun() {
        Ramp ramp = new Ramp("m", List.of(new Stage(START, 10), new Stage(START.plusDays(1), 20)));
        CampaignResult result = builder(ramp, 20 * DAY)
                .startUp((gpus, before) -> 3 * DAY)
                .build()
                .run();
        assertThat(result.flopsBy(START.plusDays(1))).isZero();
        assertThat(result.days()).isCloseTo(1 + 3 + 1, within(1e-9));
    }

    @Test
    void aGrowingMachineGoesFasterFromEachStageOn() {
        Ramp ramp = new Ramp(
                "m",
                List.of(
                        new Stage(START.plusDays(2), 10),
                        new Stage(START.plusDays(4), 30),
                        new Stage(START.plusDays(6), 5)));
        // Two days without a machine, two of 10, two of 30, then 5: 80 GPU-days by day 6, 90 by day 8.
        CampaignResult result = simple(ramp, 90 * DAY).run();
        assertThat(result.days()).isCloseTo(8, within(1e-9));
        assertThat(result.curve()).extracting(CampaignResult.Point::flops).isSorted();
        assertThat(result.flopsBy(START.plusDays(3))).isCloseTo(10 * DAY, within(1e-3));
        assertThat(result.flopsBy(START.plusDays(5))).isCloseTo(50 * DAY, within(1e-3));
        assertThat(result.gpuHours()).isCloseTo(90 * 24, within(1e-6));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void moreWorkLessSpeedOrLaterMachinesNeverEndSooner(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Ramp ramp = new Ramp(
                "m",
                List.of(
                        new Stage(START.plusDays(random.nextInt(1, 20)), random.nextInt(1, 1000)),
                        new Stage(START.plusDays(random.nextInt(20, 40)), random.nextInt(1, 1000)),
                        new Stage(START.plusDays(random.nextInt(40, 60)), random.nextInt(1, 1000))));
        Campaign campaign =
                simple(ramp, DAY * random.nextDouble(1, 20_000)).withGoodput(GoodputFunction.of(GoodputModel.steady()));
        double days = campaign.run().days();
        assertThat(days).isPositive().isFinite();
        assertThat(campaign.withFlops(1.1 * campaign.flops()).run().days()).isGreaterThan(days);
        assertThat(campaign.run(0.9, 1, 0, 0).days()).isGreaterThan(days);
        assertThat(campaign.run(1, 2, 0, 0).days()).isGreaterThan(days);
        assertThat(campaign.run(1, 1, 0, 7).days()).isGreaterThanOrEqualTo(days);
        assertThat(campaign.run(1, 1, 7, 0).finishDay().orElseThrow())
                .isGreaterThanOrEqualTo(campaign.run().finishDay().orElseThrow());
    }

    @Test
    void goodputStretchesTheRunAndStandingChipsDrawLess() {
        Campaign perfect = simple(Ramp.constant("m", START, 1000), 1000 * DAY);
        CampaignResult half = perfect.withGoodput((gpus, factor) -> 0.5).run();
        assertThat(half.days()).isCloseTo(2, within(1e-9));
        assertThat(half.gpuHours()).isCloseTo(48_000, within(1e-6));
        // Half the GPU-hours at 1,000 W, half at 400 W.
        assertThat(half.megawattHours()).isCloseTo(24 + 9.6, within(1e-9));
        // A model knows that work undone by failures draws as much as work that stays.
        Campaign modelled = simple(Ramp.constant("m", START, 100_000), 100_000 * DAY)
                .withGoodput(GoodputFunction.of(GoodputModel.steady()));
        Goodput best = GoodputModel.steady().best(100_000);
        double standing = best.checkpointShare() + best.recoveryShare();
        assertThat(modelled.run().megawattHours())
                .isCloseTo(modelled.run().gpuHours() / 1e3 * (1 - 0.6 * standing), within(1e-6));
    }

    @Test
    void memphisGrewByDate() {
        assertThat(Ramps.MEMPHIS.gpusOn(LocalDate.of(2024, 7, 22))).isZero();
        assertThat(Ramps.MEMPHIS.gpusOn(LocalDate.of(2024, 8, 11))).isEqualTo(25_000);
        assertThat(Ramps.MEMPHIS.gpusOn(LocalDate.of(2024, 12, 31))).isEqualTo(100_000);
        assertThat(Ramps.MEMPHIS.largest()).isEqualTo(new Stage(LocalDate.of(2025, 2, 17), 200_000));
        Ramp grid = Ramps.memphisGrid(new FacilityPower(1740));
        assertThat(grid.stages()).extracting(Stage::gpus).containsExactly(4592, 28_728, 86_200);
        Ramp both = Ramps.MEMPHIS.limitedBy(grid);
        assertThat(both.gpusOn(LocalDate.of(2024, 8, 11))).isEqualTo(25_000);
        assertThat(both.gpusOn(LocalDate.of(2024, 9, 2))).isEqualTo(28_728);
        assertThat(both.gpusOn(LocalDate.of(2025, 3, 1))).isEqualTo(86_200);
        assertThat(Ramps.MEMPHIS.atMost(50_000).largest().gpus()).isEqualTo(50_000);
    }

    @Test
    void gpuHoursAndApprovalFollowTheRamp() {
        // 22 days of 25,000 and 120 days of 100,000 GPUs by the end of 2024.
        assertThat(Ramps.MEMPHIS.gpuHours(LocalDate.of(2024, 7, 22), LocalDate.of(2024, 12, 31)))
                .isCloseTo(24 * (22 * 25_000.0 + 120 * 100_000.0), within(1e-6));
        assertThat(Ramps.MEMPHIS.gpuHours(LocalDate.of(2024, 1, 1), LocalDate.of(2024, 8, 1)))
                .isZero();
        assertThat(Ramps.MEMPHIS.firstNeeding(LoadApproval.TVA, new FacilityPower(1740)))
                .contains(LocalDate.of(2024, 9, 2));
        assertThat(Ramps.MEMPHIS.atMost(50_000).firstNeeding(LoadApproval.TVA, new FacilityPower(1740)))
                .isEmpty();
        assertThatThrownBy(() -> Ramps.MEMPHIS.gpuHours(START, START.minusDays(1)))
                .hasMessageContaining("from 2024-08-11 until 2024-08-10");
    }

    @Test
    void aMachineThatNeverReachesTheNeededSizeSaysSo() {
        Campaign campaign =
                simple(Ramps.MEMPHIS.atMost(25_000), 3.5e26).withThroughput(gpus -> gpus < 32_768 ? 0 : 400e12 * gpus);
        CampaignResult result = campaign.run();
        assertThat(result.finish()).isEmpty();
        assertThat(result.reason())
                .contains("the model does not run on 25000 GPUs (Memphis at its largest, 2024-08-11)")
                .contains("never reaches the needed size");
        assertThat(result.doneBy(LocalDate.of(2100, 1, 1))).isFalse();
        assertThat(result.flopsBy(LocalDate.of(2100, 1, 1))).isZero();
        assertThatThrownBy(result::days)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("never reaches the needed size");
    }

    @Test
    void otherReasonsNeverToEnd() {
        Ramp shrinking = new Ramp("m", List.of(new Stage(START, 100), new Stage(START.plusDays(1), 0)));
        assertThat(simple(shrinking, 1000 * DAY).run().reason()).contains("0 GPUs that remain from 2024-08-12 on");
        GoodputModel hopeless =
                GoodputModel.of(FailureModels.RSC1, Checkpoint.blocking(3600), new Recovery(0, 0, 36_000));
        assertThat(simple(Ramp.constant("m", START, 200_000), 1e12)
                        .withGoodput(GoodputFunction.of(hopeless))
                        .run()
                        .reason())
                .contains("failures undo the work");
        assertThat(simple(Ramp.constant("m", START, 1), 1e26).run().reason())
                .contains("1.00e+26 FLOP take more than a century");
    }

    @Test
    void datesOutOfOrderAreRefused() {
        assertThatThrownBy(() -> new Ramp("m", List.of(new Stage(START, 1), new Stage(START.minusDays(1), 2))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("stage 2 of m is of 2024-08-10, but the one before is of 2024-08-11; dates must rise");
        assertThatThrownBy(() -> new Ramp("m", List.of())).hasMessageContaining("m has no stages");
        assertThatThrownBy(() -> Ramp.fed("p", List.of(START), List.of(), new FacilityPower(1740), 8))
                .hasMessage("p has 1 dates and 0 powers; give one power for each date");
    }

    @Test
    void aMachineThatCameWholeHasNoRampOfItsOwn() {
        assertThatThrownBy(() -> Ramp.of(Clusters.EAGLE))
                .hasMessageContaining("Eagle has no stages of growth")
                .hasMessageContaining("its 14400 devices");
    }

    @Test
    void badCampaignsAreNamed() {
        Ramp ramp = Ramp.constant("m", START, 10);
        assertThatThrownBy(() -> simple(ramp, 0)).hasMessageContaining("size of the run is 0.0 FLOP");
        assertThatThrownBy(() -> Campaign.builder().ramp(ramp).flops(1).build())
                .isInstanceOf(NullPointerException.class)
                .hasMessage("start date is null, but must be given");
        assertThatThrownBy(() -> new Stage(START, -1)).hasMessageContaining("GPUs on 2024-08-11 is -1");
        assertThatThrownBy(
                        () -> simple(ramp, 1).withThroughput(gpus -> Double.NaN).run())
                .hasMessageContaining("throughput on 10 GPUs is NaN FLOP/s");
        assertThatThrownBy(() -> simple(ramp, 1).withGoodput((gpus, f) -> 1.5).run())
                .hasMessageContaining("goodput on 10 GPUs is 1.5");
        assertThatThrownBy(() -> simple(ramp, 1).run(0, 1, 0, 0)).hasMessageContaining("throughput factor is 0.0");
        assertThatThrownBy(() -> simple(ramp, 1).run(1, 1, -1, 0)).hasMessageContaining("start delay is -1.0 d");
    }
}
