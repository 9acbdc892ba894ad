package org.hopperline.model;

/** How the scores of attention enter a count of FLOPs. */
public enum ScoreCounting {
    /** Left out, as in 6N. */
    NONE,
    /** Only the keys that a causal mask leaves, half of them in the mean: what the hardware must do. */
    CAUSAL,
    /** Every key of the sequence, as in PaLM's appendix B and in most reports until 2025. */
    FULL;

    /**
     * Keys that a query meets in the mean over a sequence of length s: none, s/2, or s. A window of w below s bounds
     * them: w - w^2/2s for a causal mask, w for a full one.
     *
     * @param sequence tokens of the sequence
     * @param window tokens of the sliding window; 0 for none
     */
    public double meanKeys(int sequence, int window) {
        boolean bounded = window > 0 && window < sequence;
        return switch (this) {
            case NONE -> 0;
            case CAUSAL -> bounded ? window - (double) window * window / (2.0 * sequence) : sequence / 2.0;
            case FULL -> bounded ? window : sequence;
        };
    }
}
