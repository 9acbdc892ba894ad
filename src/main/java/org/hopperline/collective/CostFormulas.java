package org.hopperline.collective;

/**
 * The formulas of the cost model on doubles: seconds, bytes and bytes a second. Latencies follow NCCL's tuner (github
 * NVIDIA/nccl, src/graph/tuning.cc, ncclTopoTuneModel); the end of the pipe and its filling, which that model leaves
 * out, are added here.
 */
public final class CostFormulas {

    private CostFormulas() {}

    /**
     * Latency of a ring: {@code base + (steps - networkSteps) hop + networkSteps networkHop}.
     *
     * @param base seconds to start and to end a kernel of the protocol
     * @param hop seconds of a step inside a node
     * @param networkHop seconds of a step between nodes
     * @param steps all steps: 2(n-1) for all-reduce, n-1 for all-gather and reduce-scatter
     * @param networkSteps steps between nodes: the same with the number of nodes for n
     */
    public static double ringLatencySeconds(double base, double hop, double networkHop, int steps, int networkSteps) {
        return base + (steps - networkSteps) * hop + networkSteps * networkHop;
    }

    /**
     * Latency of a broadcast along a ring that spans nodes: {@code base + n networkHop}. NCCL counts a step between
     * nodes for every rank.
     *
     * @param base seconds to start and to end a kernel of the protocol
     * @param networkHop seconds of a step between nodes
     * @param ranks n
     */
    public static double chainLatencySeconds(double base, double networkHop, int ranks) {
        return base + ranks * networkHop;
    }

    /**
     * Latency of an all-reduce up and down a binary tree of nodes with a chain of g ranks inside each:
     * {@code base + 2 ((g - 1) hop + log2(N) networkHop)}.
     *
     * @param base seconds to start and to end a kernel of the protocol
     * @param hop seconds of a step inside a node
     * @param networkHop seconds of a step between nodes
     * @param membersPerNode g
     * @param log2Nodes log2(N)
     */
    public static double treeLatencySeconds(
            double base, double hop, double networkHop, int membersPerNode, double log2Nodes) {
        return base + 2 * ((membersPerNode - 1) * hop + log2Nodes * networkHop);
    }

    /**
     * Latency of parallel aggregated trees: {@code base + log2(N) networkHop / 3.5 + n perRank}; NCCL keeps a part that
     * is linear in the number of ranks.
     *
     * @param base seconds to start and to end a kernel
     * @param networkHop seconds of a step between nodes
     * @param perRank seconds for each rank, 2.8e-6 in NCCL
     * @param ranks n
     * @param log2Nodes log2(N)
     */
    public static double patLatencySeconds(
            double base, double networkHop, double perRank, int ranks, double log2Nodes) {
        return base + log2Nodes * networkHop / 3.5 + ranks * perRank;
    }

    /**
     * Seconds on the wire and at the end of the pipe. A rank sends W bytes in {@code steps} parts, and handles one part
     * more that it does not send (its own copy, or the last receive), which costs a share e of a part at the rate
     * inside the node: {@code W / rate + e W / (steps nodeRate)}.
     *
     * @param wire W, bytes that each rank sends
     * @param rate bytes a second of the narrowest path
     * @param nodeRate bytes a second inside the node
     * @param end e, 0 to 1
     * @param steps steps of the ring, at least 1
     */
    public static double wireSeconds(double wire, double rate, double nodeRate, double end, int steps) {
        return wire / rate + end * wire / (steps * nodeRate);
    }

    /**
     * Seconds until the first chunk of a broadcast has gone along a ring of N nodes: an interface sends a chunk when it
     * has the whole of it, and one for each of its rings at a time, {@code (N - 1) rings chunk / rate}.
     *
     * @param nodes N
     * @param rings rings that use one interface
     * @param chunk bytes that a ring sends at a time
     * @param rate bytes a second of one interface
     */
    public static double chainFillSeconds(int nodes, double rings, double chunk, double rate) {
        return (nodes - 1) * rings * chunk / rate;
    }

    /**
     * Seconds to fill a pipeline. Its chunks grow with the message up to the size of the buffers, so that filling costs
     * {@code full W / (W + half)}: nothing for an empty message, {@code full} for a large one.
     *
     * @param full seconds to fill the pipeline with chunks as large as the buffers
     * @param wire W, bytes that each rank sends
     * @param half bytes at which chunks are half as large as the buffers
     */
    public static double fillSeconds(double full, double wire, double half) {
        return full * wire / (wire + half);
    }
}
