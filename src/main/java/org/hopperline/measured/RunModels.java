package org.hopperline.measured;

import org.hopperline.model.Experts;
import org.hopperline.model.Models;
import org.hopperline.model.Normalisation;
import org.hopperline.model.TokenRouting;
import org.hopperline.model.Transformer;
import org.hopperline.text.Csv;

/** The shape of the model that a row trained. */
final class RunModels {

    /** Families with learned positions, or with biases inside attention (ALiBi), instead of rotation. */
    private static final String LEARNED_POSITIONS =
            "(gpt-(?!oss)|gpt3|gpt3|mpt|bloom|opt|turing|mt-nlg|bloomberg|starcoder).*";

    private RunModels() {}

    /** Models whose shape has more to it than a table has columns for. */
    private static boolean hasMoreThanColumns(Transformer model) {
        Experts experts = model.experts();
        return model.latentAttention() != null
                || model.slidingWindow() != null
                || model.sinks()
                || (experts != null && (experts.sharedFfnHidden() > 0 || experts.firstDenseLayers() > 0));
    }

    private static boolean agrees(Transformer known, Csv.Row row) {
        return row.whole("hidden", known.hidden()) == known.hidden()
                && row.whole("heads", known.heads()) == known.heads()
                && row.whole("vocab", known.vocab()) == known.vocab();
    }

    /**
     * The shape of the catalogue for a model with latent attention, windows, sinks or shared experts, with the layers that the row states;
     * else the shape as the row states it: head size, key heads and the number of heads follow the usual rules where they
     * are not stated: heads of 128, as many key heads as heads, {@code hidden / heads}. Gated models have RMS norms, the
     * others layer norms.
     */
    static Transformer of(Csv.Row row) {
        Transformer known = Models.find(row.text("model"))
                .filter(RunModels::hasMoreThanColumns)
                .orElse(null);
        if (known != null && row.has("layers") && agrees(known, row)) {
            int stated = row.whole("layers");
            return stated == known.layers() ? known : known.withLayers(stated);
        }
        int layers = stated(row, "layers");
        int hidden = stated(row, "hidden");
        int heads = row.whole("heads", Math.max(1, hidden / 128));
        int headDim = row.whole("head_dim", hidden / heads);
        int kvHeads = row.whole("kv_heads", heads);
        boolean gated = row.text("gated").equals("yes");
        int vocab = stated(row, "vocab");
        boolean tied = row.text("tied_embeddings").equals("yes");
        boolean moe = row.text("arch").equals("moe");
        int ffn = row.whole("ffn_hidden", moe ? 0 : 4 * hidden);
        if (ffn == 0) {
            throw new IllegalArgumentException("width of the experts is not stated");
        }
        Experts experts = moe ? Experts.of(stated(row, "experts"), stated(row, "topk"), ffn) : null;
        boolean older = row.text("model").matches(LEARNED_POSITIONS);
        return Transformer.builder(row.text("model"))
                .layers(layers)
                .hidden(hidden)
                .heads(heads)
                .kvHeads(kvHeads)
                .headDim(headDim)
                .ffnHidden(ffn)
                .gated(gated)
                .vocab(vocab)
                .tiedEmbeddings(tied)
                .experts(experts)
                .learnedPositions(older ? stated(row, "seq") : 0)
                .normalisation(gated ? Normalisation.RMS : Normalisation.LAYER)
                .build();
    }

    /** With tokens routed as the software of the row routes them. */
    static Transformer routed(Transformer model, Csv.Row row) {
        Experts experts = model.experts();
        if (experts == null) {
            return model;
        }
        TokenRouting routing = RunRules.routing(
                experts.routing(),
                row.text("software"),
                row.text("source"),
                row.has("source_locator") ? row.text("source_locator") : "",
                row.text("notes"),
                row.text("model"));
        return model.toBuilder().experts(experts.withRouting(routing)).build();
    }

    private static int stated(Csv.Row row, String column) {
        if (!row.has(column)) {
            throw new IllegalArgumentException(column + " is not stated");
        }
        return row.whole(column);
    }
}
