package org.hopperline.schedule;

/** What a stage does in one task of a schedule. */
public enum TaskKind {
    /** One micro-batch forward through one chunk. */
    FORWARD,
    /** One micro-batch backward through one chunk; only the gradient of its input where the schedule splits it. */
    BACKWARD,
    /** The weight gradient of one micro-batch and chunk, where the schedule splits the backward. */
    WEIGHT_GRADIENT
}
