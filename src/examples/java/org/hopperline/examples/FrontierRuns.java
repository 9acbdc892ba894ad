package org.hopperline.examples;

import java.util.List;
import org.hopperline.core.Precision;
import org.hopperline.hardware.Cluster;
import org.hopperline.hardware.Clusters;
import org.hopperline.model.Biases;
import org.hopperline.model.Flops;
import org.hopperline.model.Models;
import org.hopperline.model.ScoreCounting;
import org.hopperline.model.Transformer;
import org.hopperline.plan.Batch;
import org.hopperline.plan.ParallelPlan;
import org.hopperline.plan.PlanRules;
import org.hopperline.plan.Recompute;
import org.hopperline.plan.Sharding;
import org.hopperline.plan.SoftwareProfile;
import org.hopperline.plan.SoftwareProfiles;
import org.hopperline.plan.TrainingSetup;
import org.hopperline.search.PlanSearch;
import org.hopperline.step.StepModel;
import org.hopperline.step.StepPrediction;
import org.hopperline.work.MemoryFootprint;

/**
 * Training on Frontier and Aurora as its software allowed: the fastest plan without context parallelism and interleaved
 * stages, which Megatron-DeepSpeed of 2023 did not have. The batches are not stated in the abstracts and assumed.
 */
final class FrontierRuns {

    private static final int SEQUENCE = 2048;
    private static final double BATCH_TOLERANCE = 0.1;
    private static final int[] POWERS = {1, 2, 4, 8};
    private static final SoftwareProfile DEEPSPEED = SoftwareProfiles.named("Megatron-DeepSpeed");
    private static final SoftwareProfile SHARDED = SoftwareProfiles.named("eager FSDP");

    private FrontierRuns() {}

    /** Utilization of the BF16 peak for the 22 B model of Megatron-LM (arXiv 2205.05198, table 3) on eight nodes. */
    static double of22B() {
        return utilization(gpt("GPT 22B", 48, 6144, 64), Clusters.FRONTIER.withDevices(64), 512);
    }

    /** The same for GPT-3 on 1,024 dies. */
    static double of175B() {
        return utilization(Models.GPT3_175B, Clusters.FRONTIER.withDevices(1024), 2048);
    }

    /** The same for the 1 T model of Megatron-LM (arXiv 2205.05198, table 3) on 3,072 dies. */
    static double of1T() {
        return utilization(gpt("GPT 1T", 128, 25_600, 160), Clusters.FRONTIER.withDevices(3072), 2048);
    }

    /** FLOP/s of one tile of Aurora for GPT-3 on 128 nodes. */
    static double flopsOfAuroraTile() {
        return ofAuroraTile() * Clusters.AURORA.chip().denseFlopsPerSecond(Precision.BF16);
    }

    /** Utilization of the peak of one tile for GPT-3 on 128 nodes of Aurora. */
    static double ofAuroraTile() {
        return utilization(Models.GPT3_175B, Clusters.AURORA.withDevices(1536), 2048);
    }

    /** Rate of a die at 32,768 dies and 64 times the model over that at 512, by plans with pipelines. */
    static double weakScalingWithPipelines() {
        return utilization(large(), Clusters.FRONTIER.withDevices(32_768), 8192)
                / utilization(small(), Clusters.FRONTIER.withDevices(512), 8192);
    }

    /** The same with parameters sharded among all ranks and no pipeline. */
    static double weakScalingWithSharding() {
        return utilization(large(), sharded(large(), Clusters.FRONTIER.withDevices(32_768), 8192))
                / utilization(small(), sharded(small(), Clusters.FRONTIER.withDevices(512), 8192));
    }

    private static Transformer small() {
        return gpt("GPT 5B", 24, 4096, 32);
    }

    private static Transformer large() {
        return gpt("GPT 320B", 96, 16_384, 128);
    }

    /** A model of the GPT family; shapes of that size, not stated in the abstracts. */
    private static Transformer gpt(String name, int layers, int hidden, int heads) {
        return Models.GPT3_175B.toBuilder()
                .name(name)
                .layers(layers)
                .hidden(hidden)
                .heads(heads)
                .kvHeads(heads)
                .headDim(hidden / heads)
                .ffnHidden(4 * hidden)
                .biases(Biases.ALL)
                .build();
    }

    private static double utilization(Transformer model, Cluster machine, int sequences) {
        return utilization(model, fastest(model, machine, sequences));
    }

    /** Share of the peak with scores counted in full and recomputed layers counted again, as those papers count. */
    private static double utilization(Transformer model, StepPrediction step) {
        double counted = 1 + step.setup().plan().recompute().layerShare() / 3;
        return counted
                * Flops.training(model, SEQUENCE, ScoreCounting.FULL)
                * step.tokensPerSecondPerDevice()
                / step.setup().cluster().chip().denseFlopsPerSecond(Precision.BF16);
    }

    private static StepPrediction fastest(Transformer model, Cluster machine, int sequences) {
        Fastest found = new Fastest(model, machine, sequences, DEEPSPEED);
        for (int tensor : POWERS) {
            for (int pipeline = 1; pipeline <= model.layers(); pipeline++) {
                if (model.layers() % pipeline == 0 && machine.devices() % (tensor * pipeline) == 0) {
                    found.tryAll(ParallelPlan.builder()
                            .tensor(tensor)
                            .pipeline(pipeline)
                            .data(machine.devices() / tensor / pipeline)
                            .sharding(Sharding.OPTIMIZER));
                }
            }
        }
        return found.step();
    }

    private static StepPrediction sharded(Transformer model, Cluster machine, int sequences) {
        Fastest found = new Fastest(model, machine, sequences, SHARDED);
        for (int tensor : POWERS) {
            found.tryAll(ParallelPlan.builder()
                    .tensor(tensor)
                    .data(machine.devices() / tensor)
                    .sequenceParallel(tensor > 1)
                    .sharding(Sharding.PARAMETERS));
        }
        return found.step();
    }

    /** The fastest of the plans that were tried. */
    private static final class Fastest {

        private final Transformer model;
        private final Cluster machine;
        private final double tokens;
        private final SoftwareProfile software;
        private StepPrediction best;

        Fastest(Transformer model, Cluster machine, int sequences, SoftwareProfile software) {
            this.model = model;
            this.machine = machine;
            this.tokens = (double) sequences * SEQUENCE;
            this.software = software;
        }

        /** Tries a layout with several micro-batches, with and without recomputation, where it fits. */
        void tryAll(ParallelPlan.Builder layout) {
            for (int microBatch : POWERS) {
                for (Recompute recompute : List.of(Recompute.NONE, Recompute.FULL)) {
                    ParallelPlan plan =
                            layout.microBatch(microBatch).recompute(recompute).build();
                    Batch even = PlanSearch.nearestBatch(tokens, SEQUENCE, plan.data() * microBatch);
                    if (Math.abs(even.tokens() / tokens - 1) <= BATCH_TOLERANCE) {
                        price(new TrainingSetup(model, machine, plan, even, Precision.BF16, software));
                    }
                }
            }
        }

        private void price(TrainingSetup setup) {
            if (PlanRules.violations(setup).isEmpty()
                    && MemoryFootprint.of(setup).total() <= machine.chip().visibleMemoryBytes()) {
                StepPrediction step = StepModel.on(machine.chip()).predict(setup);
                if (best == null || step.tokensPerSecond() > best.tokensPerSecond()) {
                    best = step;
                }
            }
        }

        StepPrediction step() {
            if (best == null) {
                throw new IllegalStateException("no plan for " + model.name() + " fits " + machine);
            }
            return best;
        }
    }
}
