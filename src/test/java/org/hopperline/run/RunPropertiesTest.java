package org.hopperline.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.hopperline.core.Figure;
import org.hopperline.core.Interval;
import org.hopperline.hardware.Cluster;
import org.hopperline.hardware.Clusters;
import org.hopperline.model.Models;
import org.hopperline.model.Transformer;
import org.hopperline.run.campaign.Campaign;
import org.hopperline.run.campaign.CampaignBands;
import org.hopperline.run.campaign.CampaignResult;
import org.hopperline.run.campaign.CampaignUncertainty;
import org.hopperline.run.campaign.Distribution;
import org.hopperline.run.campaign.GoodputFunction;
import org.hopperline.run.campaign.Ramp;
import org.hopperline.run.campaign.Stage;
import org.hopperline.run.goodput.Checkpoint;
import org.hopperline.run.goodput.Daly;
import org.hopperline.run.goodput.FailureModel;
import org.hopperline.run.goodput.Goodput;
import org.hopperline.run.goodput.GoodputModel;
import org.hopperline.run.goodput.Recovery;
import org.hopperline.run.money.Cost;
import org.hopperline.run.money.Price;
import org.hopperline.run.money.PriceBasis;
import org.hopperline.run.power.ChipPower;
import org.hopperline.run.power.Energy;
import org.hopperline.run.power.FacilityPower;
import org.hopperline.run.power.PhaseShares;
import org.hopperline.run.power.PowerCap;
import org.hopperline.run.scaling.CriticalBatch;
import org.hopperline.run.scaling.LossLaws;
import org.hopperline.run.scaling.TokenRule;
import org.hopperline.run.scaling.TrainingFlops;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever goes in, nothing that comes out is NaN or below 0; what makes no sense is refused by name. */
class RunPropertiesTest {

    private static final LocalDate DAY = LocalDate.of(2024, 9, 2);

    static LongStream seeds() {
        return LongStream.range(0, 150);
    }

    static LongStream fewSeeds() {
        return LongStream.range(0, 25);
    }

    private static double log(SplittableRandom random, double low, double high) {
        return low * Math.pow(high / low, random.nextDouble());
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void goodputIsAShareAndItsPartsAddUp(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        FailureModel failures = FailureModel.of(
                "random", Figure.assumed(log(random, 1e-7, 10), FailureModel.UNIT, "drawn"), random.nextInt(1, 17));
        Goodput g = GoodputModel.of(
                        failures,
                        new Checkpoint(
                                "random", log(random, 1e-3, 1e5), log(random, 1e-3, 1e5), log(random, 1e-3, 1e5)),
                        new Recovery(log(random, 1e-3, 1e5), log(random, 1e-3, 1e5), log(random, 1e-3, 1e5)))
                .withStragglerLoss(random.nextDouble() * 0.99)
                .withSilentCorruption(log(random, 1e-9, 1), log(random, 1, 1e6))
                .withMinimumInterval(log(random, 1e-3, 1e4))
                .best(random.nextInt(1, 2_000_000));
        for (double share :
                new double[] {g.fraction(), g.checkpointShare(), g.recoveryShare(), g.slownessShare(), g.lostShare()}) {
            assertThat(share).isBetween(0.0, 1.0);
        }
        assertThat(g.fraction() + g.checkpointShare() + g.recoveryShare() + g.slownessShare() + g.lostShare())
                .isCloseTo(1, within(1e-9));
        assertThat(g.intervalSeconds()).isPositive().isFinite();
        if (g.isNothing()) {
            assertThatThrownBy(() -> g.wallSeconds(1)).hasMessageContaining("the run never ends");
        } else {
            assertThat(g.wallSeconds(1)).isGreaterThanOrEqualTo(1).isFinite();
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void campaignsEndLaterThanTheyBeginOrSayWhyNot(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Stage> stages = new ArrayList<>();
        LocalDate date = DAY.plusDays(random.nextInt(-500, 500));
        for (int i = random.nextInt(1, 8); i > 0; i--) {
            stages.add(new Stage(date, random.nextInt(10) == 0 ? 0 : random.nextInt(1, 300_000)));
            date = date.plusDays(random.nextInt(1, 300));
        }
        int needed = random.nextInt(1, 200_000);
        double each = log(random, 1e10, 1e15);
        Campaign campaign = Campaign.builder()
                .ramp(new Ramp("random", stages))
                .start(DAY)
                .flops(log(random, 1e20, 1e30))
                .throughput(gpus -> gpus < needed ? 0 : each * gpus)
                .goodput(GoodputFunction.of(GoodputModel.steady()))
                .power(new FacilityPower(log(random, 100, 3000)), new FacilityPower(log(random, 10, 100)))
                .build();
        CampaignResult result = campaign.run();
        if (result.finishDay().isPresent()) {
            assertThat(result.days()).isPositive().isFinite();
            assertThat(result.gpuHours()).isPositive().isFinite();
            assertThat(result.megawattHours()).isPositive().isFinite();
            assertThat(result.reason()).isEmpty();
        } else {
            assertThat(result.reason()).isNotBlank().doesNotContain("NaN");
            assertThatThrownBy(result::days).hasMessageContaining("the run never ends");
        }
        double before = 0;
        for (int day = -600; day < 2000; day += 40) {
            double done = result.flopsBy(DAY.plusDays(day));
            assertThat(done).isBetween(before, campaign.flops());
            before = done;
        }
        CampaignUncertainty spread = CampaignUncertainty.none()
                .withThroughputFactor(Distribution.logNormal(1, log(random, 0.01, 1)))
                .withFailureFactor(Distribution.logNormal(1, log(random, 0.01, 2)))
                .withWorkFactor(Distribution.logNormal(new Interval(0.5, 2, 0.8)))
                .withStartDelayDays(Distribution.triangular(0, random.nextInt(1, 50), 60))
                .withMachineDelayDays(Distribution.empirical(0, 10, 100))
                .withPrices(Distribution.triangular(1, 2, 4), Distribution.fixed(0.08));
        CampaignBands bands = CampaignBands.of(campaign, spread, 20, seed);
        double chance = 0;
        for (int day = -600; day < 4000; day += 100) {
            double next = bands.probabilityDoneBy(DAY.plusDays(day));
            assertThat(next).isBetween(chance, 1.0);
            chance = next;
        }
        if (bands.finishedShare() > 0) {
            for (Interval band : List.of(
                    bands.days(0.8),
                    bands.gpuHours(0.8),
                    bands.megawattHours(0.8),
                    bands.rentDollars(0.8),
                    bands.electricityDollars(0.8))) {
                assertThat(band.low()).isPositive().isFinite();
                assertThat(band.high()).isGreaterThanOrEqualTo(band.low()).isFinite();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("fewSeeds")
    void trainingsAreAnsweredOrRefusedWithAReason(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Cluster> machines =
                List.of(Clusters.MEMPHIS, Clusters.EAGLE, Clusters.META_ROCE, Clusters.FRONTIER, Clusters.AURORA);
        Cluster whole = machines.get(random.nextInt(machines.size()));
        int node = whole.node().devices();
        Cluster machine = whole.withDevices(node * (int) log(random, 1, 2000));
        Transformer model = random.nextBoolean()
                ? Models.list().get(random.nextInt(Models.list().size()))
                : Transformer.ofParameters(log(random, 1e8, 2e12));
        Training training;
        RunPrediction run;
        try {
            training = Training.of(model)
                    .sequenceLength(1 << random.nextInt(9, 15))
                    .batchTokens(log(random, 1e4, 1e8))
                    .flops(log(random, 1e18, 1e28));
            run = training.on(machine);
        } catch (IllegalArgumentException | IllegalStateException refused) {
            assertThat(refused.getMessage()).isNotBlank().doesNotContain("NaN");
            return;
        }
        for (RunTerm term : RunTerm.values()) {
            assertThat(run.get(term)).as(term.name()).isNotNegative().isFinite();
        }
        assertThat(run.days()).isPositive();
        assertThat(run.get(RunTerm.LOWER_BOUND_DAYS)).isLessThanOrEqualTo(run.days());
        RunEnergy energy = run.energy();
        assertThat(energy.joulesPerToken()).isPositive().isFinite();
        assertThat(energy.standing().facility().watts())
                .isLessThanOrEqualTo(energy.running().facility().watts());
        assertThat(energy.running().facility().watts())
                .isLessThanOrEqualTo(energy.rated().facility().watts());
        assertThat(CampaignBands.of(run.campaign(DAY), run.uncertainty(), 20, seed)
                        .probabilityDoneBy(DAY.minusDays(1)))
                .isZero();
        assertThat(training.tokens()).isPositive();
    }

    /** Formulas of one number, each with what it must never return. */
    static Stream<DoubleUnaryOperator> formulas() {
        Price price = Price.assumed("a test", 2, PriceBasis.PER_GPU_HOUR, DAY);
        PhaseShares shares = new PhaseShares(0.5, 0.3, 0.2);
        return Stream.of(
                x -> Daly.efficiency(x, 30, 300, 1e4),
                x -> Daly.efficiency(300, x, 300, 1e4),
                x -> Daly.efficiency(300, 30, x, 1e4),
                x -> Daly.efficiency(300, 30, 300, x),
                x -> Daly.optimalInterval(x, 1e4),
                x -> Daly.optimalInterval(30, x),
                x -> Daly.youngInterval(x, 1e4),
                x -> Daly.dalyInterval(30, x),
                x -> FailureModel.survival(x, 100),
                x -> FailureModel.firstFailureSeconds(x, 100),
                x -> Checkpoint.transferSeconds(x, 1e9),
                x -> Checkpoint.bytes(x, 14),
                x -> new FacilityPower(x).watts(),
                x -> new ChipPower(x).watts(),
                x -> Energy.joules(new FacilityPower(1), x),
                x -> PowerCap.ofMegawatts(x).gpus(new FacilityPower(1740), 8),
                x -> PowerCap.slowdown(shares, x),
                x -> Cost.rented(x, price).dollars(),
                x -> TrainingFlops.sixND(x, 1e12),
                x -> LossLaws.BESIROGLU.optimum(x).parameters(),
                x -> LossLaws.BESIROGLU.loss(x, 1e12),
                x -> LossLaws.BESIROGLU.leastFlops(x),
                x -> TokenRule.LLAMA3_PRINTED.optimum(x).tokens(),
                x -> CriticalBatch.kaplanTokens(x),
                x -> Training.of(Models.LLAMA3_8B).tokens(x).tokens(),
                x -> Training.of(Models.LLAMA3_8B).flops(x).tokens(),
                x -> Training.of(Models.LLAMA3_8B).batchTokens(x).batchTokens(),
                x -> Training.ofParameters(x).tokens(),
                x -> Training.ofBudget(x).tokens());
    }

    @ParameterizedTest
    @MethodSource("formulas")
    void whatMakesNoSenseIsRefused(DoubleUnaryOperator formula) {
        for (double bad : new double[] {Double.NaN, -1, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY}) {
            assertThatThrownBy(() -> formula.applyAsDouble(bad))
                    .as("%s", bad)
                    .isInstanceOf(IllegalArgumentException.class);
        }
        SplittableRandom random = new SplittableRandom(9);
        for (int i = 0; i < 200; i++) {
            double value = log(random, 1e-12, 1e30);
            try {
                assertThat(formula.applyAsDouble(value))
                        .as("at %s", value)
                        .isNotNegative()
                        .isNotNaN();
            } catch (IllegalArgumentException refused) {
                assertThat(refused.getMessage()).isNotBlank();
            }
        }
    }
}
