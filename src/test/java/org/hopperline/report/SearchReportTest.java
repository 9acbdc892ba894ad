package org.hopperline.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.hopperline.hardware.Clusters;
import org.hopperline.model.Models;
import org.hopperline.plan.Batch;
import org.hopperline.search.Objectives;
import org.hopperline.search.ParetoFront;
import org.hopperline.search.PlanSearch;
import org.hopperline.search.SearchResult;
import org.hopperline.search.Sensitivity;
import org.junit.jupiter.api.Test;

class SearchReportTest {

    private static PlanSearch search() {
        return PlanSearch.of(Models.LLAMA3_8B, Clusters.dgxH100(16))
                .batch(new Batch(128, 8192))
                .context(1);
    }

    @Test
    void aSearchTellsItsPlansAndWhyTheSecondLost() {
        SearchResult result = search().best(3);
        Report report = Report.of(result);
        assertThat(report.toCsv().lines()).hasSize(4);
        assertThat(report.toMarkdown())
                .startsWith("# Best plans: Llama 3 8B on DGX H100 cluster")
                .contains(result.first().setup().plan().toString());
        assertThat(report.section("Why the second lost").table().rows())
                .hasSizeBetween(5, result.whyNotSecond().lines().size());
        assertThat(report.section("What was looked at").text())
                .contains(result.counts().priced() + " plans priced");
    }

    @Test
    void oneAnswerHasNoSecond() {
        assertThatThrownBy(() -> Report.of(search().best(1)).section("Why the second lost"))
                .hasMessageContaining("no section");
    }

    @Test
    void aFrontTellsBothCosts() {
        ParetoFront front = search().front(Objectives.MEMORY);
        Report report = Report.of(front);
        assertThat(report.toCsv()).startsWith("plan,devices,step,tokens/s,tokens/s/device,time,memory\n");
        assertThat(report.toCsv().lines()).hasSize(front.points().size() + 1);
    }

    @Test
    void aSensitivityComesWithItsTornado() {
        Sensitivity sensitivity = Sensitivity.of(search().best(1).first().setup());
        Report report = Report.of(sensitivity);
        assertThat(report.toCsv().lines()).hasSize(sensitivity.hardware().size() + 1);
        assertThat(report.chart()).isNotNull();
        assertThat(report.chart().toSvg()).contains("memory_bandwidth 3.35 TB/s", "at its low value");
        assertThat(report.toMarkdown()).contains("Neighbouring plans");
    }
}
