package org.hopperline.work;

/**
 * A linear layer on one rank for one micro-batch: {@code groups} products of {@code (rows x inner)} with {@code (inner
 * x columns)} in the forward pass. The backward pass computes the data gradient {@code (rows x columns)(columns x
 * inner)} and the weight gradient {@code (columns x rows)(rows x inner)}.
 *
 * @param part what it belongs to
 * @param groups independent products, one an expert; 1 elsewhere
 * @param rows tokens of one group
 * @param columns output width on this rank
 * @param inner input width on this rank
 * @param lowPrecision true if it runs in the precision of the linear layers, false if it stays in 16 bits
 */
public record MatrixProduct(Part part, int groups, long rows, long columns, long inner, boolean lowPrecision) {

    /** Parts of a layer that the explanation tells apart. */
    public enum Part {
        /** Projections before and after attention. */
        ATTENTION_PROJECTION,
        /** Projections before and after the scan of Mamba-2. */
        STATE_SPACE_PROJECTION,
        /** The dense feed-forward part, and shared experts. */
        FEED_FORWARD,
        /** Routed experts. */
        EXPERTS,
        /** The router of the experts. */
        ROUTER,
        /** The output embedding. */
        LOGITS
    }

    /** {@code 2 * groups * rows * columns * inner}: FLOPs of the forward pass; the backward pass has twice as many. */
    public double forwardFlops() {
        return 2.0 * groups * rows * columns * inner;
    }

    /** Elements of the weights that this product reads: {@code groups * columns * inner}. */
    public double weights() {
        return (double) groups * columns * inner;
    }

    /** Elements of its input: {@code groups * rows * inner}. */
    public double inputs() {
        return (double) groups * rows * inner;
    }

    /** Elements of its output: {@code groups * rows * columns}. */
    public double outputs() {
        return (double) groups * rows * columns;
    }
}
