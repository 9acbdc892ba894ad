package org.hopperline.run.goodput;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GoodputSimulationTest {

    /** Each row is its own seed; four standard errors are passed by chance once in 16,000 rows. */
    @ParameterizedTest
    @CsvSource({
        "330, 5, 0, 60, 11135, 1",
        "800, 30, 0, 300, 11135, 2",
        "311, 30, 0, 300, 1824, 3",
        "132, 5, 0, 600, 1824, 4",
        "429, 60, 0, 1000, 1824, 5",
        "555, 300, 0, 900, 912, 6",
        "600, 1, 400, 120, 1824, 7",
        "120, 600, 0, 60, 300, 8",
    })
    void closedFormAgreesWithTheSimulation(
            double interval, double blocking, double drain, double recovery, double mttf, long seed) {
        Checkpoint checkpoint = new Checkpoint("test", blocking, drain, 7);
        GoodputSimulation.Outcome outcome = GoodputSimulation.run(interval, checkpoint, recovery, mttf, 200_000, seed);
        double exact = Daly.efficiency(interval, blocking, recovery + 7 + drain, mttf);
        assertThat(outcome.standardError()).isLessThan(0.01 * exact);
        assertThat(outcome.fraction()).isCloseTo(exact, within(4 * outcome.standardError()));
    }

    @Test
    void simulationOfTheModelAgreesWithItsBestGoodput() {
        Goodput best = GoodputModel.steady().best(100_000);
        GoodputSimulation.Outcome outcome = GoodputSimulation.run(
                best.intervalSeconds(), GoodputModel.steady().checkpoint(), 300, best.mttfSeconds(), 200_000, 11);
        assertThat(outcome.fraction()).isCloseTo(best.fraction(), within(4 * outcome.standardError()));
    }

    @Test
    void sameSeedSameOutcome() {
        Checkpoint checkpoint = Checkpoint.blocking(5);
        assertThat(GoodputSimulation.run(100, checkpoint, 60, 1800, 1000, 42))
                .isEqualTo(GoodputSimulation.run(100, checkpoint, 60, 1800, 1000, 42))
                .isNotEqualTo(GoodputSimulation.run(100, checkpoint, 60, 1800, 1000, 43));
    }

    @Test
    void aStandardErrorNeedsTwoFailures() {
        assertThatThrownBy(() -> GoodputSimulation.run(100, Checkpoint.blocking(5), 60, 1800, 1, 1))
                .hasMessage("failures is 1, but a standard error needs at least 2");
    }
}
