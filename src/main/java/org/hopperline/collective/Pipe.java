package org.hopperline.collective;

import org.hopperline.core.Precision;

/** What a pipeline costs beyond latency and bandwidth: what a rank handles without sending it, and the first chunks. */
final class Pipe {

    private final double endFlagged;
    private final double endSimple;
    private final double endByteReduction;
    private final double fillNode;
    private final double fillLevel;
    private final double fillHalf;
    private final double fillLevelHalf;
    private final double[] chunk;
    private final double interfaceRings;

    Pipe(CollectiveConstants constants) {
        endFlagged = constants.value("end.flagged");
        endSimple = constants.value("end.simple");
        endByteReduction = constants.value("end.byte.reduction");
        fillNode = constants.value("fill.node");
        fillLevel = constants.value("fill.level");
        fillHalf = constants.value("fill.half");
        fillLevelHalf = constants.value("fill.level.half");
        chunk = new double[] {
            constants.value("chunk.ll"), constants.value("chunk.ll128"), constants.value("chunk.simple")
        };
        interfaceRings = constants.value("interface.rings");
    }

    /** Share of a part that the handling of an unsent part costs; a broadcast has none. */
    double end(Collective collective, Protocol protocol, Precision element) {
        if (collective == Collective.BROADCAST) {
            return 0;
        }
        if (protocol != Protocol.SIMPLE) {
            return endFlagged;
        }
        return collective.reduces() && element.bytes() == 1 ? endSimple + endByteReduction : endSimple;
    }

    /**
     * Seconds until the first chunk of a broadcast has gone from node to node. NCCL posts no part of a chunk to an
     * interface (src/transport/net.cc), and a message of less than a chunk a ring is one chunk.
     *
     * @param bytes S of the broadcast
     * @param interfaces network interfaces of a node
     * @param interfaceRate bytes a second of one of them
     */
    double chainSeconds(Protocol protocol, Group group, double bytes, int interfaces, double interfaceRate) {
        double part = Math.min(chunk[protocol.ordinal()], bytes / (interfaceRings * interfaces));
        return CostFormulas.chainFillSeconds(group.nodes(), interfaceRings, part, interfaceRate);
    }

    /** Seconds of filling: once inside a node, once a level of a tree between nodes. */
    double fillSeconds(Collective collective, Algorithm algorithm, Protocol protocol, Group group, double bytes) {
        boolean deep = group.nodes() > 1 && (algorithm == Algorithm.TREE || algorithm == Algorithm.NVLS_TREE);
        if (protocol != Protocol.SIMPLE && !deep) {
            return 0;
        }
        return CostFormulas.fillSeconds(
                deep ? fillLevel * group.log2Nodes() : fillNode,
                bytes * collective.busFactor(group.ranks()),
                deep ? fillLevelHalf : fillHalf);
    }
}
