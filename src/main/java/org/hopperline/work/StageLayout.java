package org.hopperline.work;

import java.util.Arrays;
import org.hopperline.model.Experts;
import org.hopperline.model.LayerKind;
import org.hopperline.model.LayerPattern;
import org.hopperline.model.Transformer;
import org.hopperline.plan.ParallelPlan;
import org.hopperline.plan.PipelineLayout;
import org.hopperline.schedule.LayerAssignment;
import org.jspecify.annotations.Nullable;

/**
 * What sorts of layers fall on the chunks and stages of a pipeline: dense ones, those with experts, of a hybrid those of
 * attention and of Mamba-2, and those that predict further tokens. Chunk {@code g = c*p + i} is chunk
 * {@code c} of stage {@code i}; which layers it has, {@link LayerAssignment} says.
 */
public final class StageLayout {

    private final LayerAssignment assignment;
    private final int leadingDense;
    private final int everyNth;
    private final @Nullable LayerPattern pattern;

    private StageLayout(LayerAssignment assignment, int leadingDense, int everyNth, @Nullable LayerPattern pattern) {
        this.assignment = assignment;
        this.leadingDense = leadingDense;
        this.everyNth = everyNth;
        this.pattern = pattern;
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
                ? new StageLayout(assignment, model.layers(), 1, model.pattern())
                : new StageLayout(
                        assignment,
                        Math.min(experts.firstDenseLayers(), model.layers()),
                        experts.everyNth(),
                        model.pattern());
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
        int sum = 0;
        for (int g = stage; g < chunks(); g += stages()) {
            sum += denseLayersOfChunk(g);
        }
        return sum;
    }

    /** Layers of stage {@code stage} that predict further tokens. */
    public int furtherLayersOf(int stage) {
        return assignment.furtherOfStage(stage);
    }

    /** Expert layers of chunk {@code g}. */
    public int expertLayersOfChunk(int g) {
        return layersOfChunk(LayerSort.EXPERT, g);
    }

    /** Dense layers of chunk {@code g}. */
    public int denseLayersOfChunk(int g) {
        return layersOfChunk(LayerSort.DENSE, g);
    }

    /** Layers of a sort in chunk {@code g}. */
    public int layersOfChunk(LayerSort sort, int g) {
        if (sort == LayerSort.FURTHER) {
            return assignment.furtherOfChunk(g);
        }
        int first = assignment.firstLayerOfChunk(g);
        return layersBefore(sort, first + assignment.layersOfChunk(g)) - layersBefore(sort, first);
    }

    /** Layers of a sort in the whole model. */
    public int layers(LayerSort sort) {
        return sort == LayerSort.FURTHER ? furtherLayers() : layersBefore(sort, layers());
    }

    /** The sorts of which the model has layers, by ordinal. */
    int[] sorts() {
        int[] sorts = new int[LayerSort.COUNT];
        int count = 0;
        for (int sort = 0; sort < LayerSort.COUNT; sort++) {
            if (layers(LayerSort.of(sort)) > 0) {
                sorts[count++] = sort;
            }
        }
        return Arrays.copyOf(sorts, count);
    }

    /** Layers of chunk {@code g} that predict further tokens. */
    public int furtherLayersOfChunk(int g) {
        return layersOfChunk(LayerSort.FURTHER, g);
    }

    /** Expert layers of the whole model, those for further tokens left out. */
    public int expertLayers() {
        return layers(LayerSort.EXPERT);
    }

    /** Layers of the whole model that predict further tokens. */
    public int furtherLayers() {
        int sum = 0;
        for (int g = 0; g < chunks(); g++) {
            sum += assignment.furtherOfChunk(g);
        }
        return sum;
    }

    private int layersBefore(LayerSort sort, int layer) {
        if (pattern != null) {
            return switch (sort) {
                case DENSE -> pattern.countBefore(LayerKind.FEED_FORWARD, layer);
                case EXPERT -> pattern.countBefore(LayerKind.EXPERTS, layer);
                case ATTENTION -> pattern.countBefore(LayerKind.ATTENTION, layer);
                case MAMBA -> pattern.countBefore(LayerKind.MAMBA, layer);
                case FURTHER -> 0;
            };
        }
        int experts = Math.max(0, layer - leadingDense) / everyNth;
        return switch (sort) {
            case DENSE -> layer - experts;
            case EXPERT -> experts;
            default -> 0;
        };
    }
}
