/**
 * What one collective costs over a group of ranks laid out on a fabric.
 *
 * <p>Three levels. {@link org.hopperline.collective.CostFormulas} holds the formulas on doubles. A
 * {@link org.hopperline.collective.CollectiveModel} prices a {@link org.hopperline.collective.Collective} over a
 * {@link org.hopperline.collective.Group} on one cluster, with the algorithm and the protocol chosen as NCCL's tuner
 * chooses (the cheapest of those it has) or forced. {@link org.hopperline.collective.ExpertExchange} prices the
 * dispatch and the combine of experts, {@link org.hopperline.collective.CommunicationLoad} what a collective takes
 * from kernels beside it, and {@link org.hopperline.collective.ArrivalSpread} how long the last of many ranks is
 * waited for.
 *
 * <p>The structure of the costs and many of the latencies are those of NCCL's tuner (github NVIDIA/nccl,
 * src/graph/tuning.cc); the constants that a fit moved are marked so in {@code constants.csv}. No public table covers
 * all-gather, reduce-scatter or all-to-all over many nodes: those follow from the same physics and have been scored
 * against nothing.
 */
@NullMarked
package org.hopperline.collective;

import org.jspecify.annotations.NullMarked;
