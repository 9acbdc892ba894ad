package org.hopperline.kernel;

import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.hopperline.core.Precision;
import org.hopperline.hardware.Chips;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** One product priced, kernel choice included. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class GemmBenchmark {

    private static final int SHAPES = 1024;

    private final Gemm gemm = Gemm.on(Chips.H100_SXM5, Precision.BF16);
    private final ScaledGemm scaled = ScaledGemm.on(Chips.H100_SXM5);
    private final long[] sizes = new Random(1).longs(3 * SHAPES, 1, 16384).toArray();
    private int next;

    /** Random shapes up to 16,384. */
    @Benchmark
    public double randomShape() {
        int i = 3 * (next++ & (SHAPES - 1));
        return gemm.seconds(sizes[i], sizes[i + 1], sizes[i + 2]);
    }

    /** Few rows: division of k is tried too. */
    @Benchmark
    public double fewTiles() {
        int i = 3 * (next++ & (SHAPES - 1));
        return gemm.seconds(16, 512, sizes[i]);
    }

    /** A given kernel with quantisation. */
    @Benchmark
    public double quantised() {
        int i = 3 * (next++ & (SHAPES - 1));
        return scaled.seconds(sizes[i], sizes[i + 1], sizes[i + 2]);
    }
}
