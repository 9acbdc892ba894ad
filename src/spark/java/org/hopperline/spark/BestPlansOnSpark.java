package org.hopperline.spark;

import java.util.List;
import java.util.stream.LongStream;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.hopperline.hardware.Clusters;
import org.hopperline.model.Models;
import org.hopperline.search.PlanSearch;
import org.hopperline.search.Sweep;
import org.hopperline.search.SweepSummary;

/**
 * The ten best plans of a whole space, nothing skipped, on a Spark cluster. Each executor makes the sweep for itself and
 * answers its parts of the numbers; what travels is a number to it and a {@link SweepSummary} back. For another question
 * replace {@link #sweep()}, by a sweep over machines or link speeds for instance.
 */
public final class BestPlansOnSpark {

    private static final long PART = 1_000_000;

    private BestPlansOnSpark() {}

    private static Sweep sweep() {
        return PlanSearch.of(Models.LLAMA31_405B, Clusters.MEMPHIS)
                .batchTokens(64e6, 8192)
                .sweep(10);
    }

    /** Runs the sweep on the cluster that {@code spark-submit} names, and prints the best with the failures by reason. */
    public static void main(String[] args) {
        try (JavaSparkContext spark = new JavaSparkContext(new SparkConf().setAppName("best plans"))) {
            long size = sweep().size();
            List<Long> starts = LongStream.iterate(0, start -> start < size, start -> start + PART)
                    .boxed()
                    .toList();
            System.out.println(spark.parallelize(starts, starts.size())
                    .map(start -> sweep().best(start, Math.min(size, start + PART)))
                    .reduce(SweepSummary::merge));
        }
    }
}
