package org.hopperline.model;

/** What the forward pass keeps for the backward pass. */
public enum KeptActivations {
    /** Everything. */
    ALL,
    /** Everything but scores, softmax and its dropout: selective recomputation, or a flash kernel. */
    ALL_BUT_SCORES,
    /** The input of each layer: full recomputation. */
    LAYER_INPUTS
}
