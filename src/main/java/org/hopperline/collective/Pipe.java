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

    Pipe(CollectiveConstants constants) {
        endFlagged = constants.value("end.flagged");
        endSimple = constants.value("end.simple");
        endByteReduction = constants.value("end.byte.reduction");
        fillNode = constants.value("fill.node");
        fillLevel = constants.value("fill.level");
        fillHalf = constants.value("fill.half");
        fillLevelHalf = constants.value("fill.level.half");
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
