package org.hopperline.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.LongStream;
import org.hopperline.core.Precision;
import org.hopperline.hardware.Clusters;
import org.hopperline.measured.MeasuredRun;
import org.hopperline.measured.TrainingRuns;
import org.hopperline.model.Models;
import org.hopperline.model.Transformer;
import org.hopperline.plan.Batch;
import org.hopperline.plan.ParallelPlan;
import org.hopperline.plan.PlanRules;
import org.hopperline.plan.Recompute;
import org.hopperline.plan.Sharding;
import org.hopperline.plan.SoftwareProfiles;
import org.hopperline.plan.TrainingSetup;
import org.hopperline.work.MemoryFootprint;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Rules of shape and memory together, and the way out that costs least. */
class FeasibilityTest {

    private static TrainingSetup setup(Transformer model, ParallelPlan plan, int sequences) {
        return new TrainingSetup(
                model,
                Clusters.dgxH100(plan.devices()),
                plan,
                new Batch(sequences, 8192),
                Precision.BF16,
                SoftwareProfiles.MEGATRON);
    }

    private static final ParallelPlan TIGHT = ParallelPlan.builder()
            .tensor(4)
            .pipeline(4)
            .data(4)
            .sequenceParallel(true)
            .sharding(Sharding.OPTIMIZER)
            .microBatch(2)
            .build();

    @Test
    void whatFitsComesBack() {
        TrainingSetup good = setup(Models.LLAMA3_8B, TIGHT, 128);
        assertThat(Feasibility.violations(good)).isEmpty();
        assertThat(Feasibility.check(good)).isSameAs(good);
    }

    @Test
    void outOfMemoryShowsTheBreakdownAndTheCheapestWayOut() {
        TrainingSetup tight = setup(Models.LLAMA3_70B, TIGHT, 128);
        MemoryFootprint need = MemoryFootprint.of(tight);
        PlanRules.Violation memory = Feasibility.violations(tight).get(0);
        assertThat(Feasibility.violations(tight)).hasSize(1);
        assertThat(memory.found()).isEqualTo("a rank needs " + need);
        assertThat(memory.found()).contains("weights", "optimizer", "activations", "logits", "context");
        assertThat(memory.rule()).isEqualTo("H100 SXM5 80GB shows 85.52 GB");
        MemoryRemedy best = MemoryRemedy.cheapest(tight);
        assertThat(best).isNotNull();
        assertThat(memory.remedy()).startsWith("of the remedies tried, " + best.change() + " costs the least time: ");
        assertThatThrownBy(() -> Feasibility.check(tight))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("breaks 1 rule")
                .hasMessageContaining(memory.toString());
    }

    /** No change by hand that fits is faster: less recomputation, smaller micro-batch, more ranks, more sharding. */
    @Test
    void theCheapestIsNotBeatenByHand() {
        TrainingSetup tight = setup(Models.LLAMA3_70B, TIGHT, 128);
        double room = tight.cluster().chip().visibleMemoryBytes();
        double best = MemoryRemedy.cheapest(tight).prediction().seconds();
        List<ParallelPlan> byHand = List.of(
                TIGHT.toBuilder().microBatch(1).build(),
                TIGHT.toBuilder().tensor(8).data(2).build(),
                TIGHT.toBuilder().pipeline(8).data(2).build(),
                TIGHT.toBuilder().context(2).data(2).build(),
                TIGHT.toBuilder().sharding(Sharding.GRADIENTS).build(),
                TIGHT.toBuilder().recompute(Recompute.FULL).build());
        long fitting = 0;
        for (ParallelPlan plan : byHand) {
            TrainingSetup tried = tight.withPlan(plan);
            if (MemoryFootprint.of(tried).total() <= room) {
                fitting++;
                assertThat(StepModel.on(tight.cluster().chip()).predict(tried).seconds())
                        .isGreaterThanOrEqualTo(best);
            }
        }
        assertThat(fitting).isGreaterThanOrEqualTo(2);
    }

    @Test
    void noWayOutIsSaid() {
        ParallelPlan eight =
                ParallelPlan.builder().tensor(8).sequenceParallel(true).build();
        TrainingSetup far = setup(Models.LLAMA31_405B, eight, 8);
        assertThat(MemoryRemedy.cheapest(far)).isNull();
        assertThat(Feasibility.violations(far))
                .singleElement()
                .extracting(PlanRules.Violation::remedy)
                .isEqualTo(
                        "no more recomputation, sharding, ranks or smaller micro-batch tried fits; take more devices:"
                                + " the states of all parameters alone, 6.494 TB, fill 76");
    }

    @Test
    void memoryIsNamedBesideBrokenRules() {
        TrainingSetup both =
                setup(Models.LLAMA31_405B, ParallelPlan.builder().tensor(3).build(), 8);
        List<PlanRules.Violation> broken = Feasibility.violations(both);
        assertThat(broken).hasSizeGreaterThan(1);
        assertThat(broken.get(broken.size() - 1).found()).startsWith("a rank needs ");
        assertThat(broken.get(broken.size() - 1).remedy()).isEqualTo("keep the other rules first");
    }

    @Test
    void stagesWithoutLayersAreNamedWithoutCountingBytes() {
        TrainingSetup empty =
                setup(Models.LLAMA3_8B, ParallelPlan.builder().pipeline(64).build(), 64);
        assertThat(Feasibility.violations(empty))
                .singleElement()
                .extracting(PlanRules.Violation::rule)
                .isEqualTo("each chunk needs a layer");
    }

    static LongStream seeds() {
        return LongStream.range(0, 100);
    }

    /** A remedy keeps the devices, the batch, the rules and the memory. */
    @ParameterizedTest
    @MethodSource("seeds")
    void aRemedyIsAPlanThatRuns(long seed) {
        TrainingSetup asked = Setups.random(seed);
        MemoryRemedy remedy = MemoryRemedy.cheapest(asked);
        if (remedy == null) {
            assertThat(MemoryFootprint.of(asked).total())
                    .isGreaterThan(asked.cluster().chip().visibleMemoryBytes());
            return;
        }
        TrainingSetup changed = remedy.prediction().setup();
        assertThat(changed.plan().devices()).isEqualTo(asked.plan().devices());
        assertThat(changed.batch()).isEqualTo(asked.batch());
        assertThat(Feasibility.violations(changed)).isEmpty();
    }

    /** Nearly every published run is judged to run; the memory model is not perfect. */
    @Test
    void publishedRunsRun() {
        long all = 0;
        long feasible = 0;
        for (MeasuredRun run : TrainingRuns.shipped().ofSplit("calibration")) {
            TrainingSetup setup = PlanCompletion.of(
                            run.recipe(), run.model(), run.cluster(), run.batch(), run.precision(), run.software())
                    .setup();
            all++;
            feasible += Feasibility.violations(setup).isEmpty() ? 1 : 0;
        }
        assertThat(feasible).isGreaterThan((long) (0.97 * all));
    }
}
