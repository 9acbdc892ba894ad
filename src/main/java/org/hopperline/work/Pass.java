package org.hopperline.work;

/**
 * A memory-bound operation of one layer on one rank for one micro-batch, forward and backward.
 *
 * @param operation what it is
 * @param forwardElements elements of its main tensor in the forward pass
 * @param backwardElements elements of its main tensor in the backward pass
 * @param pieces tensors that it is divided into, each a kernel of its own
 * @param ofExperts true if it runs between the dispatch of tokens to experts and their way back
 */
public record Pass(
        Operation operation, double forwardElements, double backwardElements, int pieces, boolean ofExperts) {

    /** In one piece. */
    Pass(Operation operation, double forwardElements, double backwardElements) {
        this(operation, forwardElements, backwardElements, 1, false);
    }

    /** As many elements both ways. */
    static Pass of(Operation operation, double elements) {
        return new Pass(operation, elements, elements);
    }

    /** The same between dispatch and the way back. */
    Pass withinExperts() {
        return new Pass(operation, forwardElements, backwardElements, pieces, true);
    }

    /** True if it makes operands of FP8 products. */
    public boolean casts() {
        return operation == Operation.CAST || operation == Operation.CAST_PART || operation == Operation.TRANSPOSE;
    }

    /** Memory-bound operations of a transformer. */
    public enum Operation {
        /** RMS norm. */
        RMS_NORM,
        /** Layer norm. */
        LAYER_NORM,
        /** Addition to the residual stream. */
        RESIDUAL,
        /** Rotary position embedding of queries and keys. */
        ROTARY,
        /** Copies of queries, keys and values from and to the joint projection's layout. */
        LAYOUT,
        /** Sum of the gradients of an input that several products share. */
        INPUT_GRADIENTS,
        /** Partial outputs, or gradients, of a ring of context ranks added up in 32 bits. */
        RING_SUM,
        /** Short causal convolution over the tokens, with its activation. */
        CONVOLUTION,
        /** Product of a gate's activation and its input; elements of the product. */
        GATED_ACTIVATION,
        /** Activation without a gate. */
        ACTIVATION,
        /** Squared ReLU without a gate, its operators one after the other. */
        EAGER_SQUARED_RELU,
        /** Casts of a product's operand to FP8, in both layouts. */
        CAST,
        /** Cast of a rank's part of an operand to FP8 in one layout, before tensor-parallel ranks gather it. */
        CAST_PART,
        /** A gathered FP8 operand brought into its other layout. */
        TRANSPOSE,
        /** Rows brought into the order of their experts, or back. */
        PERMUTATION,
        /** Biases added expert by expert; elements are those of the copies that it takes. */
        EXPERT_BIAS,
        /** Look-up of token embeddings. */
        EMBEDDING,
        /** Softmax over the vocabulary, loss and its gradient; elements are logits. */
        LOSS
    }
}
