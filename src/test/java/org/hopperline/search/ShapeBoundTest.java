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

    private static PlanSearch draw(Random random) {
        Transformer model = MODELS.get(random.nextInt(MODELS.size()));
        Cluster machine = random.nextBoolean()
                ? Clusters.dgxH100(8 << random.nextInt(9))
                : Clusters.META_ROCE.withDevices(8 << random.nextInt(11));
        List<SoftwareProfile> software = SoftwareProfiles.list();
        return PlanSearch.of(model, machine)
                .precision(random.nextBoolean() ? Precision.BF16 : Precision.FP8)
                .software(software.get(random.nextInt(software.size())))
                .order(PipelineOrder.values())
                .devices(Degrees.atLeast(1))
                .batchTokens(Math.pow(2, 18 + random.nextInt(7)), 8192);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 18, 46, 84, 101})
    void noPlanBeatsTheBoundsOfItsShapeAndItsFamily(long seed) {
        Random random = new Random(seed);
        int tried = 0;
        int elsewhere = 0;
        for (int question = 0; question < 12; question++) {
            PlanSearch search = draw(random);
            PlanSpace space = search.space();
            StepPricer pricer = search.pricer();
            MemoryFloor floor = new MemoryFloor(space, pricer);
            MemoryFloor floorOfMost = new MemoryFloor(space, pricer);
            List<PlanSpace.Candidate> candidates = space.candidates(new SpaceCounts());
            for (int draw = 0; draw < 400; draw++) {
                PlanSpace.Candidate candidate = candidates.get(random.nextInt(candidates.size()));
                FamilyBound family = FamilyBound.of(candidate, space.variants(), pricer, new SpaceCounts(), true);
                int place = random.nextInt(candidate.choices().size());
                int data = candidate.choices().replicas()[place];
                if (family == null || data % family.multiple() != 0) {
                    continue;
                }
                Shape shape =
                        space.shape(candidate.family(), candidate.choices().places()[place], data);
                if (shape == null) {
                    continue;
                }
                pricer.seconds(shape.bare(), shape.batch());
                double least = ShapeBound.leastSeconds(pricer);
                ParallelPlan plan = space.variant(shape, random.nextInt(space.variants()));
                if (!pricer.keepsRules(plan, shape.batch())) {
                    continue;
                }
                String what = plan + " of " + search.model().name() + " by "
                        + search.software().name();
                double bytes = pricer.memoryBytes(plan, shape.batch());
                double seconds = pricer.seconds(plan, shape.batch());
                assertThat(seconds).as(what).isGreaterThanOrEqualTo(least);
                ParallelPlan once = plan.toBuilder().recompute(Recompute.NONE).build();
                pricer.seconds(once, shape.batch());
                assertThat(seconds).as(what).isGreaterThanOrEqualTo(ShapeBound.recomputing(pricer));
                int layout = pricer.layout(plan.devices());
                assertThat(plan.devices() * seconds / shape.batch().tokens())
                        .as(what)
                        .isGreaterThanOrEqualTo(family.deviceSecondsOn(layout));
                assertThat(plan.devices()).isBetween(family.leastDevices(), family.mostDevices());
                if (layout != family.layout()) {
                    assertThat(plan.devices()).isLessThanOrEqualTo(family.mostElsewhere());
                    elsewhere++;
                }
                floor.exceeds(shape, 0);
                assertThat(bytes).as(what).isGreaterThanOrEqualTo(floor.bytes() * (1 - 1e-12));
                if (shape.data() * candidate.family().context() > 1) {
                    Shape most = space.shape(
                            candidate.family(),
                            candidate.choices().places()[family.firstPlace()],
                            candidate.choices().replicas()[family.firstPlace()]);
                    floorOfMost.exceeds(most, 0);
                    assertThat(bytes).as(what).isGreaterThanOrEqualTo(floorOfMost.bytes() * (1 - 1e-12));
                }
                tried++;
            }
        }
        assertThat(tried).isGreaterThan(100);
        assertThat(elsewhere).isPositive();
    }
}
