package org.hopperline.model;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.hopperline.core.Kind;
import org.hopperline.text.Catalogue;
import org.hopperline.text.Csv;
import org.hopperline.text.TextTable;
import org.jspecify.annotations.Nullable;

/** The models by name, read from two tables beside this class, transformers and hybrids, that name the source of each shape. */
public final class Models {

    private static final Catalogue<Transformer> ALL = read();

    /** Brown et al. 2020, 175 billion parameters. */
    public static final Transformer GPT3_175B = named("GPT-3 175B");

    /** Meta Llama 2, 70 billion parameters. */
    public static final Transformer LLAMA2_70B = named("Llama 2 70B");

    /** Meta Llama 3, 8 billion parameters. */
    public static final Transformer LLAMA3_8B = named("Llama 3 8B");

    /** Meta Llama 3, 70 billion parameters. */
    public static final Transformer LLAMA3_70B = named("Llama 3 70B");

    /** Meta Llama 3.1, 405 billion parameters. */
    public static final Transformer LLAMA31_405B = named("Llama 3.1 405B");

    /** Mistral Mixtral, eight experts of 7 billion. */
    public static final Transformer MIXTRAL_8X7B = named("Mixtral 8x7B");

    /** xAI Grok-1, 314 billion parameters. */
    public static final Transformer GROK1 = named("Grok-1");

    /** DeepSeek-V3, 671 billion parameters. */
    public static final Transformer DEEPSEEK_V3 = named("DeepSeek-V3");

    private Models() {}

    private static Catalogue<Transformer> read() {
        Catalogue.Builder<Transformer> all = Catalogue.of("model");
        for (Csv.Row row : Csv.resource(Models.class, "models.csv").rows()) {
            List<String> aliases =
                    row.has("aliases") ? List.of(row.text("aliases").split(";")) : List.of();
            all.add(transformer(row), row.text("name"), aliases);
        }
        for (Csv.Row row : Csv.resource(Models.class, "hybrids.csv").rows()) {
            List<String> aliases =
                    row.has("aliases") ? List.of(row.text("aliases").split(";")) : List.of();
            all.add(HybridRows.transformer(row), row.text("name"), aliases);
        }
        return all.build();
    }

    private static Transformer transformer(Csv.Row row) {
        return Transformer.builder(row.text("name"))
                .layers(row.whole("layers"))
                .hidden(row.whole("hidden"))
                .heads(row.whole("heads"))
                .kvHeads(row.whole("kv_heads"))
                .headDim(row.whole("head_dim"))
                .ffnHidden(row.whole("expert_ffn", row.whole("ffn_hidden")))
                .gated(yes(row, "gated"))
                .vocab(row.whole("vocab"))
                .tiedEmbeddings(yes(row, "tied"))
                .experts(experts(row))
                .latentAttention(latent(row))
                .learnedPositions(row.whole("positions"))
                .normalisation(Normalisation.valueOf(row.text("normalisation").toUpperCase(Locale.ROOT)))
                .queryKeyNorm(yes(row, "qk_norm"))
                .biases(Biases.valueOf(row.text("biases").toUpperCase(Locale.ROOT)))
                .slidingWindow(
                        row.has("window")
                                ? new SlidingWindow(
                                        row.whole("window"), row.whole("window_layers", 1), row.whole("window_every"))
                                : null)
                .sinks(yes(row, "sinks"))
                .multiTokenLayers(row.whole("mtp"))
                .origin(Kind.SPECIFIED, row.text("source"))
                .build();
    }

    private static @Nullable Experts experts(Csv.Row row) {
        if (!row.has("experts")) {
            return null;
        }
        int dense = row.whole("dense_first", 0);
        int every = row.whole("every_nth", 1);
        return Experts.builder(row.whole("experts"), row.whole("top_k"), row.whole("expert_ffn"))
                .sharedFfnHidden(row.whole("shared_ffn", 0))
                .firstDenseLayers(dense)
                .everyNth(every)
                .denseFfnHidden(dense == 0 && every == 1 ? 0 : row.whole("ffn_hidden"))
                .routerBias(yes(row, "router_bias"))
                .routing(TokenRouting.EVEN.withGroups(row.whole("groups", 1), row.whole("groups_visited", 1)))
                .build();
    }

    private static @Nullable LatentAttention latent(Csv.Row row) {
        return row.has("kv_rank")
                ? new LatentAttention(
                        row.whole("query_rank"),
                        row.whole("kv_rank"),
                        row.whole("nope_dim"),
                        row.whole("rope_dim"),
                        row.whole("value_dim"))
                : null;
    }

    static boolean yes(Csv.Row row, String column) {
        return switch (row.text(column)) {
            case "yes" -> true;
            case "no", "" -> false;
            default -> throw row.wrong(column, "must be yes or no");
        };
    }

    /**
     * The model of that name; case and punctuation do not count.
     *
     * @throws IllegalArgumentException if there is none, with the nearest names
     */
    public static Transformer named(String name) {
        return ALL.named(name);
    }

    /** The model of that name, or nothing if the catalogue has none: for names from elsewhere, such as measured runs. */
    public static Optional<Transformer> find(String name) {
        return ALL.find(name);
    }

    /** Every model. */
    public static List<Transformer> list() {
        return ALL.list();
    }

    /** The models whose card holds every word of {@code text}. */
    public static List<Transformer> search(String text) {
        return ALL.search(text, Transformer::card);
    }

    /** Shapes and counts of several models side by side, a model a line. */
    public static String compare(Transformer... models) {
        TextTable table = TextTable.of(9);
        table.row("model", "parameters", "active", "layers", "hidden", "heads", "kv heads", "ffn", "vocabulary");
        for (Transformer m : models) {
            table.row(
                    m.name(),
                    Transformer.billions(m.parameters()),
                    Transformer.billions(m.activeParameters()),
                    Integer.toString(m.layers()),
                    Integer.toString(m.hidden()),
                    Integer.toString(m.heads()),
                    Integer.toString(m.kvHeads()),
                    Integer.toString(m.ffnHidden()),
                    Integer.toString(m.vocab()));
        }
        return table.toString();
    }
}
