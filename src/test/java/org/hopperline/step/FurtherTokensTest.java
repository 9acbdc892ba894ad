package org.hopperline.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.assertj.core.data.Percentage;
import org.hopperline.core.Precision;
import org.hopperline.hardware.Chips;
import org.hopperline.hardware.Clusters;
import org.hopperline.model.Models;
import org.hopperline.model.Transformer;
import org.hopperline.plan.Batch;
import org.hopperline.plan.ParallelPlan;
import org.hopperline.plan.PipelineLayout;
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

    /** A layout that says what the usual rule does changes nothing; another moves time and memory. */
    @Test
    void aLayoutIsPricedAndHasItsMemory() {
        ParallelPlan usual = plan(8).toBuilder().virtualStages(4).build();
        StepPrediction before = H100.predict(setup(Models.DEEPSEEK_V3, usual));
        ParallelPlan same =
                usual.toBuilder().layout(PipelineLayout.parse("Et|(tt|)*30mL")).build();
        assertThat(H100.predict(setup(Models.DEEPSEEK_V3, same)).seconds()).isEqualTo(before.seconds());
        assertThat(MemoryFootprint.of(setup(Models.DEEPSEEK_V3, same)))
                .isEqualTo(MemoryFootprint.of(setup(Models.DEEPSEEK_V3, usual)));

        ParallelPlan uneven = usual.toBuilder()
                .layout(PipelineLayout.parse("Et*31|(t|)*30mL"))
                .build();
        // 34 layers on the first stage, where there were 7, and 3 on the last, where there were 6.
        assertThat(H100.predict(setup(Models.DEEPSEEK_V3, uneven)).seconds()).isGreaterThan(2 * before.seconds());
        double first = MemoryFootprint.ofStage(setup(Models.DEEPSEEK_V3, uneven), 0)
                        .weights()
                - MemoryFootprint.ofStage(setup(Models.DEEPSEEK_V3, usual), 0).weights();
        assertThat(first).isPositive();
        assertThat(MemoryFootprint.ofStage(setup(Models.DEEPSEEK_V3, uneven), 7).weights())
                .isLessThan(MemoryFootprint.ofStage(setup(Models.DEEPSEEK_V3, usual), 7)
                        .weights());
    }

    /** The same layers on a stage, the most of them on its first chunk or on its last: of the first more are in flight. */
    @Test
    void layersOfTheFirstChunkAreInFlightForLonger() {
        ParallelPlan.Builder plan = plan(4).toBuilder().virtualStages(2);
        ParallelPlan early = plan.layout(PipelineLayout.parse("Et*12|t*7|t*7|t*7|t*3|t*8|t*8|t*9mL"))
                .build();
        ParallelPlan late = plan.layout(PipelineLayout.parse("Et*3|t*8|t*8|t*8|t*12|t*7|t*7|t*8mL"))
                .build();
        MemoryFootprint heavy = MemoryFootprint.ofStage(setup(Models.DEEPSEEK_V3, early), 0);
        MemoryFootprint light = MemoryFootprint.ofStage(setup(Models.DEEPSEEK_V3, late), 0);
        assertThat(heavy.weights()).isEqualTo(light.weights());
        assertThat(heavy.activations()).isGreaterThan(1.05 * light.activations());
    }

    /** One evaluator keeps layouts apart. */
    @Test
    void anEvaluatorTellsLayoutsApart() {
        TrainingSetup setup = setup(Models.DEEPSEEK_V3, plan(8));
        StepEvaluator evaluator = H100.evaluator(setup);
        ParallelPlan.Builder builder = setup.plan().toBuilder();
        for (String text : List.of("Et*7|(t*8|)*6t*6mL", "Et*4|(t*8|)*6t*9mL", "Et*7|(t*8|)*6t*6mL")) {
            ParallelPlan plan = builder.layout(PipelineLayout.parse(text)).build();
            assertThat(evaluator.seconds(plan, setup.batch()))
                    .as(text)
                    .isEqualTo(H100.predict(setup.withPlan(plan)).seconds());
        }
    }
}
