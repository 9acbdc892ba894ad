package org.hopperline.work;

import org.hopperline.model.Experts;
import org.hopperline.model.Transformer;

/** The dense feed-forward part of a layer: norm, matrices with the activation between them, residual stream. */
final class FeedForwardPart {

    private FeedForwardPart() {}

    /** The part of a layer without routed experts. */
    static void addTo(LayerDraft draft) {
        Transformer model = draft.model;
        Experts experts = model.experts();
        draft.norm(model.hidden());
        addMatrices(draft, experts == null ? model.ffnHidden() : experts.denseFfnHidden(), true);
        draft.residual();
    }

    /**
     * The matrices alone, as shared experts have them too.
     *
     * @param width of the activation
     * @param normed true if a norm stands before them that serves nothing else
     */
    static void addMatrices(LayerDraft draft, int width, boolean normed) {
        Transformer model = draft.model;
        long share = Math.max(1, width / draft.plan.tensor());
        int column = model.gated()
                ? draft.columnProducts(MatrixProduct.Part.FEED_FORWARD, model.hidden(), normed, share, share)
                : draft.columnProduct(MatrixProduct.Part.FEED_FORWARD, share, model.hidden(), normed);
        draft.add(draft.activated((double) draft.tokens * share));
        int row = draft.rowProduct(MatrixProduct.Part.FEED_FORWARD, share);
        draft.tensorMessages(column, row);
    }
}
