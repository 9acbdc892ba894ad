package org.hopperline.model;

import org.hopperline.core.Check;
import org.jspecify.annotations.Nullable;

/** What the parts of a hybrid model have to agree on: a part is there if and only if the pattern has a layer of it. */
final class HybridChecks {

    private HybridChecks() {}

    static void check(
            String name,
            int layers,
            int heads,
            int kvHeads,
            int headDim,
            int ffnHidden,
            @Nullable Experts experts,
            @Nullable SlidingWindow slidingWindow,
            int multiTokenLayers,
            LayerPattern pattern,
            @Nullable Mamba2 mamba) {
        if (pattern.layers() != layers) {
            throw new IllegalArgumentException(name + " has " + layers + " layers, but its pattern " + pattern + " has "
                    + pattern.layers() + "; give as many");
        }
        boolean attention = pattern.has(LayerKind.ATTENTION);
        size(name, heads, "heads", attention, "attention");
        size(name, kvHeads, "key and value heads", attention, "attention");
        size(name, headDim, "head size", attention, "attention");
        boolean hasExperts = pattern.has(LayerKind.EXPERTS);
        boolean dense = pattern.has(LayerKind.FEED_FORWARD);
        if (multiTokenLayers > 0 && !(attention && (dense || hasExperts))) {
            throw new IllegalArgumentException(name + " predicts " + multiTokenLayers
                    + " further tokens, each by a layer of attention and one of experts or a feed-forward part, but its"
                    + " pattern " + pattern + " has none of these; give 0");
        }
        size(name, ffnHidden, "intermediate width", dense || hasExperts, "feed-forward part");
        part(name, mamba != null, "a Mamba-2 mixer", pattern.has(LayerKind.MAMBA), pattern);
        part(name, experts != null, "experts", hasExperts, pattern);
        if (experts != null) {
            if (experts.firstDenseLayers() > 0 || experts.everyNth() > 1) {
                throw new IllegalArgumentException(name + " has " + experts.firstDenseLayers()
                        + " leading dense layers and experts in every " + experts.everyNth()
                        + ". layer, but its pattern says which layers have experts; give 0 and 1");
            }
            size(name, experts.denseFfnHidden(), "width of dense layers", dense, "dense feed-forward part");
        }
        if (slidingWindow != null) {
            throw new IllegalArgumentException(name + " has a window of " + slidingWindow.tokens()
                    + " tokens, but in a pattern all attention sees everything before it; give none");
        }
    }

    /** A size is at least 1 where the pattern has a layer that needs it, and 0 elsewhere. */
    private static void size(String name, int size, String what, boolean needed, String part) {
        if (needed) {
            Check.positive(size, what + " of " + name);
        } else if (size != 0) {
            throw new IllegalArgumentException(
                    what + " of " + name + " is " + size + ", but its pattern has no " + part + "; give 0");
        }
    }

    private static void part(String name, boolean given, String what, boolean needed, LayerPattern pattern) {
        if (given != needed) {
            throw new IllegalArgumentException(name + " is given " + (given ? what : "without " + what)
                    + ", but its pattern " + pattern + " has " + (needed ? "such layers" : "no such layer")
                    + "; give both or neither");
        }
    }
}
