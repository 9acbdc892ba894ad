package org.hopperline.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.LocalDate;
import java.util.List;
import org.hopperline.hardware.Clusters;
import org.hopperline.measured.SetAside;
import org.hopperline.measured.TrainingRuns;
import org.hopperline.model.Models;
import org.hopperline.run.CampaignForecast;
import org.hopperline.run.PhasedPrediction;
import org.hopperline.run.RunPrediction;
import org.hopperline.run.Training;
import org.hopperline.run.TrainingCampaign;
import org.hopperline.run.TrainingPhase;
import org.hopperline.run.campaign.Distribution;
import org.hopperline.run.campaign.Ramp;
import org.hopperline.run.campaign.Stage;
import org.hopperline.run.machines.MachineComparison;
import org.hopperline.validation.Accuracy;
import org.junit.jupiter.api.Test;

class ReportTest {

    private static final Accuracy ACCURACY = Accuracy.of(TrainingRuns.shipped());
    private static final Report REPORT = Report.of(ACCURACY);

    @Test
    void markdownTablesAreAlignedAndEscaped() {
        Table table = new Table(List.of("a", "longer"), List.of(List.of("x|y", "1")));
        assertThat(table.toMarkdown()).isEqualTo("""
                | a    | longer |
                |------|--------|
                | x\\|y | 1      |
                """);
    }

    @Test
    void valuesWithCommasQuotesOrLineFeedsAreQuoted() {
        Table table = new Table(List.of("a", "b", "c"), List.of(List.of("1,5", "say \"x\"", "two\nlines")));
        assertThat(table.toCsv()).isEqualTo("a,b,c\n\"1,5\",\"say \"\"x\"\"\",\"two\nlines\"\n");
    }

    @Test
    void aRowOfWrongLengthIsRefused() {
        assertThatThrownBy(() -> new Table(List.of("a", "b"), List.of(List.of("1"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("1 cells under 2 columns");
    }

    @Test
    void aRunInPhasesHasALineForEachAndTheirSum() {
        PhasedPrediction run = Training.of(Models.LLAMA3_8B)
                .phases(TrainingPhase.of("short", 1e11, 1 << 22, 8192), TrainingPhase.of("long", 2e11, 1 << 23, 16_384))
                .on(Clusters.dgxH100(128));
        Table table = Report.of(run).section("Phases").table();
        assertThat(table).isNotNull();
        assertThat(table.rows()).extracting(row -> row.get(0)).containsExactly("short", "long", "all");
        double sum = Double.parseDouble(table.rows().get(0).get(7))
                + Double.parseDouble(table.rows().get(1).get(7));
        assertThat(Double.parseDouble(table.rows().get(2).get(7))).isCloseTo(sum, within(0.06));
        assertThat(Report.of(run).section("Assumed").items()).anyMatch(item -> item.startsWith("long: plan"));
        assertThat(Report.of(run).toCsv().lines()).hasSize(4);
    }

    @Test
    void everyComparedRowStandsInTheCsv() {
        assertThat(REPORT.toCsv().lines()).hasSize(ACCURACY.comparisons().size() + 1);
        assertThat(REPORT.toCsv()).contains(ACCURACY.comparisons().get(0).run().id());
    }

    @Test
    void everyGroupingCountsEveryRow() {
        for (String grouping : List.of("By source", "By software", "By precision", "By chip", "By devices")) {
            Table table = REPORT.section(grouping).table();
            assertThat(table).isNotNull();
            int rows = table.rows().stream()
                    .filter(row -> !row.get(1).equals("all"))
                    .mapToInt(row -> Integer.parseInt(row.get(2)))
                    .sum();
            assertThat(rows).as(grouping).isEqualTo(ACCURACY.comparisons().size());
        }
    }

    @Test
    void everyRowSetAsideIsNamed() {
        String text = REPORT.section("Rows set aside").body();
        assertThat(ACCURACY.setAside())
                .isNotEmpty()
                .allSatisfy(row -> assertThat(text).contains(row.id()));
    }

    @Test
    void theWorstRowsAreTwentyAndTheWorstStandsFirst() {
        Table worst = REPORT.section("Worst rows").table();
        assertThat(worst).isNotNull();
        assertThat(worst.rows()).hasSize(20);
        assertThat(worst.rows().get(0).get(0))
                .isEqualTo(ACCURACY.worst(1).get(0).run().id());
    }

    @Test
    void anUnknownSectionNamesThoseThereAre() {
        assertThatThrownBy(() -> REPORT.section("Sumary"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Sumary")
                .hasMessageContaining("Summary");
    }

    @Test
    void nothingComparedIsNothingToReport() {
        Accuracy none = new Accuracy(List.of(), List.of(new SetAside("X-1", 2, "somebody", "gbs is not stated")));
        assertThatThrownBy(() -> Report.of(none))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("none of 1 measured runs");
    }

    @Test
    void answersStandInColumns() {
        RunPrediction one = Training.of(Models.LLAMA3_8B).batchTokens(4e6).on(Clusters.dgxH100(64));
        RunPrediction two = one.withGpus(32);
        Report both = Report.compare(one, two);
        assertThat(both.toMarkdown())
                .contains("| devices ", "64 of 64", "32 of 32", "## Why (2)", "## Assumed (2)")
                .contains(String.format(java.util.Locale.ROOT, "%.1f", two.days()));
        assertThat(both.toText().lines()).allSatisfy(line -> assertThat(line).hasSizeLessThan(140));
        assertThat(Report.of(one).section("Why").text()).contains(one.bound());
    }

    @Test
    void aMachineWithoutScoredRunsGetsABandThatIsAssumed() {
        RunPrediction run = Training.of(Models.LLAMA3_8B).batchTokens(4e6).on(Clusters.FRONTIER.withDevices(64));
        assertThat(Report.of(run).toMarkdown()).containsPattern("80 % interval .*\\d+\\.\\d to \\d+\\.\\d, assumed");
    }

    @Test
    void aForecastShowsDaysMegawattHoursAndDollarsWithBands() {
        LocalDate start = LocalDate.of(2024, 9, 2);
        Ramp ramp = new Ramp(
                "two halls",
                List.of(
                        new Stage(start, 64),
                        new Stage(start.plusDays(10), 1024),
                        new Stage(start.plusDays(30), 2048)));
        TrainingCampaign campaign = TrainingCampaign.of(
                Training.of(Models.LLAMA31_405B).tokens(1e12).batchTokens(8e6), Clusters.MEMPHIS, ramp);
        CampaignForecast forecast = CampaignForecast.of(
                campaign,
                start,
                campaign.uncertainty().withPrices(Distribution.triangular(2, 3, 4), Distribution.fixed(0.08)),
                100,
                1);
        Report report = Report.of(forecast);
        assertThat(report.toMarkdown())
                .startsWith("# Forecast: Llama 3.1 405B on two halls")
                .contains("| finish ", "| days ", "| energy, GWh ", "| rent, million dollars ")
                .contains("| electricity, million dollars ", "does not fit", "| rated ", "| standing ")
                .contains(
                        "must approve: not here",
                        "## Why on 2,048 devices",
                        "work undone by failures",
                        "the draws of what is not known")
                .doesNotContain("NaN");
        assertThat(report.section("Done by").table().rows()).hasSize(9);
        assertThat(report.section("What is not known").table().rows())
                .contains(
                        List.of("size of the run over the nominal one", "1.00", "1.00", "1.00"),
                        List.of("dollars a kWh, 0 if left out", "0.0800", "0.0800", "0.0800"))
                .anySatisfy(row -> assertThat(row).startsWith("dollars a GPU-hour, 0 if left out", "2.45", "3.00"));
        assertThat(report.chart().toSvg()).contains("nominal", "90 %", "dashed: the drawn course");
        assertThat(report.toCsv()).contains("GPU-hours, million");
    }

    @Test
    void machinesStandSideBySideWithTheirSources() {
        Report report = Report.of(MachineComparison.ofJuly2024());
        assertThat(report.section("Times as large").table().rows())
                .anySatisfy(row -> assertThat(row).startsWith("accelerators", "1.00", "1.57", "2.66", "6.94", "4.07"));
        assertThat(report.toMarkdown())
                .contains("HPL predicted", "Sources: Frontier", "HPL (measured): TOP500")
                .doesNotContain("NaN");
        assertThat(report.chart().toSvg()).contains("four times", "Meta 24k RoCE");
    }
}
