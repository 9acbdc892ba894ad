package org.hopperline.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.assertj.core.data.Percentage;
import org.hopperline.core.Precision;
import org.hopperline.hardware.Chips;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class MemoryBoundTest {

    private static final MemoryBound H100 = MemoryBound.on(Chips.H100_SXM5);

    @ParameterizedTest
    @CsvSource({
        // ai-dynamo/aiconfigurator h100_sxm quantize, scale_matrix: bf16 read, fp8 written
        "STREAM, 855.83e6, 280.67e-6",
        "STREAM, 160.43e6, 53.757e-6",
        "STREAM, 22.02e6, 5.79e-6",
        "STREAM, 0.2e6, 1.425e-6",
        // the same, computescale
        "ABSOLUTE_MAXIMUM, 469.76e6, 361.58e-6",
        // linkedin/Liger-Kernel benchmark/data/all_benchmark_data.csv, H100: SwiGLU of 8192 x 32768, layer norm 4096 x
        // 16384
        "TRITON_ROW, 1610.6e6, 527.5e-6",
        "TRITON_ROW, 536.9e6, 184.8e-6",
        // sitar-lab/NeuSight, NVIDIA_H100_80GB_HBM3: tanh of 16384 x 12288 and softmax of 131072 x 2048, FP32
        "EAGER, 1610.6e6, 533.9e-6",
        "SOFTMAX, 2147.5e6, 832.3e-6",
        // microsoft/vidur data/profiling/compute/h100, Llama-2-70b: residual add, SiLU-and-multiply
        "ADD, 201.33e6, 63e-6",
        "SERVING_GATE, 655.1e6, 332e-6"
    })
    void agreesWithPublishedKernels(MemoryPattern pattern, double bytes, double seconds) {
        assertThat(H100.seconds(pattern, bytes, 0)).isCloseTo(seconds, Percentage.withPercentage(5));
    }

    @ParameterizedTest
    @EnumSource(MemoryPattern.class)
    void timeGrowsWithBytesAndTendsToTheBandwidth(MemoryPattern pattern) {
        double last = 0;
        for (double bytes = 1e3; bytes < 1e11; bytes *= 1.3) {
            double seconds = H100.seconds(pattern, bytes / 2, bytes / 2);
            assertThat(seconds).as("%g bytes", bytes).isGreaterThan(last);
            last = seconds;
        }
        assertThat(1e12 / H100.seconds(pattern, 1e12, 0))
                .isCloseTo(H100.bytesPerSecond(pattern), Percentage.withPercentage(0.01));
        assertThat(H100.seconds(pattern, 0, 0)).isEqualTo(H100.cost(pattern).launchSeconds());
    }

    @Test
    void anotherChipIsAsFastAsItsMemory() {
        double ratio = MemoryBound.on(Chips.H200_SXM).bytesPerSecond(MemoryPattern.STREAM)
                / H100.bytesPerSecond(MemoryPattern.STREAM);
        assertThat(ratio)
                .isCloseTo(
                        Chips.H200_SXM.memoryBytesPerSecond() / Chips.H100_SXM5.memoryBytesPerSecond(), within(1e-12));
    }

    @Test
    void smallTensorsComeOutOfTheCache() {
        assertThat(MemoryBound.secondsPerByte(1e6, 3, 1, 30e6, 40e6)).isEqualTo(1);
        assertThat(MemoryBound.secondsPerByte(35e6, 3, 1, 30e6, 40e6)).isEqualTo(2);
        assertThat(MemoryBound.secondsPerByte(1e9, 3, 1, 30e6, 40e6)).isEqualTo(3);
    }

    @Test
    void namedOperationsMoveTheirTensors() {
        double elements = 8192.0 * 8192;
        double fused = H100.seconds(MemoryOperation.RMS_NORM_FORWARD, elements, Precision.BF16, true);
        double launch = H100.cost(MemoryPattern.STREAM).launchSeconds();
        assertThat(fused - launch)
                .isCloseTo(
                        4 * elements / H100.bytesPerSecond(MemoryPattern.TRITON_ROW), Percentage.withPercentage(1e-6));
        double eager = H100.seconds(MemoryOperation.RMS_NORM_FORWARD, elements, Precision.BF16, false);
        assertThat(eager).isGreaterThan(6 * fused);
    }

    @ParameterizedTest
    @CsvSource({
        // linkedin/Liger-Kernel all_benchmark_data.csv, H100, BF16: SwiGLU of 8192 x 32768 by Liger and by Megatron's
        // chain of PyTorch operators, backward pass of the squared ReLU of 4096 x 16384
        "SWIGLU_FORWARD, 268435456, true, 527.5e-6, 5",
        "SWIGLU_FORWARD, 268435456, false, 858.5e-6, 6",
        "SQUARED_RELU_BACKWARD, 67108864, true, 137.1e-6, 6"
    })
    void operationsAgreeWithPublishedKernels(
            MemoryOperation operation, double elements, boolean fused, double seconds, double percent) {
        assertThat(H100.seconds(operation, elements, Precision.BF16, fused))
                .isCloseTo(seconds, Percentage.withPercentage(percent));
    }

    @ParameterizedTest
    @EnumSource(MemoryOperation.class)
    void eagerChainsMoveAtLeastWhatTheFusedKernelDoes(MemoryOperation operation) {
        assertThat(operation.eagerReads() + operation.eagerWrites())
                .isGreaterThanOrEqualTo(operation.reads() + operation.writes());
        assertThat(operation.eagerKernels()).isPositive();
    }

    @Test
    void adamMovesThirtyBytesWithFullStates() {
        double read = MemoryFormulas.adamReadBytes(4, 4, 4);
        double written = MemoryFormulas.adamWrittenBytes(4, 4, 2);
        assertThat(read + written).isEqualTo(30);
        assertThat(H100.adamSeconds(1e9, read, written))
                .isCloseTo(30e9 / H100.bytesPerSecond(MemoryPattern.STREAM), Percentage.withPercentage(0.1));
    }

    @Test
    void countsOfMovedTensors() {
        assertThat(MemoryFormulas.gradientAccumulationBytes(10, 2, 4)).isEqualTo(100);
        assertThat(MemoryFormulas.castToFp8Bytes(10, false, false)).isEqualTo(30);
        assertThat(MemoryFormulas.castToFp8Bytes(10, true, true)).isEqualTo(60);
        assertThat(MemoryFormulas.permuteBytes(10, 8, 100, 2)).isEqualTo(10 * 8 * 100 * 2 * 2);
        assertThat(MemoryFormulas.unpermuteBytes(10, 8, 100, 2)).isEqualTo(10 * 9 * 100 * 2);
    }

    @Test
    void refusesNegativeBytes() {
        assertThatThrownBy(() -> H100.secondsOf(-1, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("bytes read is -1.0 byte");
    }

    @Test
    void refusesACacheThatEmptiesBeforeItFills() {
        assertThatThrownBy(() -> new MemoryCost(1e-6, 0.9, 1.5, 0.7, 0.6))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("must lie above the resident share");
    }
}
