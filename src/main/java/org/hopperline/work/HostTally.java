package org.hopperline.work;

import org.hopperline.plan.CudaGraphs;
import org.hopperline.plan.GraphedPart;

/** Calls and launches of one layer, those that graphs hold once a part. */
final class HostTally {

    private final CudaGraphs graphs;
    private final boolean[] replayed = new boolean[GraphedPart.values().length];
    private double forwardCalls;
    private double forwardKernels;
    private double backwardCalls;
    private double backwardKernels;

    HostTally(CudaGraphs graphs) {
        this.graphs = graphs;
    }

    /** Adds what the host issues for a piece of a part, unless a graph holds it. */
    void add(GraphedPart part, double forward, double kernelsForward, double backward, double kernelsBackward) {
        if (graphs.cover(part)) {
            replayed[holder(part).ordinal()] = true;
            return;
        }
        forwardCalls += forward;
        forwardKernels += kernelsForward;
        backwardCalls += backward;
        backwardKernels += kernelsBackward;
    }

    /** Router and preprocessing share a graph, that of all of the experts where there is one. */
    private GraphedPart holder(GraphedPart part) {
        if (part == GraphedPart.ROUTER || part == GraphedPart.PREPROCESS) {
            return graphs.parts().contains(GraphedPart.EXPERTS) ? GraphedPart.EXPERTS : GraphedPart.ROUTER;
        }
        return part;
    }

    HostWork sum() {
        int graphsReplayed = 0;
        for (boolean one : replayed) {
            graphsReplayed += one ? 1 : 0;
        }
        return new HostWork(
                forwardCalls + graphsReplayed,
                forwardKernels + graphsReplayed,
                backwardCalls + graphsReplayed,
                backwardKernels + graphsReplayed);
    }
}
