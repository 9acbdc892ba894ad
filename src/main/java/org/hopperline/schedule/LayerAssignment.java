package org.hopperline.schedule;

import java.util.Arrays;
import java.util.List;
import org.hopperline.core.Check;
import org.hopperline.plan.PipelineLayout;

/**
 * Which layers lie in which chunk of a pipeline. Chunk {@code g = c*p + i} is chunk {@code c} of stage {@code i}; the
 * embedding goes with the first chunk, final norm, logits and loss with the last. Layers that predict further tokens
 * (arXiv 2412.19437 section 2.2) follow on the others.
 */
public final class LayerAssignment {

    private final int stages;
    private final int[] layersOfChunk;
    private final int[] furtherOfChunk;
    private final int[] firstOfChunk;

    private LayerAssignment(int stages, int[] layersOfChunk, int[] furtherOfChunk) {
        this.stages = stages;
        this.layersOfChunk = layersOfChunk;
        this.furtherOfChunk = furtherOfChunk;
        this.firstOfChunk = new int[layersOfChunk.length];
        for (int g = 1; g < firstOfChunk.length; g++) {
            firstOfChunk[g] = firstOfChunk[g - 1] + layersOfChunk[g - 1];
        }
    }

    /** The usual assignment of a model without layers for further tokens. */
    public static LayerAssignment of(int layers, int p, int v) {
        return of(layers, 0, p, v);
    }

    /**
     * The usual assignment.
     *
     * <ul>
     *   <li>If {@code p v} divides the layers, every chunk has the same number, and those for further tokens go with the
     *       last.
     *   <li>Else embedding, logits and each layer for further tokens take the place of a layer each, and every chunk has
     *       the same number of places, as with Megatron-LM's {@code --account-for-embedding-in-pipeline-split} and
     *       {@code --account-for-loss-in-pipeline-split}, and in NVIDIA's recipes for DeepSeek-V3 on H100 ({@code
     *       Et|(tt|)*30mL}: 61 + 3 places on 32 chunks).
     *   <li>If the chunks do not divide those places either, chunks differ by one place, and those with one more follow
     *       on the first chunk, so that they spread over the stages and the edges stay light; where that would leave a
     *       chunk without a layer, only layers are spread. Assumed: frameworks then want the split by hand, which {@link
     *       #ofEdges}, {@link #of(PipelineLayout, int)} and {@link #ofChunks} take.
     * </ul>
     *
     * @param layers layers of the model, at least 1
     * @param further layers for further tokens, at least 0
     * @param p stages, at least 1
     * @param v virtual stages, at least 1
     */
    public static LayerAssignment of(int layers, int further, int p, int v) {
        ScheduleRules.checkLayers(layers);
        Check.nonNegative(further, "layers for further tokens");
        ScheduleRules.check(p, 1);
        Check.positive(v, "virtual stages");
        long chunks = (long) p * v;
        if (chunks > layers + further + 2) {
            throw new IllegalArgumentException("layers is " + layers + ", too few for " + chunks + " chunks (" + p
                    + " stages x " + v + " virtual stages); " + p + " stages take at most "
                    + Math.max(1, (layers + further + 2) / p) + " virtual stages");
        }
        int n = (int) chunks;
        int[] own = new int[n];
        int[] more = new int[n];
        if (layers % n == 0) {
            Arrays.fill(own, layers / n);
            more[n - 1] = further;
            return new LayerAssignment(p, own, more);
        }
        int slots = layers + further + 2;
        if (slots % n != 0 && slots < 2 * n) {
            spread(own, layers);
            more[n - 1] = further;
            return new LayerAssignment(p, own, more);
        }
        int[] places = new int[n];
        spread(places, slots);
        places[0]--;
        places[n - 1]--;
        int left = layers;
        for (int g = 0; g < n; g++) {
            own[g] = Math.min(left, places[g]);
            more[g] = places[g] - own[g];
            left -= own[g];
        }
        return new LayerAssignment(p, own, more);
    }

    /** As many a chunk, and one more on those that follow on the first until they come out. */
    private static void spread(int[] places, int slots) {
        int n = places.length;
        Arrays.fill(places, slots / n);
        for (int k = 0; k < slots % n; k++) {
            places[(k + 1) % n]++;
        }
    }

    /**
     * An assignment with the layers of the first and the last stage by hand, as Megatron-LM's
     * {@code --decoder-first-pipeline-num-layers} and {@code --decoder-last-pipeline-num-layers} take them. The stages
     * between share the rest, the first of them one more where it does not come out even, and so do the chunks of each
     * stage. Layers for further tokens go with the last chunk.
     *
     * @param layers layers of the model, at least 1
     * @param further layers for further tokens, at least 0
     * @param p stages, at least 2
     * @param v virtual stages, at least 1
     * @param first layers of the first stage over all its chunks; 0 for as many as the others
     * @param last layers of the last stage; 0 for as many as the others
     * @throws IllegalArgumentException if a stage between is left without a layer
     */
    public static LayerAssignment ofEdges(int layers, int further, int p, int v, int first, int last) {
        ScheduleRules.checkLayers(layers);
        Check.nonNegative(further, "layers for further tokens");
        ScheduleRules.check(p, 1);
        Check.positive(v, "virtual stages");
        Check.nonNegative(first, "layers of the first stage");
        Check.nonNegative(last, "layers of the last stage");
        int others = p - (first > 0 ? 1 : 0) - (last > 0 ? 1 : 0);
        int rest = layers - first - last;
        if (p < 2 || rest < others || (others == 0 && rest != 0)) {
            throw new IllegalArgumentException(first + " layers on the first and " + last + " on the last of " + p
                    + " stages leave " + rest + " of " + layers + " layers for " + Math.max(0, others)
                    + " others; give each other stage one or more, or the edges all");
        }
        int[] own = new int[p * v];
        int[] more = new int[p * v];
        int other = 0;
        for (int i = 0; i < p; i++) {
            int here;
            if (i == 0 && first > 0) {
                here = first;
            } else if (i == p - 1 && last > 0) {
                here = last;
            } else {
                here = rest / others + (other < rest % others ? 1 : 0);
                other++;
            }
            for (int c = 0; c < v; c++) {
                own[c * p + i] = here / v + (c < here % v ? 1 : 0);
            }
        }
        more[p * v - 1] = further;
        return new LayerAssignment(p, own, more);
    }

    /**
     * An assignment by hand.
     *
     * @param p stages, at least 1
     * @param layersOfChunk layers of each chunk, at least 0, as many as a multiple of the stages
     */
    public static LayerAssignment ofChunks(int p, int... layersOfChunk) {
        ScheduleRules.check(p, 1);
        Check.notNull(layersOfChunk, "layersOfChunk");
        checkChunks(layersOfChunk.length, p, "layersOfChunk");
        for (int layers : layersOfChunk) {
            Check.nonNegative(layers, "layers of a chunk");
        }
        return new LayerAssignment(p, layersOfChunk.clone(), new int[layersOfChunk.length]);
    }

    /**
     * The assignment of a layout.
     *
     * @param p stages, at least 1, which divide the chunks of the layout
     */
    public static LayerAssignment of(PipelineLayout layout, int p) {
        Check.notNull(layout, "layout");
        ScheduleRules.check(p, 1);
        checkChunks(layout.chunks(), p, "layout");
        return new LayerAssignment(p, counts(layout.layersOfChunk()), counts(layout.furtherOfChunk()));
    }

    private static void checkChunks(int chunks, int p, String name) {
        if (chunks == 0 || chunks % p != 0) {
            throw new IllegalArgumentException(name + " has " + chunks + " entries, but must have a multiple of the "
                    + p + " stages, for example " + Math.max(1, chunks / p) * p);
        }
    }

    private static int[] counts(List<Integer> ofChunks) {
        return ofChunks.stream().mapToInt(Integer::intValue).toArray();
    }

    /** Stages, p. */
    public int stages() {
        return stages;
    }

    /** Virtual stages, v. */
    public int virtualStages() {
        return layersOfChunk.length / stages;
    }

    /** Chunks over all stages. */
    public int chunks() {
        return layersOfChunk.length;
    }

    /** Layers of all chunks, those for further tokens left out. */
    public int layers() {
        int last = layersOfChunk.length - 1;
        return firstOfChunk[last] + layersOfChunk[last];
    }

    /** True if all chunks have as many layers, or as many places with embedding and logits counted as one each. */
    public boolean isEven() {
        int last = layersOfChunk.length - 1;
        boolean layers = true;
        boolean places = true;
        for (int g = 1; g <= last; g++) {
            layers &= layersOfChunk[g] == layersOfChunk[0];
            places &= layersOfChunk[g] + furtherOfChunk[g] + (g == last ? 1 : 0)
                    == layersOfChunk[0] + furtherOfChunk[0] + 1;
        }
        return layers || places;
    }

    /** Layers of chunk {@code g}, those for further tokens left out. */
    public int layersOfChunk(int g) {
        return layersOfChunk[g];
    }

    /** Layers of chunk {@code g} that predict further tokens. */
    public int furtherOfChunk(int g) {
        return furtherOfChunk[g];
    }

    /** Index of the first layer of chunk {@code g}, from 0: the dense layers of a model with experts come first. */
    public int firstLayerOfChunk(int g) {
        return firstOfChunk[g];
    }

    /** Layers of a stage over all its chunks. */
    public int layersOfStage(int stage) {
        return sum(layersOfChunk, stage);
    }

    /** Layers of a stage that predict further tokens. */
    public int furtherOfStage(int stage) {
        return sum(furtherOfChunk, stage);
    }

    private int sum(int[] ofChunk, int stage) {
        ScheduleRules.checkStage(stage, stages);
        int sum = 0;
        for (int g = stage; g < ofChunk.length; g += stages) {
            sum += ofChunk[g];
        }
        return sum;
    }

    /** Whether chunk {@code g} holds the embedding. */
    public boolean hasEmbedding(int g) {
        return g == 0;
    }

    /** Whether chunk {@code g} holds the final norm, the logits and the loss. */
    public boolean hasLogits(int g) {
        return g == layersOfChunk.length - 1;
    }

    @Override
    public String toString() {
        return stages + " stages: " + Arrays.toString(layersOfChunk);
    }
}
