package org.hopperline.work;

/**
 * A message of one layer on one rank for one micro-batch.
 *
 * @param axis the group it crosses
 * @param pattern what the group does
 * @param bytes for gathers and scatters the whole tensor; for all-reduce the tensor; for all-to-all and sends what one
 *     rank sends
 * @param forward how many in the forward pass
 * @param backward how many in the backward pass
 */
public record Message(Axis axis, Pattern pattern, double bytes, int forward, int backward) {

    /** Axes of a plan. */
    public enum Axis {
        /** Ranks that share matrices. */
        TENSOR,
        /** Ranks that share a sequence. */
        CONTEXT,
        /** Ranks that share experts. */
        EXPERT,
        /** Neighbouring pipeline stages. */
        PIPELINE,
        /** Ranks that hold copies or shards of the same parameters. */
        DATA
    }

    /** What a group does with a tensor. */
    public enum Pattern {
        /** Each rank ends with the sum. */
        ALL_REDUCE,
        /** Each rank ends with the whole. */
        ALL_GATHER,
        /** Each rank ends with its part of the sum. */
        REDUCE_SCATTER,
        /** Each rank sends a part to each. */
        ALL_TO_ALL,
        /** Each rank sends to the next. */
        SEND
    }
}
