package org.hopperline.kernel;

import org.hopperline.core.AttentionBackend;
import org.hopperline.core.Check;
import org.hopperline.core.Figure;
import org.hopperline.core.Precision;
import org.hopperline.hardware.Chip;

/**
 * Time of scaled-dot-product attention on one chip, without the projections around it.
 *
 * <p>Immutable; every method is a closed form, allocates nothing and takes a fraction of a microsecond. Arguments, here
 * and in all methods:
 *
 * <ul>
 *   <li>{@code batch} sequences, {@code heads} query heads and {@code kvHeads} key-value heads on this chip ({@code
 *       heads} a multiple of {@code kvHeads}; fewer for grouped-query, 1 for multi-query attention)
 *   <li>{@code queries} and {@code keys} of one sequence; under a causal mask {@code keys >= queries}, and the last query
 *       sees every key
 *   <li>{@code queryDim} elements of a query and key vector, {@code valueDim} of a value vector: equal but for latent
 *       attention (192 and 128 in DeepSeek-V3)
 *   <li>{@code causal} mask, and {@code window} keys that a query may see, 0 for all
 * </ul>
 *
 * <p><b>Context parallelism.</b> A rank holds {@code s/c} queries of a sequence of {@code s}. With the usual balanced
 * layout every rank does {@code 1/c} of the causal work: see {@link #ringForwardSeconds} for the ring and {@link
 * #balancedForwardSeconds} for gathered keys. A causal call with {@code queries = s/c, keys = s} would be the last rank
 * of an unbalanced layout.
 */
public sealed interface Attention permits FlashAttention, UnfusedAttention {

    /** BF16 attention of {@code backend} on {@code chip}. */
    static Attention on(Chip chip, AttentionBackend backend) {
        return on(chip, backend, Precision.BF16);
    }

    /**
     * Attention of {@code backend} on {@code chip}.
     *
     * @param precision BF16 or FP16; FP8 for the forward pass of FlashAttention-3 and cuDNN
     * @throws IllegalArgumentException if the chip cannot run the backend, or the backend the precision
     */
    static Attention on(Chip chip, AttentionBackend backend, Precision precision) {
        Check.notNull(chip, "chip");
        Check.notNull(backend, "attention backend");
        Check.notNull(precision, "precision");
        return backend == AttentionBackend.UNFUSED
                ? UnfusedAttention.on(chip, precision)
                : FlashAttention.on(chip, backend, precision);
    }

    /** The implementation priced. */
    AttentionBackend backend();

    /** Seconds of the forward pass. */
    double forwardSeconds(
            int batch,
            int heads,
            int kvHeads,
            int queries,
            int keys,
            int queryDim,
            int valueDim,
            boolean causal,
            int window);

    /** Seconds of the backward pass, without a recomputed forward pass. */
    double backwardSeconds(
            int batch,
            int heads,
            int kvHeads,
            int queries,
            int keys,
            int queryDim,
            int valueDim,
            boolean causal,
            int window);

    /**
     * The same kernels after minutes at the power limit, as in training; see {@link Gemm#sustained}. The clock follows the
     * power of all that runs, so half of the activity is taken to be that of products and half the kernel's own: an
     * assumption between a clock of its own and the clock that products leave, which are a fifth apart.
     */
    Attention sustained();

    /**
     * Mean relative error to expect of a time: measured on published rows that the fit did not see where there are any of
     * this regime, assumed where there are none.
     *
     * @param backward true for the backward pass
     */
    Figure relativeError(boolean backward, int queryDim, int valueDim, boolean causal, int window);

    /**
     * Seconds of the causal forward pass on one rank of a ring of {@code contextParallel} that passes keys and values
     * around (arXiv 2310.01889) in the balanced layout, in which each rank holds one early and one late chunk: one causal
     * step over the rank's own tokens, then {@code contextParallel - 1} steps in which all its queries meet half of the
     * keys of another rank. Messages are not included.
     *
     * @param sequence tokens of the whole sequence, a multiple of twice {@code contextParallel} if that is above 1
     */
    default double ringForwardSeconds(
            int batch, int heads, int kvHeads, int sequence, int contextParallel, int queryDim, int valueDim) {
        if (contextParallel == 1) {
            return forwardSeconds(batch, heads, kvHeads, sequence, sequence, queryDim, valueDim, true, 0);
        }
        int half = chunk(sequence, contextParallel);
        return forwardSeconds(batch, heads, kvHeads, 2 * half, 2 * half, queryDim, valueDim, true, 0)
                + (contextParallel - 1)
                        * forwardSeconds(batch, heads, kvHeads, 2 * half, half, queryDim, valueDim, false, 0);
    }

    /** Seconds of the backward pass of {@link #ringForwardSeconds}. */
    default double ringBackwardSeconds(
            int batch, int heads, int kvHeads, int sequence, int contextParallel, int queryDim, int valueDim) {
        if (contextParallel == 1) {
            return backwardSeconds(batch, heads, kvHeads, sequence, sequence, queryDim, valueDim, true, 0);
        }
        int half = chunk(sequence, contextParallel);
        return backwardSeconds(batch, heads, kvHeads, 2 * half, 2 * half, queryDim, valueDim, true, 0)
                + (contextParallel - 1)
                        * backwardSeconds(batch, heads, kvHeads, 2 * half, half, queryDim, valueDim, false, 0);
    }

    /**
     * Seconds of the causal forward pass on one rank that holds {@code queries} of {@code keys} positions in the balanced
     * layout and attends to gathered keys (arXiv 2407.21783, section 3.3.2): with {@code c = keys / queries} ranks, rank
     * {@code r} holds chunks {@code r} and {@code 2c - 1 - r} of {@code 2c}. Rank 0, whose chunks differ most, is priced:
     * the first chunk over itself and the last over all keys. The gather is not included.
     *
     * @param queries tokens on this rank, a divisor of {@code keys}, and even if it is not {@code keys}
     * @param keys tokens of the whole sequence
     */
    default double balancedForwardSeconds(
            int batch, int heads, int kvHeads, int queries, int keys, int queryDim, int valueDim, int window) {
        if (queries == keys) {
            return forwardSeconds(batch, heads, kvHeads, keys, keys, queryDim, valueDim, true, window);
        }
        int half = half(queries, keys);
        return forwardSeconds(batch, heads, kvHeads, half, half, queryDim, valueDim, true, window)
                + forwardSeconds(batch, heads, kvHeads, half, keys, queryDim, valueDim, true, window);
    }

    /** Seconds of the backward pass of {@link #balancedForwardSeconds}. */
    default double balancedBackwardSeconds(
            int batch, int heads, int kvHeads, int queries, int keys, int queryDim, int valueDim, int window) {
        if (queries == keys) {
            return backwardSeconds(batch, heads, kvHeads, keys, keys, queryDim, valueDim, true, window);
        }
        int half = half(queries, keys);
        return backwardSeconds(batch, heads, kvHeads, half, half, queryDim, valueDim, true, window)
                + backwardSeconds(batch, heads, kvHeads, half, keys, queryDim, valueDim, true, window);
    }

    private static int half(int queries, int keys) {
        Check.positive(queries, "queries");
        if (queries % 2 != 0 || keys % queries != 0) {
            throw new IllegalArgumentException("queries are " + queries + " of " + keys
                    + " positions, but a rank of a balanced layout holds an even number that divides them all");
        }
        return queries / 2;
    }

    private static int chunk(int sequence, int contextParallel) {
        Check.positive(sequence, "sequence");
        Check.positive(contextParallel, "context parallel");
        if (sequence % (2L * contextParallel) != 0) {
            throw new IllegalArgumentException("sequence is " + sequence + " tokens, but must be a multiple of "
                    + 2L * contextParallel + ", twice the context parallel degree, such as "
                    + (sequence / (2L * contextParallel) + 1) * 2L * contextParallel);
        }
        return sequence / (2 * contextParallel);
    }
}
