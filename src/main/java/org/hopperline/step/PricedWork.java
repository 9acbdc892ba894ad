package org.hopperline.step;

import org.hopperline.work.StageLayout;

/**
 * Everything of a step that few axes of a plan decide.
 *
 * @param layout layers of each stage
 * @param dense one dense layer
 * @param expert one expert layer
 * @param embedding the token embedding
 * @param logits output embedding and loss
 * @param castOnceSeconds casts of the weights of one layer, once a step
 * @param traffic data-parallel traffic
 * @param sendSeconds one send between stages
 */
record PricedWork(
        StageLayout layout,
        LayerTimes dense,
        LayerTimes expert,
        LayerTimes embedding,
        LayerTimes logits,
        double castOnceSeconds,
        DataTraffic traffic,
        double sendSeconds) {}
