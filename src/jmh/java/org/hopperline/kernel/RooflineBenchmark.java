package org.hopperline.kernel;

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

/** The closed forms: a roofline over all levels, and a cast. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class RooflineBenchmark {

    private final Roofline roofline = Roofline.of(Chips.H100_SXM5);
    private final Fp8Cast cast = Fp8Cast.on(Chips.H100_SXM5);
    private final double[] bytes = {0, 4e9, 2e9, 0, 1e9};
    private double flops = 1e12;

    /** Time over five levels and a peak. */
    @Benchmark
    public double hierarchicalRoofline() {
        flops += 1;
        return roofline.seconds(flops, Precision.BF16, bytes);
    }

    /** Rate at an intensity. */
    @Benchmark
    public double attainable() {
        flops += 1;
        return roofline.attainableFlopsPerSecond(flops * 1e-10, Precision.BF16);
    }

    /** A cast to FP8. */
    @Benchmark
    public double cast() {
        flops += 1;
        return cast.perBlockSeconds((long) (flops * 1e-8), 4096, true);
    }
}
