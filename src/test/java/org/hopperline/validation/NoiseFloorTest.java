package org.hopperline.validation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.hopperline.core.Precision;
import org.hopperline.hardware.Clusters;
import org.hopperline.measured.MeasuredRun;
import org.hopperline.measured.TrainingRuns;
import org.hopperline.model.Models;
import org.hopperline.plan.Batch;
import org.hopperline.plan.ParallelPlan;
import org.hopperline.plan.Recipe;
import org.hopperline.plan.Sharding;
import org.hopperline.plan.SoftwareProfile;
import org.hopperline.plan.SoftwareProfiles;
import org.junit.jupiter.api.Test;

class NoiseFloorTest {

    private static MeasuredRun run(String id, String release, SoftwareProfile software, int microBatch, double rate) {
        ParallelPlan plan = ParallelPlan.builder()
                .data(8)
                .sharding(Sharding.PARAMETERS)
                .microBatch(microBatch)
                .build();
        return new MeasuredRun(
                id,
                2,
                "calibration",
                "a source",
                release,
                "h100-sxm5-80",
                Models.LLAMA3_8B,
                Clusters.dgxH100(8),
                new Batch(16, 8192),
                Recipe.of(plan),
                Precision.BF16,
                software,
                rate,
                List.of());
    }

    /** Releases of 9,000 and 11,000 token/s: the oracle says 10,000. A release measured alone has no floor. */
    @Test
    void theOracleKnowsTheMeanOfAllReleases() {
        Accuracy accuracy = Accuracy.of(new TrainingRuns(
                List.of(
                        run("a", "1.0", SoftwareProfiles.MEGATRON, 1, 9000),
                        run("alone", "1.0", SoftwareProfiles.MEGATRON, 2, 5000),
                        run("other software", "1.1", SoftwareProfiles.UNKNOWN, 1, 7000),
                        run("b", "1.1", SoftwareProfiles.named("Megatron-Core 2025"), 1, 11_000)),
                List.of()));
        NoiseFloor floor = NoiseFloor.of(accuracy);
        assertThat(floor.repeated()).extracting(c -> c.run().id()).containsExactly("a", "b");
        assertThat(floor.oracle().get(0)).isCloseTo(10.0 / 9 - 1, within(1e-12));
        assertThat(floor.oracle().get(1)).isCloseTo(10.0 / 11 - 1, within(1e-12));
    }

    /** The same release twice tells nothing of releases. */
    @Test
    void oneReleaseHasNoFloor() {
        Accuracy accuracy = Accuracy.of(new TrainingRuns(
                List.of(
                        run("a", "1.0", SoftwareProfiles.MEGATRON, 1, 9000),
                        run("b", "1.0", SoftwareProfiles.MEGATRON, 1, 11_000)),
                List.of()));
        assertThat(NoiseFloor.of(accuracy).repeated()).isEmpty();
    }
}
