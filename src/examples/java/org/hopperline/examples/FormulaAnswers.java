package org.hopperline.examples;

import static java.util.Map.entry;

import java.time.LocalDate;
import java.util.Map;
import java.util.function.DoubleSupplier;
import org.hopperline.core.Precision;
import org.hopperline.hardware.Chips;
import org.hopperline.hardware.Clusters;
import org.hopperline.hardware.FatTree;
import org.hopperline.run.campaign.Campaign;
import org.hopperline.run.campaign.GoodputFunction;
import org.hopperline.run.campaign.Ramp;
import org.hopperline.run.campaign.Ramps;
import org.hopperline.run.goodput.Checkpoint;
import org.hopperline.run.goodput.FailureModel;
import org.hopperline.run.goodput.FailureModels;
import org.hopperline.run.goodput.Goodput;
import org.hopperline.run.goodput.GoodputModel;
import org.hopperline.run.machines.Machine;
import org.hopperline.run.machines.Measure;
import org.hopperline.run.money.Cost;
import org.hopperline.run.money.Prices;
import org.hopperline.run.power.ChipPower;
import org.hopperline.run.power.Energy;
import org.hopperline.run.power.FacilityPower;
import org.hopperline.run.power.PowerCap;
import org.hopperline.run.power.PowerChain;
import org.hopperline.run.scaling.DataMovementLimit;
import org.hopperline.run.scaling.LossLaws;
import org.hopperline.run.scaling.TokenRule;
import org.hopperline.run.scaling.TrainingFlops;

/** Answers to questions about the machine in Memphis that follow from formulas and published figures alone. */
final class FormulaAnswers {

    private static final int GPUS = 100_000;
    private static final double YEAR = 365 * 86_400.0;
    private static final double LLAMA_FLOPS_PER_TOKEN = TrainingFlops.perToken(405e9, 126, 16_384, 8192, false);
    private static final LocalDate AUGUST_2025 = LocalDate.of(2025, 8, 20);
    private static final LocalDate SEPTEMBER_2024 = LocalDate.of(2024, 9, 2);

    private static final Map<String, DoubleSupplier> ALL = Map.ofEntries(
            entry("peak.bf16", () -> memphis(Measure.BF16_PEAK)),
            entry("peak.fp8", () -> memphis(Measure.FP8_PEAK)),
            entry("peak.overA100", () -> memphis(Measure.FP8_PEAK) / 6.28e18),
            entry("gpt4.days", () -> 2.15e25 / (0.35 * memphis(Measure.FP8_PEAK)) / 86_400),
            entry("flops.100days", () -> 100 * 86_400 * 0.35 * memphis(Measure.FP8_PEAK)),
            entry("llama.gpuHours", () -> 30.84e6 / 16_384 / 24),
            entry("llama.days", FormulaAnswers::llamaDays),
            entry(
                    "grok3.capacity",
                    () -> Ramps.MEMPHIS.gpuHours(LocalDate.of(2024, 7, 22), LocalDate.of(2024, 12, 31)) / 1e6),
            entry(
                    "grok3.fp8share",
                    () -> 3.5e26 / (80_000.0 * 2160 * 3600) / Chips.H100_SXM5.denseFlopsPerSecond(Precision.FP8)),
            entry("power.server", () -> PowerChain.H100.rated().server().watts()),
            entry("power.it", () -> PowerChain.H100.rated().criticalIt().watts()),
            entry(
                    "power.it100k",
                    () -> PowerChain.H100.rated().criticalIt().times(GPUS).watts()),
            entry(
                    "power.facility",
                    () -> PowerChain.H100.rated().facility().times(GPUS).watts()),
            entry("cap.8", () -> PowerCap.ofMegawatts(8).gpus(new FacilityPower(1740), 8)),
            entry("cap.50", () -> PowerCap.ofMegawatts(50).gpus(new FacilityPower(1740), 8)),
            entry("cap.100", () -> PowerCap.ofMegawatts(100).gpus(new FacilityPower(1740), 8)),
            entry("cap.150", () -> PowerCap.ofMegawatts(150).gpus(new FacilityPower(1740), 8)),
            entry(
                    "energy.year",
                    () -> Energy.yearlyMegawattHours(
                            PowerChain.H100.rated().criticalIt().times(GPUS),
                            1,
                            PowerChain.H100.pue().value())),
            entry(
                    "energy.bill",
                    () -> Cost.electricity(
                                    1.59e6, Prices.on("SemiAnalysis electricity of the 100k cluster", SEPTEMBER_2024))
                            .dollars()),
            entry("energy.year20k", FormulaAnswers::yearOf20k),
            entry(
                    "energy.bill20k",
                    () -> Cost.electricity(
                                    yearOf20k(),
                                    Prices.on("SemiAnalysis electricity of the 20k cluster", SEPTEMBER_2024))
                            .dollars()),
            entry(
                    "energy.perToken",
                    () -> Energy.joulesPerToken(PowerChain.H100.rated().facility(), llamaTokenRate())),
            entry("energy.tdp", () -> Energy.megawattHours(Energy.chipJoules(new ChipPower(700), 30.84e6 * 3600))),
            entry(
                    "capital.servers",
                    () -> Cost.capital(GPUS, Prices.on("H100 in DGX", SEPTEMBER_2024))
                            .dollars()),
            entry(
                    "capital.compute",
                    () -> Cost.capital(GPUS, Prices.on("H100 on HGX board", SEPTEMBER_2024))
                            .dollars()),
            entry("cost.llama", FormulaAnswers::llamaDollars),
            entry("cost.llamaPerMillion", () -> llamaDollars() / 15e6),
            entry("optics.single", () -> FailureModel.firstOfMany(100_000, 5 * YEAR) / 60),
            entry("optics.dual", () -> FailureModel.firstOfMany(50_000, 4 * YEAR) / 60),
            entry("mttf.llama", () -> FailureModels.LLAMA3.mttfSeconds(16_384) / 3600),
            entry("mttf.rsc16k", () -> FailureModels.RSC1.mttfSeconds(16_384) / 3600),
            entry("mttf.rsc131k", () -> FailureModels.RSC1.mttfSeconds(131_072) / 3600),
            entry("goodput.llama", () -> GoodputModel.steady().best(16_384).fraction()),
            entry(
                    "goodput.byterobust",
                    () -> GoodputModel.quickRecovery().best(9600).fraction()),
            entry("goodput.memphis", () -> GoodputModel.steady().best(GPUS).fraction()),
            entry(
                    "goodput.memphisQuick",
                    () -> GoodputModel.quickRecovery().best(GPUS).fraction()),
            entry("loss.disk", () -> Goodput.gpuDays(GPUS, 99 * 2)),
            entry("loss.peer", () -> Goodput.gpuDays(GPUS, 2 + Checkpoint.transferSeconds(80e9, 50e9))),
            entry("network.threeTiers", () -> FatTree.endpoints(64, 3)),
            entry("network.tiers64", () -> FatTree.fewestLevels(GPUS, 64)),
            entry("network.tiers128", () -> FatTree.fewestLevels(GPUS, 128)),
            entry("network.optics", () -> FatTree.linksOver(4, 3)),
            entry("frontier.flops", () -> TrainingFlops.sixND(1e12, 20e12)),
            entry("frontier.whole", () -> frontierDays(Clusters.FRONTIER.devices())),
            entry("frontier.part", () -> frontierDays(2 * 3072) / 365.25),
            entry("optimum.parameters", () -> LossLaws.BESIROGLU.optimum(3.5e26).parameters()),
            entry("optimum.tokens", () -> LossLaws.BESIROGLU.optimum(3.5e26).tokens()),
            entry(
                    "optimum.llamaRule",
                    () -> TokenRule.LLAMA3_PRINTED.optimum(3.5e26).tokens()),
            entry("limit.soft", DataMovementLimit::softFlops),
            entry("limit.hard", DataMovementLimit::hardFlops));

    private FormulaAnswers() {}

    /** The answers by the identifiers of the questions. */
    static Map<String, DoubleSupplier> all() {
        return ALL;
    }

    private static double memphis(Measure measure) {
        return Machine.of(Clusters.MEMPHIS).value(measure).orElseThrow().value();
    }

    private static double frontierDays(int dies) {
        double peak = dies * Clusters.FRONTIER.chip().denseFlopsPerSecond(Precision.BF16);
        return TrainingFlops.sixND(1e12, 20e12) / (0.3196 * peak) / 86_400;
    }

    private static double llamaDays() {
        LocalDate start = LocalDate.of(2024, 1, 1);
        return Campaign.builder()
                .ramp(Ramp.constant("Llama 3", start, 16_384))
                .start(start)
                .flops(15.6e12 * LLAMA_FLOPS_PER_TOKEN)
                .throughput(gpus -> 400e12 * gpus)
                .goodput(GoodputFunction.of(GoodputModel.steady()))
                .power(new FacilityPower(1500), new FacilityPower(700))
                .build()
                .run()
                .days();
    }

    private static double yearOf20k() {
        return Energy.yearlyMegawattHours(PowerChain.H100.rated().criticalIt().times(20_480), 0.8, 1.25);
    }

    private static double llamaTokenRate() {
        return 0.54 * Chips.H100_SXM5.denseFlopsPerSecond(Precision.BF16) / LLAMA_FLOPS_PER_TOKEN;
    }

    private static double llamaDollars() {
        return Cost.rented(15e12 / llamaTokenRate() / 3600, Prices.on("H100 at cost", AUGUST_2025))
                .dollars();
    }
}
