package org.hopperline.kernel;

import java.util.concurrent.TimeUnit;
import org.hopperline.core.AttentionBackend;
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

/** Times of attention and memory-bound kernels: a closed form each, no allocation. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class AttentionBenchmark {

    private final Attention flash = Attention.on(Chips.H100_SXM5, AttentionBackend.FLASH_3);
    private final Attention paged = Attention.on(Chips.H100_SXM5, AttentionBackend.FLASH_3_PAGED);
    private final MemoryBound memory = MemoryBound.on(Chips.H100_SXM5);
    private int sequence = 4096;

    private int next() {
        sequence = sequence == 4096 ? 4224 : 4096;
        return sequence;
    }

    /** Causal forward pass with grouped queries. */
    @Benchmark
    public double forward() {
        int s = next();
        return flash.forwardSeconds(2, 32, 8, s, s, 128, 128, true, 0);
    }

    /** Its backward pass. */
    @Benchmark
    public double backward() {
        int s = next();
        return flash.backwardSeconds(2, 32, 8, s, s, 128, 128, true, 0);
    }

    /** A window of 1,024 keys. */
    @Benchmark
    public double window() {
        int s = next();
        return flash.forwardSeconds(2, 32, 8, s, s, 128, 128, true, 1024);
    }

    /** Heads packed over a paged cache. */
    @Benchmark
    public double paged() {
        int s = next();
        return paged.forwardSeconds(2, 96, 8, s, s, 128, 128, true, 0);
    }

    /** One memory-bound kernel. */
    @Benchmark
    public double memory() {
        return memory.secondsOf(next() * 8192.0, next() * 8192.0);
    }
}
