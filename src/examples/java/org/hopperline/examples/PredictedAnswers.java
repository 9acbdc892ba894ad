package org.hopperline.examples;

import static java.util.Map.entry;

import java.time.LocalDate;
import java.util.Map;
import java.util.function.DoubleSupplier;
import org.hopperline.core.Precision;
import org.hopperline.hardware.Clusters;
import org.hopperline.model.Models;
import org.hopperline.run.RunPrediction;
import org.hopperline.run.RunTerm;
import org.hopperline.run.StandIn;
import org.hopperline.run.Training;
import org.hopperline.run.TrainingCampaign;
import org.hopperline.run.money.Prices;
import org.hopperline.run.power.ChipDraw;
import org.hopperline.run.power.PowerCap;
import org.hopperline.run.power.PowerChain;

/** Answers to questions about the machine in Memphis that need a predicted step. */
final class PredictedAnswers {

    private static final double LLAMA_BATCH = 16.0 * 1024 * 1024;
    private static final double LARGE_BATCH = 128e6;
    private static final LocalDate FIRST_TRAINING = LocalDate.of(2024, 8, 11);
    private static final LocalDate ANNOUNCED = LocalDate.of(2024, 12, 31);
    private static final LocalDate RELEASED = LocalDate.of(2025, 2, 17);
    private static final Training LLAMA =
            Training.of(Models.LLAMA31_405B).tokens(15.6e12).batchTokens(LLAMA_BATCH);

    private static final Map<String, DoubleSupplier> ALL = Map.ofEntries(
            entry("llama.memphis", () -> largeBatch().days()),
            entry("llama.default", () -> LLAMA.on(Clusters.MEMPHIS).days()),
            entry(
                    "llama.16k",
                    () -> LLAMA.on(Clusters.META_ROCE.withDevices(16_384)).days()),
            entry("llama.mfuBf16", () -> llama(Precision.BF16).get(RunTerm.MFU_FULL)),
            // MFU is stated against the BF16 peak; the FP8 peak is twice that.
            entry("llama.mfuFp8", () -> llama(Precision.FP8).get(RunTerm.MFU_FULL) / 2),
            entry("gpt3.rate", PredictedAnswers::gpt3Rate),
            entry("grok3.december", () -> Forecast.forecast().probabilityDoneBy(ANNOUNCED)),
            entry("grok3.february", () -> Forecast.forecast().probabilityDoneBy(RELEASED)),
            entry("grok3.hours", () -> Forecast.forecast().nominal().gpuHours() / 1e6),
            entry("grok3.hoursBf16", PredictedAnswers::grok3HoursInBf16),
            entry("grok3.flopsLow", PredictedAnswers::grok3Flops),
            entry("grok3.flopsHigh", PredictedAnswers::grok3Flops),
            entry(
                    "power.drawn",
                    () -> largeBatch().energy().running().facility().watts()),
            entry("cap.clock", PredictedAnswers::clockAt100Megawatts),
            entry("llama.joules", () -> ratedJoules(llama(Precision.BF16))),
            entry("gpt3.joulesBf16", () -> ratedJoules(gpt3(Precision.BF16))),
            entry("gpt3.joulesFp8", () -> ratedJoules(gpt3(Precision.FP8))),
            entry("cost.grok3Low", PredictedAnswers::grok3Dollars),
            entry("cost.grok3High", PredictedAnswers::grok3Dollars),
            entry("fabric.throughput", () -> memphisStep("throughput", 0.6) / memphisStep("throughput", 0.95)),
            entry(
                    "fabric.islands",
                    () -> memphisStep("tier_hall_oversubscription", 7) / memphisStep("tier_hall_oversubscription", 1)),
            entry("frontier.22b", FrontierRuns::of22B),
            entry("frontier.175b", FrontierRuns::of175B),
            entry("frontier.1t", FrontierRuns::of1T),
            entry("frontier.weakPipeline", FrontierRuns::weakScalingWithPipelines),
            entry("frontier.weakSharded", FrontierRuns::weakScalingWithSharding),
            entry("aurora.175b", FrontierRuns::flopsOfAuroraTile),
            entry("aurora.stock", FrontierRuns::ofAuroraTile),
            entry("eagle.405b", () -> LLAMA.on(Clusters.EAGLE).days()),
            entry(
                    "adding.gpus",
                    () -> LLAMA.on(Clusters.MEMPHIS.withDevices(24_576)).days()
                            / LLAMA.on(Clusters.MEMPHIS.withDevices(98_304)).days()));

    private PredictedAnswers() {}

    /** The answers by the identifiers of the questions. */
    static Map<String, DoubleSupplier> all() {
        return ALL;
    }

    /** Llama 3.1 405B in steps large enough to feed every machine that the announcement compares. */
    static Training largeSteps() {
        return LLAMA.batchTokens(LARGE_BATCH);
    }

    /** The same on Memphis. */
    static RunPrediction largeBatch() {
        return LargeBatch.ON_MEMPHIS;
    }

    /** Made on first use: each takes a search. */
    private static final class LargeBatch {
        static final RunPrediction ON_MEMPHIS = largeSteps().on(Clusters.MEMPHIS);
    }

    private static RunPrediction llama(Precision precision) {
        return LLAMA.precision(precision).batchTokens(2 * 8192 * 2304.0).on(Clusters.dgxH100(2304));
    }

    /** Batch and number of GPUs of the benchmark are not stated and assumed. */
    private static RunPrediction gpt3(Precision precision) {
        return Training.of(Models.GPT3_175B)
                .sequenceLength(2048)
                .batchTokens(256 * 2048.0)
                .precision(precision)
                .on(Clusters.dgxH100(128));
    }

    private static double gpt3Rate() {
        return Training.of(Models.GPT3_175B)
                        .sequenceLength(2048)
                        .batchTokens(2048 * 2048.0)
                        .precision(Precision.FP8)
                        .on(Clusters.dgxH100(10_752))
                        .step()
                        .tokensPerSecond()
                / 1e6;
    }

    private static double memphisStep(String fact, double value) {
        return LLAMA.batchTokens(64e6)
                .on(Clusters.MEMPHIS.withFact(fact, value))
                .step()
                .seconds();
    }

    private static double ratedJoules(RunPrediction run) {
        return run.energy().rated().facility().watts() / run.step().tokensPerSecond();
    }

    private static double clockAt100Megawatts() {
        RunPrediction run = largeBatch();
        return PowerCap.ofMegawatts(100)
                .relativeClock(
                        PowerChain.of(Clusters.MEMPHIS),
                        ChipDraw.of(Clusters.MEMPHIS.chip()),
                        run.energy().phases(),
                        run.machine().devices());
    }

    /** Of the stand-in in steps of 64 M tokens on the machine as it grew, from the first day of training on. */
    private static double grok3HoursInBf16() {
        return TrainingCampaign.of(Forecast.training().precision(Precision.BF16), Clusters.MEMPHIS)
                        .campaign(FIRST_TRAINING)
                        .run()
                        .gpuHours()
                / 1e6;
    }

    /** The stand-in on 100,000 GPUs throughout. */
    private static RunPrediction grok3() {
        return Forecast.forecast().campaign().at(Clusters.MEMPHIS.devices()).orElseThrow();
    }

    /** 173 million GPU-hours at the rate of the stand-in on 100,000 GPUs, failures included. */
    private static double grok3Flops() {
        RunPrediction run = grok3();
        return 173e6 / run.get(RunTerm.DEVICE_HOURS) * StandIn.GROK3.flops().value();
    }

    private static double grok3Dollars() {
        RunPrediction run = grok3();
        return run.cost()
                .amortised(Prices.on("Memphis in all", RELEASED), 5)
                .plus(run.cost().electricity(Prices.on("US industrial electricity", RELEASED)))
                .dollars();
    }
}
