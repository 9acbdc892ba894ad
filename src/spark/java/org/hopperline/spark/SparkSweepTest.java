package org.hopperline.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.Serializable;
import java.util.List;
import java.util.stream.LongStream;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.hopperline.hardware.Clusters;
import org.hopperline.model.Models;
import org.hopperline.plan.Batch;
import org.hopperline.plan.ParallelPlan;
import org.hopperline.plan.Sharding;
import org.hopperline.search.HardwareFigure;
import org.hopperline.search.PlanSearch;
import org.hopperline.search.Sweep;
import org.hopperline.search.SweepRun;
import org.hopperline.search.SweepSpace;
import org.hopperline.search.SweepSummary;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The same sweeps on Spark in local mode and without Spark. */
class SparkSweepTest {

    private static JavaSparkContext spark;

    @BeforeAll
    static void start() {
        spark = new JavaSparkContext(new SparkConf()
                .setMaster("local[2]")
                .setAppName("sweeps")
                .set("spark.ui.enabled", "false")
                .set("spark.driver.host", "localhost")
                .set("spark.driver.bindAddress", "127.0.0.1"));
    }

    @AfterAll
    static void stop() {
        spark.close();
    }

    /** Sweeps are made where they are needed. */
    private interface Made extends Serializable {
        Sweep sweep();
    }

    private static SweepSummary onSpark(Made made, long part) {
        long size = made.sweep().size();
        List<Long> starts = LongStream.iterate(0, start -> start < size, start -> start + part)
                .boxed()
                .toList();
        return spark.parallelize(starts, starts.size())
                .map(start -> made.sweep().best(start, Math.min(size, start + part)))
                .reduce(SweepSummary::merge);
    }

    private static Sweep plans() {
        return PlanSearch.of(Models.LLAMA3_70B, Clusters.dgxH100(64))
                .batch(new Batch(256, 8192))
                .context(1)
                .shardGroups(0, 8)
                .sweep(10);
    }

    private static Sweep questions() {
        return SweepSpace.of(Models.LLAMA3_8B, Clusters.dgxH100(16), 1e6, 8192)
                .models(List.of(Models.LLAMA3_8B, Models.LLAMA3_70B))
                .plans(List.of(ParallelPlan.builder()
                        .tensor(8)
                        .data(2)
                        .sequenceParallel(true)
                        .sharding(Sharding.OPTIMIZER)
                        .build()))
                .vary(HardwareFigure.NIC_BANDWIDTH, 12.5e9, 25e9, 50e9, 100e9)
                .sweep();
    }

    @Test
    void everyPlanOfASpace() {
        Sweep sweep = plans();
        SweepSummary local = sweep.best(0, sweep.size());
        SweepSummary distributed = onSpark(SparkSweepTest::plans, 20_000);
        assertThat(distributed).isEqualTo(local);
        assertThat(distributed.costs()).hasSize(10);
        assertThat(distributed.failed()).isPositive();
    }

    @Test
    void modelsAndLinkSpeeds() {
        SweepSummary local = SweepRun.of(questions()).run();
        assertThat(onSpark(SparkSweepTest::questions, 3)).isEqualTo(local);
        assertThat(local.answered()).isEqualTo(4);
        assertThat(local.failures()).containsEntry("memory", 4L);
    }
}
