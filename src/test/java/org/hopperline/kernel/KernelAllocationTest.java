package org.hopperline.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import java.util.stream.Stream;
import org.hopperline.core.AttentionBackend;
import org.hopperline.core.Precision;
import org.hopperline.hardware.Chips;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Pricing one kernel allocates nothing, by the count that the virtual machine keeps of a thread. */
class KernelAllocationTest {

    private static final com.sun.management.ThreadMXBean THREADS =
            (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();

    private static final int CALLS = 2000;

    /** Far less than one object a call, which would be 32,000 bytes at the least; reading the counter may take a few. */
    private static final long NOTHING = 4000;

    private record Priced(String name, IntToDoubleFunction call) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Priced> prices() {
        List<Priced> all = new ArrayList<>();
        kernels(all);
        return all.stream();
    }

    private static void kernels(List<Priced> all) {
        for (Precision precision : List.of(Precision.BF16, Precision.FP8, Precision.TF32, Precision.FP64)) {
            Gemm gemm = Gemm.on(Chips.H100_SXM5, precision);
            Gemm sustained = gemm.sustained();
            for (GemmLayout layout : GemmLayout.values()) {
                all.add(new Priced(
                        "gemm " + precision + " " + layout, i -> gemm.seconds(layout, 64 + i, 4096, 128 + i)));
            }
            all.add(new Priced("gemm sustained " + precision, i -> sustained.seconds(8192 + i, 4096, 4096)));
            all.add(new Priced("gemm grouped " + precision, i -> gemm.groupedSeconds(8, 1 + i, 4096, 4096)));
            all.add(new Priced("gemm batched " + precision, i -> gemm.batchedSeconds(16, 1 + i, 128, 1024)));
        }
        StateSpaceScan scan = StateSpaceScan.on(Chips.H100_SXM5);
        all.add(new Priced("scan forward", i -> scan.forwardSeconds(256 + i, 64, 64, 8, 128, 128)));
        all.add(new Priced("scan backward", i -> scan.backwardSeconds(256 + i, 64, 64, 8, 128, 128)));
        ScaledGemm scaled = ScaledGemm.on(Chips.H100_SXM5);
        all.add(new Priced("gemm scaled", i -> scaled.seconds(64 + i, 4096, 4096)));
        for (AttentionBackend backend : AttentionBackend.values()) {
            Attention attention = Attention.on(Chips.H100_SXM5, backend);
            all.add(new Priced(
                    "attention forward " + backend,
                    i -> attention.forwardSeconds(1, 8, 8, 256 + i, 256 + i, 128, 128, true, 0)));
            if (backend != AttentionBackend.FLASH_3_PAGED) {
                all.add(new Priced(
                        "attention backward " + backend,
                        i -> attention.backwardSeconds(1, 8, 1, 256 + i, 256 + i, 128, 128, true, 0)));
            }
        }
        MemoryBound memory = MemoryBound.on(Chips.H100_SXM5);
        for (MemoryOperation operation : MemoryOperation.values()) {
            all.add(new Priced(
                    "memory " + operation, i -> memory.seconds(operation, 1000.0 + i, Precision.BF16, (i & 1) == 0)));
        }
        all.add(new Priced("roofline", i -> Roofline.seconds(1e12 + i, 1e9, 989e12, 3.35e12)));
    }

    @ParameterizedTest
    @MethodSource("prices")
    void aPriceAllocatesNothing(Priced priced) {
        double sum = run(priced.call());
        long before = THREADS.getCurrentThreadAllocatedBytes();
        sum += run(priced.call());
        long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
        assertThat(sum).isPositive().isFinite();
        assertThat(allocated).isLessThan(NOTHING);
    }

    private static double run(IntToDoubleFunction call) {
        double sum = 0;
        for (int i = 0; i < CALLS; i++) {
            sum += call.applyAsDouble(i);
        }
        return sum;
    }
}
