package org.hopperline.work;

/**
 * A memory-bound operation of one layer on one rank for one micro-batch.
 *
 * @param operation what it is
 * @param forwardBytes bytes read and written in the forward pass
 * @param backwardBytes bytes read and written in the backward pass
 */
public record Pass(Operation operation, double forwardBytes, double backwardBytes) {

    /** Memory-bound operations that the explanation tells apart. */
    public enum Operation {
        /** Layer norm or RMS norm, with the addition of the residual where that is fused. */
        NORM,
        /** Addition to the residual stream. */
        RESIDUAL,
        /** Rotary position embedding of queries and keys. */
        ROTARY,
        /** SwiGLU, GeGLU, GELU or squared ReLU. */
        ACTIVATION,
        /** Casts to FP8 and their transposes. */
        CAST,
        /** Grouping of tokens by expert and back. */
        PERMUTATION,
        /** Look-up of token embeddings. */
        EMBEDDING,
        /** Softmax over the vocabulary, loss and its gradient. */
        LOSS
    }
}
