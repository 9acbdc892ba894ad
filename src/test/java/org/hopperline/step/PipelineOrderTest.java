package org.hopperline.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.hopperline.core.Precision;
import org.hopperline.hardware.Chips;
import org.hopperline.hardware.Clusters;
import org.hopperline.model.Models;
import org.hopperline.plan.Batch;
import org.hopperline.plan.ParallelPlan;
import org.hopperline.plan.PipelineOrder;
import org.hopperline.plan.SoftwareProfiles;
import org.hopperline.plan.TrainingSetup;
import org.hopperline.work.StageLayout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The same step in three orders: what the stages do stays, what they wait differs. */
class PipelineOrderTest {

    private static final StepModel H100 = StepModel.on(Chips.H100_SXM5);

    private static TrainingSetup setup(int tensor, int pipeline, int microBatches, PipelineOrder order) {
        ParallelPlan plan = ParallelPlan.builder()
                .tensor(tensor)
                .pipeline(pipeline)
                .data(4)
                .order(order)
                .build();
        return new TrainingSetup(
                Models.LLAMA3_70B,
                Clusters.dgxH100(plan.devices()),
                plan,
                new Batch(4 * microBatches, 8192),
                Precision.BF16,
                SoftwareProfiles.MEGATRON);
    }

    private static StepPrediction step(int tensor, int pipeline, int microBatches, PipelineOrder order) {
        return H100.predict(setup(tensor, pipeline, microBatches, order));
    }

    @ParameterizedTest
    @CsvSource({"4, 8", "8, 8", "8, 32", "16, 16", "20, 64"})
    void theWorkIsTheSameAndTheBubbleShrinks(int pipeline, int microBatches) {
        StepPrediction ordinary = step(1, pipeline, microBatches, PipelineOrder.ONE_FORWARD_ONE_BACKWARD);
        StepPrediction zeroBubble = step(1, pipeline, microBatches, PipelineOrder.ZERO_BUBBLE_H1);
        StepPrediction gpipe = step(1, pipeline, microBatches, PipelineOrder.GPIPE);
        for (StepTerm term : List.of(StepTerm.COMPUTE, StepTerm.OPTIMIZER, StepTerm.HOST, StepTerm.MICRO_BATCHES)) {
            assertThat(zeroBubble.get(term)).isEqualTo(ordinary.get(term));
            assertThat(gpipe.get(term)).isEqualTo(ordinary.get(term));
        }
        assertThat(zeroBubble.get(StepTerm.BUBBLE)).isLessThan(0.7 * ordinary.get(StepTerm.BUBBLE));
        assertThat(zeroBubble.seconds()).isLessThan(ordinary.seconds());
        // Postponed weight gradients leave less behind which to hide the sum of the gradients.
        assertThat(zeroBubble.get(StepTerm.DATA_EXPOSED)).isGreaterThanOrEqualTo(ordinary.get(StepTerm.DATA_EXPOSED));
    }

    /**
     * arXiv 2401.10241 section 2.1: a third of the bubble of 1F1B if forward, input gradient and weight gradient take as
     * long, {@code (p - 1)(f + b - w)}; here from the times of the step's own layers, with the last stage's logits.
     */
    @Test
    void theBubbleIsThatOfThePaper() {
        int p = 8;
        int m = 32;
        TrainingSetup setup = setup(1, p, m, PipelineOrder.ZERO_BUBBLE_H1);
        StepEvaluator evaluator = H100.evaluator(setup);
        PricedLayers work = evaluator.layers(setup.plan(), setup.batch());
        double layers = StageLayout.of(setup.model(), p).layersOf(1);
        double f = layers * work.dense().forward();
        double w = layers * work.dense().weightGradient();
        double b = layers * work.dense().backward() - w;
        assertThat(w).isBetween(0.75 * f, f);
        double paper = (p - 1) * (f + b - w);
        double sends = 2 * (p - 1) * evaluator.sendSeconds(setup.plan(), setup.batch());
        // Logits lengthen the last stage, on which every other waits, so that the idle time of the others grows.
        assertThat(H100.predict(setup).get(StepTerm.BUBBLE)).isBetween(0.9 * paper, 1.3 * paper + sends);
    }

    @Test
    void tensorTrafficLosesTheWeightGradientsThatHidIt() {
        StepPrediction ordinary = step(8, 8, 16, PipelineOrder.ONE_FORWARD_ONE_BACKWARD);
        StepPrediction zeroBubble = step(8, 8, 16, PipelineOrder.ZERO_BUBBLE_H1);
        double moved = zeroBubble.get(StepTerm.TENSOR_EXPOSED) - ordinary.get(StepTerm.TENSOR_EXPOSED);
        assertThat(moved).isPositive();
        // What is exposed now was hidden before, less the SMs that it took from the products.
        assertThat(ordinary.get(StepTerm.TENSOR_HIDDEN) - zeroBubble.get(StepTerm.TENSOR_HIDDEN))
                .isGreaterThanOrEqualTo(moved);
    }

    /** arXiv 2104.04473 section 2.2.1: one-forward-one-backward saves memory, no time. */
    @Test
    void gpipeHasTheBubbleOfOneForwardOneBackward() {
        StepPrediction ordinary = step(1, 8, 16, PipelineOrder.ONE_FORWARD_ONE_BACKWARD);
        StepPrediction gpipe = step(1, 8, 16, PipelineOrder.GPIPE);
        assertThat(gpipe.get(StepTerm.BUBBLE))
                .isCloseTo(ordinary.get(StepTerm.BUBBLE), within(0.1 * ordinary.get(StepTerm.BUBBLE)));
    }
}
