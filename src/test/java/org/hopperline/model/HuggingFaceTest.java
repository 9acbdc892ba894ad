package org.hopperline.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.hopperline.core.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HuggingFaceTest {

    private static String config(String name) {
        try (InputStream in =
                Objects.requireNonNull(HuggingFaceTest.class.getResourceAsStream("configs/" + name + ".json"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static String changed(String name, String field, String value) {
        String before = config(name);
        String after =
                before.replaceFirst("\"" + field + "\": (\"[^\"]*\"|[^,\\n\\[]+)", "\"" + field + "\": " + value);
        assertThat(after).isNotEqualTo(before);
        return after;
    }

    private static String without(String name, String field) {
        String before = config(name);
        String after = before.replaceFirst("\"" + field + "\": (\"[^\"]*\"|[^,\\n\\[]+),?\\n", "")
                .replaceFirst(",(\\s*})", "$1");
        assertThat(after).isNotEqualTo(before);
        return after;
    }

    @ParameterizedTest
    @CsvSource({
        "llama-3.1-405b, Llama 3.1 405B",
        "mixtral-8x7b, Mixtral 8x7B",
        "deepseek-v3, DeepSeek-V3",
        "kimi-k2, Kimi K2",
        "nemotron-4-340b, Nemotron-4 340B",
        "qwen3-8b, Qwen3 8B",
        "qwen3-30b-a3b, Qwen3 30B-A3B",
        "gpt-oss-120b, gpt-oss-120b",
        "gpt-3-175b, GPT-3 175B",
        "grok-1, Grok-1",
        "nemotron-3-nano, Nemotron 3 Nano 30B-A3B",
        "nemotron-3-ultra, Nemotron 3 Ultra 550B-A55B",
        "mamba-2-2.7b, Mamba-2 2.7B"
    })
    void configurationAndCatalogueGiveTheSameShape(String file, String model) {
        Transformer wanted = Models.named(model);
        Transformer read = HuggingFace.parse(file + ".json", config(file));
        assertThat(read.kind()).isEqualTo(Kind.SPECIFIED);
        assertThat(read.source()).isEqualTo(file + ".json");
        assertThat(read.toBuilder()
                        .name(model)
                        .origin(wanted.kind(), wanted.source())
                        .build())
                .isEqualTo(wanted);
    }

    @Test
    void readsAFile(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("config.json"), config("grok-1"));
        assertThat(HuggingFace.read(file).parameters()).isEqualTo(Models.GROK1.parameters());
        Path deep = Files.createDirectories(
                folder.resolve("a-folder-of-a-long-name".repeat(4)).resolve("grok"));
        Transformer read = HuggingFace.read(Files.writeString(deep.resolve("config.json"), config("grok-1")));
        assertThat(read.name()).isEqualTo(Path.of("grok", "config.json").toString());
        assertThat(read.toString()).hasSizeLessThan(80).contains("315.7 B parameters");
        assertThat(read.source()).isEqualTo(deep.resolve("config.json").toString());
    }

    @Test
    void unknownArchitectureIsRefusedWithTheKnownOnes() {
        assertThatThrownBy(() -> HuggingFace.parse(
                        "c",
                        changed("qwen3-8b", "model_type", "\"x\"").replace("Qwen3ForCausalLM", "Qwen4ForCausalLM")))
                .hasMessageContaining("c: architecture \"Qwen4ForCausalLM\" is unknown; the nearest Qwen3ForCausalLM")
                .hasMessageContaining(String.join(", ", HuggingFace.architectures()));
        assertThatThrownBy(() -> HuggingFace.parse("c", "{\"hidden_size\": 8}"))
                .hasMessageContaining("field \"architectures\" is missing; give a list with one of LlamaForCausalLM");
    }

    @Test
    void missingFieldIsNamedWithWhatWouldDo() {
        String text = without("llama-3.1-405b", "num_hidden_layers");
        assertThatThrownBy(() -> HuggingFace.parse("c", text))
                .hasMessageStartingWith("c: field \"num_hidden_layers\" is missing; give a whole number of at least 1")
                .hasMessageContaining("the nearest fields there: ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-3", "0", "1.5", "1e12", "\"many\"", "true"})
    void wrongCountIsNamedWithWhatWasFound(String value) {
        String text = changed("llama-3.1-405b", "num_hidden_layers", value);
        assertThatThrownBy(() -> HuggingFace.parse("c", text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("c: field \"num_hidden_layers\" is ")
                .hasMessageContaining("must be a whole number of at least 1");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "llama-3.1-405b | num_key_value_heads | 7 | must divide num_attention_heads, 128; take 4 or 8",
                "llama-3.1-405b | num_attention_heads | 120 | \"hidden_size\" is 16384, but is no multiple of num_attention_heads, 120; take 16320 or 16440",
                "llama-3.1-405b | hidden_act | \"gelu\" | \"hidden_act\" is \"gelu\", but must be silu or swish in this family",
                "llama-3.1-405b | mlp_bias | true | attention_bias is false",
                "mixtral-8x7b | num_experts_per_tok | 9 | must be at most num_local_experts, 8",
                "deepseek-v3 | first_k_dense_replace | 61 | must be below num_hidden_layers, 61",
                "deepseek-v3 | num_key_value_heads | 8 | must be num_attention_heads, 128",
                "deepseek-v3 | attention_bias | true | \"attention_bias\" is true, but only attention without biases",
                "qwen3-8b | model_type | \"llama\" | \"model_type\" is \"llama\", but architectures is Qwen3ForCausalLM; give qwen3",
                "qwen3-30b-a3b | decoder_sparse_step | 49 | is 49, but must be at most num_hidden_layers, 48",
                "deepseek-v3 | moe_layer_freq | 2 | only 1, experts in every layer",
                "qwen3-8b | use_sliding_window | true | only full attention can be read",
                "qwen3-8b | tie_word_embeddings | 1 | must be true or false",
                "nemotron-4-340b | hidden_act | \"silu\" | must be relu2",
                "gpt-oss-120b | num_hidden_layers | 35 | \"layer_types\"",
                "gpt-3-175b | n_head | 97 | is no multiple of n_head, 97"
            })
    void contradictionNamesTheFields(String file, String field, String value, String message) {
        String text = changed(file, field, value);
        assertThatThrownBy(() -> HuggingFace.parse("c", text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("c: ")
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"mixtral-8x7b", "qwen3-8b", "qwen3-30b-a3b", "gpt-oss-120b", "grok-1"})
    void groupedHeadsMustBeGiven(String file) {
        String text = without(file, "num_key_value_heads");
        assertThatThrownBy(() -> HuggingFace.parse("c", text))
                .hasMessageStartingWith("c: field \"num_key_value_heads\" is missing; give a whole number");
    }

    @Test
    void fieldsThatCannotBeReadAreRefusedByName() {
        assertThatThrownBy(() -> HuggingFace.parse(
                        "c", config("llama-3.1-405b").replaceFirst("\\{", "{\"text_config\": {\"hidden_size\": 8},")))
                .hasMessageStartingWith("c: field \"text_config\" cannot be read: ");
        assertThatThrownBy(() -> HuggingFace.parse(
                        "c", config("qwen3-30b-a3b").replace("\"mlp_only_layers\": []", "\"mlp_only_layers\": [3]")))
                .hasMessageContaining("field \"mlp_only_layers\" is [3.0], but only an empty list can be read");
        assertThatThrownBy(() -> HuggingFace.parse(
                        "c", config("qwen3-8b").replaceFirst("\\{", "{\"layer_types\": [\"sliding_attention\"],")))
                .hasMessageStartingWith("c: field \"layer_types\" cannot be read: ");
        assertThatThrownBy(() -> HuggingFace.parse("c", "{\"architectures\": []}"))
                .hasMessageContaining("field \"architectures\" is empty; give a list with one of");
    }

    @Test
    void layerTypesMustAlternate() {
        String text = config("gpt-oss-120b").replaceFirst("full_attention", "sliding_attention");
        assertThatThrownBy(() -> HuggingFace.parse("c", text)).hasMessageContaining("entry 1 must be full_attention");
    }

    @ParameterizedTest
    @ValueSource(strings = {"llama-3.1-405b", "mixtral-8x7b", "deepseek-v3", "qwen3-30b-a3b", "gpt-oss-120b", "grok-1"})
    void anySingleFieldMayFailOnlyWithItsName(String file) {
        for (String line : config(file).split("\n")) {
            if (!line.contains("\": ") || line.contains("[") || line.contains("null")) {
                continue;
            }
            String field = line.substring(line.indexOf('"') + 1, line.indexOf("\":"));
            for (String value : List.of("null", "-1", "{}", "[1]", "\"\"", "1e300")) {
                String text = changed(file, field, value);
                try {
                    assertThat(HuggingFace.parse("c", text).parameters()).isPositive();
                } catch (IllegalArgumentException e) {
                    assertThat(e).hasMessageStartingWith("c: ").hasMessageContaining(field);
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "nemotron-3-nano | num_hidden_layers | 51 | \"num_hidden_layers\" is 51, but the pattern of layers has 52",
                "nemotron-3-nano | hybrid_override_pattern | \"MX\" | layer 1 of the pattern MX is \"X\", but a layer is M",
                "nemotron-3-nano | n_groups | 7 | \"n_groups\" is 7, but must divide the Mamba-2 heads, 64",
                "nemotron-3-nano | mamba_proj_bias | true | only layers without biases can be read in this family",
                "nemotron-3-nano | use_conv_bias | false | only a convolution with a bias can be read",
                "nemotron-3-nano | mlp_hidden_act | \"silu\" | must be relu2 in this family",
                "nemotron-3-nano | model_type | \"nemotron\" | architectures is NemotronHForCausalLM; give nemotron_h",
                "mamba-2-2.7b | use_bias | true | only projections without biases can be read in this family",
                "mamba-2-2.7b | n_groups | 3 | \"n_groups\" is 3, but must divide the Mamba-2 heads, 80"
            })
    void wrongFieldsOfHybridsAreNamed(String file, String field, String value, String message) {
        String text = changed(file, field, value);
        assertThatThrownBy(() -> HuggingFace.parse("c", text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("c: ")
                .hasMessageContaining(message);
    }

    @Test
    void blocksOfAHybridMayBeListed() {
        assertThatThrownBy(() -> HuggingFace.parse(
                        "c", config("nemotron-3-ultra").replaceFirst("\"mamba\", \"moe\"", "\"mamba\", \"rwkv\"")))
                .hasMessageContaining("entry 1 must be mamba, attention, mlp or moe");
        assertThatThrownBy(() -> HuggingFace.parse(
                        "c", config("nemotron-3-ultra").replace("[\"attention\", \"moe\"]", "[\"mamba\", \"moe\"]")))
                .hasMessageContaining("it spells ME, but only *E can be read");
        assertThatThrownBy(() -> HuggingFace.parse("c", without("nemotron-3-nano", "hybrid_override_pattern")))
                .hasMessageContaining("field \"hybrid_override_pattern\" is missing; give a symbol for each layer");
        String saved = config("nemotron-3-ultra")
                .replace("\"mamba\"", "\"linear_attention\"")
                .replace("\"attention\"", "\"full_attention\"");
        assertThat(HuggingFace.parse("c", saved).parameters())
                .isEqualTo(Models.named("Nemotron 3 Ultra").parameters());
    }
}
