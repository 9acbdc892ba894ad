package org.hopperline.examples;

import org.hopperline.core.Precision;
import org.hopperline.hardware.Cluster;
import org.hopperline.hardware.Clusters;
import org.hopperline.model.Biases;
import org.hopperline.model.Flops;
import org.hopperline.model.Models;
import org.hopperline.model.ScoreCounting;
import org.hopperline.model.Transformer;
import org.hopperline.plan.Recompute;
import org.hopperline.plan.Sharding;
import org.hopperline.plan.SoftwareProfiles;
import org.hopperline.search.PlanSearch;
import org.hopperline.step.StepPrediction;

/**
 * Training on Frontier and Aurora as its software allowed: the fastest plan without context parallelism and interleaved
 * stages, which Megatron-DeepSpeed of 2023 did not have. The batches are not stated in the abstracts and assumed.
 */
final class FrontierRuns {

    private static final int SEQUENCE = 2048;

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
        return search(model, machine, sequences)
                .software(SoftwareProfiles.named("Megatron-DeepSpeed"))
                .sequenceParallel(false)
                .sharding(Sharding.OPTIMIZER)
                .best(1)
                .first();
    }

    private static StepPrediction sharded(Transformer model, Cluster machine, int sequences) {
        return search(model, machine, sequences)
                .software(SoftwareProfiles.named("eager FSDP"))
                .pipeline(1)
                .sharding(Sharding.PARAMETERS)
                .shardGroups(0)
                .best(1)
                .first();
    }

    private static PlanSearch search(Transformer model, Cluster machine, int sequences) {
        return PlanSearch.of(model, machine)
                .batchTokens((double) sequences * SEQUENCE, SEQUENCE)
                .context(1)
                .virtualStages(1)
                .recompute(Recompute.NONE, Recompute.FULL);
    }
}
