package org.hopperline.search;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.hopperline.core.Precision;
import org.hopperline.hardware.Cluster;
import org.hopperline.hardware.Clusters;
import org.hopperline.model.Models;
import org.hopperline.model.Transformer;
import org.hopperline.plan.ParallelPlan;
import org.hopperline.plan.PipelineOrder;
import org.hopperline.plan.Recompute;
import org.hopperline.plan.SoftwareProfile;
import org.hopperline.plan.SoftwareProfiles;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the bounds claim, over plans drawn from whole spaces, whether they fit a memory or not. */
class ShapeBoundTest {

    private static final List<Transformer> MODELS =
            List.of(Models.LLAMA3_8B, Models.LLAMA3_70B, Models.LLAMA31_405B, Models.MIXTRAL_8X7B, Models.DEEPSEEK_V3);

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void noPlanBeatsTheBoundsOfItsShape(long seed) {
        Random random = new Random(seed);
        List<SoftwareProfile> software = SoftwareProfiles.list();
        int tried = 0;
        for (int question = 0; question < 12; question++) {
            Transformer model = MODELS.get(random.nextInt(MODELS.size()));
            Cluster machine = Clusters.dgxH100(8 << random.nextInt(9));
            PlanSearch search = PlanSearch.of(model, machine)
                    .precision(random.nextBoolean() ? Precision.BF16 : Precision.FP8)
                    .software(software.get(random.nextInt(software.size())))
                    .order(PipelineOrder.values())
                    .batchTokens(Math.pow(2, 18 + random.nextInt(7)), 8192);
            PlanSpace space = search.space();
            StepPricer pricer = search.pricer();
            for (int draw = 0; draw < 400; draw++) {
                Shape shape = space.shape((long) (random.nextDouble() * space.shapes()));
                if (shape == null || !pricer.keepsRules(shape.bare(), shape.batch())) {
                    continue;
                }
                pricer.seconds(shape.bare(), shape.batch());
                double least = ShapeBound.leastSeconds(pricer.ledger());
                ParallelPlan plan = space.variant(shape, random.nextInt(space.variants()));
                if (!pricer.keepsRules(plan, shape.batch())) {
                    continue;
                }
                double seconds = pricer.seconds(plan, shape.batch());
                assertThat(seconds).as("%s of %s", plan, model.name()).isGreaterThanOrEqualTo(least);
                ParallelPlan once = plan.toBuilder().recompute(Recompute.NONE).build();
                assertThat(seconds)
                        .as("%s of %s", plan, model.name())
                        .isGreaterThanOrEqualTo(ShapeBound.recomputing(pricer.seconds(once, shape.batch())));
                tried++;
            }
        }
        assertThat(tried).isGreaterThan(50);
    }
}
