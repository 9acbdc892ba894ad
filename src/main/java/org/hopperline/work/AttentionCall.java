package org.hopperline.work;

/**
 * The core of attention of one layer on one rank for one micro-batch. With context parallelism a rank holds
 * {@code queries} of {@code keys} positions in two chunks that balance the causal triangle, so that every rank has the
 * same share of the scores.
 *
 * @param batch sequences
 * @param heads query heads on this rank
 * @param keyValueHeads key and value heads on this rank
 * @param queries query positions on this rank
 * @param keys key positions
 * @param queryDim size of a query or key head
 * @param valueDim size of a value head
 * @param window positions that a query sees at most; 0 for all before it
 * @param layerShare calls for each layer: 1 unless some layers have a window and others none, or a mask leaves part of the
 *     work
 * @param sinks true if heads have a learnt sink, which few fused kernels can do
 */
public record AttentionCall(
        int batch,
        int heads,
        int keyValueHeads,
        int queries,
        int keys,
        int queryDim,
        int valueDim,
        int window,
        double layerShare,
        boolean sinks) {

    /** The same with another window and share of layers. */
    AttentionCall with(int newWindow, double newLayerShare) {
        return new AttentionCall(
                batch, heads, keyValueHeads, queries, keys, queryDim, valueDim, newWindow, newLayerShare, sinks);
    }
}
