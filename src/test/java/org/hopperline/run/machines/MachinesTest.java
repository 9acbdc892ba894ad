package org.hopperline.run.machines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.hopperline.core.Figure;
import org.hopperline.hardware.Clusters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MachinesTest {

    private static final MachineComparison JULY = MachineComparison.ofJuly2024();

    /** Ratios worked by hand from counts and peaks as published. */
    @ParameterizedTest
    @CsvSource({
        "ACCELERATORS, Aurora, 1.57",
        "ACCELERATORS, Frontier, 2.66",
        "ACCELERATORS, Eagle, 6.94",
        "ACCELERATORS, Meta 24k RoCE, 4.07",
        "BF16_PEAK, Aurora, 1.85",
        "BF16_PEAK, Frontier, 6.86",
        "BF16_PEAK, Eagle, 6.94",
        "BF16_MEASURED, Aurora, 3.01",
    })
    void fourTimesAsLargeNeedsAUnit(Measure measure, String machine, double ratio) {
        assertThat(JULY.ratio(measure, "Memphis", machine).orElseThrow()).isCloseTo(ratio, within(0.005));
    }

    @Test
    void noMachineNamedInTheAnnouncementIsAQuarterByCount() {
        for (String named : List.of("Aurora", "Frontier", "Eagle")) {
            assertThat(Math.abs(
                            JULY.ratio(Measure.ACCELERATORS, "Memphis", named).orElseThrow() - 4))
                    .isGreaterThan(1);
        }
    }

    /** TOP500 lists of November 2023 (Eagle) and June 2024; accelerators of the nodes that ran. */
    @ParameterizedTest
    @CsvSource({"Eagle, 561.2, 38.97", "Aurora, 1012, 18.27", "Frontier, 1206, 32.7"})
    void linpackIsDividedByTheNodesThatRanIt(String machine, double petaflops, double teraflopsEach) {
        Machine m = JULY.machine(machine);
        assertThat(m.value(Measure.HPL).orElseThrow().value() / 1e15).isCloseTo(petaflops, within(1e-9));
        assertThat(m.value(Measure.HPL_PER_ACCELERATOR).orElseThrow().value() / 1e12)
                .isCloseTo(teraflopsEach, within(0.02));
    }

    @Test
    void whatIsNotPublishedIsAbsent() {
        assertThat(JULY.machine("Memphis").value(Measure.HPL)).isEmpty();
        assertThat(JULY.ratio(Measure.HPL, "Memphis", "Eagle")).isEmpty();
        assertThat(JULY.machine("Frontier").value(Measure.FP8_PEAK)).isEmpty();
        assertThat(JULY.toString())
                .contains("98.94 EFLOP/s (1.00)")
                .contains("accelerators")
                .doesNotContain("NaN");
    }

    @Test
    void predictedTrainingJoinsTheTable() {
        MachineComparison more =
                JULY.withTraining(c -> Figure.assumed(400e12 * c.devices(), "FLOP/s", "a constant, as a test"));
        assertThat(more.ratio(Measure.TRAINING, "Memphis", "Eagle").orElseThrow())
                .isCloseTo(6.944, within(0.001));
        assertThat(more.toString()).contains("training");
        assertThatThrownBy(() -> JULY.withTraining(c -> Figure.assumed(0, "FLOP/s", "nothing")))
                .hasMessageContaining("training throughput of Memphis is 0.0 FLOP/s");
    }

    @Test
    void unknownMachinesAndUnitsAreNamed() {
        assertThatThrownBy(() -> JULY.ratio(Measure.HPL, "Memphis", "Egale")).hasMessageContaining("Eagle");
        assertThatThrownBy(() -> Machine.of(Clusters.EAGLE).with(Measure.HPL, Figure.assumed(1, "W", "test")))
                .hasMessage("HPL of Eagle is given in W, but must be in FLOP/s");
        assertThatThrownBy(() -> new MachineComparison(List.of())).hasMessageContaining("at least one machine");
    }
}
