package org.hopperline.step;

import org.hopperline.work.LayerSort;

/**
 * The sorts of layers of one model, priced for one choice of tensor, context and expert degree and micro-batch.
 *
 * @param dense one dense layer; no time if the model has none
 * @param expert one expert layer; no time if the model has none
 * @param embedding the token embedding
 * @param logits output embedding and loss
 * @param further one layer that predicts a further token, its logits apart; no time if the model has none
 * @param attention one layer of attention alone; no time if the model has none
 * @param mamba one Mamba-2 layer; no time if the model has none
 */
record PricedLayers(
        LayerTimes dense,
        LayerTimes expert,
        LayerTimes embedding,
        LayerTimes logits,
        LayerTimes further,
        LayerTimes attention,
        LayerTimes mamba) {

    /** The layer of a sort, by its ordinal. */
    LayerTimes of(int sort) {
        return switch (LayerSort.of(sort)) {
            case DENSE -> dense;
            case EXPERT -> expert;
            case ATTENTION -> attention;
            case MAMBA -> mamba;
            case FURTHER -> further;
        };
    }
}
