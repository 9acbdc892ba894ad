package org.hopperline.work;

import org.hopperline.model.Experts;
import org.hopperline.model.Transformer;
import org.hopperline.plan.ParallelPlan;
import org.hopperline.plan.PipelineLayout;
import org.hopperline.schedule.LayerAssignment;

/**
 * What kinds of layers fall on the chunks and stages of a pipeline: dense ones, those with experts, and those that predict
 * further tokens. Chunk {@code g = c*p + i} is chunk {@code c} of stage {@code i}; which layers it has, {@link
 * LayerAssignment} says.
 */
public final class StageLayout {

    private final LayerAssignment assignment;
    private final int leadingDense;
    private final int everyNth;

    private StageLayout(LayerAssignment assignment, int leadingDense, int everyNth) {
        this.assignment = assignment;
        this.leadingDense = leadingDense;
        this.everyNth = everyNth;
    }

    /** The layout of a model over {@code stages} stages of one chunk each. */
    public static StageLayout of(Transformer model, int stages) {
        return of(model, LayerAssignment.of(model.layers(), model.multiTokenLayers(), stages, 1));
    }

    /** The layout of a model over the chunks of a plan. */
    public static StageLayout of(Transformer model, ParallelPlan plan) {
        int first = plan.firstStageLayers();
        int last = plan.lastStageLayers();
        int p = plan.pipeline();
        int v = plan.virtualStages();
        PipelineLayout layout = plan.layout();
        if (layout != null) {
            return of(model, LayerAssignment.of(layout, p));
        }
        return of(
                model,
                first == 0 && last == 0
                        ? LayerAssignment.of(model.layers(), model.multiTokenLayers(), p, v)
                        : LayerAssignment.ofEdges(model.layers(), model.multiTokenLayers(), p, v, first, last));
    }

    private static StageLayout of(Transformer model, LayerAssignment assignment) {
        Experts experts = model.experts();
        return experts == null
                ? new StageLayout(assignment, model.layers(), 1)
                : new StageLayout(assignment, Math.min(experts.firstDenseLayers(), model.layers()), experts.everyNth());
    }

    /** Layers of the model, those for further tokens left out. */
    public int layers() {
        return assignment.layers();
    }

    /** Pipeline stages. */
    public int stages() {
        return assignment.stages();
    }

    /** Chunks over all stages. */
    public int chunks() {
        return assignment.chunks();
    }

    /** True if all chunks have as many layers, or as many places with embedding and logits counted as one each. */
    public boolean isEven() {
        return assignment.isEven();
    }

    /** Layers of stage {@code stage}, from 0. */
    public int layersOf(int stage) {
        return assignment.layersOfStage(stage);
    }

    /** Expert layers of stage {@code stage}. */
    public int expertLayersOf(int stage) {
        int sum = 0;
        for (int g = stage; g < chunks(); g += stages()) {
            sum += expertLayersOfChunk(g);
        }
        return sum;
    }

    /** Dense layers of stage {@code stage}. */
    public int denseLayersOf(int stage) {
        return layersOf(stage) - expertLayersOf(stage);
    }

    /** Layers of stage {@code stage} that predict further tokens. */
    public int furtherLayersOf(int stage) {
        return assignment.furtherOfStage(stage);
    }

    /** Expert layers of chunk {@code g}. */
    public int expertLayersOfChunk(int g) {
        int first = assignment.firstLayerOfChunk(g);
        return expertLayersBefore(first + assignment.layersOfChunk(g)) - expertLayersBefore(first);
    }

    /** Dense layers of chunk {@code g}. */
    public int denseLayersOfChunk(int g) {
        return assignment.layersOfChunk(g) - expertLayersOfChunk(g);
    }

    /** Layers of chunk {@code g} that predict further tokens. */
    public int furtherLayersOfChunk(int g) {
        return assignment.furtherOfChunk(g);
    }

    /** Expert layers of the whole model, those for further tokens left out. */
    public int expertLayers() {
        return expertLayersBefore(layers());
    }

    /** Layers of the whole model that predict further tokens. */
    public int furtherLayers() {
        int sum = 0;
        for (int g = 0; g < chunks(); g++) {
            sum += assignment.furtherOfChunk(g);
        }
        return sum;
    }

    private int expertLayersBefore(int layer) {
        return Math.max(0, layer - leadingDense) / everyNth;
    }
}
