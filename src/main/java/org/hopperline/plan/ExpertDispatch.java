package org.hopperline.plan;

/** How tokens travel to their experts. */
public enum ExpertDispatch {
    /** A copy of a token for each expert it visits. */
    COPY_PER_EXPERT,
    /** One copy of a token for each node that holds one of its experts, spread inside the node (DeepEP). */
    COPY_PER_NODE
}
