package org.hopperline.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.LongStream;
import org.hopperline.collective.ArrivalSpread;
import org.hopperline.core.AttentionBackend;
import org.hopperline.core.Figure;
import org.hopperline.core.Precision;
import org.hopperline.hardware.Chips;
import org.hopperline.hardware.Cluster;
import org.hopperline.hardware.Clusters;
import org.hopperline.hardware.Link;
import org.hopperline.hardware.Node;
import org.hopperline.kernel.MemoryBound;
import org.hopperline.model.Models;
import org.hopperline.plan.Batch;
import org.hopperline.plan.ParallelPlan;
import org.hopperline.plan.Sharding;
import org.hopperline.plan.SoftwareProfiles;
import org.hopperline.plan.TrainingSetup;
import org.hopperline.work.StageClasses;
import org.hopperline.work.StageLayout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The terms of a stage are all of its time, and traffic costs no more than it lasts. */
class StageTimesTest {

    private static final StepModel H100 = StepModel.on(Chips.H100_SXM5);

    static LongStream seeds() {
        return LongStream.range(3000, 3200);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void theTermsOfEveryStageAreItsTime(long seed) {
        TrainingSetup setup = Setups.random(seed);
        ParallelPlan plan = setup.plan();
        StepEvaluator evaluator = H100.evaluator(setup);
        PricedFabric fabric = new PricedFabrics(
                        setup.cluster(), MemoryBound.on(setup.cluster().chip()))
                .using(plan.devices());
        DataTraffic traffic = new DataTraffic(StepConstants.shipped(), setup.precision(), setup.software(), fabric);
        traffic.lay(plan, fabric);
        StageClasses classes = StageClasses.of(StageLayout.of(setup.model(), plan.pipeline()));
        PlannedLayers layers = new PlannedLayers();
        layers.lay(
                evaluator.layers(plan, setup.batch()),
                classes,
                plan.recompute(),
                setup.software().attention() == AttentionBackend.UNFUSED,
                setup.software().wholeLayerAgain(),
                traffic);
        for (int kind = 0; kind < classes.kinds(); kind++) {
            StageTimes t = new StageTimes();
            t.fill(layers, classes, kind, traffic);
            double kernels =
                    t.linear + t.experts + t.attention + t.passes + t.casts + t.logits + t.recompute + t.copies;
            double exposed = t.tensorExposed + t.contextExposed + t.expertExposed + t.shardExposed;
            double sum = kernels + exposed + t.contention + t.host;
            assertThat(sum).isCloseTo(t.seconds(), within(1e-12 * t.seconds()));
            assertThat(t.computing()).isBetween(0.0, 1.0);
        }
    }

    private static StepPrediction llama8b(Cluster cluster, ParallelPlan.Builder plan, String software, Precision as) {
        return H100.predict(new TrainingSetup(
                Models.LLAMA3_8B, cluster, plan.build(), new Batch(64, 4096), as, SoftwareProfiles.named(software)));
    }

    /** Data traffic that outlasts the compute beside it hides behind it as slowed, so that both end together. */
    @Test
    void trafficThatOutlastsComputeHidesAllThatItSlows() {
        Node node = Clusters.dgxH100(64).node();
        Link slow = new Link("slow", Figure.assumed(1e8, "byte/s", "far below any"));
        Cluster cluster = Clusters.dgxH100(64)
                .withNode(new Node(
                        node.name(),
                        node.chip(),
                        node.devices(),
                        node.scaleUp(),
                        node.nics(),
                        slow,
                        node.packageDevices(),
                        node.packageLink(),
                        node.ratedPower()));
        StepPrediction step = llama8b(
                cluster, ParallelPlan.builder().data(64).sharding(Sharding.OPTIMIZER), "Megatron-Core", Precision.BF16);
        double alone = step.get(StepTerm.COMPUTE)
                + step.get(StepTerm.HOST)
                - RunConstants.shipped().stepSeconds() * ArrivalSpread.harmonicNumber(64);
        double lost = step.get(StepTerm.CONTENTION);
        assertThat(lost).isPositive();
        assertThat(step.get(StepTerm.DATA_HIDDEN)).isCloseTo(alone + lost, within(1e-9 * alone));
    }

    /** Ranks that divide experts gather their rows, whether or not they divide the other layers. */
    @Test
    void dividedExpertsTalkWithoutTensorRanks() {
        TrainingSetup setup = new TrainingSetup(
                Models.MIXTRAL_8X7B,
                Clusters.dgxH100(8),
                ParallelPlan.builder().data(8).expertTensor(8).build(),
                new Batch(8, 4096),
                Precision.BF16,
                SoftwareProfiles.MEGATRON);
        assertThat(H100.predict(setup).get(StepTerm.TENSOR_EXPOSED)).isPositive();
    }

    /** Operands cast before the gather halve it; the sums of outputs stay in 16 bits. */
    @Test
    void gathersOfEightBitsMoveHalfWithoutUserBuffersToo() {
        Cluster cluster = Clusters.dgxH100(8);
        ParallelPlan.Builder plan = ParallelPlan.builder().tensor(8).sequenceParallel(true);
        double wide = llama8b(cluster, plan, "unknown", Precision.BF16).get(StepTerm.TRAFFIC);
        double narrow = llama8b(cluster, plan, "unknown", Precision.FP8).get(StepTerm.TRAFFIC);
        // three gathers and two reduce-scatters of the same bytes for each half of a layer: 3.5 of 5
        assertThat(narrow / wide).isBetween(0.68, 0.75);
    }
}
