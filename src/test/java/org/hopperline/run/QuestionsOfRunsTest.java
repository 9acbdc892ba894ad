package org.hopperline.run;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import java.util.Map;
import java.util.function.DoubleSupplier;
import java.util.stream.Stream;
import org.hopperline.core.Precision;
import org.hopperline.hardware.Clusters;
import org.hopperline.model.Models;
import org.hopperline.text.Csv;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Our answers to questions that need a predicted step; the published answers stand in {@code questions_of_runs.csv}. */
class QuestionsOfRunsTest {

    private static final Csv QUESTIONS = Csv.resource(QuestionsOfRunsTest.class, "questions_of_runs.csv");
    private static final Training LLAMA =
            Training.of(Models.LLAMA31_405B).tokens(15.6e12).batchTokens(16.0 * 1024 * 1024);
    private static final Training LARGE_BATCH = LLAMA.batchTokens(128e6);

    private static final Map<String, DoubleSupplier> OURS = Map.ofEntries(
            entry("llama.memphis", () -> LARGE_BATCH.on(Clusters.MEMPHIS).days()),
            entry(
                    "llama.16k",
                    () -> LLAMA.on(Clusters.META_ROCE.withDevices(16_384)).days()),
            entry("llama.mfuBf16", () -> benchmark(Precision.BF16).get(RunTerm.MFU_FULL)),
            // MFU is stated against the BF16 peak; the FP8 peak is twice that.
            entry("llama.mfuFp8", () -> benchmark(Precision.FP8).get(RunTerm.MFU_FULL) / 2),
            entry("grok3.hours", QuestionsOfRunsTest::grok3Hours),
            entry("llama.joules", () -> {
                RunPrediction run = benchmark(Precision.BF16);
                return run.energy().rated().facility().watts() / run.step().tokensPerSecond();
            }),
            entry("fabric.throughput", () -> memphisStep("throughput", 0.6) / memphisStep("throughput", 0.95)),
            entry(
                    "fabric.islands",
                    () -> memphisStep("tier_hall_oversubscription", 7) / memphisStep("tier_hall_oversubscription", 1)),
            entry(
                    "frontier.gpt3",
                    () -> Training.of(Models.GPT3_175B)
                            .sequenceLength(2048)
                            .batchTokens(8e6)
                            .on(Clusters.FRONTIER.withDevices(2048))
                            .get(RunTerm.MFU_FULL)));

    static Stream<Csv.Row> questions() {
        return QUESTIONS.rows().stream();
    }

    @Test
    void everyQuestionIsAnsweredAndEveryAnswerAsked() {
        assertThat(questions().map(r -> r.text("id"))).containsExactlyInAnyOrderElementsOf(OURS.keySet());
    }

    @ParameterizedTest
    @MethodSource("questions")
    void ourAnswerStandsBesideThePublishedOne(Csv.Row row) {
        QuestionsTest.compare(row, OURS.get(row.text("id")).getAsDouble());
    }

    private static RunPrediction benchmark(Precision precision) {
        return LLAMA.precision(precision).batchTokens(2 * 8192 * 2304.0).on(Clusters.dgxH100(2304));
    }

    private static double memphisStep(String fact, double value) {
        return LLAMA.batchTokens(64e6)
                .on(Clusters.MEMPHIS.withFact(fact, value))
                .step()
                .seconds();
    }

    private static double grok3Hours() {
        Training training = Training.ofBudget(3.5e26).batchTokens(128e6).precision(Precision.FP8);
        return TrainingCampaign.of(training, Clusters.MEMPHIS)
                        .campaign(LocalDate.of(2024, 8, 11))
                        .run()
                        .gpuHours()
                / 1e6;
    }
}
