package org.hopperline.step;

import org.hopperline.plan.Recompute;

/**
 * One layer under the choices of a plan: its passes with what runs again, and beside them the traffic of parameters and
 * gradients that are fully sharded. Worked out once a plan, whatever stages the layer stands on; fields hold seconds of
 * one micro-batch.
 */
final class PlannedLayer {

    private LayerTimes times;

    /** What runs again in the backward pass. */
    double again;

    /** The forward pass, nothing gathered. */
    double forward;

    /** The backward pass with what runs again, nothing gathered or scattered. */
    double backward;

    /** The gradients added to the sum over micro-batches, where they are not scattered at once. */
    double added;

    /** The parameters gathered for the forward pass. */
    double gather;

    /** The gradients scattered, and summed over the replicas of hybrid sharding. */
    double scatter;

    /** Everything that travels beside the backward pass. */
    double moved;

    /** Of the gather, what outlasts the forward pass of the layer before. */
    double gatherExposed;

    /** Of what travels beside the backward pass, what outlasts that of the next layer. */
    double movedExposed;

    /** What the forward pass loses to the gather beside it. */
    double lostForward;

    /** What the backward pass loses to the traffic beside it. */
    double lostBackward;

    /** Copies after a gather. */
    double gatherCopies;

    /** Copies before the scatter. */
    double scatterCopies;

    PlannedLayer(LayerTimes times) {
        this.times = times;
    }

    /** The layer as it was priced. */
    LayerTimes times() {
        return times;
    }

    /**
     * Takes up a layer.
     *
     * @param priced no time if the model has no such layer
     * @param unfused true if attention writes its scores to memory
     * @param wholeLayer true if a layer that runs again runs to its end
     */
    void lay(LayerTimes priced, Recompute what, boolean unfused, boolean wholeLayer, DataTraffic traffic) {
        times = priced;
        if (priced.parameters == 0) {
            return;
        }
        again = priced.again(what, unfused, wholeLayer);
        forward = priced.forward();
        backward = priced.backward() + again;
        added = traffic.addGradients(priced);
        if (traffic.layerByLayer()) {
            shard(traffic);
        }
    }

    private void shard(DataTraffic traffic) {
        LayerTraffic travels = traffic.ofLayer(times);
        gather = travels.gather().seconds();
        double gatherAgain = traffic.gathersAgain() ? gather : 0;
        scatter = travels.scatter().seconds();
        moved = gatherAgain + scatter;
        double products = times.productsBackward();
        double other = times.otherBackward();
        double besideForward = travels.gather().rateBeside(times.productsForward(), times.otherForward());
        double rateScatter = travels.scatter().rateBeside(products, other);
        double rateGather = gatherAgain == 0 ? 1 : travels.gather().rateBeside(products, other);
        double slowed = gatherAgain * (1 - rateGather) + scatter * (1 - rateScatter);
        double besideBackward = moved == 0 ? 1 : 1 - slowed / moved;
        double rateForward = Contention.waiting(besideForward, times.computingForward());
        double rateBackward = Contention.waiting(besideBackward, times.computingBackward());
        gatherExposed = Contention.exposed(forward, gather, rateForward);
        movedExposed = Contention.exposed(backward, moved, rateBackward);
        lostForward = Contention.lost(forward, gather, rateForward);
        lostBackward = Contention.lost(backward, moved, rateBackward);
        gatherCopies = traffic.gatherCopies(times);
        scatterCopies = traffic.scatterCopies(times);
    }
}
