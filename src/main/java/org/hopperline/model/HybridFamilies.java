package org.hopperline.model;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads configurations of hybrid and of pure Mamba-2 models (transformers, docs/source/en/model_doc/nemotron_h.md and
 * mamba2.md; configuration_nemotron_h.py of nvidia/NVIDIA-Nemotron-3-Nano-30B-A3B-BF16).
 */
final class HybridFamilies {

    /** Names of blocks where a list spells the layers: those of the models and those that transformers saves. */
    private static final Map<String, LayerKind> BLOCKS = Map.of(
            "mamba", LayerKind.MAMBA,
            "linear_attention", LayerKind.MAMBA,
            "attention", LayerKind.ATTENTION,
            "full_attention", LayerKind.ATTENTION,
            "mlp", LayerKind.FEED_FORWARD,
            "moe", LayerKind.EXPERTS);

    private HybridFamilies() {}

    /** Nemotron-H, Nemotron Nano 2 and Nemotron 3. */
    static TransformerBuilder nemotronH(ConfigFields fields) {
        fields.oneOf("mlp_hidden_act", "relu2");
        for (String biased : List.of("attention_bias", "mlp_bias", "use_bias", "mamba_proj_bias")) {
            if (fields.flag(biased, false)) {
                throw fields.wrong(biased, "only layers without biases can be read in this family; set false");
            }
        }
        if (!fields.flag("use_conv_bias", true)) {
            throw fields.wrong("use_conv_bias", "only a convolution with a bias can be read; set true");
        }
        LayerPattern pattern = pattern(fields, "hybrid_override_pattern", "layers_block_type");
        int layers = fields.count("num_hidden_layers", pattern.layers());
        if (layers != pattern.layers()) {
            throw fields.wrong("num_hidden_layers", "the pattern of layers has " + pattern.layers());
        }
        boolean attention = pattern.has(LayerKind.ATTENTION);
        boolean experts = pattern.has(LayerKind.EXPERTS);
        boolean dense = pattern.has(LayerKind.FEED_FORWARD);
        int width = experts ? fields.count("moe_intermediate_size") : dense ? fields.count("intermediate_size") : 0;
        TransformerBuilder builder = attention
                ? HuggingFace.grouped(fields, pattern::layers).headDim(headDim(fields))
                : Transformer.builder(HuggingFace.name(fields))
                        .hidden(fields.count("hidden_size"))
                        .vocab(fields.count("vocab_size"))
                        .tiedEmbeddings(fields.flag("tie_word_embeddings", false));
        return builder.pattern(pattern)
                .gated(false)
                .ffnHidden(width)
                .mamba(pattern.has(LayerKind.MAMBA) ? mixer(fields) : null)
                .experts(experts ? experts(fields, dense ? fields.count("intermediate_size") : 0) : null)
                .multiTokenLayers(furtherLayers(fields, experts));
    }

    private static int headDim(ConfigFields fields) {
        return fields.has("head_dim") ? fields.count("head_dim") : fields.count("attention_head_dim");
    }

    private static LayerPattern pattern(ConfigFields fields, String symbols, String blocks) {
        if (fields.has(symbols)) {
            return patternOf(fields, symbols, fields.text(symbols, ""));
        }
        List<String> names = fields.texts(blocks);
        if (names.isEmpty()) {
            throw fields.missing(symbols, "a symbol for each layer: M, *, - or E");
        }
        StringBuilder read = new StringBuilder();
        for (int i = 0; i < names.size(); i++) {
            LayerKind kind = BLOCKS.get(names.get(i));
            if (kind == null) {
                throw fields.wrong(blocks, "entry " + i + " must be mamba, attention, mlp or moe");
            }
            read.append(kind.symbol());
        }
        return patternOf(fields, blocks, read.toString());
    }

    private static LayerPattern patternOf(ConfigFields fields, String field, String symbols) {
        try {
            return new LayerPattern(symbols);
        } catch (IllegalArgumentException e) {
            throw fields.wrong(field, String.valueOf(e.getMessage()));
        }
    }

    private static Mamba2 mixer(ConfigFields fields) {
        return mixer(
                fields,
                fields.count("mamba_num_heads"),
                fields.count("mamba_head_dim"),
                fields.count("ssm_state_size"),
                fields.count("n_groups"),
                "n_groups");
    }

    private static Mamba2 mixer(
            ConfigFields fields, int heads, int headDim, int state, int groups, String groupsField) {
        if (heads % groups != 0) {
            throw fields.wrong(groupsField, "must divide the Mamba-2 heads, " + heads);
        }
        return new Mamba2(heads, headDim, state, groups, fields.count("conv_kernel"), fields.count("chunk_size"));
    }

    private static Experts experts(ConfigFields fields, int denseWidth) {
        return Experts.builder(
                        fields.count("n_routed_experts"),
                        HuggingFace.visited(fields, "n_routed_experts"),
                        fields.count("moe_intermediate_size"))
                .sharedFfnHidden(fields.countOrNone("n_shared_experts", 0)
                        * fields.countOrNone("moe_shared_expert_intermediate_size", 0))
                .denseFfnHidden(denseWidth)
                .routerBias(true)
                .routing(TokenRouting.EVEN.withGroups(fields.count("n_group", 1), fields.count("topk_group", 1)))
                .latentHidden(fields.countOrNone("moe_latent_size", 0))
                .build();
    }

    /** Layers that predict further tokens, each of attention and of what else the model has. */
    private static int furtherLayers(ConfigFields fields, boolean experts) {
        int count = fields.countOrNone("num_nextn_predict_layers", 0);
        if (count == 0) {
            return 0;
        }
        String wanted = experts ? "*E" : "*-";
        @Nullable
        LayerPattern each = fields.has("mtp_hybrid_override_pattern") || fields.has("mtp_layers_block_type")
                ? pattern(fields, "mtp_hybrid_override_pattern", "mtp_layers_block_type")
                : null;
        if (each != null && !each.symbols().equals(wanted)) {
            throw fields.refused(
                    fields.has("mtp_hybrid_override_pattern") ? "mtp_hybrid_override_pattern" : "mtp_layers_block_type",
                    "it spells " + each + ", but only " + wanted + " can be read");
        }
        return count;
    }

    /** Pure Mamba-2. */
    static TransformerBuilder mamba2(ConfigFields fields) {
        fields.oneOf("hidden_act", "silu", "swish");
        if (fields.flag("use_bias", false)) {
            throw fields.wrong("use_bias", "only projections without biases can be read in this family; set false");
        }
        return Transformer.builder(HuggingFace.name(fields))
                .pattern(LayerPattern.all(LayerKind.MAMBA, fields.count("num_hidden_layers")))
                .hidden(fields.count("hidden_size"))
                .gated(false)
                .vocab(fields.count("vocab_size"))
                .tiedEmbeddings(fields.flag("tie_word_embeddings", false))
                .mamba(mixer(
                        fields,
                        fields.count("num_heads"),
                        fields.count("head_dim"),
                        fields.count("state_size"),
                        fields.count("n_groups"),
                        "n_groups"));
    }
}
