package org.hopperline.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import java.util.stream.LongStream;
import org.hopperline.core.Precision;
import org.hopperline.hardware.Chips;
import org.hopperline.hardware.Clusters;
import org.hopperline.model.Models;
import org.hopperline.plan.Batch;
import org.hopperline.plan.ParallelPlan;
import org.hopperline.plan.PipelineOrder;
import org.hopperline.plan.SoftwareProfiles;
import org.hopperline.plan.TrainingSetup;
import org.hopperline.schedule.ChunkTimes;
import org.hopperline.schedule.Pipeline;
import org.hopperline.work.StageLayout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A step on stages of unlike numbers of layers takes as long as the simulation of its schedule. */
class UnevenStagesTest {

    private static final StepModel H100 = StepModel.on(Chips.H100_SXM5).with(RunConstants.none());

    static LongStream seeds() {
        return LongStream.range(0, 300);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void theStepIsTheSimulation(long seed) {
        Random random = new Random(seed);
        int p = 2 << random.nextInt(3);
        boolean postponed = random.nextInt(3) == 0;
        int v = postponed ? 1 : 2 + random.nextInt(3);
        // ZB-H1 is exact by its closed form only from as many micro-batches as stages on, and so is looked at below.
        int microBatches = postponed ? 1 + random.nextInt(p - 1) : 1 + random.nextInt(4 * p);
        ParallelPlan plan = ParallelPlan.builder()
                .pipeline(p)
                .virtualStages(v)
                .order(postponed ? PipelineOrder.ZERO_BUBBLE_H1 : PipelineOrder.ONE_FORWARD_ONE_BACKWARD)
                .layout(RandomPlans.strewn(p * v, random))
                .build();
        TrainingSetup setup = new TrainingSetup(
                Models.LLAMA3_8B,
                Clusters.dgxH100(p),
                plan,
                new Batch(microBatches, 4096),
                Precision.BF16,
                SoftwareProfiles.UNKNOWN);
        StepEvaluator evaluator = H100.evaluator(setup);
        PricedLayers work = evaluator.layers(plan, setup.batch());
        StageLayout stages = StageLayout.of(setup.model(), plan);
        double[] forward = new double[p * v];
        double[] input = new double[p * v];
        double[] weight = new double[p * v];
        for (int g = 0; g < p * v; g++) {
            int layers = stages.denseLayersOfChunk(g);
            forward[g] = layers * work.dense().forward();
            weight[g] = layers * work.dense().weightGradient();
            input[g] = layers * work.dense().backward() - weight[g];
        }
        forward[0] += work.embedding().forward();
        input[0] += work.embedding().backward();
        int last = p * v - 1;
        forward[last] += work.logits().forward();
        weight[last] += work.logits().weightGradient();
        input[last] += work.logits().backward() - work.logits().weightGradient();
        double simulated = Pipeline.of(plan, microBatches)
                .simulate(ChunkTimes.of(forward, input, weight)
                        .withSendSeconds(evaluator.sendSeconds(plan, setup.batch())))
                .seconds();
        StepPrediction step = H100.predict(setup);
        double scheduled = step.seconds()
                - step.get(StepTerm.OPTIMIZER)
                - step.get(StepTerm.STRAGGLER)
                - step.get(StepTerm.DATA_EXPOSED);
        assertThat(scheduled).as("%s", plan).isCloseTo(simulated, within(1e-9 * simulated));
    }
}
