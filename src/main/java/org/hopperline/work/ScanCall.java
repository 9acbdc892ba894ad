package org.hopperline.work;

/**
 * The state-space scan of one Mamba-2 layer on one rank for one micro-batch. With context parallelism a rank holds all
 * tokens of a part of the heads.
 *
 * @param tokens of all sequences of the micro-batch
 * @param heads heads on this rank
 * @param headDim size of a head
 * @param groups groups of heads on this rank
 * @param state size of a state
 * @param chunk tokens of a chunk
 */
public record ScanCall(double tokens, int heads, int headDim, int groups, int state, int chunk) {

    /** Width of the rank's heads. */
    public double inner() {
        return (double) heads * headDim;
    }
}
