package org.hopperline.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.LongStream;
import org.hopperline.core.Explanation;
import org.hopperline.core.Figure;
import org.hopperline.core.Precision;
import org.hopperline.core.Slot;
import org.hopperline.hardware.Chips;
import org.hopperline.hardware.Cluster;
import org.hopperline.hardware.Clusters;
import org.hopperline.hardware.Link;
import org.hopperline.hardware.Node;
import org.hopperline.model.Models;
import org.hopperline.model.Transformer;
import org.hopperline.plan.Batch;
import org.hopperline.plan.ParallelPlan;
import org.hopperline.plan.PlanRules;
import org.hopperline.plan.SoftwareProfiles;
import org.hopperline.plan.TrainingSetup;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds of every step, whatever the constants are: sums, bounds, limits and directions. */
class StepLimitsTest {

    private static final StepModel H100 = StepModel.on(Chips.H100_SXM5);

    static LongStream seeds() {
        return LongStream.range(0, 400);
    }

    static LongStream someSeeds() {
        return LongStream.range(1000, 1150);
    }

    private static StepPrediction predict(TrainingSetup setup) {
        return H100.predict(setup);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void everySlotIsWrittenAndTheTotalIsTheCriticalPath(long seed) {
        TrainingSetup setup = Setups.random(seed);
        assertThat(PlanRules.violations(setup)).isEmpty();
        StepPrediction step = predict(setup);
        double critical = 0;
        for (StepTerm term : StepTerm.values()) {
            assertThat(step.get(term)).as(term.label()).isNotNaN().isFinite().isNotNegative();
            critical += term.role() == Slot.Role.CRITICAL ? step.get(term) : 0;
        }
        assertThat(step.seconds()).isPositive().isCloseTo(critical, within(1e-12 * critical));
        Explanation read = step.explain();
        assertThat(read.terms(Slot.Role.CRITICAL).stream()
                        .mapToDouble(Explanation.Term::share)
                        .sum())
                .isCloseTo(1, within(1e-12));
        assertThat(step.tokensPerSecond() * step.seconds())
                .isCloseTo(setup.batch().tokens(), within(1e-9 * setup.batch().tokens()));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void noStepBeatsTheSpeedOfLight(long seed) {
        TrainingSetup setup = Setups.random(seed);
        SpeedOfLight bound = SpeedOfLight.of(setup);
        assertThat(bound.seconds())
                .isPositive()
                .isEqualTo(Math.max(bound.matrixSeconds(), Math.max(bound.memorySeconds(), bound.scaleUpSeconds())))
                .isLessThanOrEqualTo(predict(setup).seconds());
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void withoutAPipelineNothingIsIdle(long seed) {
        TrainingSetup setup = Setups.random(seed);
        double bubble = predict(setup).get(StepTerm.BUBBLE);
        if (setup.plan().pipeline() == 1) {
            assertThat(bubble).isZero();
        } else {
            // At least the fill and the drain of the slowest stage's own work.
            assertThat(bubble).isPositive();
        }
    }

    private static Cluster fasterNetwork(Cluster cluster) {
        Node node = cluster.node();
        Link nic = new Link(
                node.nic().name(), Figure.assumed(2 * node.nic().bytesPerSecond(), "byte/s", "twice the rate"));
        return cluster.withNode(new Node(
                node.name(),
                node.chip(),
                node.devices(),
                node.scaleUp(),
                node.nics(),
                nic,
                node.packageDevices(),
                node.packageLink(),
                node.ratedPower()));
    }

    @ParameterizedTest
    @MethodSource("someSeeds")
    void aFasterNetworkNeverSlows(long seed) {
        TrainingSetup setup = Setups.random(seed);
        TrainingSetup faster = new TrainingSetup(
                setup.model(),
                fasterNetwork(setup.cluster()),
                setup.plan(),
                setup.batch(),
                setup.precision(),
                setup.software());
        assertThat(predict(faster).seconds()).isLessThanOrEqualTo(predict(setup).seconds() * (1 + 1e-9));
    }

    @ParameterizedTest
    @MethodSource("someSeeds")
    void moreLayersAreNeverFaster(long seed) {
        TrainingSetup setup = Setups.random(seed);
        Transformer deeper = setup.model().withLayers(2 * setup.model().layers());
        TrainingSetup more = new TrainingSetup(
                deeper, setup.cluster(), setup.plan(), setup.batch(), setup.precision(), setup.software());
        double before = predict(setup).seconds();
        // Few layers on many chunks are further from even than twice as many.
        assertThat(predict(more).seconds()).isBetween(1.2 * before, 2.1 * before);
    }

    @ParameterizedTest
    @MethodSource("someSeeds")
    void moreMicroBatchesTakeLongerAndWasteLess(long seed) {
        TrainingSetup setup = Setups.random(seed);
        TrainingSetup more = setup.withBatch(
                new Batch(3 * setup.batch().sequences(), setup.batch().sequenceLength()));
        StepPrediction before = predict(setup);
        StepPrediction after = predict(more);
        assertThat(after.seconds()).isGreaterThan(before.seconds());
        assertThat(after.tokensPerSecond()).isGreaterThanOrEqualTo(before.tokensPerSecond() * (1 - 1e-9));
    }

    @Test
    void oneDeviceHasNobodyToTalkTo() {
        for (Transformer model : new Transformer[] {Models.LLAMA3_8B, Models.MIXTRAL_8X7B, Models.DEEPSEEK_V3}) {
            StepPrediction step = predict(new TrainingSetup(
                    model,
                    Clusters.dgxH100(8).withDevices(1),
                    ParallelPlan.builder().build(),
                    new Batch(4, 4096),
                    Precision.BF16,
                    SoftwareProfiles.MEGATRON));
            for (StepTerm term : new StepTerm[] {
                StepTerm.TRAFFIC,
                StepTerm.BUBBLE,
                StepTerm.STRAGGLER,
                StepTerm.TENSOR_HIDDEN,
                StepTerm.CONTEXT_HIDDEN,
                StepTerm.SHARD_HIDDEN,
                StepTerm.DATA_HIDDEN,
                StepTerm.CONTENTION
            }) {
                assertThat(step.get(term)).as(term.label()).isZero();
            }
            assertThat(step.get(StepTerm.MICRO_BATCHES)).isEqualTo(4);
        }
    }

    @Test
    void theSameQuestionHasTheSameAnswer() {
        TrainingSetup setup = Setups.random(7);
        assertThat(StepModel.on(Chips.H100_SXM5).predict(setup).seconds())
                .isEqualTo(predict(setup).seconds());
    }

    @Test
    void theChipOfTheClusterMustBeTheModels() {
        TrainingSetup setup = Setups.random(1);
        assertThatThrownBy(() -> StepModel.on(Chips.A100_SXM4_80).predict(setup.withBatch(setup.batch())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the cluster has H100 SXM5 80GB, but this model is of A100 SXM4 80GB; ask StepModel.on(its"
                        + " chip)");
    }

    @Test
    void aBrokenPlanIsRefusedWithEveryRule() {
        TrainingSetup setup = new TrainingSetup(
                Models.LLAMA3_8B,
                Clusters.dgxH100(8),
                ParallelPlan.builder().tensor(5).virtualStages(2).build(),
                new Batch(4, 4096),
                Precision.BF16,
                SoftwareProfiles.MEGATRON);
        assertThatThrownBy(() -> H100.predict(setup))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("breaks 5 rules")
                .hasMessageContaining("5 on 8 devices")
                .hasMessageContaining("with 32 heads")
                .hasMessageContaining("with 8 key-value heads")
                .hasMessageContaining("with a feed-forward width of 14336")
                .hasMessageContaining("2 virtual stages on one pipeline stage");
    }

    @Test
    void intervalsNeedRunsThatWereScored() {
        TrainingSetup onFrontier = new TrainingSetup(
                Models.LLAMA3_8B,
                Clusters.FRONTIER.withDevices(8),
                ParallelPlan.builder().data(8).build(),
                new Batch(8, 4096),
                Precision.BF16,
                SoftwareProfiles.UNKNOWN);
        assertThat(StepInterval.isLearnt(onFrontier)).isFalse();
        assertThatThrownBy(() -> StepInterval.factor(onFrontier, 0.8))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no run on MI250X")
                .hasMessageContaining("ask for the prediction alone");
    }
}
