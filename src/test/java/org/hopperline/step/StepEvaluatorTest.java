package org.hopperline.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.hopperline.core.Precision;
import org.hopperline.hardware.Chips;
import org.hopperline.hardware.Cluster;
import org.hopperline.hardware.Clusters;
import org.hopperline.model.Models;
import org.hopperline.model.Transformer;
import org.hopperline.plan.Batch;
import org.hopperline.plan.ParallelPlan;
import org.hopperline.plan.PlanRules;
import org.hopperline.plan.SoftwareProfile;
import org.hopperline.plan.SoftwareProfiles;
import org.hopperline.plan.TrainingSetup;
import org.hopperline.work.MemoryFootprint;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One evaluator asked for many plans says of each what a fresh one says. */
class StepEvaluatorTest {

    private static final int PLANS = 400;
    private static final Cluster MACHINE = Clusters.MEMPHIS;
    private static final StepModel STEP = StepModel.on(Chips.H100_SXM5);

    /** The tables are filled in one order and read in two others, so that no plan is answered with another's pieces. */
    @ParameterizedTest
    @CsvSource({
        "Llama 3 8B, BF16, 8192",
        "Llama 3.1 405B, FP8, 8192",
        "GPT-3 175B, BF16, 2048",
        "Nemotron-4 340B, BF16, 4096",
        "Mixtral 8x7B, BF16, 4096",
        "DeepSeek-V3, FP8, 4096",
        "gpt-oss-120b, BF16, 8192",
        "Nemotron-H 8B, BF16, 8192",
        "Nemotron 3 Nano, FP8, 8192",
        "Nemotron 3 Super, BF16, 4096"
    })
    void everyTermIsThatOfTheExplainedPrediction(String name, Precision precision, int sequenceLength) {
        Transformer model = Models.named(name);
        List<SoftwareProfile> all = new ArrayList<>(
                List.of(SoftwareProfiles.MEGATRON, SoftwareProfiles.list().get(1)));
        if (model.experts() != null) {
            all.add(overlappingExperts());
        }
        for (SoftwareProfile software : all) {
            StepEvaluator evaluator = STEP.evaluator(model, MACHINE, precision, software, sequenceLength);
            List<TrainingSetup> setups = setups(evaluator, model, precision, software, sequenceLength);
            for (int round = 0; round < 2; round++) {
                for (TrainingSetup setup : setups) {
                    StepPrediction explained = STEP.predict(setup);
                    double seconds = evaluator.seconds(setup.plan(), setup.batch());
                    assertThat(seconds).as("%s", setup.plan()).isEqualTo(explained.seconds());
                    for (StepTerm term : StepTerm.values()) {
                        assertThat(evaluator.ledger().get(term))
                                .as("%s of %s", term, setup.plan())
                                .isEqualTo(explained.get(term));
                    }
                    assertThat(evaluator.memoryBytes(setup.plan(), setup.batch()))
                            .as("memory of %s", setup.plan())
                            .isEqualTo(MemoryFootprint.of(setup).total());
                }
                Collections.shuffle(setups, new Random(round));
            }
        }
    }

    /** Where the exchange of tokens runs beside another micro-batch, a layer also depends on stages and micro-batches. */
    private static SoftwareProfile overlappingExperts() {
        return SoftwareProfiles.list().stream()
                .filter(SoftwareProfile::expertOverlap)
                .findFirst()
                .orElseThrow();
    }

    private static List<TrainingSetup> setups(
            StepEvaluator evaluator,
            Transformer model,
            Precision precision,
            SoftwareProfile software,
            int sequenceLength) {
        RandomPlans random = new RandomPlans(model.name().hashCode(), model, sequenceLength);
        List<TrainingSetup> setups = new ArrayList<>();
        while (setups.size() < PLANS / 2) {
            ParallelPlan plan = random.plan();
            Batch batch = random.batch(plan);
            if (evaluator.keepsRules(plan, batch)) {
                setups.add(new TrainingSetup(
                        model, MACHINE.withDevices(plan.devices()), plan, batch, precision, software));
            }
        }
        return setups;
    }

    @ParameterizedTest
    @CsvSource({"Llama 3.1 405B", "Mixtral 8x7B"})
    void keepsTheRulesThatThePlanRulesKeep(String name) {
        Transformer model = Models.named(name);
        StepEvaluator evaluator = STEP.evaluator(model, MACHINE, Precision.BF16, SoftwareProfiles.MEGATRON, 4096);
        RandomPlans random = new RandomPlans(3, model, 4096);
        int kept = 0;
        for (int i = 0; i < 5 * PLANS; i++) {
            ParallelPlan plan = random.plan();
            Batch batch = random.batch(plan);
            boolean whole = plan.devices() < 8 || plan.devices() % 8 == 0;
            boolean keeps = whole
                    && PlanRules.violations(new TrainingSetup(
                                    model,
                                    MACHINE.withDevices(plan.devices()),
                                    plan,
                                    batch,
                                    Precision.BF16,
                                    SoftwareProfiles.MEGATRON))
                            .isEmpty();
            assertThat(evaluator.keepsRules(plan, batch)).as("%s", plan).isEqualTo(keeps);
            kept += keeps ? 1 : 0;
        }
        assertThat(kept).isBetween(PLANS / 4, 4 * PLANS);
    }

    @Test
    void plansThatDoNotFitTheMachineBreakARule() {
        Cluster two = MACHINE.withDevices(16);
        StepEvaluator evaluator =
                STEP.evaluator(Models.LLAMA3_8B, two, Precision.BF16, SoftwareProfiles.MEGATRON, 8192);
        assertThat(evaluator.keepsRules(data(16), new Batch(32, 8192))).isTrue();
        assertThat(evaluator.keepsRules(data(4), new Batch(32, 8192))).isTrue();
        assertThat(evaluator.keepsRules(data(32), new Batch(32, 8192))).isFalse();
        assertThat(evaluator.keepsRules(data(12), new Batch(36, 8192))).isFalse();
    }

    @Test
    void whatBreaksARuleIsRefusedWithTheRule() {
        Cluster two = MACHINE.withDevices(16);
        StepEvaluator evaluator =
                STEP.evaluator(Models.LLAMA3_8B, two, Precision.BF16, SoftwareProfiles.MEGATRON, 8192);
        assertThatThrownBy(() -> evaluator.seconds(data(16), new Batch(24, 8192)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("data x micro-batch = 16 must divide it");
        assertThatThrownBy(() -> evaluator.memoryBytes(data(32), new Batch(32, 8192)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("takes 32 devices, but Memphis has 16");
        assertThatThrownBy(() -> evaluator.seconds(data(12), new Batch(12, 8192)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("12 devices do not fill nodes of 8");
    }

    @Test
    void anotherSequenceLengthIsAnotherEvaluator() {
        StepEvaluator evaluator =
                STEP.evaluator(Models.LLAMA3_8B, MACHINE, Precision.BF16, SoftwareProfiles.MEGATRON, 8192);
        assertThatThrownBy(() -> evaluator.seconds(data(8), new Batch(8, 4096)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("sequences of 4096 tokens, but this evaluator is of sequences of 8192; make one for each"
                        + " length");
    }

    private static ParallelPlan data(int ranks) {
        return ParallelPlan.builder().data(ranks).build();
    }
}
