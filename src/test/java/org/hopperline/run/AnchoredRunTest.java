package org.hopperline.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.hopperline.core.Precision;
import org.hopperline.hardware.Clusters;
import org.hopperline.model.Models;
import org.hopperline.plan.SoftwareProfiles;
import org.hopperline.plan.TrainingSetup;
import org.hopperline.step.MeasuredStep;
import org.junit.jupiter.api.Test;

/** A whole run anchored to a step that the user timed. */
class AnchoredRunTest {

    private static final RunPrediction PLAIN = Training.of(Models.LLAMA3_70B)
            .tokens(1e12)
            .batchTokens(4e6)
            .software(SoftwareProfiles.named("compiled FSDP"))
            .on(Clusters.EOS.withDevices(1024));
    private static final TrainingSetup SETUP = PLAIN.step().setup();

    @Test
    void aSlowerStepIsALongerRunWithANarrowerInterval() {
        RunPrediction anchored =
                PLAIN.calibrateTo(new MeasuredStep(SETUP, 1.1 * PLAIN.step().seconds()));
        assertThat(anchored.step().seconds() / PLAIN.step().seconds()).isCloseTo(1.1, within(1e-9));
        assertThat(anchored.days() / PLAIN.days()).isCloseTo(1.1, within(0.01));
        assertThat(anchored.days(0.8).width() / anchored.days())
                .isLessThan(PLAIN.days(0.8).width() / PLAIN.days());
        assertThat(anchored.assumptions())
                .containsAll(PLAIN.assumptions())
                .anyMatch(a -> a.startsWith("every time multiplied by 1.100, as measured on 1024 devices"));
    }

    @Test
    void anotherPrecisionIsNoAnchor() {
        TrainingSetup eightBits = new TrainingSetup(
                SETUP.model(), SETUP.cluster(), SETUP.plan(), SETUP.batch(), Precision.FP8, SETUP.software());
        assertThatThrownBy(() -> PLAIN.calibrateTo(
                        new MeasuredStep(eightBits, PLAIN.step().seconds())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("its precision is FP8, that of the prediction BF16");
    }
}
