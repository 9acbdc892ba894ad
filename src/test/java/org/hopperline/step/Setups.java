package org.hopperline.step;

import java.util.List;
import java.util.Random;
import org.hopperline.core.Precision;
import org.hopperline.hardware.Clusters;
import org.hopperline.model.Models;
import org.hopperline.model.Transformer;
import org.hopperline.plan.Batch;
import org.hopperline.plan.ParallelPlan;
import org.hopperline.plan.PipelineOrder;
import org.hopperline.plan.Recompute;
import org.hopperline.plan.Sharding;
import org.hopperline.plan.SoftwareProfile;
import org.hopperline.plan.SoftwareProfiles;
import org.hopperline.plan.TrainingSetup;

/** Questions by chance that keep every rule: dense, experts, latent attention, windows; all shardings and precisions. */
final class Setups {

    private static final List<Transformer> MODELS = List.of(
            Models.LLAMA3_8B,
            Models.LLAMA3_70B,
            Models.LLAMA31_405B,
            Models.GPT3_175B,
            Models.named("Nemotron-4 340B"),
            Models.MIXTRAL_8X7B,
            Models.GROK1,
            Models.DEEPSEEK_V3,
            Models.named("gpt-oss-120b"),
            Models.named("Qwen3 30B-A3B"));

    private Setups() {}

    static TrainingSetup random(long seed) {
        Random random = new Random(seed);
        Transformer model = MODELS.get(random.nextInt(MODELS.size()));
        int tensor = 1 << random.nextInt(4);
        int context = 1 << random.nextInt(3);
        int pipeline = 1 << random.nextInt(4);
        int data = 1 << random.nextInt(6);
        int microBatch = 1 + random.nextInt(2);
        int virtualStages = pipeline > 1 ? 1 + random.nextInt(3) : 1;
        ParallelPlan.Builder plan = ParallelPlan.builder()
                .tensor(tensor)
                .context(context)
                .pipeline(pipeline)
                .virtualStages(virtualStages)
                .data(data)
                .microBatch(microBatch)
                .sequenceParallel(tensor > 1 && random.nextBoolean())
                .sharding(Sharding.values()[random.nextInt(Sharding.values().length)])
                .shardGroup(random.nextBoolean() ? 0 : 1 << random.nextInt(log2(data * context) + 1))
                .recompute(List.of(Recompute.NONE, Recompute.SELECTIVE, Recompute.FULL, Recompute.ofLayers(0.5))
                        .get(random.nextInt(4)));
        if (pipeline > 1 && virtualStages == 1) {
            plan.order(PipelineOrder.values()[(int) (seed % PipelineOrder.values().length)]);
        }
        if (model.experts() != null) {
            int expertTensor = random.nextBoolean() ? tensor : 1;
            int most = log2(Math.min(model.experts().count(), tensor * context * data / expertTensor));
            plan.expertTensor(expertTensor).expert(1 << random.nextInt(Math.min(most, 3) + 1));
        }
        List<SoftwareProfile> software = SoftwareProfiles.list();
        return new TrainingSetup(
                model,
                Clusters.MEMPHIS.withDevices(tensor * context * pipeline * data),
                plan.build(),
                new Batch(data * microBatch * (1 + random.nextInt(12)), 2048 << random.nextInt(3)),
                random.nextBoolean() ? Precision.BF16 : Precision.FP8,
                software.get(random.nextInt(software.size())));
    }

    private static int log2(int number) {
        return 31 - Integer.numberOfLeadingZeros(number);
    }
}
