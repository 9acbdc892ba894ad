package org.hopperline.model;

/** Kind of normalisation, and how often it stands in a layer. */
public enum Normalisation {
    /** Root mean square (arXiv 1910.07467): one vector; before attention and before the feed-forward part. */
    RMS(1, 2),
    /** Layer normalisation (arXiv 1607.06450): scale and shift; before attention and before the feed-forward part. */
    LAYER(2, 2),
    /** Root mean square before and after attention, before and after the feed-forward part, as in Grok-1. */
    SANDWICH_RMS(1, 4);

    private final int vectors;
    private final int perLayer;

    Normalisation(int vectors, int perLayer) {
        this.vectors = vectors;
        this.perLayer = perLayer;
    }

    /** Learned vectors of one normalisation. */
    public int vectors() {
        return vectors;
    }

    /** Normalisations of the residual stream in one layer. */
    public int perLayer() {
        return perLayer;
    }
}
