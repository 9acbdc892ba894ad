package org.hopperline.model;

import org.hopperline.core.Check;

/**
 * A mixture of experts in place of the feed-forward part.
 *
 * @param count routed experts of a layer
 * @param topK experts that a token visits
 * @param ffnHidden intermediate width of one expert
 * @param sharedFfnHidden intermediate width of the shared experts together; 0 for none
 * @param firstDenseLayers leading layers that keep a dense feed-forward part
 * @param everyNth an expert layer stands at every n-th layer after those; 1 for each
 * @param denseFfnHidden intermediate width of the dense layers; 0 if there are none
 */
public record Experts(
        int count,
        int topK,
        int ffnHidden,
        int sharedFfnHidden,
        int firstDenseLayers,
        int everyNth,
        int denseFfnHidden) {

    /** Checks counts and that a token visits no more experts than there are. */
    public Experts {
        Check.positive(count, "experts");
        Check.positive(topK, "experts a token visits");
        Check.positive(ffnHidden, "width of an expert");
        Check.nonNegative(sharedFfnHidden, "width of the shared experts");
        Check.nonNegative(firstDenseLayers, "leading dense layers");
        Check.positive(everyNth, "spacing of expert layers");
        Check.nonNegative(denseFfnHidden, "width of dense layers");
        if (topK > count) {
            throw new IllegalArgumentException(
                    "a token visits " + topK + " experts, but there are " + count + "; take at most " + count);
        }
    }

    /** Experts in every layer, none shared. */
    public static Experts of(int count, int topK, int ffnHidden) {
        return new Experts(count, topK, ffnHidden, 0, 0, 1, 0);
    }
}
