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
 * @param column the product, by its place in the layer, that needs what is gathered; negative for none
 * @param row the product whose output is summed; negative for none
 */
public record Message(Axis axis, Pattern pattern, double bytes, int forward, int backward, int column, int row) {

    /** A message that stands beside no product. */
    static Message alone(Axis axis, Pattern pattern, double bytes, int forward, int backward) {
        return new Message(axis, pattern, bytes, forward, backward, -1, -1);
    }

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
