package org.hopperline.model;

import java.util.Locale;
import org.hopperline.text.TextTable;

/** The full description of a transformer as text. */
final class ModelCard {

    private ModelCard() {}

    static String of(Transformer m) {
        TextTable table = TextTable.of(2);
        table.row("layers", Integer.toString(m.layers()));
        table.row("hidden width", Integer.toString(m.hidden()));
        if (m.pattern() != null) {
            table.row("pattern", m.pattern().symbols());
        }
        if (m.mamba() != null) {
            table.row("Mamba-2", m.mamba().toString().replace("Mamba-2: ", ""));
        }
        if (m.heads() > 0) {
            table.row("attention", attention(m));
        }
        if (m.ffnHidden() > 0) {
            table.row("feed-forward", feedForward(m));
        }
        table.row("vocabulary", m.vocab() + (m.tiedEmbeddings() ? ", tied" : ", untied"));
        table.row("positions", positions(m));
        table.row("normalisation", lower(m.normalisation()) + (m.queryKeyNorm() ? ", queries and keys too" : ""));
        table.row("biases", lower(m.biases()));
        if (m.multiTokenLayers() > 0) {
            table.row(
                    "multi-token layers",
                    m.multiTokenLayers() + ", " + Transformer.billions(ParameterCount.multiTokenPrediction(m))
                            + " parameters, not in the total");
        }
        table.row("parameters", Long.toString(m.parameters()) + ", embeddings counted");
        table.row("", ParameterCount.nonEmbedding(m) + " without embeddings");
        table.row("active", m.activeParameters() + ", logits counted, input embedding not");
        table.row("kind", lower(m.kind()));
        table.row("source", m.source());
        return m + "\n" + table;
    }

    private static String positions(Transformer m) {
        if (m.learnedPositions() > 0) {
            return m.learnedPositions() + " learned";
        }
        return m.pattern() == null ? "rotary" : "none";
    }

    private static String attention(Transformer m) {
        StringBuilder text = new StringBuilder();
        text.append(m.heads()).append(" query heads of ").append(m.headDim());
        LatentAttention latent = m.latentAttention();
        if (latent == null) {
            text.append(", ").append(m.kvHeads()).append(" key and value heads");
        } else {
            text.append(", latent: query rank ")
                    .append(latent.queryRank())
                    .append(", key and value rank ")
                    .append(latent.keyValueRank())
                    .append(", value heads of ")
                    .append(latent.valueDim());
        }
        SlidingWindow window = m.slidingWindow();
        if (window != null) {
            text.append(", window of ")
                    .append(window.tokens())
                    .append(" in ")
                    .append(window.layersOf(m.layers()))
                    .append(" layers");
        }
        return m.sinks() ? text.append(", sinks").toString() : text.toString();
    }

    private static String feedForward(Transformer m) {
        String matrices = m.gated() ? "gated (three matrices)" : "plain (two matrices)";
        Experts experts = m.experts();
        if (experts == null) {
            return m.ffnHidden() + ", " + matrices;
        }
        StringBuilder text = new StringBuilder();
        text.append(experts.topK()).append(" of ").append(experts.count());
        text.append(" experts of ").append(experts.ffnHidden()).append(" in ");
        text.append(m.expertLayers()).append(" layers");
        if (experts.latentHidden() > 0) {
            text.append(", on a latent width of ").append(experts.latentHidden());
        }
        if (experts.sharedFfnHidden() > 0) {
            text.append(", shared experts of ").append(experts.sharedFfnHidden());
        }
        if (m.denseLayers() > 0) {
            text.append(", ")
                    .append(m.denseLayers())
                    .append(" dense layers of ")
                    .append(experts.denseFfnHidden());
        }
        return text.append(", ").append(matrices).toString();
    }

    private static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
