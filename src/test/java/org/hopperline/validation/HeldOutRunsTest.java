package org.hopperline.validation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.assertj.core.data.Percentage;
import org.hopperline.calibration.Fit;
import org.hopperline.calibration.RunCalibration;
import org.hopperline.measured.MeasuredRun;
import org.hopperline.measured.TrainingRuns;
import org.hopperline.plan.SoftwareProfiles;
import org.hopperline.step.RunConstants;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeldOutRunsTest {

    /** Two softwares, three of one and two of the other. */
    private static final List<MeasuredRun> RUNS = Accuracy.of(TrainingRuns.shipped()).comparisons().stream()
            .map(Comparison::run)
            .filter(run -> run.split().equals("calibration"))
            .filter(run -> run.id().matches("FMS-00[1-3]|KOR-00[1-2]"))
            .toList();

    private static final Fit ALL = RunCalibration.of(RUNS).once().fit();

    /** A run is predicted by the constants of the others alone: those that a fit without its group finds. */
    @Test
    void eachGroupIsPredictedByTheOthers() {
        Accuracy held = HeldOutRuns.withoutSoftware(RUNS, ALL);
        assertThat(held.comparisons()).extracting(Comparison::run).containsExactlyElementsOf(RUNS);
        List<MeasuredRun> others = RUNS.stream()
                .filter(run -> !run.software().name().equals("Megatron-LM 2022"))
                .toList();
        RunConstants constants =
                RunCalibration.constants(RunCalibration.of(others).once().fit().values());
        Accuracy byHand = Accuracy.of(
                new TrainingRuns(
                        RUNS.stream().filter(run -> !others.contains(run)).toList(), List.of()),
                constants);
        for (Comparison expected : byHand.comparisons()) {
            Comparison found = held.comparisons().get(RUNS.indexOf(expected.run()));
            assertThat(found.prediction().seconds())
                    .isCloseTo(expected.prediction().seconds(), Percentage.withPercentage(0.1));
        }
    }

    /** Runs of one software and two of its releases: each release by the constants of the other. */
    @Test
    void releasesAreLeftOutWhole() {
        List<MeasuredRun> two = Accuracy.of(TrainingRuns.shipped()).comparisons().stream()
                .map(Comparison::run)
                .filter(run ->
                        run.id().matches("DGXC-00[12]") || run.softwareVersion().equals("NeMo 24.05"))
                .filter(run -> run.split().equals("calibration"))
                .toList();
        assertThat(two).extracting(run -> run.software().stack()).containsOnly("Megatron-Core");
        Fit all = RunCalibration.of(two).once().fit();
        Accuracy held = HeldOutRuns.withoutRelease(two, all);
        Accuracy byHand =
                HeldOutRuns.without(two, all, run -> run.softwareVersion().equals("NeMo 24.05") ? "old" : "new");
        assertThat(held.comparisons()).extracting(Comparison::run).containsExactlyElementsOf(two);
        for (int i = 0; i < two.size(); i++) {
            assertThat(held.comparisons().get(i).prediction().seconds())
                    .isEqualTo(byHand.comparisons().get(i).prediction().seconds());
        }
    }

    @Test
    void familiesAreLeftOutWhole() {
        Accuracy held = HeldOutRuns.withoutFamily(RUNS, ALL, 3);
        assertThat(held.comparisons()).hasSameSizeAs(RUNS);
        assertThat(held.score("held").errors().mape())
                .isGreaterThan(Accuracy.of(new TrainingRuns(RUNS, List.of()), RunCalibration.constants(ALL.values()))
                        .score("fitted")
                        .errors()
                        .mape());
    }

    /** The constants of the others and the choices of the unknown profile; heads too wide for its kernels are set aside. */
    @Test
    void asUnknownTakesNoChoiceOfTheSoftware() {
        Accuracy held = HeldOutRuns.asUnknown(RUNS, ALL);
        assertThat(held.comparisons()).hasSameSizeAs(RUNS);
        assertThat(held.comparisons())
                .allSatisfy(c -> assertThat(c.prediction().setup().software()).isEqualTo(SoftwareProfiles.UNKNOWN));
        MeasuredRun wide = Accuracy.of(TrainingRuns.shipped()).comparisons().stream()
                .map(Comparison::run)
                .filter(run -> run.id().equals("BLM-020"))
                .findFirst()
                .orElseThrow();
        List<MeasuredRun> more = new ArrayList<>(RUNS);
        more.add(wide);
        Accuracy without = HeldOutRuns.asUnknown(more, ALL);
        assertThat(without.comparisons()).hasSameSizeAs(RUNS);
        assertThat(without.setAside())
                .singleElement()
                .satisfies(s -> assertThat(s.reason()).contains("head size is 896"));
    }

    /** Only the one split is fitted to; what is called anything else, even by a slip of the pen, scores alone. */
    @ParameterizedTest
    @ValueSource(strings = {"validation", "Validation", "validatoin"})
    void onlyCalibrationRowsAreFittedTo(String split) {
        MeasuredRun r = RUNS.get(0);
        MeasuredRun other = new MeasuredRun(
                r.id(),
                r.line(),
                split,
                r.source(),
                r.softwareVersion(),
                r.chip(),
                r.model(),
                r.cluster(),
                r.batch(),
                r.recipe(),
                r.precision(),
                r.software(),
                r.tokensPerSecondPerDevice(),
                r.remarks());
        assertThatThrownBy(() -> RunCalibration.of(List.of(r, other)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("run " + r.id() + " is of the " + split
                        + " split, which is never fitted to; take calibration rows");
    }

    @Test
    void leavingEverythingOutIsRefused() {
        assertThatThrownBy(() -> HeldOutRuns.without(RUNS, ALL, run -> "one"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("runs are of one group, [one]; leaving it out leaves nothing to fit");
        assertThatThrownBy(() -> HeldOutRuns.withoutFamily(RUNS, ALL, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("folds are 1, but must be at least 2");
    }
}
