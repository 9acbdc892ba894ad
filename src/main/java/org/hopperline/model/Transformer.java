package org.hopperline.model;

import java.util.Locale;
import org.hopperline.core.Check;
import org.hopperline.core.Kind;
import org.jspecify.annotations.Nullable;

/**
 * The shape of a decoder-only transformer, or of a hybrid whose layers are each one block: Mamba-2, attention, dense
 * feed-forward part or experts, in the order of a pattern. Attention of a hybrid has no position embedding.
 *
 * @param name the model
 * @param layers layers, of a hybrid its blocks; those that predict further tokens are counted apart
 * @param hidden width of the residual stream
 * @param heads query heads; 0 if a pattern has no attention, as for the next two
 * @param kvHeads key and value heads
 * @param headDim size of a query or key head
 * @param ffnHidden intermediate width of the dense feed-forward part; of one expert where there are experts; 0 if a
 *     pattern has neither
 * @param gated true if the feed-forward part has a gate (three matrices, SwiGLU or GeGLU), else two
 * @param vocab rows of the embedding
 * @param tiedEmbeddings true if input and output embedding are one matrix
 * @param experts the mixture of experts, or null
 * @param latentAttention the low-rank attention, or null
 * @param learnedPositions rows of a learned position embedding; 0 for rotary positions, or for none in a hybrid
 * @param normalisation kind and number of normalisations
 * @param queryKeyNorm true if queries and keys are normalised head by head
 * @param biases which linear layers of a block add a bias
 * @param slidingWindow which layers look back only so far, or null
 * @param sinks true if each head has a learned number in the denominator of its softmax
 * @param multiTokenLayers further layers that each predict one more token (arXiv 2412.19437 section 2.2); in a hybrid
 *     each is attention and then experts, or else a feed-forward part ({@code *E} or {@code *-})
 * @param pattern the kind of each layer of a hybrid, or null where each has attention and a feed-forward part
 * @param mamba the Mamba-2 mixer of a hybrid, or null
 * @param kind how far the shape may be trusted
 * @param source where the shape is printed
 */
public record Transformer(
        String name,
        int layers,
        int hidden,
        int heads,
        int kvHeads,
        int headDim,
        int ffnHidden,
        boolean gated,
        int vocab,
        boolean tiedEmbeddings,
        @Nullable Experts experts,
        @Nullable LatentAttention latentAttention,
        int learnedPositions,
        Normalisation normalisation,
        boolean queryKeyNorm,
        Biases biases,
        @Nullable SlidingWindow slidingWindow,
        boolean sinks,
        int multiTokenLayers,
        @Nullable LayerPattern pattern,
        @Nullable Mamba2 mamba,
        Kind kind,
        String source) {

    /** The most parameters that a shape may have: beyond it, counts would leave the range of a long. */
    private static final double MOST_PARAMETERS = 1e18;

    /** Checks counts, that query heads share key heads evenly, and that the parts agree with each other. */
    public Transformer {
        Check.notBlank(name, "name of a model");
        Check.positive(layers, "layers");
        Check.positive(hidden, "hidden width");
        if (pattern == null) {
            Check.positive(heads, "heads");
            Check.positive(kvHeads, "key and value heads");
            Check.positive(headDim, "head size");
            Check.positive(ffnHidden, "intermediate width");
            if (mamba != null) {
                throw new IllegalArgumentException(
                        name + " has a Mamba-2 mixer, but no pattern that says in which layers; give one, or no mixer");
            }
        } else {
            HybridChecks.check(
                    name,
                    layers,
                    heads,
                    kvHeads,
                    headDim,
                    ffnHidden,
                    experts,
                    slidingWindow,
                    multiTokenLayers,
                    pattern,
                    mamba);
        }
        Check.positive(vocab, "vocabulary");
        Check.nonNegative(learnedPositions, "learned positions");
        Check.notNull(normalisation, "normalisation");
        Check.notNull(biases, "biases");
        Check.nonNegative(multiTokenLayers, "multi-token prediction layers");
        Check.notNull(kind, "kind of the shape");
        Check.notBlank(source, "source of the shape");
        if (kvHeads > 0 && heads % kvHeads != 0) {
            throw new IllegalArgumentException(heads + " query heads do not share " + kvHeads
                    + " key and value heads evenly; the second must divide the first");
        }
        if (latentAttention != null && latentAttention.nopeDim() + latentAttention.ropeDim() != headDim) {
            throw new IllegalArgumentException("head size is " + headDim + ", but the latent attention has "
                    + latentAttention.nopeDim() + " unrotated and " + latentAttention.ropeDim() + " rotated; give "
                    + (latentAttention.nopeDim() + latentAttention.ropeDim()));
        }
        if (experts != null && experts.firstDenseLayers() >= layers) {
            throw new IllegalArgumentException(experts.firstDenseLayers() + " leading dense layers leave no expert"
                    + " layer of " + layers + "; take fewer, or no experts");
        }
        double width = experts == null
                ? ffnHidden
                : (double) experts.ffnHidden() * experts.count() + experts.sharedFfnHidden() + experts.denseFfnHidden();
        double inLayer = 4.0 * heads * headDim + 3 * width + (mamba == null ? 0 : 3.0 * mamba.projected());
        double about = (double) hidden * (layers * inLayer + 2.0 * vocab);
        if (about > MOST_PARAMETERS) {
            throw new IllegalArgumentException("the shape of " + name + " has about " + about
                    + " parameters, but at most " + MOST_PARAMETERS + " can be counted; check hidden width " + hidden
                    + ", layers " + layers + ", intermediate width " + ffnHidden + " and vocabulary " + vocab);
        }
    }

    /** A shape with rotary positions, RMS normalisation, no biases, no window, and no further prediction layers. */
    public Transformer(
            String name,
            int layers,
            int hidden,
            int heads,
            int kvHeads,
            int headDim,
            int ffnHidden,
            boolean gated,
            int vocab,
            boolean tiedEmbeddings,
            @Nullable Experts experts,
            @Nullable LatentAttention latentAttention) {
        this(
                name,
                layers,
                hidden,
                heads,
                kvHeads,
                headDim,
                ffnHidden,
                gated,
                vocab,
                tiedEmbeddings,
                experts,
                latentAttention,
                0,
                Normalisation.RMS,
                false,
                Biases.NONE,
                null,
                false,
                0,
                null,
                null,
                Kind.ASSUMED,
                "given by the caller");
    }

    /** Describes a model part by part. */
    public static TransformerBuilder builder(String name) {
        return new TransformerBuilder(name);
    }

    /** A builder that holds this shape, for variations. */
    public TransformerBuilder toBuilder() {
        return new TransformerBuilder(this);
    }

    /**
     * A dense model of about that many parameters, in the proportions of Llama 3; see {@link BareSize}. Its kind is
     * assumed and its source says by what rule it was made.
     *
     * @param parameters about how many, embeddings counted; 1e7 to 1e14
     */
    public static Transformer ofParameters(double parameters) {
        return BareSize.transformer(parameters);
    }

    /**
     * The same shape with another number of layers; its kind becomes assumed.
     *
     * @throws IllegalArgumentException if the layers follow a pattern, which tells how many there are
     */
    public Transformer withLayers(int newLayers) {
        if (pattern != null) {
            throw new IllegalArgumentException(newLayers + " layers of " + name + ", whose " + layers
                    + " layers follow the pattern " + pattern + "; give another pattern to its builder");
        }
        return toBuilder()
                .name(name + " cut to " + newLayers + " layers")
                .layers(newLayers)
                .origin(Kind.ASSUMED, "varied from " + layers + " layers (" + source + ")")
                .build();
    }

    /** Size of a value head: that of a query head unless the attention is latent. */
    public int valueDim() {
        return latentAttention == null ? headDim : latentAttention.valueDim();
    }

    /** True if some layers hold experts. */
    public boolean hasExperts() {
        return experts != null;
    }

    /** True if layer {@code layer}, from 0, holds experts. */
    public boolean isExpertLayer(int layer) {
        return pattern != null ? pattern.is(LayerKind.EXPERTS, layer) : experts != null && experts.inLayer(layer);
    }

    /** Layers with experts. */
    public int expertLayers() {
        if (pattern != null) {
            return pattern.count(LayerKind.EXPERTS);
        }
        return experts == null ? 0 : experts.layersOf(layers);
    }

    /** Layers with a dense feed-forward part. */
    public int denseLayers() {
        return pattern != null ? pattern.count(LayerKind.FEED_FORWARD) : layers - expertLayers();
    }

    /** Layers with attention. */
    public int attentionLayers() {
        return pattern != null ? pattern.count(LayerKind.ATTENTION) : layers;
    }

    /** Layers with a Mamba-2 mixer. */
    public int mambaLayers() {
        return pattern != null ? pattern.count(LayerKind.MAMBA) : 0;
    }

    /** Intermediate width of the dense layers; 0 if every layer holds experts. */
    public int denseFfnHidden() {
        return experts == null ? ffnHidden : experts.denseFfnHidden();
    }

    /** All parameters, embeddings counted, multi-token prediction left out: {@link ParameterCount#total}. */
    public long parameters() {
        return ParameterCount.total(this);
    }

    /** Parameters that multiply each token, the logit matrix counted: {@link ParameterCount#active}. */
    public long activeParameters() {
        return ParameterCount.active(this);
    }

    /** One line: {@code Llama 3.1 405B: 405.9 B parameters, 126 layers x 16384, 128/8 heads}. */
    @Override
    public String toString() {
        StringBuilder line = new StringBuilder(name)
                .append(": ")
                .append(billions(parameters()))
                .append(" parameters");
        if (experts != null) {
            line.append(" (").append(billions(activeParameters())).append(" active)");
        }
        line.append(", ").append(layers).append(" x ").append(hidden);
        if (pattern != null) {
            if (experts == null) {
                line.append(", ").append(mambaLayers()).append(" Mamba-2");
            }
        } else if (experts == null) {
            line.append(", ").append(heads).append('/').append(kvHeads).append(" heads");
        } else {
            line.append(", ").append(experts.topK()).append(" of ").append(experts.count());
        }
        return line.length() < 80 ? line.toString() : line.substring(0, 76) + "...";
    }

    /** The whole shape, its counts and its source, one a line. */
    public String card() {
        return ModelCard.of(this);
    }

    /** Billions of parameters with four digits, or millions below one billion. */
    static String billions(long parameters) {
        double billions = parameters / 1e9;
        if (billions < 1) {
            return String.format(Locale.ROOT, "%.4g M", parameters / 1e6);
        }
        return String.format(Locale.ROOT, billions < 10000 ? "%.4g B" : "%.0f B", billions);
    }
}
