package org.hopperline.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.assertj.core.data.Percentage;
import org.hopperline.core.Figure;
import org.hopperline.core.Kind;
import org.hopperline.model.Models;
import org.hopperline.run.scaling.TrainingFlops;
import org.junit.jupiter.api.Test;

class StandInTest {

    private static Figure flops(double value) {
        return Figure.assumed(value, "FLOP", "a test");
    }

    @Test
    void grok3IsWhatOutsidersEstimated() {
        Training run = StandIn.GROK3.training();
        assertThat(TrainingFlops.sixND(run.model().activeParameters(), run.tokens()))
                .isCloseTo(3.5e26, Percentage.withPercentage(1e-9));
        assertThat(StandIn.GROK3.low().value()).isEqualTo(2.1e26);
        assertThat(StandIn.GROK3.high().value()).isEqualTo(1.13e27);
        assertThat(StandIn.GROK3.model().name()).isEqualTo("Grok-3-sized stand-in");
        assertThat(StandIn.GROK3.model().kind()).isEqualTo(Kind.ASSUMED);
        assertThat(StandIn.GROK3.model().source()).contains("not published");
    }

    @Test
    void theBoundsBecomeADistribution() {
        assertThat(StandIn.GROK3.workFactor().quantile(0.05)).isCloseTo(2.1 / 3.5, within(1e-9));
        assertThat(StandIn.GROK3.workFactor().quantile(0.95)).isCloseTo(11.3 / 3.5, within(1e-9));
    }

    @Test
    void estimatesOutsideTheirBoundsAreNamed() {
        assertThatThrownBy(() -> new StandIn(Models.GROK1, flops(1e26), flops(2e26), flops(3e26)))
                .hasMessageContaining("estimate is 1.0E26 FLOP");
        assertThatThrownBy(() -> new StandIn(Models.GROK1, flops(1e26), flops(0), flops(3e26)))
                .hasMessageContaining("least estimate is 0.0 FLOP");
    }
}
