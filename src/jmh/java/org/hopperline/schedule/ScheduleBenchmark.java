package org.hopperline.schedule;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Time and garbage ({@code -prof gc}) of one step's seconds, for eight and sixteen stages with a heavier last chunk. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class ScheduleBenchmark {

    @Param({"8", "16"})
    int stages;

    private static final int MICRO_BATCHES = 64;
    private static final int VIRTUAL_STAGES = 4;

    private final PipelineRecurrence recurrence = new PipelineRecurrence();
    private double sendSeconds;
    private double[] forward;
    private double[] backward;
    private double[] manyForward;
    private double[] manyBackward;
    private Pipeline interleaved;
    private ChunkTimes times;

    @Setup
    public void fill() {
        sendSeconds = 2e-5;
        forward = withHeavyLast(stages, 4e-3, 1e-3);
        backward = withHeavyLast(stages, 8e-3, 2e-3);
        manyForward = withHeavyLast(stages * VIRTUAL_STAGES, 1e-3, 1e-3);
        manyBackward = withHeavyLast(stages * VIRTUAL_STAGES, 2e-3, 2e-3);
        interleaved = Pipeline.of(stages, VIRTUAL_STAGES, MICRO_BATCHES);
        times = ChunkTimes.of(manyForward, manyBackward).withSendSeconds(sendSeconds);
    }

    private static double[] withHeavyLast(int n, double seconds, double more) {
        double[] all = new double[n];
        Arrays.fill(all, seconds);
        all[n - 1] += more;
        return all;
    }

    @Benchmark
    public double oneForwardOneBackwardEqual() {
        return OneForwardOneBackward.seconds(stages, MICRO_BATCHES, forward[0], backward[0], sendSeconds);
    }

    @Benchmark
    public double oneForwardOneBackward() {
        return OneForwardOneBackward.seconds(MICRO_BATCHES, forward, backward, sendSeconds);
    }

    @Benchmark
    public double interleaved() {
        return Interleaved.seconds(stages, MICRO_BATCHES, manyForward, manyBackward, sendSeconds);
    }

    @Benchmark
    public double interleavedEdges() {
        int last = manyForward.length - 1;
        return InterleavedEdges.seconds(
                stages,
                VIRTUAL_STAGES,
                MICRO_BATCHES,
                manyForward[1],
                manyBackward[1],
                manyForward[0],
                manyBackward[0],
                manyForward[last],
                manyBackward[last],
                sendSeconds);
    }

    @Benchmark
    public double zeroBubble() {
        return ZeroBubble.seconds(MICRO_BATCHES, forward, forward, forward, sendSeconds);
    }

    @Benchmark
    public double recurrence() {
        return recurrence.seconds(interleaved, times);
    }
}
