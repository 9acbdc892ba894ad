package org.hopperline.plan;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.hopperline.core.AttentionBackend;
import org.hopperline.text.Csv;
import org.hopperline.text.Nearest;

/** The software profiles that ship with the library, read from {@code software.csv}; a new one is one more line. */
public final class SoftwareProfiles {

    private static final Map<String, SoftwareProfile> BY_NAME = read();

    /** Megatron-Core and NeMo since mid-2024: cuDNN attention, tensor-parallel overlap. */
    public static final SoftwareProfile MEGATRON = named("Megatron-Core");

    /** Where nothing is known of the software: Megatron's choices without its tensor-parallel overlap. */
    public static final SoftwareProfile UNKNOWN = named("unknown");

    private SoftwareProfiles() {}

    /** All profiles in the order of the file. */
    public static List<SoftwareProfile> list() {
        return List.copyOf(BY_NAME.values());
    }

    /**
     * The profile of that name.
     *
     * @throws IllegalArgumentException if there is none, with the nearest names
     */
    public static SoftwareProfile named(String name) {
        SoftwareProfile profile = BY_NAME.get(name);
        if (profile == null) {
            throw Nearest.unknown("software profile", name, BY_NAME.keySet());
        }
        return profile;
    }

    private static Map<String, SoftwareProfile> read() {
        Map<String, SoftwareProfile> all = new LinkedHashMap<>();
        for (Csv.Row row : Csv.resource(SoftwareProfiles.class, "software.csv").rows()) {
            all.put(
                    row.text("name"),
                    new SoftwareProfile(
                            row.text("name"),
                            row.text("stack"),
                            choice(AttentionBackend.class, row, "attention"),
                            choice(ElementwiseKernels.class, row, "elementwise"),
                            choice(TensorExchange.class, row, "tensor_exchange"),
                            yes(row, "backward_overlap"),
                            yes(row, "data_overlap"),
                            choice(Fp8Recipe.class, row, "fp8_recipe"),
                            row.whole("gradient_bytes"),
                            choice(ExpertDispatch.class, row, "dispatch"),
                            choice(ExpertKernels.class, row, "expert_kernels"),
                            yes(row, "interleaves"),
                            yes(row, "sequence_parallel"),
                            choice(Sharding.class, row, "sharding"),
                            yes(row, "experts_keep_tensor"),
                            yes(row, "newer_libraries"),
                            choice(LossKernel.class, row, "loss"),
                            yes(row, "defers_logits"),
                            row.whole("sharded_bytes"),
                            yes(row, "dropout"),
                            choice(RecomputeLadder.class, row, "recomputes"),
                            yes(row, "whole_layer_again"),
                            new StateTraffic(
                                    choice(ParameterStorage.class, row, "storage"),
                                    choice(GradientSum.class, row, "gradient_sum"),
                                    yes(row, "broadcasts"),
                                    yes(row, "gathers_fp8")),
                            choice(AttentionBackend.class, row, "sink_attention"),
                            yes(row, "expert_overlap"),
                            yes(row, "graphs") ? CudaGraphs.ITERATION : CudaGraphs.NONE,
                            choice(ContextExchange.class, row, "context_exchange"),
                            yes(row, "blocking_launches"),
                            yes(row, "batch_first"),
                            yes(row, "joined_projections"),
                            yes(row, "runs_ahead"),
                            yes(row, "eager_activation"),
                            row.whole("scan_chunk"),
                            false,
                            row.text("source")));
        }
        return all;
    }

    private static boolean yes(Csv.Row row, String column) {
        return switch (row.text(column)) {
            case "yes" -> true;
            case "no" -> false;
            default -> throw row.wrong(column, "must be yes or no");
        };
    }

    private static <E extends Enum<E>> E choice(Class<E> type, Csv.Row row, String column) {
        for (E constant : type.getEnumConstants()) {
            if (constant.name().equals(row.text(column).toUpperCase(Locale.ROOT))) {
                return constant;
            }
        }
        throw row.wrong(column, "is none of " + java.util.Arrays.toString(type.getEnumConstants()));
    }
}
