package org.hopperline.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.hopperline.core.Interval;
import org.hopperline.core.Precision;
import org.hopperline.hardware.Architecture;
import org.hopperline.hardware.Clusters;
import org.hopperline.measured.TrainingRuns;
import org.hopperline.model.Models;
import org.hopperline.plan.Batch;
import org.hopperline.plan.ParallelPlan;
import org.hopperline.plan.Sharding;
import org.hopperline.plan.SoftwareProfile;
import org.hopperline.plan.SoftwareProfiles;
import org.hopperline.plan.TrainingSetup;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which interval a question gets, and what it is said to rest on. */
class StepIntervalTest {

    private static TrainingSetup setup(int context, int data, SoftwareProfile software) {
        ParallelPlan plan = ParallelPlan.builder()
                .tensor(8)
                .context(context)
                .data(data)
                .sequenceParallel(true)
                .sharding(Sharding.OPTIMIZER)
                .build();
        return new TrainingSetup(
                Models.LLAMA3_8B,
                Clusters.dgxH100(8 * context * data),
                plan,
                new Batch(data, 8192),
                Precision.BF16,
                software);
    }

    @Test
    void theLargestScoredSizeIsThatOfTheLargestCalibrationRun() {
        assertThat(TrainingRuns.shipped().ofSplit("calibration"))
                .filteredOn(run -> run.cluster().chip().architecture() == Architecture.HOPPER)
                .extracting(run -> run.cluster().devices())
                .contains(StepInterval.SCORED_DEVICES)
                .allMatch(devices -> devices <= StepInterval.SCORED_DEVICES);
        assertThat(TrainingRuns.shipped().ofSplit("calibration"))
                .extracting(run -> run.cluster().chip().name())
                .containsOnlyElementsOf(StepInterval.SCORED_CHIPS)
                .containsAll(StepInterval.SCORED_CHIPS);
    }

    /** Releases count as the software that they are of. */
    @ParameterizedTest
    @CsvSource({
        "Megatron-Core, Megatron-Core",
        "Megatron-Core 2025, Megatron-Core",
        "NeMo before 24.07, Megatron-Core",
        "llm-foundry 2023 pure, llm-foundry",
        "Meta Llama 3, Meta Llama 3",
        "compiled FSDP, PyTorch FSDP",
        "torchtitan row-wise, torchtitan"
    })
    void aReleaseIsOfItsSoftware(String profile, String stack) {
        assertThat(SoftwareProfiles.named(profile).stack()).isEqualTo(stack);
    }

    /** Software without calibrated runs, sizes and rings that nobody measured: never narrower than what was. */
    @Test
    void theUnscoredIsNoNarrower() {
        Interval scored = StepInterval.factor(setup(1, 4, SoftwareProfiles.MEGATRON), 0.8);
        assertThat(StepInterval.factor(setup(1, 1024, SoftwareProfiles.MEGATRON), 0.8)
                        .width())
                .isGreaterThan(scored.width());
        assertThat(StepInterval.factor(setup(8, 4, SoftwareProfiles.MEGATRON), 0.8)
                        .width())
                .isGreaterThan(scored.width());
        assertThat(StepInterval.factor(setup(1, 4, SoftwareProfiles.MEGATRON), 0.9)
                        .width())
                .isGreaterThan(scored.width());
        assertThat(StepInterval.factor(setup(1, 4, SoftwareProfiles.UNKNOWN), 0.8)
                        .width())
                .isGreaterThan(StepInterval.factor(setup(1, 4, SoftwareProfiles.named("Meta Llama 3")), 0.8)
                        .width());
    }

    @Test
    void theBasisIsSaid() {
        assertThat(StepInterval.basis(setup(1, 4, SoftwareProfiles.MEGATRON)))
                .isEqualTo("families of tuned dense on Megatron-Core, each left out of the fit");
        assertThat(StepInterval.basis(setup(1, 4, SoftwareProfiles.named("Megatron-Core 2025"))))
                .isEqualTo(
                        "no calibrated run of tuned dense on Megatron-Core 2025: families on Megatron-Core as met with"
                                + " all of that software left out of the fit");
        assertThat(StepInterval.factor(setup(1, 4, SoftwareProfiles.named("Megatron-Core 2025")), 0.8)
                        .width())
                .isGreaterThanOrEqualTo(StepInterval.factor(setup(1, 4, SoftwareProfiles.MEGATRON), 0.8)
                        .width());
        assertThat(StepInterval.basis(setup(1, 4, SoftwareProfiles.named("Meta Llama 3"))))
                .endsWith("on Meta Llama 3: as for software left out of the fit");
        assertThat(StepInterval.basis(setup(1, 4, SoftwareProfiles.UNKNOWN)))
                .isEqualTo("runs on all calibrated software, each left out of the fit and predicted as if unknown");
        assertThat(StepInterval.basis(setup(1, 1024, SoftwareProfiles.MEGATRON)))
                .startsWith("no calibrated run on Hopper has more than 2304 devices");
        assertThat(StepInterval.basis(setup(8, 4, SoftwareProfiles.MEGATRON)))
                .startsWith("hardly a calibrated run has context parallelism beyond 2");
    }

    /** No calibrated run is of a hybrid without experts, so its interval is that of dense models whose software is unknown. */
    @Test
    void hybridsWithoutExpertsAreLeastSure() {
        assertThat(TrainingRuns.shipped().ofSplit("calibration"))
                .noneMatch(run -> run.model().mamba() != null && run.model().experts() == null);
        TrainingSetup hybrid = new TrainingSetup(
                Models.named("Nemotron-H 8B"),
                Clusters.dgxH100(8),
                ParallelPlan.builder().data(8).sharding(Sharding.OPTIMIZER).build(),
                new Batch(8, 8192),
                Precision.BF16,
                SoftwareProfiles.MEGATRON);
        assertThat(StepInterval.regime(hybrid)).isEqualTo(StepInterval.Regime.OTHER_DENSE);
        assertThat(StepInterval.factor(hybrid, 0.8))
                .isEqualTo(StepInterval.factor(setup(1, 4, SoftwareProfiles.UNKNOWN), 0.8));
        assertThat(StepInterval.basis(hybrid)).startsWith("no calibrated run of a hybrid without experts");
    }

    @Test
    void otherLevelsWereNotLearnt() {
        assertThatThrownBy(() -> StepInterval.factor(setup(1, 4, SoftwareProfiles.MEGATRON), 0.5))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("coverage 0.5 was not learnt; take 0.8 or 0.9");
    }
}
