package org.hopperline.schedule;

import java.util.Arrays;
import org.hopperline.core.Check;

/**
 * Which layers lie in which chunk of a pipeline. Chunk {@code g = c*p + i} is chunk {@code c} of stage {@code i}; the
 * embedding goes with the first chunk, final norm, logits and loss with the last.
 */
public final class LayerAssignment {

    private final int stages;
    private final int[] layersOfChunk;

    private LayerAssignment(int stages, int[] layersOfChunk) {
        this.stages = stages;
        this.layersOfChunk = layersOfChunk;
    }

    /**
     * The usual assignment.
     *
     * <ul>
     *   <li>If {@code p v} divides the layers, every chunk has the same number.
     *   <li>Else embedding and logits take the place of a layer each, and every chunk has the same number of places, as
     *       with Megatron-LM's {@code --account-for-embedding-in-pipeline-split} and
     *       {@code --account-for-loss-in-pipeline-split}.
     *   <li>If the chunks do not divide those places either, chunks differ by one place, and those with one more follow
     *       on the first chunk, so that they spread over the stages and the edges stay light. Assumed: frameworks then want
     *       the split by hand, which {@link #ofChunks} takes.
     * </ul>
     *
     * @param layers layers of the model, at least 1
     * @param p stages, at least 1
     * @param v virtual stages, at least 1
     */
    public static LayerAssignment of(int layers, int p, int v) {
        Shape.checkLayers(layers);
        Shape.check(p, 1);
        Check.positive(v, "virtual stages");
        long chunks = (long) p * v;
        if (chunks > layers + (chunks == layers ? 0 : 2)) {
            throw new IllegalArgumentException("layers is " + layers + ", too few for " + chunks + " chunks (" + p
                    + " stages x " + v + " virtual stages); " + p + " stages take at most "
                    + Math.max(1, (layers + 2) / p) + " virtual stages");
        }
        int n = (int) chunks;
        int[] places = new int[n];
        if (layers % n == 0) {
            Arrays.fill(places, layers / n);
            return new LayerAssignment(p, places);
        }
        int slots = layers + 2;
        Arrays.fill(places, slots / n);
        for (int k = 0; k < slots % n; k++) {
            places[(k + 1) % n]++;
        }
        places[0]--;
        places[n - 1]--;
        return new LayerAssignment(p, places);
    }

    /**
     * An assignment by hand.
     *
     * @param p stages, at least 1
     * @param layersOfChunk layers of each chunk, at least 0, as many as a multiple of the stages
     */
    public static LayerAssignment ofChunks(int p, int... layersOfChunk) {
        Shape.check(p, 1);
        Check.notNull(layersOfChunk, "layersOfChunk");
        if (layersOfChunk.length == 0 || layersOfChunk.length % p != 0) {
            throw new IllegalArgumentException("layersOfChunk has " + layersOfChunk.length
                    + " entries, but must have a multiple of the " + p + " stages, for example "
                    + Math.max(1, layersOfChunk.length / p) * p);
        }
        for (int layers : layersOfChunk) {
            Check.nonNegative(layers, "layers of a chunk");
        }
        return new LayerAssignment(p, layersOfChunk.clone());
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

    /** Layers of all chunks. */
    public int layers() {
        return Arrays.stream(layersOfChunk).sum();
    }

    /** Layers of chunk {@code g}. */
    public int layersOfChunk(int g) {
        return layersOfChunk[g];
    }

    /** Index of the first layer of chunk {@code g}, from 0: the dense layers of a model with experts come first. */
    public int firstLayerOfChunk(int g) {
        int first = 0;
        for (int k = 0; k < g; k++) {
            first += layersOfChunk[k];
        }
        return first;
    }

    /** Layers of a stage over all its chunks. */
    public int layersOfStage(int stage) {
        Shape.checkStage(stage, stages);
        int sum = 0;
        for (int g = stage; g < layersOfChunk.length; g += stages) {
            sum += layersOfChunk[g];
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
