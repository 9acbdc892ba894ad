package org.hopperline.collective;

/**
 * Collective operations, with sizes counted as NCCL and its tests count them. S below is the size handed to
 * {@link CollectiveModel#seconds}; n is the number of ranks.
 */
public enum Collective {
    /** Every rank ends with the sum over all ranks of a buffer of S bytes. */
    ALL_REDUCE,
    /** Each rank ends with its n-th part of the sum over all ranks of a buffer of S bytes; S is the full buffer. */
    REDUCE_SCATTER,
    /** Each rank ends with all n parts of a buffer of S bytes; S is the full buffer. */
    ALL_GATHER,
    /** Each rank sends an n-th part of its own buffer of S bytes to each rank. */
    ALL_TO_ALL,
    /** Every rank ends with the S bytes of one. */
    BROADCAST,
    /** Each rank sends S bytes to the next rank and receives S bytes from the one before. */
    SEND_RECEIVE;

    /**
     * Bus bandwidth over algorithm bandwidth, as nccl-tests defines it (doc/PERFORMANCE.md): 2(n-1)/n for all-reduce,
     * (n-1)/n for reduce-scatter, all-gather and all-to-all, 1 for broadcast and send-receive. Times S this is the
     * number of bytes that each rank must send.
     *
     * @param ranks n, at least 1
     */
    public double busFactor(int ranks) {
        switch (this) {
            case ALL_REDUCE:
                return 2.0 * (ranks - 1) / ranks;
            case REDUCE_SCATTER:
            case ALL_GATHER:
            case ALL_TO_ALL:
                return (ranks - 1.0) / ranks;
            default:
                return ranks > 1 ? 1 : 0;
        }
    }

    /** Steps of a ring: 2(n-1) for all-reduce, n-1 for the others, 1 for send-receive. */
    public int ringSteps(int ranks) {
        switch (this) {
            case ALL_REDUCE:
                return 2 * (ranks - 1);
            case SEND_RECEIVE:
                return Math.min(1, ranks - 1);
            default:
                return ranks - 1;
        }
    }

    /** True if elements are added on the way. */
    public boolean reduces() {
        return this == ALL_REDUCE || this == REDUCE_SCATTER;
    }
}
