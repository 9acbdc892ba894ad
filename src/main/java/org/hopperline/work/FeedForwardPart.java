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
        addMatrices(draft, experts == null ? model.ffnHidden() : experts.denseFfnHidden());
        draft.residual();
    }

    /** The matrices alone, as shared experts have them too: {@code width} is that of the activation. */
    static void addMatrices(LayerDraft draft, int width) {
        Transformer model = draft.model;
        long share = Math.max(1, width / draft.plan.tensor());
        int column = model.gated()
                ? draft.columnProducts(MatrixProduct.Part.FEED_FORWARD, model.hidden(), share, share)
                : draft.columnProduct(MatrixProduct.Part.FEED_FORWARD, share, model.hidden());
        draft.add(draft.activated((double) draft.tokens * share));
        int row = draft.rowProduct(MatrixProduct.Part.FEED_FORWARD, share);
        draft.tensorMessages(column, row);
    }
}
