package org.hopperline.work;

import org.hopperline.core.Check;
import org.hopperline.model.Experts;
import org.hopperline.model.Transformer;

/**
 * How the layers fall on the pipeline stages. If the stages do not divide the layers, the embedding and the logits
 * count as a layer each, as Megatron's {@code account_for_embedding_in_pipeline_split} and its counterpart for the loss
 * have it; if that does not come out either, the first stages hold one layer more.
 *
 * @param layers layers of the model
 * @param stages pipeline stages
 * @param leadingDense leading layers without experts; equal to {@code layers} for a dense model
 * @param everyNth after those, an expert layer stands at every n-th place
 */
public record StageLayout(int layers, int stages, int leadingDense, int everyNth) {

    /** Checks that each stage gets a layer. */
    public StageLayout {
        Check.positive(layers, "layers");
        Check.positive(stages, "stages");
        if (stages > layers) {
            throw new IllegalArgumentException(
                    stages + " stages on " + layers + " layers leave some empty; take at most " + layers);
        }
    }

    /** The layout of a model over {@code stages} stages. */
    public static StageLayout of(Transformer model, int stages) {
        Experts experts = model.experts();
        return experts == null
                ? new StageLayout(model.layers(), stages, model.layers(), 1)
                : new StageLayout(
                        model.layers(),
                        stages,
                        Math.min(experts.firstDenseLayers(), model.layers()),
                        experts.everyNth());
    }

    /** Layers of stage {@code stage}, from 0. */
    public int layersOf(int stage) {
        if (layers % stages == 0) {
            return layers / stages;
        }
        if ((layers + 2) % stages == 0) {
            int slots = (layers + 2) / stages;
            int edges = (stage == 0 ? 1 : 0) + (stage == stages - 1 ? 1 : 0);
            return slots - edges;
        }
        return layers / stages + (stage < layers % stages ? 1 : 0);
    }

    /** Expert layers of stage {@code stage}. */
    public int expertLayersOf(int stage) {
        int first = 0;
        for (int s = 0; s < stage; s++) {
            first += layersOf(s);
        }
        return expertLayersOf(first, layersOf(stage));
    }

    /** Expert layers among {@code count} layers from layer {@code first}, from 0. */
    public int expertLayersOf(int first, int count) {
        return expertLayersBefore(first + count) - expertLayersBefore(first);
    }

    /** Dense layers of stage {@code stage}. */
    public int denseLayersOf(int stage) {
        return layersOf(stage) - expertLayersOf(stage);
    }

    /** Expert layers of the whole model. */
    public int expertLayers() {
        return expertLayersBefore(layers);
    }

    private int expertLayersBefore(int layer) {
        return Math.max(0, layer - leadingDense) / everyNth;
    }
}
