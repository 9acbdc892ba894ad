package org.hopperline.collective;

import java.util.concurrent.TimeUnit;
import org.hopperline.hardware.Cluster;
import org.hopperline.hardware.Clusters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** One collective with its algorithm chosen, one group made, one exchange of experts; run with {@code -prof gc}. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class CollectiveBenchmark {

    private final Cluster cluster = Clusters.MEMPHIS;
    private final CollectiveModel model = CollectiveModel.on(cluster);
    private final ExpertExchange experts = ExpertExchange.on(cluster);
    private final ExpertRouting routing = ExpertRouting.of(256, 8).withNodeLimit(4);
    private final Group node = Group.of(cluster, 8, 1);
    private final Group many = Group.of(cluster, 1024, 8);
    private final Group whole = Group.of(cluster, 8192, 1);
    private double bytes = 1e8;

    private double next() {
        bytes = bytes < 1e9 ? bytes + 1024 : 1e6;
        return bytes;
    }

    @Benchmark
    public double allReduceInANode() {
        return model.seconds(Collective.ALL_REDUCE, node, next());
    }

    @Benchmark
    public double allReduceOverManyNodes() {
        return model.seconds(Collective.ALL_REDUCE, whole, next());
    }

    @Benchmark
    public double allGatherOfOneRankANode() {
        return model.seconds(Collective.ALL_GATHER, many, next());
    }

    @Benchmark
    public double dispatch() {
        return experts.seconds(node, next(), 7392, routing, 24, 1);
    }

    @Benchmark
    public Group group() {
        return Group.of(cluster, 1024, 8);
    }
}
