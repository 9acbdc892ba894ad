package org.hopperline.measured;

import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.hopperline.core.Precision;

/**
 * Floating-point operations from the counters of Nsight Compute. The tensor units are counted in operations by
 * {@code sm__ops_path_tensor_src_*.sum}; a counter is left out where a wider one that holds it is there
 * ({@code ..._sparsity_off} beside {@code ...}). The vector units are counted in executed instructions of a thread,
 * {@code smsp__sass_thread_inst_executed_op_*_pred_on.sum}, of which a fused multiply-add is two operations (NVIDIA's
 * metric comparison table, {@code flop_count_sp} and its kin).
 */
record ProfilerOperations(OptionalDouble flops, Optional<Precision> precision) {

    private static final Pattern TENSOR =
            Pattern.compile("(sm__ops_path_tensor_src_(bf16|fp16|fp8|tf32|fp64|int8)(_[a-z0-9_]+)?)\\.sum");
    private static final Pattern VECTOR =
            Pattern.compile("smsp?__sass_thread_inst_executed_op_([dfh])(add|mul|fma)_pred_on\\.sum");

    /** True if a metric counts operations. */
    static boolean isCounter(String metric) {
        return TENSOR.matcher(metric).matches() || VECTOR.matcher(metric).matches();
    }

    /** The sum over all counters among the metrics of a launch. */
    static ProfilerOperations of(Map<String, Double> metrics) {
        Map<Precision, Double> byPrecision = new EnumMap<>(Precision.class);
        metrics.forEach((metric, value) -> {
            Matcher tensor = TENSOR.matcher(metric);
            Matcher vector = VECTOR.matcher(metric);
            if (tensor.matches() && !heldByAnother(tensor.group(1), metrics)) {
                byPrecision.merge(precision(tensor.group(2)), value, Double::sum);
            } else if (vector.matches()) {
                double operations = vector.group(2).equals("fma") ? 2 : 1;
                byPrecision.merge(precision(vector.group(1)), operations * value, Double::sum);
            }
        });
        if (byPrecision.isEmpty()) {
            return new ProfilerOperations(OptionalDouble.empty(), Optional.empty());
        }
        double sum =
                byPrecision.values().stream().mapToDouble(Double::doubleValue).sum();
        Optional<Precision> most = byPrecision.entrySet().stream()
                .filter(e -> e.getValue() > 0)
                .max(Map.Entry.comparingByValue())
                .map(Map.Entry::getKey);
        return new ProfilerOperations(OptionalDouble.of(sum), most);
    }

    private static boolean heldByAnother(String counter, Map<String, Double> metrics) {
        for (int end = counter.lastIndexOf('_'); end > 0; end = counter.lastIndexOf('_', end - 1)) {
            if (metrics.containsKey(counter.substring(0, end) + ".sum")) {
                return true;
            }
        }
        return false;
    }

    private static Precision precision(String source) {
        return switch (source) {
            case "bf16" -> Precision.BF16;
            case "fp16", "h" -> Precision.FP16;
            case "fp8" -> Precision.FP8;
            case "tf32" -> Precision.TF32;
            case "fp64", "d" -> Precision.FP64;
            case "int8" -> Precision.INT8;
            default -> Precision.FP32;
        };
    }
}
