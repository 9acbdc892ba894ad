package org.hopperline.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import java.util.stream.LongStream;
import org.assertj.core.data.Percentage;
import org.hopperline.core.Precision;
import org.hopperline.hardware.Chips;
import org.hopperline.hardware.Clusters;
import org.hopperline.model.Models;
import org.hopperline.plan.Batch;
import org.hopperline.plan.ParallelPlan;
import org.hopperline.plan.SoftwareProfiles;
import org.hopperline.plan.TrainingSetup;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A mask that keeps documents of one sequence apart. */
class DocumentMaskTest {

    private static final StepModel H100 = StepModel.on(Chips.H100_SXM5);

    private static TrainingSetup setup(int context, int sequences, int length) {
        ParallelPlan plan = ParallelPlan.builder()
                .tensor(4)
                .context(context)
                .data(8)
                .sequenceParallel(true)
                .build();
        return new TrainingSetup(
                Models.LLAMA3_8B,
                Clusters.dgxH100(plan.devices()),
                plan,
                new Batch(sequences, length),
                Precision.BF16,
                SoftwareProfiles.MEGATRON);
    }

    private static StepPrediction masked(TrainingSetup setup, double attended) {
        return H100.predict(setup.withBatch(setup.batch().withAttendedLength(attended)));
    }

    @Test
    void documentsOfAQuarterAttendAsSequencesOfAQuarter() {
        double apart = masked(setup(1, 64, 8192), 2048).get(StepTerm.ATTENTION);
        TrainingSetup shorter = setup(1, 256, 2048);
        double alone = H100.predict(shorter.withPlan(
                        shorter.plan().toBuilder().microBatch(4).build()))
                .get(StepTerm.ATTENTION);
        assertThat(apart).isCloseTo(alone, Percentage.withPercentage(1e-9));
    }

    @Test
    void onlyAttentionChanges() {
        StepPrediction whole = H100.predict(setup(1, 64, 8192));
        StepPrediction apart = masked(setup(1, 64, 8192), 1000);
        for (StepTerm term : new StepTerm[] {
            StepTerm.LINEAR, StepTerm.PASSES, StepTerm.LOGITS, StepTerm.TENSOR_EXPOSED, StepTerm.OPTIMIZER
        }) {
            assertThat(apart.get(term)).isEqualTo(whole.get(term));
        }
        assertThat(apart.get(StepTerm.ATTENTION)).isLessThan(0.3 * whole.get(StepTerm.ATTENTION));
    }

    @Test
    void oneEvaluatorTellsMasksApart() {
        TrainingSetup setup = setup(2, 64, 8192);
        StepEvaluator evaluator = H100.evaluator(setup);
        for (double attended : new double[] {8192, 1000, 3000, 8192, 1000}) {
            Batch batch = setup.batch().withAttendedLength(attended);
            assertThat(evaluator.seconds(setup.plan(), batch))
                    .isEqualTo(H100.predict(setup.withBatch(batch)).seconds());
        }
    }

    static LongStream seeds() {
        return LongStream.range(0, 100);
    }

    /** The scores are proportional to the attended length, and so is what they ask of a chip at the least. */
    @ParameterizedTest
    @MethodSource("seeds")
    void shorterDocumentsAreNeverSlower(long seed) {
        Random random = new Random(seed);
        TrainingSetup setup = setup(1 << random.nextInt(3), 64, 4096 << random.nextInt(4));
        int sequence = setup.batch().sequenceLength();
        assertThat(masked(setup, sequence).seconds())
                .isEqualTo(H100.predict(setup).seconds());
        double length = sequence * (0.02 + 0.98 * random.nextDouble());
        double shorter = length * (0.3 + 0.4 * random.nextDouble());
        assertThat(masked(setup, shorter).get(StepTerm.ATTENTION))
                .isLessThan(masked(setup, length).get(StepTerm.ATTENTION));
        double scores = matrixSeconds(setup, sequence) - matrixSeconds(setup, 1e-9 + sequence * 0.5);
        double some = matrixSeconds(setup, length) - matrixSeconds(setup, shorter);
        assertThat(some / scores).isCloseTo((length - shorter) / (sequence * 0.5), within(1e-6));
    }

    private static double matrixSeconds(TrainingSetup setup, double attended) {
        return SpeedOfLight.of(setup.withBatch(setup.batch().withAttendedLength(attended)))
                .matrixSeconds();
    }
}
