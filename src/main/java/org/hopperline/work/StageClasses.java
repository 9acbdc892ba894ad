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

    private StageClasses(int[] kindOf, int[] firstOf, int[] lastOf, int[] dense, int[] expert) {
        this.kindOf = kindOf;
        this.firstOf = firstOf;
        this.lastOf = lastOf;
        this.dense = dense;
        this.expert = expert;
    }

    /** The kinds of stages of a layout. */
    public static StageClasses of(StageLayout layout) {
        int p = layout.stages();
        int[] kindOf = new int[p];
        int[] firstOf = new int[p];
        int[] lastOf = new int[p];
        int[] dense = new int[p];
        int[] expert = new int[p];
        int kinds = 0;
        int before = 0;
        for (int s = 0; s < p; s++) {
            int layers = layout.layersOf(s);
            expert[kinds] = layout.expertLayersOf(before, layers);
            dense[kinds] = layers - expert[kinds];
            before += layers;
            int kind = s == p - 1 ? kinds : 0;
            while (kind < kinds
                    && !(firstOf[kind] > 0 && dense[kind] == dense[kinds] && expert[kind] == expert[kinds])) {
                kind++;
            }
            if (kind == kinds) {
                firstOf[kinds++] = s;
            }
            kindOf[s] = kind;
            lastOf[kind] = s;
        }
        return new StageClasses(
                kindOf,
                Arrays.copyOf(firstOf, kinds),
                Arrays.copyOf(lastOf, kinds),
                Arrays.copyOf(dense, kinds),
                Arrays.copyOf(expert, kinds));
    }

    /** Stages of the pipeline. */
    public int stages() {
        return kindOf.length;
    }

    /** Kinds of stages, in the order of their first ones. */
    public int kinds() {
        return firstOf.length;
    }

    /** True if all stages between the first and the last are of one kind. */
    public boolean differAtEdgesOnly() {
        return kinds() <= 3;
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
}
