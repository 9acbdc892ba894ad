package org.hopperline.work;

import java.util.Arrays;

/**
 * The stages of a pipeline that take different times: those with the same layers are alike, but for the first, which has
 * the embedding, and the last, which has the logits. A few kinds, however many stages there are. Chunks are alike where
 * their stages are and they have the same layers.
 */
public final class StageClasses {

    private final int[] sorts;
    private final int[] kindOf;
    private final int[] firstOf;
    private final int[] lastOf;
    private final Layers ofKind;
    private final int[] chunkKindOf;
    private final int[] stageKindOf;
    private final double[][] shares;
    private final int furtherInAll;
    private final boolean edgesOnly;
    private final boolean even;

    private StageClasses(StageLayout layout) {
        sorts = layout.sorts();
        int p = layout.stages();
        int chunks = layout.chunks();
        Layers ofChunk = new Layers(sorts, chunks);
        for (int g = 0; g < chunks; g++) {
            for (int sort : sorts) {
                ofChunk.counts[sort][g] = layout.layersOfChunk(LayerSort.of(sort), g);
            }
        }
        kindOf = new int[p];
        ofKind = new Layers(sorts, p);
        int[] first = new int[p];
        int[] last = new int[p];
        int kinds = 0;
        for (int s = 0; s < p; s++) {
            ofKind.sum(kinds, ofChunk, s, p);
            int kind = s == p - 1 ? kinds : Math.min(1, kinds);
            while (kind < kinds && !ofKind.same(kind, kinds)) {
                kind++;
            }
            if (kind == kinds) {
                first[kinds++] = s;
            }
            kindOf[s] = kind;
            last[kind] = s;
        }
        firstOf = Arrays.copyOf(first, kinds);
        lastOf = Arrays.copyOf(last, kinds);
        chunkKindOf = new int[chunks];
        int[] like = new int[chunks];
        int[] stageKinds = new int[chunks];
        int chunkKinds = 0;
        for (int c = 0; c < chunks; c += p) {
            for (int s = 0; s < p; s++) {
                int kind = 0;
                while (kind < chunkKinds && !(stageKinds[kind] == kindOf[s] && ofChunk.same(like[kind], c + s))) {
                    kind++;
                }
                if (kind == chunkKinds) {
                    stageKinds[kind] = kindOf[s];
                    like[kind] = c + s;
                    chunkKinds++;
                }
                chunkKindOf[c + s] = kind;
            }
        }
        stageKindOf = Arrays.copyOf(stageKinds, chunkKinds);
        shares = new double[LayerSort.COUNT][chunkKinds];
        for (int sort : sorts) {
            for (int kind = 0; kind < chunkKinds; kind++) {
                shares[sort][kind] = part(ofChunk.counts[sort][like[kind]], ofKind.counts[sort][stageKinds[kind]]);
            }
        }
        furtherInAll = layout.furtherLayers();
        edgesOnly = edgesOnly(p, chunkKindOf);
        boolean hybrid = layout.layers(LayerSort.ATTENTION) + layout.layers(LayerSort.MAMBA) > 0;
        even = layout.isEven() && (!hybrid || edgesOnly);
    }

    /** The kinds of stages of a layout. */
    public static StageClasses of(StageLayout layout) {
        return new StageClasses(layout);
    }

    private static double part(int ofChunk, int ofStage) {
        return ofStage == 0 ? 0 : (double) ofChunk / ofStage;
    }

    /** Counts of layers, of each sort for each place. */
    private static final class Layers {

        /** By ordinal of the sort, then by place; sorts that the model lacks share one row of zeros. */
        final int[][] counts = new int[LayerSort.COUNT][];

        private final int[] sorts;
        private final int places;

        Layers(int[] sorts, int places) {
            this.sorts = sorts;
            this.places = places;
            Arrays.fill(counts, new int[places]);
            for (int sort : sorts) {
                counts[sort] = new int[places];
            }
        }

        /** Counts at a place all chunks of a stage. */
        void sum(int place, Layers ofChunk, int stage, int stages) {
            for (int sort : sorts) {
                counts[sort][place] = 0;
                for (int g = stage; g < ofChunk.places; g += stages) {
                    counts[sort][place] += ofChunk.counts[sort][g];
                }
            }
        }

        boolean same(int a, int b) {
            for (int sort : sorts) {
                if (counts[sort][a] != counts[sort][b]) {
                    return false;
                }
            }
            return true;
        }
    }

    /** How many sorts of layers the model has. */
    public int sorts() {
        return sorts.length;
    }

    /** One of them, from 0, by its ordinal. */
    public int sort(int i) {
        return sorts[i];
    }

    /** Stages of the pipeline. */
    public int stages() {
        return kindOf.length;
    }

    /** Kinds of stages, in the order of their first ones. */
    public int kinds() {
        return firstOf.length;
    }

    /**
     * True if all chunks of the stages between the first and the last are alike, those of the first stage but for its first
     * chunk, and those of the last stage but for its last.
     */
    public boolean differAtEdgesOnly() {
        return edgesOnly;
    }

    /**
     * True if all chunks have as many layers, or as many places with embedding and logits counted as one each; of a hybrid
     * also as many of each sort.
     */
    public boolean isEven() {
        return even;
    }

    private static boolean edgesOnly(int p, int[] chunkKindOf) {
        for (int g = 1; g < chunkKindOf.length - 1; g++) {
            int stage = g % p;
            int like = stage == 0 ? p : stage == p - 1 ? p - 1 : 1;
            if (chunkKindOf[g] != chunkKindOf[like]) {
                return false;
            }
        }
        return true;
    }

    /** The kind of a stage. */
    public int kindOf(int stage) {
        return kindOf[stage];
    }

    /** True for the kind of the first stage, with the embedding. */
    public boolean isFirst(int kind) {
        return firstOf[kind] == 0;
    }

    /** True for the kind of the last stage, with the logits. */
    public boolean isLast(int kind) {
        return firstOf[kind] == kindOf.length - 1;
    }

    /** The first stage of a kind. */
    public int firstOf(int kind) {
        return firstOf[kind];
    }

    /** The last stage of a kind. */
    public int lastOf(int kind) {
        return lastOf[kind];
    }

    /** Layers of a sort, by its ordinal, of each stage of a kind. */
    public int layers(int sort, int kind) {
        return ofKind.counts[sort][kind];
    }

    /** Layers of the whole model that predict further tokens. */
    public int furtherInAll() {
        return furtherInAll;
    }

    /** Kinds of chunks. */
    public int chunkKinds() {
        return stageKindOf.length;
    }

    /** The kind of a chunk. */
    public int chunkKindOf(int chunk) {
        return chunkKindOf[chunk];
    }

    /** The kind of the stages that have chunks of a kind. */
    public int stageKindOf(int chunkKind) {
        return stageKindOf[chunkKind];
    }

    /** Share of its stage's layers of a sort, by its ordinal, that stand in a chunk of a kind. */
    public double share(int sort, int chunkKind) {
        return shares[sort][chunkKind];
    }
}
