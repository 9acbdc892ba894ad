package org.hopperline.work;

/** Sorts of layers that ask different things of a rank. */
public enum LayerSort {
    /** Attention and a dense feed-forward part; of a hybrid the feed-forward part alone. */
    DENSE,
    /** Attention and routed experts; of a hybrid the experts alone. */
    EXPERT,
    /** Attention alone, of a hybrid. */
    ATTENTION,
    /** A Mamba-2 mixer, of a hybrid. */
    MAMBA,
    /** A layer that predicts a further token. */
    FURTHER;

    private static final LayerSort[] ALL = values();

    /** How many sorts there are. */
    public static final int COUNT = ALL.length;

    /** The sort of an ordinal, without garbage. */
    public static LayerSort of(int ordinal) {
        return ALL[ordinal];
    }
}
