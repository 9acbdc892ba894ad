package org.hopperline.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
        SweepSummary distributed = BestPlansOnSpark.best(spark, SparkSweepTest::plans, 20_000);
        assertThat(distributed).isEqualTo(local);
        assertThat(distributed.costs()).hasSize(10);
        assertThat(distributed.failed()).isPositive();
        assertThat(BestPlansOnSpark.report(sweep, distributed).lines())
                .startsWith(distributed.toString().lines().toArray(String[]::new))
                .hasSize((int) distributed.toString().lines().count() + 10)
                .last()
                .asString()
                .startsWith("Llama 3 70B on 64 H100 SXM5 80GB, TP");
    }

    /** A part that is no divisor of the size, one question at a time, and all at once. */
    @ParameterizedTest
    @ValueSource(longs = {1, 5, 8, 1000})
    void partsOfAnySize(long part) {
        assertThat(BestPlansOnSpark.best(spark, SparkSweepTest::questions, part))
                .isEqualTo(questions().best(0, questions().size()));
    }

    @Test
    void aPartHoldsAQuestion() {
        assertThatThrownBy(() -> BestPlansOnSpark.best(spark, SparkSweepTest::questions, 0))
                .hasMessage("parts of 0 questions; take at least 1");
    }

    /** What the program asks fits the plan of Llama 3.1 405B on the whole machine, in parts that an executor can take. */
    @Test
    void theProgramAsksAWholeSpace() {
        Sweep sweep = BestPlansOnSpark.sweep();
        assertThat(sweep.size()).isGreaterThan(10_000_000);
        assertThat(sweep.best(0, 0).keep()).isEqualTo(10);
        assertThat(sweep.best(sweep.size() - 1000, sweep.size()).failed()).isPositive();
    }

    @Test
    void modelsAndLinkSpeeds() {
        SweepSummary local = SweepRun.of(questions()).run();
        assertThat(BestPlansOnSpark.best(spark, SparkSweepTest::questions, 3)).isEqualTo(local);
        assertThat(local.answered()).isEqualTo(4);
        assertThat(local.failures()).containsEntry("memory", 4L);
    }
}
