package org.hopperline.step;

/**
 * The kinds of layers of one model, priced for one choice of tensor, context and expert degree and micro-batch.
 *
 * @param dense one dense layer; no time if the model has none
 * @param expert one expert layer; no time if the model has none
 * @param embedding the token embedding
 * @param logits output embedding and loss
 * @param further one layer that predicts a further token, its logits apart; no time if the model has none
 */
record PricedLayers(LayerTimes dense, LayerTimes expert, LayerTimes embedding, LayerTimes logits, LayerTimes further) {}
