package org.hopperline.model;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.IntSupplier;
import org.hopperline.core.Check;
import org.hopperline.core.Kind;
import org.hopperline.text.Json;
import org.hopperline.text.Nearest;
import org.jspecify.annotations.Nullable;

/**
 * Reads a Hugging Face {@code config.json} into a {@link Transformer}. The families are those of the transformers
 * library (docs/source/en/model_doc). A missing field takes that library's default where the default follows from
 * other fields or switches something off; a missing size is refused, as are fields that this type cannot hold.
 */
public final class HuggingFace {

    private static final Map<String, Function<ConfigFields, TransformerBuilder>> FAMILIES = families();

    /** What {@code model_type} says in each family; a fine-tuned model may have another one, of none of these. */
    private static final Map<String, String> MODEL_TYPES = Map.of(
            "LlamaForCausalLM", "llama",
            "MixtralForCausalLM", "mixtral",
            "DeepseekV3ForCausalLM", "deepseek_v3",
            "NemotronForCausalLM", "nemotron",
            "Qwen3ForCausalLM", "qwen3",
            "Qwen3MoeForCausalLM", "qwen3_moe",
            "GptOssForCausalLM", "gpt_oss",
            "GPT2LMHeadModel", "gpt2",
            "NemotronHForCausalLM", "nemotron_h",
            "Mamba2ForCausalLM", "mamba2");

    private HuggingFace() {}

    private static Map<String, Function<ConfigFields, TransformerBuilder>> families() {
        Map<String, Function<ConfigFields, TransformerBuilder>> families = new LinkedHashMap<>();
        families.put("LlamaForCausalLM", HuggingFace::llama);
        families.put("MixtralForCausalLM", HuggingFace::mixtral);
        families.put("DeepseekV3ForCausalLM", HuggingFace::deepSeek);
        families.put("NemotronForCausalLM", HuggingFace::nemotron);
        families.put("Qwen3ForCausalLM", HuggingFace::qwen3);
        families.put("Qwen3MoeForCausalLM", HuggingFace::qwen3Experts);
        families.put("GptOssForCausalLM", HuggingFace::gptOss);
        families.put("GPT2LMHeadModel", HuggingFace::gpt2);
        families.put("Grok1ModelForCausalLM", HuggingFace::grok);
        families.put("NemotronHForCausalLM", HybridFamilies::nemotronH);
        families.put("Mamba2ForCausalLM", HybridFamilies::mamba2);
        return families;
    }

    /** Architectures that can be read. */
    public static List<String> architectures() {
        return List.copyOf(FAMILIES.keySet());
    }

    /**
     * Reads a file.
     *
     * @throws java.io.UncheckedIOException if the file cannot be read
     * @throws IllegalArgumentException if it is no JSON object, its architecture is unknown, or a field is missing,
     *     wrong or at odds with another
     */
    public static Transformer read(Path path) {
        return transformer(Check.notNull(path, "path").toString(), Json.read(path));
    }

    /** Reads the text of a configuration; {@code name} stands in messages and becomes the source. */
    public static Transformer parse(String name, String text) {
        return transformer(Check.notBlank(name, "name of a configuration"), Json.parse(name, text));
    }

    private static Transformer transformer(String file, Map<String, @Nullable Object> json) {
        ConfigFields fields = new ConfigFields(file, json);
        List<String> architectures = fields.texts("architectures");
        if (architectures.isEmpty()) {
            throw fields.missing("architectures", "a list with one of " + String.join(", ", FAMILIES.keySet()));
        }
        String architecture = architectures.get(0);
        Function<ConfigFields, TransformerBuilder> family = FAMILIES.get(architecture);
        if (family == null) {
            throw new IllegalArgumentException(file + ": architecture \"" + architecture + "\" is unknown; the nearest "
                    + Nearest.to(architecture, FAMILIES.keySet(), 1).get(0) + ", known are "
                    + String.join(", ", FAMILIES.keySet()));
        }
        if (fields.has("text_config")) {
            throw fields.refused("text_config", "only fields beside \"architectures\" are read; give its fields there");
        }
        String type = fields.text("model_type", "");
        if (MODEL_TYPES.containsValue(type) && !type.equals(MODEL_TYPES.get(architecture))) {
            throw fields.wrong(
                    "model_type",
                    "architectures is " + architecture + "; give " + MODEL_TYPES.getOrDefault(architecture, "none"));
        }
        TransformerBuilder builder = family.apply(fields).origin(Kind.SPECIFIED, file);
        try {
            return builder.build();
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(file + ": " + e.getMessage(), e);
        }
    }

    /** Fields that most families share, in a family whose key and value heads must be given. */
    private static TransformerBuilder grouped(ConfigFields fields) {
        return grouped(fields, () -> fields.count("num_hidden_layers"));
    }

    /** The same where another field tells how many layers there are. */
    static TransformerBuilder grouped(ConfigFields fields, IntSupplier layers) {
        fields.count("num_key_value_heads");
        return common(fields, layers);
    }

    /** Fields that most families share; as many key and value heads as query heads unless they are given. */
    private static TransformerBuilder common(ConfigFields fields) {
        return common(fields, () -> fields.count("num_hidden_layers"));
    }

    private static TransformerBuilder common(ConfigFields fields, IntSupplier layers) {
        int heads = fields.count("num_attention_heads");
        int kvHeads = fields.count("num_key_value_heads", heads);
        if (heads % kvHeads != 0) {
            throw fields.wrong(
                    "num_key_value_heads",
                    "must divide num_attention_heads, " + heads + "; take " + divisorBelow(heads, kvHeads) + " or "
                            + divisorAbove(heads, kvHeads));
        }
        int hidden = fields.count("hidden_size");
        if (!fields.has("head_dim") && !fields.has("qk_nope_head_dim") && hidden % heads != 0) {
            throw fields.wrong(
                    "hidden_size",
                    "is no multiple of num_attention_heads, " + heads + "; take " + hidden / heads * heads + " or "
                            + (hidden / heads + 1) * heads + ", or give head_dim");
        }
        return Transformer.builder(name(fields))
                .layers(layers.getAsInt())
                .hidden(hidden)
                .heads(heads)
                .kvHeads(kvHeads)
                .headDim(fields.count("head_dim", Math.max(1, hidden / heads)))
                .vocab(fields.count("vocab_size"))
                .tiedEmbeddings(fields.flag("tie_word_embeddings", false));
    }

    /** The name that the model was saved by, or else the file and its folder: a whole path would fill the line. */
    static String name(ConfigFields fields) {
        String saved = fields.text("_name_or_path", "");
        Path file = Path.of(saved.isBlank() ? fields.file() : saved);
        int parts = file.getNameCount();
        return parts <= 2 ? file.toString() : file.subpath(parts - 2, parts).toString();
    }

    private static int divisorBelow(int heads, int wanted) {
        int divisor = Math.min(heads, wanted);
        while (heads % divisor != 0) {
            divisor--;
        }
        return divisor;
    }

    private static int divisorAbove(int heads, int wanted) {
        int divisor = wanted;
        while (divisor < heads && heads % divisor != 0) {
            divisor++;
        }
        return Math.min(divisor, heads);
    }

    private static TransformerBuilder llama(ConfigFields fields) {
        fields.oneOf("hidden_act", "silu", "swish");
        boolean attention = fields.flag("attention_bias", false);
        boolean feedForward = fields.flag("mlp_bias", false);
        if (feedForward && !attention) {
            throw fields.wrong("mlp_bias", "attention_bias is false; give both or attention_bias alone");
        }
        Biases biases = feedForward ? Biases.ALL : attention ? Biases.ATTENTION : Biases.NONE;
        return common(fields).ffnHidden(fields.count("intermediate_size")).biases(biases);
    }

    private static TransformerBuilder mixtral(ConfigFields fields) {
        fields.oneOf("hidden_act", "silu", "swish");
        int width = fields.count("intermediate_size");
        return window(fields, grouped(fields))
                .ffnHidden(width)
                .experts(Experts.of(fields.count("num_local_experts"), visited(fields, "num_local_experts"), width));
    }

    private static TransformerBuilder window(ConfigFields fields, TransformerBuilder builder) {
        return fields.has("sliding_window")
                ? builder.slidingWindow(SlidingWindow.everyNth(fields.count("sliding_window"), 1))
                : builder;
    }

    static int visited(ConfigFields fields, String countField) {
        int visited = fields.count("num_experts_per_tok");
        if (visited > fields.count(countField)) {
            throw fields.wrong(
                    "num_experts_per_tok", "must be at most " + countField + ", " + fields.count(countField));
        }
        return visited;
    }

    /** DeepSeek-V3, and Kimi K2, which names the same architecture. */
    private static TransformerBuilder deepSeek(ConfigFields fields) {
        fields.oneOf("hidden_act", "silu", "swish");
        if (fields.flag("attention_bias", false)) {
            throw fields.wrong("attention_bias", "only attention without biases can be read in this family; set false");
        }
        int heads = fields.count("num_attention_heads");
        if (fields.count("num_key_value_heads", heads) != heads) {
            throw fields.wrong(
                    "num_key_value_heads", "must be num_attention_heads, " + heads + ", as heads share no keys");
        }
        LatentAttention latent = new LatentAttention(
                fields.countOrNone("q_lora_rank", 0),
                fields.count("kv_lora_rank"),
                fields.count("qk_nope_head_dim"),
                fields.count("qk_rope_head_dim"),
                fields.count("v_head_dim"));
        int width = fields.count("moe_intermediate_size");
        int dense = fields.countOrNone("first_k_dense_replace", 0);
        int layers = fields.count("num_hidden_layers");
        if (dense >= layers) {
            throw fields.wrong("first_k_dense_replace", "must be below num_hidden_layers, " + layers);
        }
        int every = fields.count("moe_layer_freq", 1);
        if (every != 1) {
            throw fields.wrong("moe_layer_freq", "only 1, experts in every layer after the dense ones, can be read");
        }
        int groups = fields.count("n_group", 1);
        int groupsVisited = fields.count("topk_group", 1);
        if (groupsVisited > groups) {
            throw fields.wrong("topk_group", "must be at most n_group, " + groups);
        }
        Experts experts = Experts.builder(fields.count("n_routed_experts"), visited(fields, "n_routed_experts"), width)
                .sharedFfnHidden(fields.countOrNone("n_shared_experts", 0) * width)
                .firstDenseLayers(dense)
                .denseFfnHidden(dense == 0 ? 0 : fields.count("intermediate_size"))
                .routerBias("noaux_tc".equals(fields.text("topk_method", "noaux_tc")))
                .routing(TokenRouting.EVEN.withGroups(groups, groupsVisited))
                .build();
        return common(fields)
                .headDim(latent.nopeDim() + latent.ropeDim())
                .ffnHidden(width)
                .latentAttention(latent)
                .experts(experts)
                .multiTokenLayers(fields.countOrNone("num_nextn_predict_layers", 0));
    }

    private static TransformerBuilder nemotron(ConfigFields fields) {
        fields.oneOf("hidden_act", "relu2");
        boolean biased = fields.flag("attention_bias", false);
        return common(fields)
                .ffnHidden(fields.count("intermediate_size"))
                .gated(false)
                .normalisation(Normalisation.LAYER)
                .biases(biased ? Biases.ATTENTION : Biases.NONE);
    }

    private static TransformerBuilder qwen3(ConfigFields fields) {
        fields.oneOf("hidden_act", "silu", "swish");
        return qwen3Attention(fields).ffnHidden(fields.count("intermediate_size"));
    }

    private static TransformerBuilder qwen3Attention(ConfigFields fields) {
        if (fields.flag("use_sliding_window", false)) {
            throw fields.wrong("use_sliding_window", "only full attention can be read in this family; set false");
        }
        if (fields.texts("layer_types").contains("sliding_attention")) {
            throw fields.refused("layer_types", "names sliding_attention, but use_sliding_window is not true");
        }
        return grouped(fields)
                .headDim(fields.count("head_dim", 128))
                .queryKeyNorm(true)
                .biases(fields.flag("attention_bias", false) ? Biases.ATTENTION : Biases.NONE);
    }

    private static TransformerBuilder qwen3Experts(ConfigFields fields) {
        fields.oneOf("hidden_act", "silu", "swish");
        if (!fields.list("mlp_only_layers").isEmpty()) {
            throw fields.wrong("mlp_only_layers", "only an empty list can be read; use decoder_sparse_step instead");
        }
        int width = fields.count("moe_intermediate_size");
        int step = fields.count("decoder_sparse_step", 1);
        int layers = fields.count("num_hidden_layers");
        if (step > layers) {
            throw fields.wrong("decoder_sparse_step", "must be at most num_hidden_layers, " + layers);
        }
        Experts experts = Experts.builder(fields.count("num_experts"), visited(fields, "num_experts"), width)
                .everyNth(step)
                .denseFfnHidden(step == 1 ? 0 : fields.count("intermediate_size"))
                .build();
        return qwen3Attention(fields).ffnHidden(width).experts(experts);
    }

    private static TransformerBuilder gptOss(ConfigFields fields) {
        int width = fields.count("intermediate_size");
        String countField = fields.has("num_local_experts") ? "num_local_experts" : "num_experts";
        int layers = fields.count("num_hidden_layers");
        return grouped(fields)
                .ffnHidden(width)
                .experts(Experts.of(fields.count(countField), visited(fields, countField), width))
                .biases(fields.flag("attention_bias", true) ? Biases.ALL : Biases.NONE)
                .slidingWindow(alternating(fields, layers))
                .sinks(true);
    }

    /** The window of alternating layers: named layer by layer, or else every second layer from the first. */
    private static SlidingWindow alternating(ConfigFields fields, int layers) {
        SlidingWindow window = SlidingWindow.everyNth(fields.count("sliding_window"), 2);
        List<String> types = fields.texts("layer_types");
        if (!types.isEmpty() && types.size() != layers) {
            throw fields.wrong(
                    "layer_types",
                    "has " + types.size() + " entries for num_hidden_layers, " + layers + "; give one each");
        }
        for (int i = 0; i < types.size(); i++) {
            String wanted = window.covers(i) ? "sliding_attention" : "full_attention";
            if (!types.get(i).equals(wanted)) {
                throw fields.wrong("layer_types", "entry " + i + " must be " + wanted + ": windowed layers alternate");
            }
        }
        return window;
    }

    private static TransformerBuilder gpt2(ConfigFields fields) {
        int hidden = fields.count("n_embd");
        int heads = fields.count("n_head");
        if (hidden % heads != 0) {
            throw fields.wrong("n_embd", "is no multiple of n_head, " + heads);
        }
        return Transformer.builder(name(fields))
                .layers(fields.count("n_layer"))
                .hidden(hidden)
                .heads(heads)
                .ffnHidden(fields.count("n_inner", 4 * hidden))
                .gated(false)
                .vocab(fields.count("vocab_size"))
                .tiedEmbeddings(fields.flag("tie_word_embeddings", true))
                .learnedPositions(fields.count("n_positions"))
                .normalisation(Normalisation.LAYER)
                .biases(Biases.ALL);
    }

    private static TransformerBuilder grok(ConfigFields fields) {
        int width = fields.count("intermediate_size");
        return grouped(fields)
                .ffnHidden(width)
                .tiedEmbeddings(fields.flag("tie_word_embeddings", true))
                .normalisation(Normalisation.SANDWICH_RMS)
                .experts(Experts.of(fields.count("num_experts"), visited(fields, "num_experts"), width));
    }
}
