package org.hopperline.measured;

import org.hopperline.model.Experts;
import org.hopperline.model.Transformer;
import org.hopperline.text.Csv;

/** The shape of the model that a row trained. */
final class RunModels {

    private RunModels() {}

    /**
     * The shape as the row states it; head size, key heads and the number of heads follow the usual rules where they
     * are not stated: heads of 128, as many key heads as heads, {@code hidden / heads}.
     */
    static Transformer of(Csv.Row row) {
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
        return new Transformer(
                row.text("model"), layers, hidden, heads, kvHeads, headDim, ffn, gated, vocab, tied, experts, null);
    }

    private static int stated(Csv.Row row, String column) {
        if (!row.has(column)) {
            throw new IllegalArgumentException(column + " is not stated");
        }
        return row.whole(column);
    }
}
