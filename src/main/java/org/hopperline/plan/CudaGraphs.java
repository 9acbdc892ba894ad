package org.hopperline.plan;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.hopperline.core.Check;
import org.hopperline.text.Nearest;

/**
 * The parts of a step that the device replays from CUDA graphs, so that the host issues one call for each of them and
 * direction, whatever they hold. Buffers that graphs pin are not counted in memory.
 *
 * @param parts none for no graphs
 */
public record CudaGraphs(Set<GraphedPart> parts) {

    /** No graphs. */
    public static final CudaGraphs NONE = new CudaGraphs(Set.of());

    /** Every layer as a whole: the scope that Megatron-Core takes where none is named, {@code full}. */
    public static final CudaGraphs LAYER = new CudaGraphs(
            Set.of(GraphedPart.ATTENTION, GraphedPart.MAMBA, GraphedPart.FEED_FORWARD, GraphedPart.EXPERTS));

    /** The whole step, as also a compiled program that runs without its host. */
    public static final CudaGraphs ITERATION = new CudaGraphs(Set.of(GraphedPart.ITERATION));

    /** Checks the rules of Megatron-Core's TransformerConfig. */
    public CudaGraphs {
        parts = Set.copyOf(Check.notNull(parts, "graphed parts"));
        if (parts.contains(GraphedPart.ITERATION) && parts.size() > 1) {
            throw wrong(parts, "a whole step holds all else", "full_iteration alone");
        }
        if (parts.contains(GraphedPart.PREPROCESS) && !parts.contains(GraphedPart.ROUTER)) {
            throw wrong(parts, "moe_preprocess goes with moe_router only", "both, or neither");
        }
        if (parts.contains(GraphedPart.EXPERTS) && parts.contains(GraphedPart.ROUTER)) {
            throw wrong(parts, "moe holds the router, too", "the one or the other");
        }
    }

    /**
     * Reads a scope as Megatron-Core takes it: names apart by blanks, {@code full} for whole layers, {@code none} for none.
     *
     * @throws IllegalArgumentException if a name is unknown, with the nearest, or the parts exclude one another
     */
    public static CudaGraphs parse(String scope) {
        String names = Check.notBlank(scope, "scope of CUDA graphs").trim();
        switch (names) {
            case "none":
                return NONE;
            case "full":
                return LAYER;
            default:
                Map<String, GraphedPart> known = new LinkedHashMap<>();
                for (GraphedPart part : GraphedPart.values()) {
                    known.put(part.label(), part);
                }
                return new CudaGraphs(Arrays.stream(names.split("\\s+"))
                        .map(name -> {
                            GraphedPart part = known.get(name);
                            if (part == null) {
                                throw Nearest.unknown("scope of CUDA graphs", name, known.keySet());
                            }
                            return part;
                        })
                        .collect(Collectors.toSet()));
        }
    }

    /** True if a graph holds that part, by itself or within a larger one. */
    public boolean cover(GraphedPart part) {
        return parts.contains(part)
                || parts.contains(GraphedPart.ITERATION)
                || parts.contains(GraphedPart.EXPERTS)
                        && (part == GraphedPart.ROUTER || part == GraphedPart.PREPROCESS);
    }

    private static IllegalArgumentException wrong(Set<GraphedPart> parts, String rule, String remedy) {
        return new IllegalArgumentException("CUDA graphs of " + names(parts) + ": " + rule + "; take " + remedy);
    }

    private static String names(Set<GraphedPart> parts) {
        return parts.isEmpty()
                ? "none"
                : EnumSet.copyOf(parts).stream().map(GraphedPart::label).collect(Collectors.joining(" "));
    }

    /** The scope as {@link #parse} reads it. */
    @Override
    public String toString() {
        return names(parts);
    }
}
