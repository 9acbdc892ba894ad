package org.hopperline.measured;

import java.util.Optional;
import java.util.OptionalDouble;
import org.hopperline.core.Check;
import org.hopperline.core.Precision;

/**
 * One launch of a kernel as a profiler counted it.
 *
 * @param id number of the launch in the export
 * @param name of the kernel
 * @param seconds that it ran on the device
 * @param bytes moved to and from HBM; empty if no such counter was collected
 * @param flops floating-point operations of the tensor and the vector units; zero for a copy, empty if no such counter
 *     was collected
 * @param precision in which most of the operations were done; empty if there are none
 */
public record ProfiledKernel(
        String id,
        String name,
        double seconds,
        OptionalDouble bytes,
        OptionalDouble flops,
        Optional<Precision> precision) {

    /** @throws IllegalArgumentException if the time is not above zero or a count is negative */
    public ProfiledKernel {
        Check.notBlank(id, "id of a kernel");
        Check.notBlank(name, "name of kernel " + id);
        Check.positive(seconds, "duration of kernel " + id, "s");
        Check.notNull(bytes, "bytes").ifPresent(b -> Check.nonNegative(b, "HBM traffic of kernel " + id, "byte"));
        Check.notNull(flops, "flops").ifPresent(f -> Check.nonNegative(f, "operations of kernel " + id, "FLOP"));
        Check.notNull(precision, "precision");
    }

    /**
     * Operations per byte of HBM traffic, in FLOP/byte: where the kernel stands on a roofline.
     *
     * @throws IllegalStateException if a counter is missing or the traffic is zero, saying what to collect
     */
    public double intensity() {
        if (flops.isEmpty() || bytes.isEmpty() || bytes.getAsDouble() == 0) {
            throw new IllegalStateException("kernel " + id + " (" + name + ") has "
                    + (flops.isEmpty() ? "no count of operations" : bytes.isEmpty() ? "no count of bytes" : "0 bytes")
                    + ", so no intensity; profile with " + NsightCompute.METRICS);
        }
        return flops.getAsDouble() / bytes.getAsDouble();
    }

    /**
     * Attained rate in FLOP/s; zero for a copy.
     *
     * @throws IllegalStateException if operations were not counted
     */
    public double flopsPerSecond() {
        if (flops.isEmpty()) {
            throw new IllegalStateException("kernel " + id + " (" + name + ") has no count of operations; profile with "
                    + NsightCompute.METRICS);
        }
        return flops.getAsDouble() / seconds;
    }
}
