package org.hopperline.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.hopperline.hardware.Chips;
import org.junit.jupiter.api.Test;

class PowerClockTest {

    private static final PowerClock CLOCK = PowerClock.of(Chips.H100_SXM5);

    /** deepseek-ai/DeepGEMM issue 120: under products the clock falls from 1980 to 1575 MHz. */
    @Test
    void settlesWhereAClockWasSeenUnderLoad() {
        assertThat(CLOCK.sustainedShare() * 1830).isCloseTo(1575, within(0.05 * 1575));
        assertThat(CLOCK.relativeClock(10, 1) * 1830).isCloseTo(1575, within(0.05 * 1575));
    }

    @Test
    void startsFromTheBurstAndEndsAtTheLimit() {
        assertThat(CLOCK.relativeClock(1e-6, 1)).isCloseTo(1, within(1e-3));
        assertThat(CLOCK.relativeClock(1e3, 1)).isCloseTo(CLOCK.sustainedShare(), within(1e-5));
        assertThat(CLOCK.sustained().relativeClock(1e-6, 1)).isEqualTo(CLOCK.sustainedShare());
    }

    @Test
    void anIdleChipRunsAtItsMaximum() {
        assertThat(CLOCK.relativeClock(1, 1e-6)).isCloseTo(1.98 / 1.83, within(1e-12));
        assertThat(CLOCK.relativeClock(1e-6, 0.5)).isCloseTo(1.98 / 1.83, within(1e-12));
    }

    @Test
    void theClockFollowsTheCubeRootOfThePower() {
        assertThat(PowerClock.cubeLawClock(8, 1, 1e9)).isCloseTo(2e9, within(1.0));
        assertThat(CLOCK.relativeClock(1e3, 0.8) / CLOCK.relativeClock(1e3, 1))
                .isCloseTo(Math.pow(0.8, -1.0 / 3), within(1e-12));
    }

    @Test
    void theBurstDecays() {
        assertThat(PowerClock.burstShare(0, 1)).isEqualTo(1);
        assertThat(PowerClock.burstShare(1, 1)).isCloseTo(1 - Math.exp(-1), within(1e-15));
        assertThat(PowerClock.burstShare(1e-4 * 0.999, 1))
                .isCloseTo(PowerClock.burstShare(1e-4 * 1.001, 1), within(1e-6));
        assertThat(PowerClock.burstShare(1000, 1)).isCloseTo(1e-3, within(1e-15));
    }

    /** chipsandcheese.com, Nvidia's H100: the PCIe card drops to 1395 MHz under a test of the level-2 cache. */
    @Test
    void theCardOf350WattsSettlesLower() {
        PowerClock card = PowerClock.of(Chips.H100_PCIE);
        assertThat(card.sustainedShare() * 1620).isCloseTo(1395, within(0.07 * 1395));
    }

    /** A lower limit leaves the draw at rest as it is: the clock follows what is left above it. */
    @Test
    void aCappedChipKeepsItsDrawAtRest() {
        PowerClock capped = PowerClock.of(Chips.H100_SXM5.with("power_limit", 500));
        assertThat(capped.sustainedShare() / CLOCK.sustainedShare())
                .isCloseTo(Math.cbrt((500.0 - 85) / (700 - 85)), within(1e-4));
        assertThatThrownBy(() -> PowerClock.of(Chips.H100_SXM5.with("power_limit", 80)))
                .hasMessage("a power limit of 80.0 W leaves nothing above the 85.0 W that H100 SXM5 80GB draws at"
                        + " rest; take a higher one");
    }

    @Test
    void drawsItsLimitAtFullActivityAndLessBelow() {
        assertThat(CLOCK.watts(Chips.H100_SXM5, CLOCK.sustainedShare(), 1)).isCloseTo(700, within(1e-9));
        assertThat(CLOCK.watts(Chips.H100_SXM5, CLOCK.sustainedShare(), 0)).isCloseTo(85, within(0.1));
        assertThatThrownBy(() -> CLOCK.watts(Chips.H100_SXM5, 0, 1)).hasMessageContaining("relative clock is 0.0");
    }
}
