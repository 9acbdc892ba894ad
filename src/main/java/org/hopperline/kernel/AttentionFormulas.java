package org.hopperline.kernel;

import org.hopperline.core.Check;

/**
 * What attention computes and moves, before any hardware: products, scores and bytes.
 *
 * <p>Symbols: {@code b} sequences, {@code h} query heads, {@code s_q} queries and {@code s_k} keys of one sequence,
 * {@code d_q} the size of a query and key vector, {@code d_v} of a value vector. A causal mask is aligned at the end, as
 * in FlashAttention: query {@code i} of {@code s_q} sees the first {@code s_k - s_q + i} keys, counting from one. A
 * window {@code w} lets each query see the last {@code w} of those.
 */
public final class AttentionFormulas {

    private AttentionFormulas() {}

    /**
     * Query-key pairs that one head of one sequence must score: {@code s_q s_k}, or with a causal mask
     * {@code s_q s_k - s_q (s_q - 1) / 2}, which is half of the square for long sequences, or fewer within a window.
     *
     * @param queries {@code s_q}, at least 1
     * @param keys {@code s_k}, at least 1; at least {@code queries} under a causal mask
     * @param causal true if a query sees no later key
     * @param window keys that a query may see, 0 for all; a window needs the causal mask
     */
    public static double visiblePairs(int queries, int keys, boolean causal, int window) {
        checkSpan(queries, keys, causal, window);
        double all = (double) queries * keys;
        if (!causal) {
            return all;
        }
        double seen = all - 0.5 * queries * (queries - 1.0);
        if (window == 0 || window >= keys) {
            return seen;
        }
        // query i sees keys - queries + i keys; those beyond the window fall away
        int first = Math.max(1, window - (keys - queries) + 1);
        if (first > queries) {
            return seen;
        }
        double cut = queries - first + 1.0;
        double leastCut = keys - queries + first - window;
        return seen - cut * leastCut - 0.5 * cut * (cut - 1.0);
    }

    /**
     * Executed floating-point operations of the forward pass, {@code 2 b h (d_q + d_v)} for each visible pair; with
     * {@code d_q = d_v = d} and no mask this is {@code 4 b h s^2 d} (arXiv 2307.08691, section 4.1, which halves it under
     * a causal mask).
     */
    public static double forwardFlops(
            int batch, int heads, int queries, int keys, int queryDim, int valueDim, boolean causal, int window) {
        return 2.0
                * Check.positive(batch, "batch")
                * Check.positive(heads, "heads")
                * (Check.positive(queryDim, "query dimension") + (double) Check.positive(valueDim, "value dimension"))
                * visiblePairs(queries, keys, causal, window);
    }

    /**
     * Executed floating-point operations of the backward pass: five products for each visible pair, of which the
     * recomputed scores, dQ and dK have size {@code d_q}, and dP and dV size {@code d_v}. With {@code d_q = d_v} this is
     * 2.5 times the forward pass (arXiv 2307.08691, section 4.1).
     */
    public static double backwardFlops(
            int batch, int heads, int queries, int keys, int queryDim, int valueDim, boolean causal, int window) {
        return 2.0
                * Check.positive(batch, "batch")
                * Check.positive(heads, "heads")
                * (3.0 * Check.positive(queryDim, "query dimension")
                        + 2.0 * Check.positive(valueDim, "value dimension"))
                * visiblePairs(queries, keys, causal, window);
    }

    /** Bytes of queries and outputs, {@code b h s_q (d_q + d_v)} elements. */
    public static double queryAndOutputBytes(
            int batch, int heads, int queries, int queryDim, int valueDim, double bytesPerElement) {
        return (double) batch * heads * queries * ((double) queryDim + valueDim) * bytesPerElement;
    }

    /** Bytes of keys and values, {@code b h_kv s_k (d_q + d_v)} elements. */
    public static double keyAndValueBytes(
            int batch, int kvHeads, int keys, int queryDim, int valueDim, double bytesPerElement) {
        return (double) batch * kvHeads * keys * ((double) queryDim + valueDim) * bytesPerElement;
    }

    /** Checks the spans of a mask; see {@link #visiblePairs}. */
    static void checkSpan(int queries, int keys, boolean causal, int window) {
        Check.positive(queries, "queries");
        Check.positive(keys, "keys");
        Check.nonNegative(window, "window");
        if (causal && keys < queries) {
            throw new IllegalArgumentException("keys are " + keys + ", but a causal mask needs at least as many as the "
                    + queries + " queries; pass keys >= queries, or causal = false");
        }
        if (window > 0 && !causal) {
            throw new IllegalArgumentException("window is " + window
                    + " keys, but a window needs the causal mask; pass causal = true, or window = 0");
        }
    }

    /** Checks the arguments that every attention time takes. */
    static void checkShape(
            int batch,
            int heads,
            int kvHeads,
            int queries,
            int keys,
            int queryDim,
            int valueDim,
            boolean causal,
            int window) {
        Check.positive(batch, "batch");
        Check.positive(heads, "heads");
        Check.positive(kvHeads, "key-value heads");
        Check.positive(queryDim, "query dimension");
        Check.positive(valueDim, "value dimension");
        checkSpan(queries, keys, causal, window);
        if (heads % kvHeads != 0) {
            throw new IllegalArgumentException("heads are " + heads + ", but must be a multiple of the " + kvHeads
                    + " key-value heads, such as " + (heads / kvHeads + 1) * kvHeads);
        }
    }
}
