package org.hopperline.work;

import java.util.Arrays;

/**
 * The stages of a pipeline that take different times: those with the same layers are alike, but for the first, which has
 * the embedding, and the last, which has the logits. A few kinds, however many stages there are.
 */
public final class StageClasses {

    private final int[] kindOf;
    private final int[] firstOf;
    private final int[] lastOf;
    private final int[] dense;
    private final int[] expert;
    private final int[] further;
    private final double[][] shares;
    private final int furtherInAll;
    private final boolean edgesOnly;

    private StageClasses(
            int[] kindOf,
            int[] firstOf,
            int[] lastOf,
            int[] dense,
            int[] expert,
            int[] further,
            double[][] shares,
            int furtherInAll,
            boolean edgesOnly) {
        this.kindOf = kindOf;
        this.firstOf = firstOf;
        this.lastOf = lastOf;
        this.dense = dense;
        this.expert = expert;
        this.further = further;
        this.shares = shares;
        this.furtherInAll = furtherInAll;
        this.edgesOnly = edgesOnly;
    }

    /** The kinds of stages of a layout. */
    public static StageClasses of(StageLayout layout) {
        int p = layout.stages();
        int[] kindOf = new int[p];
        int[] firstOf = new int[p];
        int[] lastOf = new int[p];
        int[] dense = new int[p];
        int[] expert = new int[p];
        int[] further = new int[p];
        int kinds = 0;
        for (int s = 0; s < p; s++) {
            dense[kinds] = layout.denseLayersOf(s);
            expert[kinds] = layout.expertLayersOf(s);
            further[kinds] = layout.furtherLayersOf(s);
            int kind = s == p - 1 ? kinds : 0;
            while (kind < kinds
                    && !(firstOf[kind] > 0
                            && dense[kind] == dense[kinds]
                            && expert[kind] == expert[kinds]
                            && further[kind] == further[kinds])) {
                kind++;
            }
            if (kind == kinds) {
                firstOf[kinds++] = s;
            }
            kindOf[s] = kind;
            lastOf[kind] = s;
        }
        int chunks = layout.chunks();
        double[][] shares = new double[3][chunks];
        for (int g = 0; g < chunks; g++) {
            int kind = kindOf[g % p];
            shares[0][g] = share(layout.denseLayersOfChunk(g), dense[kind]);
            shares[1][g] = share(layout.expertLayersOfChunk(g), expert[kind]);
            shares[2][g] = share(layout.furtherLayersOfChunk(g), further[kind]);
        }
        return new StageClasses(
                kindOf,
                Arrays.copyOf(firstOf, kinds),
                Arrays.copyOf(lastOf, kinds),
                Arrays.copyOf(dense, kinds),
                Arrays.copyOf(expert, kinds),
                Arrays.copyOf(further, kinds),
                shares,
                layout.furtherLayers(),
                edgesOnly(layout));
    }

    private static double share(int ofChunk, int ofStage) {
        return ofStage == 0 ? 0 : (double) ofChunk / ofStage;
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

    private static boolean edgesOnly(StageLayout layout) {
        int p = layout.stages();
        for (int g = 1; g < layout.chunks() - 1; g++) {
            int stage = g % p;
            int like = stage == 0 ? p : stage == p - 1 ? p - 1 : 1;
            if (layout.denseLayersOfChunk(g) != layout.denseLayersOfChunk(like)
                    || layout.expertLayersOfChunk(g) != layout.expertLayersOfChunk(like)
                    || layout.furtherLayersOfChunk(g) != layout.furtherLayersOfChunk(like)) {
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

    /** Dense layers of each stage of a kind. */
    public int dense(int kind) {
        return dense[kind];
    }

    /** Expert layers of each stage of a kind. */
    public int expert(int kind) {
        return expert[kind];
    }

    /** Layers of each stage of a kind that predict further tokens. */
    public int further(int kind) {
        return further[kind];
    }

    /** Layers of the whole model that predict further tokens. */
    public int furtherInAll() {
        return furtherInAll;
    }

    /** Share of its stage's dense layers that stand in a chunk. */
    public double denseShare(int chunk) {
        return shares[0][chunk];
    }

    /** Share of its stage's expert layers that stand in a chunk. */
    public double expertShare(int chunk) {
        return shares[1][chunk];
    }

    /** Share of its stage's layers for further tokens that stand in a chunk. */
    public double furtherShare(int chunk) {
        return shares[2][chunk];
    }
}
