package org.hopperline.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.hopperline.measured.TrainingRuns;
import org.hopperline.text.Csv;
import org.hopperline.validation.Accuracy;
import org.hopperline.validation.HeldOutResidual;
import org.junit.jupiter.api.Test;

/** The accuracy page says why, how much could be gained, and what to expect of the unknown. */
class AccuracyReportTest {

    private static final Accuracy ACCURACY = Accuracy.of(TrainingRuns.shipped());
    private static final Report REPORT = Report.of(ACCURACY);

    private static Table table(String heading) {
        Table table = REPORT.section(heading).table();
        assertThat(table).isNotNull();
        return table;
    }

    @Test
    void everyWorstRowHasItsReason() {
        assertThat(table("Worst rows").rows())
                .as("add what is known of the row to error_reasons.csv")
                .noneMatch(row -> row.contains(ErrorReasons.UNKNOWN));
    }

    /** Prose that begins with a sign of Markdown would be a heading. */
    @Test
    void thePageHasOneTitle() {
        assertThat(REPORT.toMarkdown().lines().filter(line -> line.startsWith("# ")))
                .hasSize(1);
    }

    /** What is worse than the rest is not drawn as if it were of the rest. */
    @Test
    void hybridsHaveAColourOfTheirOwn() {
        assertThat(Charts.predictedOverMeasured(ACCURACY).points())
                .extracting(Chart.Points::name)
                .contains("dense, validation", "experts, validation", "hybrids, validation");
    }

    /** A pattern that fits no row is left over from a row that is gone. */
    @Test
    void everyReasonIsOfSomeRow() {
        List<String> said = ACCURACY.comparisons().stream()
                .map(c -> ErrorReasons.of(c.run()))
                .distinct()
                .toList();
        assertThat(Csv.resource(ErrorReasons.class, "error_reasons.csv").rows())
                .allSatisfy(row -> assertThat(said).contains(row.text("reason")));
    }

    /** Releases of one configuration spread by percents, so an oracle of their mean is neither exact nor far off. */
    @Test
    void theFloorIsTheSpreadOfReleases() {
        assertThat(table("Noise floor").rows()).hasSize(4).allSatisfy(row -> {
            assertThat(Integer.parseInt(row.get(2))).isGreaterThanOrEqualTo(5);
            assertThat(percent(row.get(3))).isBetween(0.5, 10.0);
            assertThat(percent(row.get(4))).isBetween(percent(row.get(3)), 30.0);
        });
    }

    @Test
    void bandsOfDevicesStandInOrderWithoutPadding() {
        List<String> bands = table("By devices").rows().stream()
                .filter(row -> row.get(0).equals("calibration"))
                .map(row -> row.get(1))
                .toList();
        assertThat(bands)
                .startsWith("1 to 8", "9 to 64", "65 to 256", "257 to 1024")
                .endsWith("all");
    }

    @Test
    void everySoftwareIsLeftOutOnce() {
        Table left = table("Software left out");
        assertThat(left.rows())
                .extracting(row -> row.get(0))
                .doesNotHaveDuplicates()
                .contains("llm-foundry", "all");
        int rows = left.rows().stream()
                .filter(row -> !row.get(0).equals("all"))
                .mapToInt(row -> Integer.parseInt(row.get(1)))
                .sum();
        assertThat(left.rows().get(left.rows().size() - 1).get(1)).isEqualTo(Integer.toString(rows));
    }

    /** Runs of one release scale together: an anchor takes away at least a third of the error of tuned dense runs. */
    @Test
    void anAnchorIsWorthMuch() {
        assertThat(table("Anchored to a run alike").rows())
                .filteredOn(row -> row.get(1).equals("tuned dense"))
                .hasSize(2)
                .allSatisfy(row -> assertThat(percent(row.get(4))).isLessThan(percent(row.get(3)) / 1.5));
    }

    /** Every residual that intervals are learnt from is of a calibration row, so validation rows only score them. */
    @Test
    void intervalsAreLearntFromCalibrationRowsAlone() {
        List<String> calibration = TrainingRuns.shipped().ofSplit("calibration").stream()
                .map(r -> r.id())
                .toList();
        assertThat(HeldOutResidual.shipped())
                .hasSizeGreaterThan(500)
                .allSatisfy(residual -> assertThat(calibration).contains(residual.id()));
    }

    private static double percent(String cell) {
        return Double.parseDouble(cell.replace(" %", ""));
    }
}
