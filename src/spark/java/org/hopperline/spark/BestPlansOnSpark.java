package org.hopperline.spark;

import java.io.Serializable;
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

    /** Makes a sweep, on each executor for itself. */
    public interface Question extends Serializable {
        /** The same sweep wherever it is made. */
        Sweep sweep();
    }

    /** The question of this program. */
    static Sweep sweep() {
        return PlanSearch.of(Models.LLAMA31_405B, Clusters.MEMPHIS)
                .batchTokens(64e6, 8192)
                .sweep(10);
    }

    /**
     * The summary of a whole sweep, the same as {@code sweep.best(0, sweep.size())}.
     *
     * @param part questions that an executor answers at once, at least 1
     */
    static SweepSummary best(JavaSparkContext spark, Question question, long part) {
        if (part < 1) {
            throw new IllegalArgumentException("parts of " + part + " questions; take at least 1");
        }
        long size = question.sweep().size();
        List<Long> starts = LongStream.iterate(0, start -> start < size, start -> start + part)
                .boxed()
                .toList();
        return spark.parallelize(starts, starts.size())
                .map(start -> question.sweep().best(start, Math.min(size, start + part)))
                .reduce(SweepSummary::merge);
    }

    /** The best plans of a summary, the best first, under its counts and failures by reason. */
    static String report(Sweep sweep, SweepSummary summary) {
        StringBuilder text = new StringBuilder(summary.toString());
        for (long index : summary.indices()) {
            text.append('\n').append(sweep.at(index).step());
        }
        return text.toString();
    }

    /** Runs the sweep on the cluster that {@code spark-submit} names, and prints the best with the failures by reason. */
    public static void main(String[] args) {
        try (JavaSparkContext spark = new JavaSparkContext(new SparkConf().setAppName("best plans"))) {
            System.out.println(report(sweep(), best(spark, BestPlansOnSpark::sweep, PART)));
        }
    }
}
