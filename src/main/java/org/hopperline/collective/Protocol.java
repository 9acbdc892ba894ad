package org.hopperline.collective;

/** How NCCL synchronises a transfer. */
public enum Protocol {
    /** A flag with every 4 bytes: lowest latency, half the bandwidth. */
    LL,
    /** A flag with every 120 bytes: low latency, 120/128 of the bandwidth on paper. */
    LL128,
    /** Fences between chunks: full bandwidth. */
    SIMPLE;

    static final Protocol[] ALL = values();
}
