package org.hopperline.work;

import org.hopperline.model.Transformer;

/** What reads or writes the vocabulary: the look-up of embeddings, the logits, and the way into a further token's layer. */
final class VocabularyPart {

    private VocabularyPart() {}

    /** The embedding's rows on this rank and their look-up. */
    static void addEmbedding(LayerDraft draft) {
        draft.addParameters(embeddingParameters(draft));
        addLookUp(draft);
    }

    /** Embedding of the next token and last activations, each normalised, projected from {@code 2h} to {@code h}. */
    static void addJoin(LayerDraft draft) {
        Transformer model = draft.model;
        if (draft.plan.pipeline() > 1) {
            draft.addParameters(embeddingParameters(draft));
        }
        addLookUp(draft);
        draft.norm(model.hidden());
        draft.norm(model.hidden());
        long columns = Math.max(1, model.hidden() / draft.plan.tensor());
        draft.product(MatrixProduct.Part.FEED_FORWARD, columns, 2L * model.hidden());
        draft.tensorMessage(Message.Pattern.ALL_GATHER, model.hidden(), 1, 1, -1, -1);
    }

    /** The last norm, the output embedding and the loss. */
    static void addLogits(LayerDraft draft) {
        Transformer model = draft.model;
        draft.norm(model.hidden());
        long columns = Math.max(1, model.vocab() / draft.plan.tensor());
        MatrixProduct product =
                new MatrixProduct(MatrixProduct.Part.LOGITS, 1, draft.tokens, columns, model.hidden(), false);
        int place = draft.addWithoutWeights(product);
        if (!model.tiedEmbeddings() || draft.plan.pipeline() > 1) {
            draft.addParameters(product.weights());
        }
        draft.add(Pass.of(Pass.Operation.LOSS, product.outputs()));
        // A column-parallel product like others: without sequence parallelism its input is on every rank, and only its
        // gradient is summed (Megatron-Core, tensor_parallel/layers.py, allreduce_dgrad).
        draft.columnMessages(place, model.hidden());
    }

    private static double embeddingParameters(LayerDraft draft) {
        return (double) draft.model.vocab() / draft.plan.tensor() * draft.model.hidden();
    }

    private static void addLookUp(LayerDraft draft) {
        int hidden = draft.model.hidden();
        draft.add(Pass.of(Pass.Operation.EMBEDDING, (double) draft.tokens * hidden));
        Message.Pattern sum =
                draft.plan.sequenceParallel() ? Message.Pattern.REDUCE_SCATTER : Message.Pattern.ALL_REDUCE;
        draft.tensorMessage(sum, hidden, 1, 0, -1, -1);
    }
}
