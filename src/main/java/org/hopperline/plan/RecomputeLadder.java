package org.hopperline.plan;

import java.util.ArrayList;
import java.util.List;

/**
 * What a training software can recompute, from the least to the most. Where a recipe does not state its recomputation,
 * the first rung that fits the memory is assumed.
 */
public enum RecomputeLadder {
    /** Nothing, all but queries, keys and values, or everything (MaxText, remat_policy). */
    BY_POLICY(List.of(Recompute.NONE, Recompute.ALL_BUT_QUERY_KEY_VALUE, Recompute.FULL)),
    /** Nothing, or every layer (Composer and AutoModel: activation_checkpointing is true or false). */
    ALL_OR_NOTHING(List.of(Recompute.NONE, Recompute.FULL)),
    /** A share of the layers, in tenths (Megatron-LM: recompute_num_layers with method block; fms-fsdp: selective). */
    BY_LAYER(layers()),
    /** First parts of every layer, then whole layers (Megatron-Core from 2025-04 on: recompute_modules). */
    BY_PART(parts());

    private final List<Recompute> rungs;

    RecomputeLadder(List<Recompute> rungs) {
        this.rungs = rungs;
    }

    /** The choices, the least recomputation first. */
    public List<Recompute> rungs() {
        return rungs;
    }

    private static List<Recompute> layers() {
        List<Recompute> all = new ArrayList<>();
        for (int tenth = 0; tenth <= 10; tenth++) {
            all.add(tenth == 0 ? Recompute.NONE : Recompute.ofLayers(tenth, 10));
        }
        return List.copyOf(all);
    }

    private static List<Recompute> parts() {
        List<Recompute> all = new ArrayList<>(layers());
        all.addAll(
                1,
                List.of(
                        Recompute.ofParts(RecomputedPart.ACTIVATION),
                        Recompute.ofParts(RecomputedPart.ACTIVATION, RecomputedPart.NORMS)));
        return List.copyOf(all);
    }
}
