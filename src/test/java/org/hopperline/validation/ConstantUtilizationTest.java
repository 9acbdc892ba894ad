package org.hopperline.validation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.hopperline.measured.MeasuredRun;
import org.hopperline.measured.TrainingRuns;
import org.junit.jupiter.api.Test;

class ConstantUtilizationTest {

    private static final List<Comparison> CALIBRATION = Accuracy.of(TrainingRuns.shipped())
            .where(run -> run.split().equals("calibration") && run.chip().equals("h100-sxm5-80"))
            .comparisons();
    private static final List<MeasuredRun> RUNS =
            CALIBRATION.stream().map(Comparison::run).toList();

    @Test
    void noOtherConstantIsBetter() {
        ConstantUtilization fitted = ConstantUtilization.fit(RUNS);
        double best = mape(fitted);
        for (String key : fitted.utilizations().keySet()) {
            for (double factor : new double[] {0.8, 0.95, 0.99, 1.01, 1.05, 1.2}) {
                Map<String, Double> moved = new java.util.HashMap<>(fitted.utilizations());
                moved.put(key, factor * moved.get(key));
                assertThat(mape(new ConstantUtilization(moved, fitted.otherwise())))
                        .as("%s times %s", key, factor)
                        .isGreaterThanOrEqualTo(best);
            }
        }
    }

    @Test
    void oneRunIsMetExactly() {
        ConstantUtilization fitted = ConstantUtilization.fit(RUNS.subList(0, 1));
        assertThat(fitted.errors(CALIBRATION.subList(0, 1))[0]).isCloseTo(0, within(1e-15));
    }

    @Test
    void aChipWithoutRunsTakesTheConstantOfAll() {
        ConstantUtilization rule = new ConstantUtilization(Map.of(), 0.5);
        double measured = ConstantUtilization.measured(RUNS.get(0));
        assertThat(rule.errors(CALIBRATION.subList(0, 1))[0]).isCloseTo(0.5 / measured - 1, within(1e-15));
    }

    @Test
    void measuredUtilizationsArePossible() {
        assertThat(RUNS)
                .allSatisfy(run -> assertThat(ConstantUtilization.measured(run)).isBetween(0.01, 1.2));
    }

    @Test
    void noRunsAreNoRule() {
        assertThatThrownBy(() -> ConstantUtilization.fit(List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at least one");
    }

    private static double mape(ConstantUtilization rule) {
        return Arrays.stream(rule.errors(CALIBRATION)).map(Math::abs).average().orElseThrow();
    }
}
