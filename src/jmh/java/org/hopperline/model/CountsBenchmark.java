package org.hopperline.model;

import java.util.concurrent.TimeUnit;
import org.hopperline.core.Precision;
import org.hopperline.hardware.Chip;
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

/** Counts of a model with latent attention and experts, and figures of a chip: no allocation. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class CountsBenchmark {

    private final Transformer model = Models.DEEPSEEK_V3;
    private final Chip chip = Chips.H100_SXM5;
    private int sequence = 4096;

    /** Parameters, embeddings counted. */
    @Benchmark
    public long parameters() {
        return model.parameters();
    }

    /** Training FLOPs of a token, scores half counted. */
    @Benchmark
    public double trainingFlops() {
        sequence = sequence == 4096 ? 8192 : 4096;
        return Flops.training(model, sequence, ScoreCounting.CAUSAL);
    }

    /** Activations of a token in all layers. */
    @Benchmark
    public double activationBytes() {
        sequence = sequence == 4096 ? 8192 : 4096;
        return ActivationBytes.perToken(model, sequence, KeptActivations.ALL_BUT_SCORES, false);
    }

    /** The dense peak of a chip in one precision. */
    @Benchmark
    public double densePeak() {
        return chip.denseFlopsPerSecond(Precision.BF16);
    }
}
