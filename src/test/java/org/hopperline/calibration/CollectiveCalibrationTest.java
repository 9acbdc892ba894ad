package org.hopperline.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.hopperline.collective.Collective;
import org.hopperline.collective.CollectiveConstants;
import org.hopperline.collective.CollectiveModel;
import org.hopperline.collective.ExpertExchange;
import org.hopperline.collective.ExpertRouting;
import org.hopperline.collective.Group;
import org.hopperline.core.Figure;
import org.hopperline.core.Precision;
import org.hopperline.hardware.Cluster;
import org.hopperline.hardware.Clusters;
import org.hopperline.measured.CollectiveMeasurement;
import org.hopperline.measured.CollectiveTable;
import org.hopperline.measured.NcclTestLog;
import org.hopperline.text.Csv;
import org.junit.jupiter.api.Test;

/** Fits of the collective model: what was put in must come out. */
class CollectiveCalibrationTest {

    private final Cluster cluster = Clusters.EAGLE.withDevices(64);

    @Test
    void aSlowFabricIsFoundInItsLog() {
        CollectiveConstants slow = CollectiveConstants.standard()
                .with(Map.of(
                        "network.share", Figure.assumed(0.6, "1", "test"),
                        "nvlstree.network.hop", Figure.assumed(30e-6, "s", "test")));
        NcclTestLog log = log("all_reduce_perf", Collective.ALL_REDUCE, 64, 8, slow);
        Fit fit = CollectiveCalibration.log(log, cluster).fit();
        assertThat(fit.value("network.share")).isCloseTo(0.6, within(0.02));
        assertThat(fit.value("nvlstree.network.hop")).isCloseTo(30e-6, within(2e-6));
        CollectiveModel mine = CollectiveModel.on(cluster, CollectiveCalibration.constants(fit, "test log"));
        Group all = Group.all(cluster);
        double expected = CollectiveModel.on(cluster, slow).seconds(Collective.ALL_REDUCE, all, 1e9);
        assertThat(mine.seconds(Collective.ALL_REDUCE, all, 1e9)).isCloseTo(expected, within(0.02 * expected));
        assertThat(mine.constants().get("network.share").source()).isEqualTo("test log");
    }

    @Test
    void aSlowNodeIsFoundInItsLog() {
        CollectiveConstants slow =
                CollectiveConstants.standard().with("ring.simple.link.share", Figure.assumed(0.5, "1", "test"));
        Fit fit = CollectiveCalibration.log(log("all_gather_perf", Collective.ALL_GATHER, 8, 1, slow), cluster)
                .fit();
        assertThat(fit.value("ring.simple.link.share")).isCloseTo(0.5, within(0.01));
    }

    @Test
    void aCurveSetsTheModelBesideTheLog() {
        NcclTestLog log = log("all_reduce_perf", Collective.ALL_REDUCE, 8, 1, CollectiveConstants.standard());
        BandwidthCurve curve = BandwidthCurve.of(log, CollectiveModel.on(cluster), Group.of(cluster, 8, 1));
        assertThat(curve.points())
                .hasSize(log.rows().size())
                .allSatisfy(point -> assertThat(point.modelledBytesPerSecond())
                        .isCloseTo(point.measuredBytesPerSecond(), within(1e-6 * point.measuredBytesPerSecond())));
        assertThat(curve.toString()).contains("ALL_REDUCE over 8 ranks", "modelled GB/s");
        assertThatThrownBy(() -> BandwidthCurve.of(log, CollectiveModel.on(cluster), Group.of(cluster, 4, 1)))
                .hasMessageContaining("the group has 4 ranks, but the log 8");
    }

    @Test
    void aProgramWithoutAModelIsRefused() {
        NcclTestLog log = new NcclTestLog(
                "hypercube_perf", 8, 1, List.of(new NcclTestLog.Row(1e6, 1e-5, Double.NaN, 1e11, 1e11)));
        assertThatThrownBy(() -> CollectiveCalibration.log(log, cluster))
                .hasMessageContaining("no model of hypercube_perf")
                .hasMessageContaining("all_reduce_perf");
    }

    @Test
    void wordsOfATableAreUnderstood() {
        CollectiveTable table = CollectiveTable.of(Csv.parse("table.csv", """
                fabric,chip,nodes,gpus,collective,algo,bytes,latency_us,software,source
                n,H100,1,8,all_reduce,auto,1000000,20,half,s
                n,H100,1,8,all_reduce,auto,1000000000,20,int8,s
                n,H100,8,64,all_reduce,NVLSTree,1000000,20,half,s
                n,H100,1,8,all_reduce,Ring,1000000000,20,half,s
                n,H100,1,8,moe_dispatch,DeepEP normal sms=24 topk=8 E=256 hid=7168 tok=4096,,500,x,s
                n,H100,1,8,moe_combine,UCCL-EP,,,320-323 GB/s,s
                n,H800,1,8,moe_dispatch fp8 low-latency,DeepEP V1 LL 128 tok,7585792,77,,s
                """));
        CollectivePredictor predictor = CollectivePredictor.on(cluster);
        CollectiveModel model = CollectiveModel.on(cluster);
        Group node = Group.of(cluster, 8, 1);
        List<CollectiveMeasurement> rows = table.rows();
        assertThat(predictor.seconds(rows.get(0))).isEqualTo(model.seconds(Collective.ALL_REDUCE, node, 1e6));
        assertThat(predictor.seconds(rows.get(1)))
                .isEqualTo(model.seconds(Collective.ALL_REDUCE, node, 1e9, Precision.INT8));
        assertThat(predictor.seconds(rows.get(2)))
                .isGreaterThanOrEqualTo(model.seconds(Collective.ALL_REDUCE, Group.all(cluster), 1e6));
        assertThat(predictor.seconds(rows.get(3))).isGreaterThan(model.seconds(Collective.ALL_REDUCE, node, 1e9));
        assertThat(predictor.seconds(rows.get(4)))
                .isEqualTo(ExpertExchange.on(cluster)
                        .seconds(node, 4096, ExpertExchange.fp8TokenBytes(7168), ExpertRouting.of(256, 8), 24, 1));
        assertThat(predictor.seconds(rows.get(6)))
                .isEqualTo(ExpertExchange.on(cluster)
                        .lowLatencySeconds(node, 128, ExpertExchange.fp8TokenBytes(7168), ExpertRouting.of(256, 8), 1));
        assertThat(rows.get(5).timed()).isFalse();
        assertThat(rows.get(5).seconds()).isNaN();
        assertThatThrownBy(() -> predictor.seconds(rows.get(5))).hasMessageContaining("moe_combine");
        assertThat(table.where(CollectiveMeasurement::timed).rows()).hasSize(5);
    }

    @Test
    void constantsAreWrittenAsTheyAreRead() {
        String csv = CollectiveCalibration.csv(CollectiveConstants.standard());
        CollectiveConstants again =
                CollectiveConstants.of(org.hopperline.text.FigureTable.of(Csv.parse("again.csv", csv)));
        assertThat(again.figures()).isEqualTo(CollectiveConstants.standard().figures());
    }

    private NcclTestLog log(
            String program, Collective collective, int ranks, int nodes, CollectiveConstants constants) {
        CollectiveModel model = CollectiveModel.on(cluster, constants);
        Group group = Group.of(cluster, ranks, 1);
        List<NcclTestLog.Row> rows = new ArrayList<>();
        for (double bytes = 1024; bytes < 1e10; bytes *= 2) {
            double seconds = model.seconds(collective, group, bytes);
            double bus = bytes * collective.busFactor(ranks) / seconds;
            rows.add(new NcclTestLog.Row(bytes, seconds, seconds, bytes / seconds, bus));
        }
        return new NcclTestLog(program, ranks, nodes, rows);
    }
}
