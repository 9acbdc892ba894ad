package org.hopperline.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.assertj.core.data.Percentage;
import org.hopperline.core.Explanation;
import org.hopperline.core.Slot;
import org.hopperline.hardware.Clusters;
import org.hopperline.model.Models;
import org.hopperline.plan.ParallelPlan;
import org.hopperline.plan.SoftwareProfiles;
import org.hopperline.run.goodput.StartUp;
import org.hopperline.run.scaling.TokenRule;
import org.hopperline.step.StepTerm;
import org.junit.jupiter.api.Test;

class RunPredictionTest {

    private static final Training LLAMA =
            Training.of(Models.named("Llama 3.1 405B")).tokens(15.6e12).batchTokens(16.0 * 1024 * 1024);

    @Test
    void daysAreStepsTimesStepOverGoodput() {
        RunPrediction run = LLAMA.on(Clusters.META_ROCE.withDevices(8192));
        assertThat(run.days() - run.get(RunTerm.START_DAYS))
                .isCloseTo(
                        run.get(RunTerm.STEPS)
                                * run.step().seconds()
                                / run.goodput().fraction()
                                / 86_400,
                        Percentage.withPercentage(1e-9));
        assertThat(run.get(RunTerm.PRODUCTIVE_DAYS) + run.get(RunTerm.LOST_DAYS) + run.get(RunTerm.START_DAYS))
                .isCloseTo(run.days(), within(1e-9));
        assertThat(run.get(RunTerm.LOWER_BOUND_DAYS)).isLessThan(run.days());
        assertThat(run.get(RunTerm.NO_OVERLAP_DAYS)).isGreaterThanOrEqualTo(run.days());
        assertThat(run.days(0.8).contains(run.days())).isTrue();
        assertThat(run.days(0.9).width()).isGreaterThan(run.days(0.8).width());
    }

    /** Also of what is hidden for experts. */
    @Test
    void withoutOverlapAStepTakesAsMuchLongerAsItHides() {
        RunPrediction run = Training.of(Models.named("Qwen3 30B-A3B"))
                .tokens(1e12)
                .batchTokens(64.0 * 16 * 4096)
                .sequenceLength(4096)
                .software(SoftwareProfiles.named("Megatron-Bridge all-to-all overlapped"))
                .plan(ParallelPlan.builder().data(64).expert(64).build())
                .on(Clusters.MEMPHIS.withDevices(64));
        double hidden = run.step().explain().terms(Slot.Role.HIDDEN).stream()
                .mapToDouble(Explanation.Term::value)
                .sum();
        assertThat(run.step().get(StepTerm.EXPERT_HIDDEN)).isPositive();
        double start = run.get(RunTerm.START_DAYS);
        assertThat((run.get(RunTerm.NO_OVERLAP_DAYS) - start) / (run.days() - start))
                .isCloseTo(1 + hidden / run.step().seconds(), within(1e-9));
    }

    @Test
    void aStartIsMinutesOfMonthsAndHasABandOfItsOwn() {
        RunPrediction run = LLAMA.on(Clusters.META_ROCE.withDevices(8192));
        assertThat(run.get(RunTerm.START_DAYS) * 86_400).isBetween(120.0, 3600.0);
        RunPrediction atOnce = LLAMA.startUp(StartUp.none()).on(Clusters.META_ROCE.withDevices(8192));
        assertThat(atOnce.get(RunTerm.START_DAYS)).isZero();
        assertThat(run.days() - atOnce.days()).isCloseTo(run.get(RunTerm.START_DAYS), within(1e-9));
        double spread = StartUp.usual().spread();
        assertThat(run.days(0.8).high() - atOnce.days(0.8).high())
                .isCloseTo(run.get(RunTerm.START_DAYS) * spread, within(1e-9));
        assertThat(run.days(0.8).low() - atOnce.days(0.8).low())
                .isCloseTo(run.get(RunTerm.START_DAYS) / spread, within(1e-9));
        // The machine stands, and draws for it, while the job starts.
        double more = run.energy().joules() - atOnce.energy().joules();
        assertThat(more)
                .isCloseTo(
                        run.energy().standing().facility().watts() * run.get(RunTerm.START_DAYS) * 86_400,
                        Percentage.withPercentage(0.1));
    }

    @Test
    void theModelCardsGpuHoursLieInTheBand() {
        // Model card of Llama 3.1: 30.84 million GPU-hours for 405B; arXiv 2407.21783: 16,384 GPUs.
        RunPrediction run =
                LLAMA.software(SoftwareProfiles.named("Meta Llama 3")).on(Clusters.META_ROCE.withDevices(16_384));
        double hoursADay = 24.0 * run.step().setup().cluster().devices();
        assertThat(run.days(0.8).contains(30.84e6 / hoursADay)).isTrue();
    }

    @Test
    void aBudgetOfFlopsIsTokens() {
        Training budget = Training.of(Models.named("Llama 3.1 405B")).flops(3.8e25);
        assertThat(6 * budget.model().activeParameters() * budget.tokens())
                .isCloseTo(3.8e25, Percentage.withPercentage(1e-9));
    }

    @Test
    void aBudgetFindsItsOwnModel() {
        Training grok = Training.ofBudget(3.5e26);
        assertThat((double) grok.model().parameters()).isCloseTo(1.93e12, Percentage.withPercentage(1));
        assertThat(grok.tokens()).isCloseTo(30.2e12, Percentage.withPercentage(1));
        assertThat((double) Training.of(TokenRule.LLAMA3_FIGURE.optimum(3.8e25))
                        .model()
                        .parameters())
                .isCloseTo(389e9, Percentage.withPercentage(1));
        assertThat((double) Training.ofParameters(1.9e12).model().parameters())
                .isCloseTo(1.9e12, Percentage.withPercentage(1));
    }

    @Test
    void machinesWithoutScoredRunsArePredictedWithAnAssumedBand() {
        RunPrediction run = LLAMA.on("Frontier");
        assertThat(run.days()).isPositive().isFinite();
        assertThat(run.toString()).contains("no run like it is scored; assumed: ");
        assertThatThrownBy(() -> run.days(0.8)).hasMessageContaining("ask for the prediction alone");
    }

    @Test
    void moreGpusNeverTakeLongerAtABatchThatFeedsThem() {
        Training large = LLAMA.batchTokens(128e6);
        double before = Double.POSITIVE_INFINITY;
        for (int gpus : new int[] {2048, 8192, 32_768, 98_304}) {
            double days = large.on(Clusters.MEMPHIS.withDevices(gpus)).days();
            assertThat(days).isLessThan(before);
            before = days;
        }
    }

    @Test
    void badQuestionsAreNamed() {
        assertThatThrownBy(() -> LLAMA.tokens(0)).hasMessageContaining("tokens is 0.0 token");
        assertThatThrownBy(() -> LLAMA.batchTokens(100)).hasMessageContaining("holds no sequence of 8192");
        assertThatThrownBy(() -> LLAMA.tokens(1e6)).hasMessageContaining("shorter than one batch");
        assertThatThrownBy(() -> LLAMA.on("Memfis")).hasMessageContaining("Memphis");
        assertThatThrownBy(() -> LLAMA.on(Clusters.META_ROCE.withDevices(64)))
                .hasMessageContaining("the least devices on which one fits are 96 (");
    }
}
