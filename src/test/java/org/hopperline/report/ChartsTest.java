package org.hopperline.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.hopperline.measured.NcclTestLog;
import org.hopperline.schedule.ChunkTimes;
import org.hopperline.schedule.Pipeline;
import org.hopperline.schedule.PipelineSchedule;
import org.hopperline.schedule.Task;
import org.hopperline.schedule.TaskKind;
import org.hopperline.schedule.Timeline;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ChartsTest {

    @Test
    void predictionsStandAgainstMeasurementsByGroup() {
        Chart chart = Charts.predictedAgainstMeasured(
                "steps",
                "time",
                "s",
                new double[] {1, 2, 4},
                new double[] {1.1, 2, 3},
                row -> row < 2 ? "BF16" : "FP8",
                0.1);
        assertThat(chart.points()).extracting(Chart.Points::name).containsExactly("BF16", "FP8");
        assertThat(chart.points().get(1).x()).containsExactly(4);
        assertThat(chart.points().get(1).y()).containsExactly(3);
        assertThat(chart.lines()).extracting(Chart.Line::name).containsExactly("equal", "+10 %", "-10 %");
        assertThat(chart.lines().get(0).x()).containsExactly(1, 4);
        assertThat(chart.lines().get(1).y()).containsExactly(new double[] {1.1, 4.4}, within(1e-12));
        assertThat(chart.toSvg()).contains("measured time (s)", "predicted time (s)");
    }

    @Test
    void busBandwidthTakesItsFactorFromTheLog() {
        // An all-reduce of 8 ranks: the bus carries 2 * 7 / 8 of the size.
        NcclTestLog log = new NcclTestLog(
                "all_reduce_perf",
                8,
                1,
                List.of(
                        new NcclTestLog.Row(0, 1e-5, 1e-5, 0, 0),
                        new NcclTestLog.Row(1e6, 2e-5, 2e-5, 5e10, 8.75e10),
                        new NcclTestLog.Row(1e9, 4e-3, 4e-3, 2.5e11, 4.375e11)));
        Chart chart = Charts.busBandwidth(log, bytes -> 1e-5 + bytes / 2.5e11);
        assertThat(chart.title()).isEqualTo("all_reduce_perf, 8 ranks on 1 node");
        assertThat(chart.points().get(0).x()).containsExactly(1e6, 1e9);
        assertThat(chart.points().get(0).y()).containsExactly(8.75e10, 4.375e11);
        double[] model = chart.lines().get(0).y();
        assertThat(model[0]).isCloseTo(1.75 * 1e6 / (1e-5 + 4e-6), within(1e3));
        assertThat(model[model.length - 1]).isCloseTo(1.75 * 1e9 / (1e-5 + 4e-3), within(1e6));
        assertThat(chart.toSvg()).contains("bus bandwidth (GB/s)");
    }

    @Test
    void timelineHasABarForEachTask() {
        Timeline timeline = new Timeline(
                2,
                0.3,
                List.of(
                        new Task(0, 0, 0, TaskKind.FORWARD, 0, 0.1),
                        new Task(1, 0, 0, TaskKind.FORWARD, 0.1, 0.2),
                        new Task(1, 0, 0, TaskKind.WEIGHT_GRADIENT, 0.2, 0.3)));
        Chart chart = Charts.timeline("pipeline", timeline);
        assertThat(chart.bars()).hasSize(3);
        assertThat(chart.bars()).extracting(Chart.Bar::series).containsExactly("forward", "forward", "weight gradient");
        assertThat(chart.bars().get(1).left()).isEqualTo(0.1);
        assertThat(chart.y().categories()).containsExactly("stage 0", "stage 1");
    }

    @Test
    void laterChunksAreLighter() {
        Timeline timeline = new Timeline(
                1,
                0.2,
                List.of(new Task(0, 0, 0, TaskKind.FORWARD, 0, 0.1), new Task(0, 1, 0, TaskKind.FORWARD, 0.1, 0.2)));
        Chart chart = Charts.timeline("pipeline", timeline);
        assertThat(chart.title()).isEqualTo("pipeline (later chunks lighter)");
        assertThat(chart.bars()).extracting(Chart.Bar::tint).containsExactly(0.0, 0.6);
        // 0x0072B2 with 60 % of white
        assertThat(chart.toSvg()).contains("#0072b2", "#99c7e0");
        assertThatThrownBy(() -> chart.bars().get(0).withTint(1.2)).hasMessageContaining("share of white");
    }

    @ParameterizedTest
    @EnumSource(PipelineSchedule.class)
    void aScheduleIsASmallPictureWithEveryTask(PipelineSchedule schedule) {
        int v = schedule == PipelineSchedule.INTERLEAVED ? 2 : 1;
        Pipeline pipeline = new Pipeline(schedule, 8, v, 16);
        Timeline timeline = pipeline.simulate(ChunkTimes.uniform(pipeline.chunks(), 0.001, 0.0011, 0.0009)
                        .withSendSeconds(1e-4))
                .timeline();
        Chart chart = Charts.timeline("pipeline", timeline);
        assertThat(chart.bars()).hasSameSizeAs(timeline.tasks());
        assertThat(chart.bars().stream().map(Chart.Bar::series).distinct()).hasSize(schedule.splitsBackward() ? 3 : 2);
        assertThat(chart.toSvg().length()).isLessThan(200_000);
        assertThat(chart.toSvg()).contains("stage 0", "stage 7", "forward", "time (");
    }

    @Test
    void widestSwingStandsOnTop() {
        Chart chart = Charts.tornado(
                "days",
                "time",
                "d",
                100,
                List.of(new Charts.Swing("network", 99, 102), new Charts.Swing("goodput", 120, 85)));
        assertThat(chart.y().categories()).containsExactly("goodput", "network");
        assertThat(chart.bars().get(0).left()).isEqualTo(100);
        assertThat(chart.bars().get(0).right()).isEqualTo(120);
        assertThat(chart.bars()).hasSize(4);
    }

    @Test
    void predictionsOfAnotherNumber() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Charts.predictedAgainstMeasured(
                        "a", "time", "s", new double[3], new double[2], row -> "all", 0.1))
                .withMessage("2 predictions for 3 measurements; give one for each, and at least one");
    }

    @Test
    void logWithoutBandwidth() {
        NcclTestLog log = new NcclTestLog("all_reduce_perf", 2, 1, List.of(new NcclTestLog.Row(0, 1e-5, 1e-5, 0, 0)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Charts.busBandwidth(log, bytes -> 1))
                .withMessageContaining("all_reduce_perf has no row with a size and a bandwidth");
    }

    @Test
    void modelWithoutATime() {
        NcclTestLog log =
                new NcclTestLog("all_reduce_perf", 2, 1, List.of(new NcclTestLog.Row(1e6, 1e-5, 1e-5, 1e11, 1e11)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Charts.busBandwidth(log, bytes -> 0))
                .withMessageContaining("time of the model");
    }

    @Test
    void nothingVaried() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Charts.tornado("days", "time", "d", 100, List.of()))
                .withMessage("0 swings for \"days\"; vary at least 1 assumption");
    }
}
