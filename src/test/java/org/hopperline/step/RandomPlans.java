package org.hopperline.step;

import java.util.List;
import java.util.Random;
import org.hopperline.model.Models;
import org.hopperline.model.Transformer;
import org.hopperline.plan.Batch;
import org.hopperline.plan.ParallelPlan;
import org.hopperline.plan.PipelineLayout;
import org.hopperline.plan.PipelineOrder;
import org.hopperline.plan.Recompute;
import org.hopperline.plan.Sharding;

/** Plans by chance for one model, even and uneven, many of which break a rule, and batches, most of which they divide. */
final class RandomPlans {

    private static final List<Recompute> RECOMPUTES = List.of(
            Recompute.NONE,
            Recompute.SELECTIVE,
            Recompute.FULL,
            Recompute.ALTERNATE_PRODUCTS,
            Recompute.ofLayers(0.25));

    private final Random random;
    private final Transformer model;
    private final int sequenceLength;

    RandomPlans(long seed, Transformer model, int sequenceLength) {
        this.random = new Random(seed);
        this.model = model;
        this.sequenceLength = sequenceLength;
    }

    /** The 32 layers of Llama 3 8B strewn over so many chunks. */
    static PipelineLayout strewn(int chunks, Random random) {
        int[] layers = new int[chunks];
        for (int n = 0; n < Models.LLAMA3_8B.layers(); n++) {
            layers[random.nextInt(chunks)]++;
        }
        StringBuilder text = new StringBuilder("E");
        for (int g = 0; g < chunks; g++) {
            text.append(g == 0 ? "" : "|").append("t".repeat(layers[g]));
        }
        return PipelineLayout.parse(text.append('L').toString());
    }

    ParallelPlan plan() {
        int tensor = 1 << random.nextInt(4);
        int context = 1 << random.nextInt(3);
        int pipeline = random.nextBoolean() ? 1 << random.nextInt(5) : 1 + random.nextInt(13);
        int data = random.nextBoolean() ? 1 << random.nextInt(7) : 1 + random.nextInt(48);
        int ranks = data * context;
        boolean experts = model.experts() != null;
        return ParallelPlan.builder()
                .tensor(tensor)
                .context(context)
                .pipeline(pipeline)
                .virtualStages(pipeline > 1 && random.nextBoolean() ? 1 + random.nextInt(4) : 1)
                .data(data)
                .expert(experts ? 1 << random.nextInt(5) : 1)
                .expertTensor(experts && random.nextBoolean() ? tensor : 1)
                .sequenceParallel(tensor > 1 && random.nextBoolean())
                .sharding(one(List.of(Sharding.values())))
                .shardGroup(random.nextInt(3) > 0 ? 0 : 1 + random.nextInt(ranks))
                .microBatch(1 + random.nextInt(4))
                .recompute(one(RECOMPUTES))
                .order(one(List.of(PipelineOrder.values())))
                .build();
    }

    Batch batch(ParallelPlan plan) {
        int replicas = plan.data() * plan.microBatch();
        return new Batch(random.nextInt(10) > 0 ? replicas * (1 + random.nextInt(40)) : 96, sequenceLength);
    }

    private <T> T one(List<T> of) {
        return of.get(random.nextInt(of.size()));
    }
}
