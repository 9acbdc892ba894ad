package org.hopperline.model;

import org.hopperline.core.Kind;
import org.hopperline.text.Csv;
import org.jspecify.annotations.Nullable;

/** Hybrid and pure Mamba-2 models as rows of a table; a blank cell: the model has no such part. */
final class HybridRows {

    private HybridRows() {}

    static Transformer transformer(Csv.Row row) {
        return Transformer.builder(row.text("name"))
                .pattern(pattern(row))
                .hidden(row.whole("hidden"))
                .heads(row.whole("heads", 0))
                .kvHeads(row.whole("kv_heads", 0))
                .headDim(row.whole("head_dim", 0))
                .ffnHidden(row.whole("expert_ffn", row.whole("ffn_hidden", 0)))
                .gated(false)
                .vocab(row.whole("vocab"))
                .tiedEmbeddings(Models.yes(row, "tied"))
                .experts(experts(row))
                .mamba(new Mamba2(
                        row.whole("mamba_heads"),
                        row.whole("mamba_head_dim"),
                        row.whole("state"),
                        row.whole("groups"),
                        row.whole("convolution"),
                        row.whole("chunk")))
                .multiTokenLayers(row.whole("mtp", 0))
                .origin(Kind.SPECIFIED, row.text("source"))
                .build();
    }

    /** A pattern, or so many layers of Mamba-2. */
    private static LayerPattern pattern(Csv.Row row) {
        return row.has("mamba_layers")
                ? LayerPattern.all(LayerKind.MAMBA, row.whole("mamba_layers"))
                : new LayerPattern(row.text("pattern"));
    }

    private static @Nullable Experts experts(Csv.Row row) {
        if (!row.has("experts")) {
            return null;
        }
        return Experts.builder(row.whole("experts"), row.whole("top_k"), row.whole("expert_ffn"))
                .sharedFfnHidden(row.whole("shared_ffn", 0))
                .denseFfnHidden(row.whole("ffn_hidden", 0))
                .routerBias(true)
                .latentHidden(row.whole("expert_latent", 0))
                .build();
    }
}
