package org.hopperline.model;

import org.hopperline.core.Check;
import org.hopperline.core.Kind;

/**
 * A shape for a bare model size. The proportions are those of the Llama 3 family (arXiv 2407.21783 table 3), read as
 * rules: hidden width about 128 times the layers, heads of 128, eight key and value heads, feed-forward width 3.5 times
 * the hidden width, a vocabulary of 128,256. Below 5 billion parameters the embeddings are tied, as in Llama 3.2 1B and
 * 3B; below 1 billion the vocabulary is the 32,000 of Llama 2, lest it be most of the model.
 */
final class BareSize {

    private static final int HEAD_DIM = 128;
    private static final int KV_HEADS = 8;
    private static final int VOCAB = 128_256;
    private static final int SMALL_VOCAB = 32_000;
    private static final double TIED_BELOW = 5e9;
    private static final double SMALL_VOCAB_BELOW = 1e9;
    private static final int ALIGNMENT = 256;
    private static final double FFN_OVER_HIDDEN = 3.5;
    private static final double HIDDEN_OVER_LAYERS = 128;

    private BareSize() {}

    static Transformer transformer(double parameters) {
        Check.within(parameters, 1e8, 1e14, "model size", "parameters");
        Transformer best = shape(1, HEAD_DIM, parameters);
        double bestMiss = Double.POSITIVE_INFINITY;
        // Width in steps that keep heads whole; the layers then follow from the size.
        for (int heads = 1; heads <= 1 << 11; heads += heads < KV_HEADS ? 1 : KV_HEADS) {
            int hidden = heads * HEAD_DIM;
            int layers = layers(hidden, parameters);
            if (layers >= 1) {
                double miss = Math.abs(Math.log(hidden / (HIDDEN_OVER_LAYERS * layers)));
                if (miss < bestMiss) {
                    bestMiss = miss;
                    best = shape(layers, hidden, parameters);
                }
            }
        }
        return best;
    }

    private static int layers(int hidden, double parameters) {
        Transformer one = shape(1, hidden, parameters);
        double left = parameters - ParameterCount.embedding(one) - ParameterCount.unembedding(one) - hidden;
        return (int) Math.rint(left / ParameterCount.denseLayer(one));
    }

    private static Transformer shape(int layers, int hidden, double parameters) {
        int ffn = (int) (Math.rint(FFN_OVER_HIDDEN * hidden / ALIGNMENT) * ALIGNMENT);
        return Transformer.builder(Transformer.billions((long) parameters) + " of no known model")
                .layers(layers)
                .hidden(hidden)
                .heads(hidden / HEAD_DIM)
                .kvHeads(Math.min(KV_HEADS, hidden / HEAD_DIM))
                .headDim(HEAD_DIM)
                .ffnHidden(ffn)
                .vocab(parameters < SMALL_VOCAB_BELOW ? SMALL_VOCAB : VOCAB)
                .tiedEmbeddings(parameters < TIED_BELOW)
                .origin(
                        Kind.ASSUMED,
                        "made from the size alone in the proportions of Llama 3: heads of 128, eight key and value"
                                + " heads, feed-forward width 3.5 times the hidden width, hidden width near 128 times"
                                + " the layers")
                .build();
    }
}
