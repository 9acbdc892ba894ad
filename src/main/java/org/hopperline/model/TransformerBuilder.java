package org.hopperline.model;

import org.hopperline.core.Check;
import org.hopperline.core.Kind;
import org.jspecify.annotations.Nullable;

/**
 * Describes a transformer part by part. Layers, hidden width, heads, intermediate width and vocabulary must be given;
 * key and value heads default to the query heads, the head size to hidden width over heads, the rest to the commonest
 * choice: gated, untied, rotary, RMS, no biases. The pattern of a hybrid gives its layers; heads and intermediate width are
 * left out where it has no attention and no feed-forward part.
 */
public final class TransformerBuilder {

    private String name;
    private int layers;
    private int hidden;
    private int heads;
    private int kvHeads;
    private int headDim;
    private int ffnHidden;
    private boolean gated = true;
    private int vocab;
    private boolean tiedEmbeddings;
    private @Nullable Experts experts;
    private @Nullable LatentAttention latentAttention;
    private int learnedPositions;
    private Normalisation normalisation = Normalisation.RMS;
    private boolean queryKeyNorm;
    private Biases biases = Biases.NONE;
    private @Nullable SlidingWindow slidingWindow;
    private boolean sinks;
    private int multiTokenLayers;
    private @Nullable LayerPattern pattern;
    private @Nullable Mamba2 mamba;
    private Kind kind = Kind.ASSUMED;
    private String source = "given by the caller";

    TransformerBuilder(String name) {
        this.name = Check.notBlank(name, "name of a model");
    }

    TransformerBuilder(Transformer model) {
        name = model.name();
        layers = model.layers();
        hidden = model.hidden();
        heads = model.heads();
        kvHeads = model.kvHeads();
        headDim = model.headDim();
        ffnHidden = model.ffnHidden();
        gated = model.gated();
        vocab = model.vocab();
        tiedEmbeddings = model.tiedEmbeddings();
        experts = model.experts();
        latentAttention = model.latentAttention();
        learnedPositions = model.learnedPositions();
        normalisation = model.normalisation();
        queryKeyNorm = model.queryKeyNorm();
        biases = model.biases();
        slidingWindow = model.slidingWindow();
        sinks = model.sinks();
        multiTokenLayers = model.multiTokenLayers();
        pattern = model.pattern();
        mamba = model.mamba();
        kind = model.kind();
        source = model.source();
    }

    /** Name of the model. */
    public TransformerBuilder name(String value) {
        name = value;
        return this;
    }

    /** Transformer layers. */
    public TransformerBuilder layers(int value) {
        layers = value;
        return this;
    }

    /** Width of the residual stream. */
    public TransformerBuilder hidden(int value) {
        hidden = value;
        return this;
    }

    /** Query heads. */
    public TransformerBuilder heads(int value) {
        heads = value;
        return this;
    }

    /** Key and value heads; as many as query heads unless given. */
    public TransformerBuilder kvHeads(int value) {
        kvHeads = value;
        return this;
    }

    /** Size of a query or key head; hidden width over heads unless given. */
    public TransformerBuilder headDim(int value) {
        headDim = value;
        return this;
    }

    /** Intermediate width of the feed-forward part; of one expert where there are experts. */
    public TransformerBuilder ffnHidden(int value) {
        ffnHidden = value;
        return this;
    }

    /** True (the default) for three matrices with a gate, false for two. */
    public TransformerBuilder gated(boolean value) {
        gated = value;
        return this;
    }

    /** Rows of the embedding. */
    public TransformerBuilder vocab(int value) {
        vocab = value;
        return this;
    }

    /** True if input and output embedding are one matrix. */
    public TransformerBuilder tiedEmbeddings(boolean value) {
        tiedEmbeddings = value;
        return this;
    }

    /** The mixture of experts, or null for none. */
    public TransformerBuilder experts(@Nullable Experts value) {
        experts = value;
        return this;
    }

    /** The low-rank attention, or null for the ordinary one. */
    public TransformerBuilder latentAttention(@Nullable LatentAttention value) {
        latentAttention = value;
        return this;
    }

    /** Rows of a learned position embedding; 0 for rotary positions. */
    public TransformerBuilder learnedPositions(int value) {
        learnedPositions = value;
        return this;
    }

    /** Kind and number of normalisations. */
    public TransformerBuilder normalisation(Normalisation value) {
        normalisation = value;
        return this;
    }

    /** True if queries and keys are normalised head by head. */
    public TransformerBuilder queryKeyNorm(boolean value) {
        queryKeyNorm = value;
        return this;
    }

    /** Which linear layers add a bias. */
    public TransformerBuilder biases(Biases value) {
        biases = value;
        return this;
    }

    /** Layers that look back only so far, or null for none. */
    public TransformerBuilder slidingWindow(@Nullable SlidingWindow value) {
        slidingWindow = value;
        return this;
    }

    /** True if each head has a learned number in the denominator of its softmax. */
    public TransformerBuilder sinks(boolean value) {
        sinks = value;
        return this;
    }

    /** Further layers that each predict one more token. */
    public TransformerBuilder multiTokenLayers(int value) {
        multiTokenLayers = value;
        return this;
    }

    /** The kind of each layer of a hybrid and so their number, or null where all have attention and a feed-forward part. */
    public TransformerBuilder pattern(@Nullable LayerPattern value) {
        pattern = value;
        layers = value == null ? layers : value.layers();
        return this;
    }

    /** The Mamba-2 mixer of a hybrid, or null for none. */
    public TransformerBuilder mamba(@Nullable Mamba2 value) {
        mamba = value;
        return this;
    }

    /** How far the shape may be trusted, and where it is printed. */
    public TransformerBuilder origin(Kind newKind, String newSource) {
        kind = newKind;
        source = newSource;
        return this;
    }

    /**
     * The model.
     *
     * @throws IllegalArgumentException if a part is missing or contradicts another
     */
    public Transformer build() {
        if (pattern == null || pattern.has(LayerKind.ATTENTION)) {
            Check.positive(heads, "heads of " + name);
        }
        if (headDim == 0 && heads > 0 && Check.positive(hidden, "hidden width of " + name) % heads != 0) {
            throw new IllegalArgumentException("hidden width " + hidden + " of " + name + " is no multiple of " + heads
                    + " heads; give the head size");
        }
        return new Transformer(
                name,
                layers,
                hidden,
                heads,
                kvHeads == 0 ? heads : kvHeads,
                headDim == 0 && heads > 0 ? hidden / heads : headDim,
                ffnHidden,
                gated,
                vocab,
                tiedEmbeddings,
                experts,
                latentAttention,
                learnedPositions,
                normalisation,
                queryKeyNorm,
                biases,
                slidingWindow,
                sinks,
                multiTokenLayers,
                pattern,
                mamba,
                kind,
                source);
    }
}
