package org.hopperline.search;

import java.util.concurrent.TimeUnit;
import org.hopperline.hardware.Clusters;
import org.hopperline.model.Models;
import org.hopperline.model.Transformer;
import org.hopperline.plan.Batch;
import org.hopperline.plan.PipelineOrder;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Best plans with bounds, and whole spaces without: every plan that keeps the rules and fits the memory is priced. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 9, time = 2)
@Fork(1)
public class SearchBenchmark {

    private static final double BATCH_16K = 16.0 * 1024 * 1024;
    private static final double BATCH_98K = 64e6;

    /** Megatron-Turing NLG 530B: arXiv 2201.11990, section 3.1. */
    private static final Transformer TURING_530B = Models.GPT3_175B.toBuilder()
            .name("Megatron-Turing 530B")
            .layers(105)
            .hidden(20_480)
            .heads(128)
            .kvHeads(128)
            .headDim(160)
            .ffnHidden(81_920)
            .build();

    /** Threads of a search. */
    @Param({"1", "2"})
    public int threads;

    private PlanSearch devices16k;
    private PlanSearch devices98k;

    /** The questions; tables are filled anew by every search. */
    @Setup
    public void questions() {
        devices16k = PlanSearch.of(Models.LLAMA31_405B, Clusters.META_ROCE.withDevices(16_384))
                .batchTokens(BATCH_16K, 8192)
                .threads(threads);
        devices98k = PlanSearch.of(Models.LLAMA31_405B, Clusters.MEMPHIS.withDevices(98_304))
                .batchTokens(BATCH_98K, 8192)
                .threads(threads);
    }

    /** Combinations that a second answers, and those of them that were priced. */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.OPERATIONS)
    public static class Plans {

        /** Combinations of the space, those included that fall. */
        public long combinations;

        /** Plans that keep the rules and fit the memory. */
        public long priced;

        /** Plans that keep the rules: priced, or checked for memory and found too large. */
        public long evaluated;

        /** Counts start at 0 with each iteration. */
        @Setup(Level.Iteration)
        public void reset() {
            combinations = 0;
            priced = 0;
            evaluated = 0;
        }

        SearchResult add(SearchResult result) {
            combinations += result.counts().total();
            priced += result.counts().priced();
            evaluated += result.counts().priced() + result.counts().get(Removed.MEMORY);
            return result;
        }
    }

    /** The best plan for Llama 3.1 405B on 16,384 H100. */
    @Benchmark
    public SearchResult bestOf16kDevices() {
        return devices16k.best(1);
    }

    /** The best plan for Llama 3.1 405B on 98,304 H100. */
    @Benchmark
    public SearchResult bestOf98kDevices() {
        return devices98k.best(1);
    }

    /** The best plan for Llama 3.1 405B on 16,384 H100 in any order of a pipeline. */
    @Benchmark
    public SearchResult bestInAnyOrder() {
        return devices16k.order(PipelineOrder.values()).best(1);
    }

    /** The best plan for Mixtral 8x7B on 512 H100, 1,024 sequences of 4,096. */
    @Benchmark
    public SearchResult bestOfMixtral() {
        return PlanSearch.of(Models.MIXTRAL_8X7B, Clusters.dgxH100(512))
                .batchTokens(1024 * 4096, 4096)
                .threads(threads)
                .best(1);
    }

    /** Every plan for Llama 3.1 405B on 16,384 H100. */
    @Benchmark
    @BenchmarkMode(Mode.Throughput)
    @OutputTimeUnit(TimeUnit.SECONDS)
    @Measurement(iterations = 5, time = 5)
    public SearchResult everyPlanOf16kDevices(Plans plans) {
        return plans.add(devices16k.withoutBounds().best(1));
    }

    /** Every plan for GPT-3 175B on 512 H100, 512 sequences of 2,048: tensor ranks beyond a node and uneven stages too. */
    @Benchmark
    @BenchmarkMode(Mode.Throughput)
    @OutputTimeUnit(TimeUnit.SECONDS)
    @Measurement(iterations = 5, time = 5)
    public SearchResult everyPlanOfGpt3(Plans plans) {
        return plans.add(PlanSearch.of(Models.GPT3_175B, Clusters.dgxH100(512))
                .batch(new Batch(512, 2048))
                .tensor(1, 2, 4, 8, 16, 32)
                .virtualStages(1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 96)
                .microBatch(1, 2, 4, 8, 16, 32)
                .threads(threads)
                .withoutBounds()
                .best(1));
    }

    /**
     * Every plan for a model of 530 billion parameters on 5,128 H100 with whole sequences on each rank: for each
     * number of replicas the largest batch up to 2,520 sequences of 2,048 that they divide, or one sequence each.
     */
    @Benchmark
    @BenchmarkMode(Mode.Throughput)
    @OutputTimeUnit(TimeUnit.SECONDS)
    @Measurement(iterations = 5, time = 5)
    public SpaceCounts everyPlanOfTuring530b(Plans plans) {
        SpaceCounts all = new SpaceCounts();
        for (int data = 641; data <= 5128; data *= 2) {
            int batch = Math.max(1, 2520 / data) * data;
            all.addAll(plans.add(PlanSearch.of(TURING_530B, Clusters.dgxH100(5128))
                            .batch(new Batch(batch, 2048))
                            .context(1)
                            .pipeline(1, 2, 4, 8)
                            .data(data)
                            .unevenStages()
                            .microBatch(1, 3)
                            .threads(threads)
                            .withoutBounds()
                            .find(1))
                    .counts());
        }
        return all;
    }
}
