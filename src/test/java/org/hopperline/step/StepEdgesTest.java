package org.hopperline.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import java.util.stream.LongStream;
import org.hopperline.core.Precision;
import org.hopperline.hardware.Chips;
import org.hopperline.hardware.Clusters;
import org.hopperline.kernel.MemoryBound;
import org.hopperline.model.Models;
import org.hopperline.model.Transformer;
import org.hopperline.plan.Batch;
import org.hopperline.plan.ParallelPlan;
import org.hopperline.plan.PipelineLayout;
import org.hopperline.plan.PipelineOrder;
import org.hopperline.plan.Recompute;
import org.hopperline.plan.SoftwareProfiles;
import org.hopperline.plan.TrainingSetup;
import org.hopperline.schedule.ChunkTimes;
import org.hopperline.schedule.Pipeline;
import org.hopperline.schedule.PipelineRun;
import org.hopperline.work.LayerSort;
import org.hopperline.work.StageClasses;
import org.hopperline.work.StageLayout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A step ends with the stage that is last to sum its gradients, and begins with the one last to have its parameters. */
class StepEdgesTest {

    private static final double SEND = 1e-5;
    private static final StepModel H100 = StepModel.on(Chips.H100_SXM5).with(RunConstants.none());

    static LongStream seeds() {
        return LongStream.range(0, 300);
    }

    private static TrainingSetup setup(Transformer model, ParallelPlan plan, int microBatches) {
        return new TrainingSetup(
                model,
                Clusters.MEMPHIS.withDevices(plan.devices()),
                plan,
                new Batch(plan.data() * microBatches, 4096),
                Precision.BF16,
                SoftwareProfiles.UNKNOWN);
    }

    /** The traffic of a stage has no more time beside the schedule than the simulation of it leaves. */
    @ParameterizedTest
    @MethodSource("seeds")
    void leadAndLagAreThoseOfTheSimulation(long seed) {
        Random random = new Random(seed);
        int p = 2 << random.nextInt(3);
        PipelineOrder order = PipelineOrder.values()[random.nextInt(PipelineOrder.values().length)];
        int v = order.interleaves() ? 1 + random.nextInt(3) : 1;
        int microBatches = 1 + random.nextInt(4 * p);
        ParallelPlan plan = ParallelPlan.builder()
                .pipeline(p)
                .virtualStages(v)
                .order(order)
                .layout(RandomPlans.strewn(p * v, random))
                .build();
        TrainingSetup setup = setup(Models.LLAMA3_8B, plan, microBatches);
        PricedFabric fabric = new PricedFabrics(
                        setup.cluster(), MemoryBound.on(setup.cluster().chip()))
                .using(p);
        DataTraffic traffic = new DataTraffic(StepConstants.shipped(), setup.precision(), setup.software(), fabric);
        traffic.lay(plan, fabric);
        StageLayout layout = StageLayout.of(setup.model(), plan);
        StageClasses stages = StageClasses.of(layout);
        PipelineTimes times = new PipelineTimes();
        PricedLayers work = H100.evaluator(setup).layers(plan, setup.batch());
        times.fill(work, stages, Recompute.NONE, false, true, traffic);
        double scheduled = times.seconds(plan, stages, microBatches, SEND, false);

        double[] forward = new double[p * v];
        double[] input = new double[p * v];
        double[] weight = new double[p * v];
        StageTimes first = times.kind(stages.kindOf(0));
        StageTimes last = times.kind(stages.kindOf(p - 1));
        for (int g = 0; g < p * v; g++) {
            StageTimes stage = times.kind(stages.kindOf(g % p));
            double share =
                    layout.layersOf(g % p) == 0 ? 0 : layout.denseLayersOfChunk(g) / (double) layout.layersOf(g % p);
            forward[g] = share * stage.forwards[LayerSort.DENSE.ordinal()];
            weight[g] = share * stage.layersWeight;
            input[g] = share * stage.backwards[LayerSort.DENSE.ordinal()] - weight[g];
        }
        forward[0] += first.firstForward;
        input[0] += first.firstBackward;
        forward[p * v - 1] += last.lastForward;
        weight[p * v - 1] += last.lastWeight;
        input[p * v - 1] += last.lastBackward - last.lastWeight;
        PipelineRun run = Pipeline.of(plan, microBatches)
                .simulate(ChunkTimes.of(forward, input, weight).withSendSeconds(SEND));
        for (int kind = 0; kind < stages.kinds(); kind++) {
            int stage = stages.firstOf(kind);
            assertThat(times.lead(kind))
                    .as("%s stage %s", plan, stage)
                    .isCloseTo(run.firstForwardSeconds(stage), within(1e-9 * scheduled));
            double ready = 0;
            for (int g = stage; g < p * v; g += p) {
                ready = Math.max(ready, run.gradientsReadySeconds(g));
            }
            assertThat(times.lag(kind))
                    .as("%s stage %s", plan, stage)
                    .isLessThanOrEqualTo(run.seconds() - ready + 1e-9 * scheduled);
        }
        assertThat(times.lead(0)).isZero();
        assertThat(times.lag(0)).isZero();
    }

    /**
     * The last of three stages has most to do and most parameters, but updates them while the first micro-batch of the next
     * step comes: what shows is the update of the first, of the input embedding alone.
     */
    @Test
    void theUpdateOfALateStageIsHidden() {
        Transformer two = Models.LLAMA3_8B.toBuilder().layers(2).build();
        double whole =
                H100.predict(setup(two, ParallelPlan.builder().build(), 16)).get(StepTerm.OPTIMIZER);
        ParallelPlan plan = ParallelPlan.builder()
                .pipeline(3)
                .layout(PipelineLayout.parse("E|t|tL"))
                .build();
        double first = H100.predict(setup(two, plan, 16)).get(StepTerm.OPTIMIZER);
        assertThat(first).isCloseTo(whole * 128_256 * 4096 / two.parameters(), within(1e-3 * whole));
    }

    /** Sums of the slowest stage in the middle run on while stages before it work: fewer seconds show than take place. */
    @Test
    void sumsOfALateStageRunBesideTheEarlierOnes() {
        ParallelPlan.Builder plan = ParallelPlan.builder().pipeline(4).data(8);
        TrainingSetup even = setup(
                Models.LLAMA3_8B,
                plan.layout(PipelineLayout.parse("Et*8|t*8|t*8|t*8L")).build(),
                16);
        TrainingSetup late = setup(
                Models.LLAMA3_8B,
                plan.layout(PipelineLayout.parse("Et*8|t*6|t*9|t*9L")).build(),
                16);
        assertThat(H100.predict(late).get(StepTerm.DATA_EXPOSED))
                .isCloseTo(H100.predict(even).get(StepTerm.DATA_EXPOSED), within(1e-12));
    }
}
