package org.hopperline.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.assertj.core.data.Percentage;
import org.hopperline.core.Precision;
import org.hopperline.hardware.Chips;
import org.hopperline.hardware.Clusters;
import org.hopperline.model.Models;
import org.hopperline.model.Transformer;
import org.hopperline.plan.Batch;
import org.hopperline.plan.ParallelPlan;
import org.hopperline.plan.Sharding;
import org.hopperline.plan.SoftwareProfiles;
import org.hopperline.plan.TrainingSetup;
import org.hopperline.work.MemoryFootprint;
import org.junit.jupiter.api.Test;

/** Layers that predict further tokens, and layers stated for the edges of a pipeline. */
class FurtherTokensTest {

    private static final StepModel H100 = StepModel.on(Chips.H100_SXM5);

    private static TrainingSetup setup(Transformer model, ParallelPlan plan) {
        return new TrainingSetup(
                model,
                Clusters.dgxH100(plan.devices()),
                plan,
                new Batch(plan.data() * 64, 4096),
                Precision.BF16,
                SoftwareProfiles.MEGATRON);
    }

    private static ParallelPlan plan(int pipeline) {
        return ParallelPlan.builder()
                .tensor(2)
                .pipeline(pipeline)
                .data(32)
                .expert(64)
                .sequenceParallel(true)
                .sharding(Sharding.OPTIMIZER)
                .build();
    }

    private static Transformer without() {
        return Models.DEEPSEEK_V3.toBuilder().multiTokenLayers(0).build();
    }

    /** arXiv 2412.19437 section 2.2: a layer like the others and the logits once more, here in a model of one stage. */
    @Test
    void aFurtherTokenCostsALayerAndLogits() {
        StepPrediction with = H100.predict(setup(Models.DEEPSEEK_V3, plan(1)));
        StepPrediction plain = H100.predict(setup(without(), plan(1)));
        assertThat(with.get(StepTerm.LOGITS))
                .isCloseTo(2 * plain.get(StepTerm.LOGITS), Percentage.withPercentage(1e-6));
        // 58 expert layers and one.
        assertThat(with.get(StepTerm.EXPERTS))
                .isCloseTo(59.0 / 58 * plain.get(StepTerm.EXPERTS), Percentage.withPercentage(1e-6));
        double share = with.get(StepTerm.COMPUTE) / plain.get(StepTerm.COMPUTE) - 1;
        assertThat(share).isBetween(1.0 / 61, 3.0 / 61);
    }

    @Test
    void itsStateStandsOnTheLastStage() {
        MemoryFootprint with = MemoryFootprint.ofStage(setup(Models.DEEPSEEK_V3, plan(16)), 15);
        // 61 layers and two places on 16 stages: 3 on the last of the model without, 2 with.
        MemoryFootprint plain = MemoryFootprint.ofStage(setup(without(), plan(16)), 15);
        assertThat(with.logits()).isCloseTo(2 * plain.logits(), within(1.0));
        TrainingSetup setup = setup(Models.DEEPSEEK_V3, plan(16));
        double embedding = Models.DEEPSEEK_V3.vocab() * (double) Models.DEEPSEEK_V3.hidden() / 2;
        double projection = Models.DEEPSEEK_V3.hidden() * (double) Models.DEEPSEEK_V3.hidden();
        assertThat(with.weights() - plain.weights())
                .isCloseTo(2 * (embedding + projection), Percentage.withPercentage(1));
        assertThat(MemoryFootprint.ofStage(setup, 1).logits()).isZero();
    }

    /** A heavy last stage is lightened by hand. */
    @Test
    void statedEdgesMoveTheSlowestStage() {
        ParallelPlan usual = plan(8);
        double slow = H100.predict(setup(Models.DEEPSEEK_V3, usual)).seconds();
        ParallelPlan same =
                usual.toBuilder().firstStageLayers(7).lastStageLayers(6).build();
        assertThat(H100.predict(setup(Models.DEEPSEEK_V3, same)).seconds()).isCloseTo(slow, within(1e-9 * slow));
        ParallelPlan heavy =
                usual.toBuilder().firstStageLayers(5).lastStageLayers(8).build();
        assertThat(H100.predict(setup(Models.DEEPSEEK_V3, heavy)).seconds()).isGreaterThan(1.1 * slow);
    }
}
