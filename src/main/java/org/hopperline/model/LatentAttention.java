package org.hopperline.model;

import org.hopperline.core.Check;

/**
 * Multi-head latent attention (DeepSeek-V2, arXiv 2405.04434): queries, and keys with values, pass through low ranks.
 *
 * @param queryRank rank of the query compression; 0 if queries are not compressed
 * @param keyValueRank rank of the joint key and value compression
 * @param nopeDim part of a query or key head without rotation
 * @param ropeDim rotated part; the key's is shared by all heads
 * @param valueDim size of a value head
 */
public record LatentAttention(int queryRank, int keyValueRank, int nopeDim, int ropeDim, int valueDim) {

    /** Checks the sizes. */
    public LatentAttention {
        Check.nonNegative(queryRank, "query rank");
        Check.positive(keyValueRank, "key and value rank");
        Check.positive(nopeDim, "unrotated head part");
        Check.positive(ropeDim, "rotated head part");
        Check.positive(valueDim, "value head size");
    }

    /** One line: {@code latent attention: ranks 1536 and 512, heads 128 + 64, values 128}. */
    @Override
    public String toString() {
        return "latent attention: ranks " + queryRank + " and " + keyValueRank + ", heads " + nopeDim + " + " + ropeDim
                + ", values " + valueDim;
    }
}
