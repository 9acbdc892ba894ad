package org.hopperline.step;

/**
 * What travels of one layer, or of the embedding or logits, whose states are fully sharded.
 *
 * @param gather the parameters gathered
 * @param scatter the gradients summed and scattered, and those of replicas of hybrid sharding summed
 */
record LayerTraffic(Transfer gather, Transfer scatter) {}
