package org.hopperline.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.assertj.core.data.Percentage;
import org.hopperline.hardware.Clusters;
import org.hopperline.model.Models;
import org.hopperline.run.power.PowerCap;
import org.junit.jupiter.api.Test;

class RunUnderCapTest {

    private static final RunPrediction RUN =
            Training.of(Models.LLAMA31_405B).tokens(15.6e12).batchTokens(128e6).on(Clusters.MEMPHIS);

    @Test
    void aCapAboveTheDrawChangesNothing() {
        RunUnderCap free = RUN.under(PowerCap.ofMegawatts(400));
        assertThat(free.isFree()).isTrue();
        assertThat(free.days()).isCloseTo(RUN.days(), Percentage.withPercentage(1e-9));
        assertThat(free.megawattHours()).isCloseTo(RUN.energy().megawattHours(), Percentage.withPercentage(1e-9));
        assertThat(free.facility()).isEqualTo(RUN.energy().running().facility());
    }

    @Test
    void aHundredMegawattsHoldFewerOrSlowerGpus() {
        RunUnderCap capped = RUN.under(PowerCap.ofMegawatts(100));
        assertThat(capped.isFree()).isFalse();
        assertThat(capped.relativeClock()).isBetween(0.5, 0.95);
        assertThat(capped.days()).isGreaterThan(RUN.days()).isLessThan(RUN.days() / capped.relativeClock());
        assertThat(capped.facility().watts()).isEqualTo(100e6);
        assertThat(capped.megawattHours()).isLessThan(RUN.energy().megawattHours());
        // 174 MW for 100,000 (Epoch AI), divided: 57.5 thousand at their rating; more at what this run draws.
        assertThat(capped.gpusAtRating()).isBetween(57_000, 58_000);
        assertThat(capped.gpusAtFullClock())
                .isGreaterThan(capped.gpusAtRating())
                .isLessThan(100_000);
        assertThat(capped.gpusAtFullClock() % 8).isZero();
        assertThat(RUN.energy().running().facility().watts()
                        / RUN.step().setup().cluster().devices()
                        * capped.gpusAtFullClock())
                .isLessThanOrEqualTo(100e6);
        assertThat(capped.toString()).contains("100 MW: ", "devices at their rating", "of the clock");
    }

    @Test
    void aCapBelowStandingChipsIsRefused() {
        assertThatThrownBy(() -> RUN.under(PowerCap.ofMegawatts(20)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("cannot hold 98304 GPUs at any clock");
    }
}
