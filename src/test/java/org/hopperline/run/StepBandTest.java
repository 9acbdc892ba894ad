package org.hopperline.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.hopperline.core.Kind;
import org.hopperline.hardware.Clusters;
import org.hopperline.model.Models;
import org.hopperline.step.StepInterval;
import org.junit.jupiter.api.Test;

class StepBandTest {

    private static final Training QUESTION =
            Training.of(Models.LLAMA3_70B).tokens(1e12).batchTokens(4e6);

    @Test
    void scoredChipsKeepWhatWasLearnt() {
        RunPrediction run = QUESTION.on(Clusters.dgxH100(256));
        StepBand band = StepBand.of(run.step());
        assertThat(band.kind()).isEqualTo(Kind.FITTED);
        assertThat(band.factor()).isEqualTo(StepInterval.factor(run.step().setup(), 0.8));
    }

    @Test
    void otherChipsGetAWiderBandThatIsAssumed() {
        RunPrediction run = QUESTION.on(Clusters.FRONTIER.withDevices(512));
        StepBand band = StepBand.of(run.step());
        assertThat(band.kind()).isEqualTo(Kind.ASSUMED);
        assertThat(band.factor().contains(1)).isTrue();
        assertThat(band.factor().width())
                .isGreaterThan(2
                        * StepBand.of(QUESTION.on(Clusters.dgxH100(256)).step())
                                .factor()
                                .width());
        assertThat(band.throughputFactor().low() * band.factor().high()).isCloseTo(1, within(1e-12));
        assertThat(run.toString()).contains("no run like it is scored; assumed: ");
    }

    /** Hybrids run on a scored chip, but hardly one of them was measured. */
    @Test
    void hybridsGetTheAssumedBandToo() {
        RunPrediction run = Training.of(Models.named("Nemotron-H 8B"))
                .tokens(1e12)
                .batchTokens(4e6)
                .on(Clusters.dgxH100(256));
        assertThat(StepBand.of(run.step()))
                .isEqualTo(StepBand.of(
                        QUESTION.on(Clusters.FRONTIER.withDevices(512)).step()));
        assertThat(run.toString()).contains("no run like it is scored; assumed: ");
    }
}
