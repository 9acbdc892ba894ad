package org.hopperline.step;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.hopperline.Hopperline;
import org.hopperline.core.Precision;
import org.hopperline.hardware.Chips;
import org.hopperline.hardware.Cluster;
import org.hopperline.hardware.Clusters;
import org.hopperline.model.Models;
import org.hopperline.model.Transformer;
import org.hopperline.plan.Batch;
import org.hopperline.plan.ParallelPlan;
import org.hopperline.plan.Recompute;
import org.hopperline.plan.Sharding;
import org.hopperline.plan.SoftwareProfiles;
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

/**
 * Steps of more than 100,000 different plans in shuffled order, each checked against the rules of shape and for memory.
 * With {@code -prof gc}, {@code gc.alloc.rate.norm} is the garbage of one plan.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class StepBenchmark {

    private static final int FEWEST_PLANS = 100_000;

    @Param({"Llama 3.1 405B/1024", "Mixtral 8x7B/256"})
    String question;

    /** False adds uneven chunks, and ZB-H1 with fewer micro-batches than stages. */
    @Param({"true", "false"})
    boolean closedFormsOnly;

    private final StepModel step = StepModel.on(Chips.H100_SXM5);
    private final double room = Chips.H100_SXM5.visibleMemoryBytes();
    private Transformer model = Models.LLAMA31_405B;
    private Cluster machine = Clusters.MEMPHIS;
    private StepEvaluator filled = fresh();
    private ParallelPlan[] plans = {};
    private Batch[] batches = {};
    private int next;

    private StepEvaluator fresh() {
        return step.evaluator(model, machine, Precision.BF16, SoftwareProfiles.MEGATRON, EveryPlan.sequenceLength());
    }

    /** Collects the plans that keep the rules, shuffles them, and fills the tables. */
    @Setup(Level.Trial)
    public void collect() {
        int slash = question.indexOf('/');
        int devices = Integer.parseInt(question.substring(slash + 1));
        model = Models.named(question.substring(0, slash));
        machine = Clusters.MEMPHIS.withDevices(devices);
        filled = fresh();
        List<Integer> order = new ArrayList<>();
        List<ParallelPlan> valid = new ArrayList<>();
        List<Batch> theirs = new ArrayList<>();
        new EveryPlan(model, devices, closedFormsOnly).forEach((plan, batch) -> {
            if (filled.keepsRules(plan, batch)) {
                order.add(order.size());
                valid.add(plan);
                theirs.add(batch);
                filled.seconds(plan, batch);
                filled.memoryBytes(plan, batch);
            }
        });
        int different = new HashSet<>(valid).size();
        if (different < Math.max(FEWEST_PLANS, valid.size())) {
            throw new IllegalStateException(different + " different plans of " + valid.size() + " are too few");
        }
        Collections.shuffle(order, new Random(1));
        plans = new ParallelPlan[order.size()];
        batches = new Batch[order.size()];
        for (int i = 0; i < plans.length; i++) {
            plans[i] = valid.get(order.get(i));
            batches[i] = theirs.get(order.get(i));
        }
    }

    private int next() {
        next = next + 1 < plans.length ? next + 1 : 0;
        return next;
    }

    private double evaluated(StepEvaluator evaluator, ParallelPlan plan, Batch batch) {
        if (!evaluator.keepsRules(plan, batch)) {
            return Double.NaN;
        }
        double seconds = evaluator.seconds(plan, batch);
        return evaluator.memoryBytes(plan, batch) <= room ? seconds : -seconds;
    }

    /** A plan with nothing known: every kernel and collective is priced. */
    @Benchmark
    public double fromNothing() {
        int i = next();
        return evaluated(fresh(), plans[i], batches[i]);
    }

    /** A plan whose pieces are known from other plans. */
    @Benchmark
    public double tablesFilled() {
        int i = next();
        return evaluated(filled, plans[i], batches[i]);
    }

    /** Plans that were evaluated. */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.OPERATIONS)
    public static class Evaluated {
        /** Plans that keep the rules. */
        public long plans;
    }

    /** Every plan once in shuffled order with empty tables: {@code plans} is how many a second on one core. */
    @Benchmark
    @BenchmarkMode(Mode.Throughput)
    @OutputTimeUnit(TimeUnit.SECONDS)
    public double everyPlanShuffled(Evaluated counter) {
        StepEvaluator evaluator = fresh();
        double fastest = Double.POSITIVE_INFINITY;
        for (int i = 0; i < plans.length; i++) {
            double seconds = evaluated(evaluator, plans[i], batches[i]);
            fastest = seconds > 0 ? Math.min(fastest, seconds) : fastest;
        }
        counter.plans += plans.length;
        return fastest;
    }

    /** The whole space with empty tables, plans made on the way: {@code plans} is how many a second on one core. */
    @Benchmark
    @BenchmarkMode(Mode.Throughput)
    @OutputTimeUnit(TimeUnit.SECONDS)
    public double wholeSpace(Evaluated counter) {
        StepEvaluator evaluator = fresh();
        double[] fastest = {Double.POSITIVE_INFINITY};
        new EveryPlan(model, machine.devices(), closedFormsOnly).forEach((plan, batch) -> {
            double seconds = evaluated(evaluator, plan, batch);
            counter.plans += Double.isNaN(seconds) ? 0 : 1;
            fastest[0] = seconds > 0 ? Math.min(fastest[0], seconds) : fastest[0];
        });
        return fastest[0];
    }

    /** A sentence at the front door, its answer explained line by line. */
    @Benchmark
    @OutputTimeUnit(TimeUnit.MICROSECONDS)
    public String frontDoorExplained() {
        return Hopperline.train("Llama 3.1 405B")
                .tokens(15.6e12)
                .batchTokens(16e6)
                .plan(ParallelPlan.builder()
                        .tensor(8)
                        .pipeline(16)
                        .virtualStages(4)
                        .data(128)
                        .sequenceParallel(true)
                        .sharding(Sharding.OPTIMIZER)
                        .recompute(Recompute.FULL)
                        .build())
                .on("Meta 24k RoCE")
                .explain()
                .toString();
    }
}
