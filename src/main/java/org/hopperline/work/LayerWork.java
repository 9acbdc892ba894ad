package org.hopperline.work;

import java.util.List;
import org.hopperline.model.Transformer;
import org.hopperline.plan.TrainingSetup;
import org.jspecify.annotations.Nullable;

/**
 * What one layer, the embedding or the logits ask of one rank for one micro-batch.
 *
 * @param products linear layers
 * @param attention the core of attention, one call for each kind of layer; none for the embedding and the logits
 * @param scan the state-space scan of a Mamba-2 layer, or null
 * @param passes memory-bound operations
 * @param messages messages inside the layer
 * @param parameters parameters of the layer on this rank that all data-parallel ranks share
 * @param expertParameters parameters of routed experts on this rank
 * @param castWeights elements of weights that are cast to FP8 once a step
 * @param attentionPart how many of the products, passes and messages come before the feed-forward part
 */
public record LayerWork(
        List<MatrixProduct> products,
        List<AttentionCall> attention,
        @Nullable ScanCall scan,
        List<Pass> passes,
        List<Message> messages,
        double parameters,
        double expertParameters,
        double castWeights,
        Extent attentionPart) {

    /**
     * The first of each list of a layer.
     *
     * @param products how many products
     * @param passes how many passes
     * @param messages how many messages
     */
    public record Extent(int products, int passes, int messages) {

        /** Nothing. */
        static final Extent NONE = new Extent(0, 0, 0);
    }

    /** Bytes of one 16-bit activation. */
    static final int ACTIVATION_BYTES = 2;

    /** Copies the lists. */
    public LayerWork {
        products = List.copyOf(products);
        attention = List.copyOf(attention);
        passes = List.copyOf(passes);
        messages = List.copyOf(messages);
    }

    /** A layer of a sort. */
    public static LayerWork of(LayerSort sort, TrainingSetup setup) {
        return switch (sort) {
            case DENSE -> dense(setup);
            case EXPERT -> expert(setup);
            case ATTENTION -> attention(setup);
            case MAMBA -> mamba(setup);
            case FURTHER -> further(setup);
        };
    }

    /** A layer with the dense feed-forward part, which is all that a hybrid's has. */
    public static LayerWork dense(TrainingSetup setup) {
        LayerDraft draft = new LayerDraft(setup);
        if (setup.model().pattern() == null) {
            AttentionPart.addTo(draft);
        }
        FeedForwardPart.addTo(draft);
        return draft.build();
    }

    /**
     * A layer with routed experts, which are all that a hybrid's has.
     *
     * @throws IllegalArgumentException if the model has none
     */
    public static LayerWork expert(TrainingSetup setup) {
        LayerDraft draft = new LayerDraft(setup);
        if (setup.model().pattern() == null) {
            AttentionPart.addTo(draft);
        }
        ExpertPart.addTo(draft);
        return draft.build();
    }

    /**
     * A hybrid's layer of attention alone.
     *
     * @throws IllegalArgumentException if the model has none
     */
    public static LayerWork attention(TrainingSetup setup) {
        if (setup.model().pattern() == null || setup.model().attentionLayers() == 0) {
            throw new IllegalArgumentException(
                    setup.model().name() + " has no layer of attention alone; ask for its other layers");
        }
        LayerDraft draft = new LayerDraft(setup);
        AttentionPart.addTo(draft);
        return draft.build();
    }

    /**
     * A hybrid's Mamba-2 layer.
     *
     * @throws IllegalArgumentException if the model has none
     */
    public static LayerWork mamba(TrainingSetup setup) {
        LayerDraft draft = new LayerDraft(setup);
        MambaPart.addTo(draft);
        return draft.build();
    }

    /** The look-up of token embeddings; with tensor parallelism each rank holds a part of the vocabulary. */
    public static LayerWork embedding(TrainingSetup setup) {
        LayerDraft draft = new LayerDraft(setup);
        VocabularyPart.addEmbedding(draft);
        return draft.build();
    }

    /** The last norm, the output embedding and the loss. */
    public static LayerWork logits(TrainingSetup setup) {
        LayerDraft draft = new LayerDraft(setup);
        VocabularyPart.addLogits(draft);
        return draft.build();
    }

    /**
     * A layer that predicts one more token (arXiv 2412.19437 section 2.2): the embedding of that token and the last
     * activations, each normalised, are projected from {@code 2h} to {@code h} and pass a layer like the last one (of a
     * hybrid attention and then experts, or else a feed-forward part) and a norm. Its logits are {@link #logits} once more. A
     * pipeline's last stage keeps a copy of the embedding for it.
     *
     * @throws IllegalArgumentException if the model has none
     */
    public static LayerWork further(TrainingSetup setup) {
        Transformer model = setup.model();
        if (model.multiTokenLayers() == 0) {
            throw new IllegalArgumentException(model.name() + " predicts no further token; ask for its layers");
        }
        LayerDraft draft = new LayerDraft(setup);
        VocabularyPart.addJoin(draft);
        AttentionPart.addTo(draft);
        if (model.pattern() != null ? model.hasExperts() : model.isExpertLayer(model.layers() - 1)) {
            ExpertPart.addTo(draft);
        } else {
            FeedForwardPart.addTo(draft);
        }
        draft.norm(model.hidden());
        return draft.build();
    }

    /** True if tokens travel to experts on other ranks. */
    public boolean exchangesTokens() {
        for (Message message : messages) {
            if (message.axis() == Message.Axis.EXPERT) {
                return true;
            }
        }
        return false;
    }

    /**
     * Tensors of the parameters that all data-parallel ranks share: one for each product but those of routed experts, for
     * each norm and for the embedding. Biases, a hidden size or less, are left out, and so is that tied embeddings serve twice.
     */
    public int parameterTensors() {
        int tensors = 0;
        for (MatrixProduct product : products) {
            tensors += product.part() == MatrixProduct.Part.EXPERTS ? 0 : 1;
        }
        for (Pass pass : passes) {
            tensors += switch (pass.operation()) {
                case RMS_NORM, LAYER_NORM, EMBEDDING -> 1;
                default -> 0;
            };
        }
        return tensors;
    }

    /** FLOPs of the products in the forward pass. */
    public double forwardProductFlops() {
        double flops = 0;
        for (MatrixProduct product : products) {
            flops += product.forwardFlops();
        }
        return flops;
    }
}
