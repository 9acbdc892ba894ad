package org.hopperline.plan;

import java.util.ArrayList;
import java.util.List;
import org.hopperline.model.Transformer;

/**
 * What a training software can recompute, from the least to the most. Where a recipe does not state its recomputation,
 * the first rung that fits the memory is assumed.
 */
public enum RecomputeLadder {
    /**
     * What a policy does not name: all but products, all but those of attention, all but queries, keys and values, or
     * everything (MaxText, remat_policy; praxis, AutodiffCheckpointType, whose default for transformers is the first).
     */
    BY_POLICY(
            Recompute.ALL_BUT_PRODUCTS,
            List.of(Recompute.ALL_BUT_PROJECTIONS, Recompute.ALL_BUT_QUERY_KEY_VALUE, Recompute.FULL)),
    /** Nothing, or every layer (Composer and AutoModel: activation_checkpointing is true or false). */
    ALL_OR_NOTHING(Recompute.NONE, List.of(Recompute.FULL)),
    /** A share of the layers, in tenths (Megatron-LM: recompute_num_layers with method block; fms-fsdp: selective). */
    BY_LAYER(Recompute.NONE, layers()),
    /**
     * First parts of every layer, then whole layers (Megatron-Core from 2025-04 on: recompute_modules): {@code moe_act} and
     * {@code layernorm}; with latent attention also {@code mla_up_proj}, which makes queries, keys and values again from
     * their ranks (transformer/multi_latent_attention.py) and other attention does not have.
     */
    BY_PART(Recompute.NONE, layers()) {
        @Override
        List<Recompute> parts(Transformer model) {
            List<Recompute> some = new ArrayList<>();
            some.add(Recompute.ofParts(RecomputedPart.ACTIVATION));
            some.add(Recompute.ofParts(RecomputedPart.ACTIVATION, RecomputedPart.NORMS));
            if (model.latentAttention() != null) {
                some.add(Recompute.ofParts(RecomputedPart.QUERY_KEY_VALUE));
                some.add(Recompute.ofParts(
                        RecomputedPart.ACTIVATION, RecomputedPart.NORMS, RecomputedPart.QUERY_KEY_VALUE));
            }
            return some;
        }
    };

    private final Recompute least;
    private final List<Recompute> more;

    RecomputeLadder(Recompute least, List<Recompute> more) {
        this.least = least;
        this.more = more;
    }

    /** The choices for a model, the least recomputation first: nothing or what a policy leaves, parts of every layer, whole layers. */
    public List<Recompute> rungs(Transformer model) {
        List<Recompute> all = new ArrayList<>();
        all.add(least);
        all.addAll(parts(model));
        all.addAll(more);
        return all;
    }

    List<Recompute> parts(Transformer model) {
        return List.of();
    }

    private static List<Recompute> layers() {
        List<Recompute> all = new ArrayList<>();
        for (int tenth = 1; tenth <= 10; tenth++) {
            all.add(Recompute.ofLayers(tenth, 10));
        }
        return List.copyOf(all);
    }
}
