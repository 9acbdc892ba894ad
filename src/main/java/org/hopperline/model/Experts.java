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
 * @param everyNth of so many layers in a row after those, the last is an expert layer; 1 for each
 * @param denseFfnHidden intermediate width of the dense layers; 0 if there are none
 * @param routerBias true if the router adds a number to each expert's score, as for the load balance of DeepSeek-V3
 * @param routing how tokens are spread over the experts
 * @param latentHidden width to which tokens are projected before they travel to routed experts, and from which their sum is
 *     projected back (LatentMoE, arXiv 2512.20856); 0 where experts see the residual stream
 */
public record Experts(
        int count,
        int topK,
        int ffnHidden,
        int sharedFfnHidden,
        int firstDenseLayers,
        int everyNth,
        int denseFfnHidden,
        boolean routerBias,
        TokenRouting routing,
        int latentHidden) {

    /** Checks counts, that a token visits no more experts than there are, and that dense layers have a width. */
    public Experts {
        Check.positive(count, "experts");
        Check.positive(topK, "experts a token visits");
        Check.positive(ffnHidden, "width of an expert");
        Check.nonNegative(sharedFfnHidden, "width of the shared experts");
        Check.nonNegative(firstDenseLayers, "leading dense layers");
        Check.positive(everyNth, "spacing of expert layers");
        Check.nonNegative(denseFfnHidden, "width of dense layers");
        Check.notNull(routing, "routing");
        Check.nonNegative(latentHidden, "latent width of the experts");
        if (topK > count) {
            throw new IllegalArgumentException(
                    "a token visits " + topK + " experts, but there are " + count + "; take at most " + count);
        }
        if (denseFfnHidden == 0 && (firstDenseLayers > 0 || everyNth > 1)) {
            throw new IllegalArgumentException("width of dense layers is 0, but there are dense layers (the first "
                    + firstDenseLayers + ", then all but every " + everyNth + ". layer); give their width");
        }
    }

    /** Experts in every layer, none shared, over which tokens are spread evenly. */
    public static Experts of(int count, int topK, int ffnHidden) {
        return builder(count, topK, ffnHidden).build();
    }

    /** Starts from {@link #of}. */
    public static Builder builder(int count, int topK, int ffnHidden) {
        return new Builder(count, topK, ffnHidden);
    }

    /** Starts from these. */
    public Builder toBuilder() {
        return builder(count, topK, ffnHidden)
                .sharedFfnHidden(sharedFfnHidden)
                .firstDenseLayers(firstDenseLayers)
                .everyNth(everyNth)
                .denseFfnHidden(denseFfnHidden)
                .routerBias(routerBias)
                .routing(routing)
                .latentHidden(latentHidden);
    }

    /** The same with tokens spread in another way. */
    public Experts withRouting(TokenRouting other) {
        return toBuilder().routing(other).build();
    }

    /** The same behind projections to another width and back; 0 for none. */
    public Experts withLatent(int width) {
        return toBuilder().latentHidden(width).build();
    }

    /** Width of what routed experts take and return, in a residual stream of that width. */
    public int inputWidth(int hidden) {
        return latentHidden > 0 ? latentHidden : hidden;
    }

    /** The same with another load of the busiest rank over the mean, which sets the pace of all. */
    public Experts withLoad(double busiest) {
        return withRouting(routing.withLoad(busiest));
    }

    /** True if layer {@code layer}, from 0, holds experts. */
    public boolean inLayer(int layer) {
        int after = Check.nonNegative(layer, "layer") - firstDenseLayers;
        return after >= 0 && after % everyNth == everyNth - 1;
    }

    /** Expert layers among the first {@code layers}. */
    public int layersOf(int layers) {
        return Math.max(0, layers - firstDenseLayers) / everyNth;
    }

    /** One line: {@code 8 of 256 experts x 2048, shared 2048, first 3 layers dense x 18432}. */
    @Override
    public String toString() {
        StringBuilder line = new StringBuilder();
        line.append(topK).append(" of ").append(count).append(" experts x ").append(ffnHidden);
        if (latentHidden > 0) {
            line.append(" on a latent width of ").append(latentHidden);
        }
        if (sharedFfnHidden > 0) {
            line.append(", shared ").append(sharedFfnHidden);
        }
        if (everyNth > 1) {
            line.append(", every ").append(everyNth).append(". layer");
        }
        if (firstDenseLayers > 0) {
            line.append(", first ").append(firstDenseLayers).append(" layers dense");
        }
        if (routing.load() != 1) {
            line.append(", busiest rank ").append(routing.load()).append(" of the mean");
        }
        return line.toString();
    }

    /** Experts under construction; what is not set stays as in {@link #of}. */
    public static final class Builder {

        private final int count;
        private final int topK;
        private final int ffnHidden;
        private int sharedFfnHidden;
        private int firstDenseLayers;
        private int everyNth = 1;
        private int denseFfnHidden;
        private boolean routerBias;
        private TokenRouting routing = TokenRouting.EVEN;
        private int latentHidden;

        private Builder(int count, int topK, int ffnHidden) {
            this.count = count;
            this.topK = topK;
            this.ffnHidden = ffnHidden;
        }

        /** Sets the width of the shared experts together. */
        public Builder sharedFfnHidden(int value) {
            sharedFfnHidden = value;
            return this;
        }

        /** Sets the leading layers that keep a dense feed-forward part. */
        public Builder firstDenseLayers(int value) {
            firstDenseLayers = value;
            return this;
        }

        /** Sets of how many layers in a row the last is an expert layer. */
        public Builder everyNth(int value) {
            everyNth = value;
            return this;
        }

        /** Sets the width of the dense layers. */
        public Builder denseFfnHidden(int value) {
            denseFfnHidden = value;
            return this;
        }

        /** Sets whether the router adds a number to each expert's score. */
        public Builder routerBias(boolean value) {
            routerBias = value;
            return this;
        }

        /** Sets how tokens are spread over the experts. */
        public Builder routing(TokenRouting value) {
            routing = value;
            return this;
        }

        /** Sets the width to which tokens are projected before they travel; 0 for none. */
        public Builder latentHidden(int value) {
            latentHidden = value;
            return this;
        }

        /** The experts. */
        public Experts build() {
            return new Experts(
                    count,
                    topK,
                    ffnHidden,
                    sharedFfnHidden,
                    firstDenseLayers,
                    everyNth,
                    denseFfnHidden,
                    routerBias,
                    routing,
                    latentHidden);
        }
    }
}
