package org.hopperline.step;

import org.hopperline.plan.Recompute;
import org.hopperline.plan.RecomputedPart;

/**
 * Seconds of the pieces of one layer for one micro-batch on one rank. Filled once for each choice of tensor, context and
 * expert degree, micro-batch and precision; everything else of a plan is arithmetic on it.
 */
public final class LayerTimes {

    /** Linear products, forward. */
    double linearForward;

    /** Linear products, both gradients. */
    double linearBackward;

    /** Of these, the gradients of the weights, for which no other stage waits. */
    double linearWeight;

    /** Of the linear products forward, those that make queries, keys and values (from the ranks of latent attention). */
    double queryKeyValueForward;

    /** Of the memory-bound operations forward, rotary embedding and layout of queries, keys and values. */
    double queryKeyValuePasses;

    /** Of the linear products forward, the one after attention. */
    double attentionOutputForward;

    /** Of the products forward, every second in the order in which they run. */
    double alternateForward;

    /** Of the products forward, the last of the feed-forward part and of the experts. */
    double lastForward;

    /** Of the memory-bound operations forward, the norms. */
    double normsForward;

    /** Of the memory-bound operations forward, the functions between the products of the feed-forward part. */
    double activationForward;

    /** Routed experts, forward. */
    double expertsForward;

    /** Routed experts, both gradients. */
    double expertsBackward;

    /** Of these, the gradients of the weights. */
    double expertsWeight;

    /** Attention, forward. */
    double attentionForward;

    /** Attention, backward. */
    double attentionBackward;

    /** The state-space scan of Mamba-2, forward. */
    double scanForward;

    /** The state-space scan of Mamba-2, backward. */
    double scanBackward;

    /** Memory-bound operations between dispatch to experts and the way back, forward. */
    double expertPassesForward;

    /** Memory-bound operations between dispatch to experts and the way back, backward. */
    double expertPassesBackward;

    /** Casts between dispatch to experts and the way back, forward. */
    double expertCastsForward;

    /** Casts between dispatch to experts and the way back, backward. */
    double expertCastsBackward;

    /** Memory-bound operations, forward. */
    double passesForward;

    /** Memory-bound operations, backward. */
    double passesBackward;

    /** Casts, forward. */
    double castsForward;

    /** Casts, backward. */
    double castsBackward;

    /** Tensor traffic that is exposed, with what products lose in chunks, forward. */
    double tensorForward;

    /** Tensor traffic that is exposed, with what products lose in chunks, backward. */
    double tensorBackward;

    /** Tensor traffic hidden behind products, both ways. */
    double tensorHidden;

    /** Context traffic that is exposed, forward. */
    double contextForward;

    /** Context traffic that is exposed, backward. */
    double contextBackward;

    /** Context traffic hidden behind attention, both ways. */
    double contextHidden;

    /** Dispatch and combine, forward. */
    double expertForward;

    /** Dispatch and combine, backward. */
    double expertBackward;

    /** Dispatch and combine hidden behind the compute of another micro-batch, both ways. */
    double expertHidden;

    /** What kernels lose to traffic of the layer beside them, forward. */
    double contentionForward;

    /** What kernels lose to traffic of the layer beside them, backward. */
    double contentionBackward;

    /** Casts of the weights, once a step. */
    double castsOnce;

    /** Time of the host that no kernel hides, forward. */
    double hostForward;

    /** Time of the host that no kernel hides, backward. */
    double hostBackward;

    /** Time of the host that the kernels of the forward pass alone do not hide, where that pass runs again. */
    double hostAgain;

    /** Parameters of the layer on this rank that all data-parallel ranks share. */
    double parameters;

    /** Tensors of these. */
    int tensors;

    /** Parameters of routed experts on this rank. */
    double expertParameters;

    LayerTimes() {}

    /** Applies what whole runs tell of kernels; of memory-bound operations, which are listed one by one, they tell nothing. */
    void inRun(double products) {
        linearForward /= products;
        linearBackward /= products;
        linearWeight /= products;
        queryKeyValueForward /= products;
        attentionOutputForward /= products;
        alternateForward /= products;
        lastForward /= products;
        expertsForward /= products;
        expertsBackward /= products;
        expertsWeight /= products;
    }

    /** Kernels of the forward pass that multiprocessors bound. */
    double productsForward() {
        return linearForward + expertsForward + attentionForward + scanForward;
    }

    /** Kernels of the forward pass that memory bounds. */
    double otherForward() {
        return passesForward + castsForward;
    }

    /** Kernels of the backward pass that multiprocessors bound. */
    double productsBackward() {
        return linearBackward + expertsBackward + attentionBackward + scanBackward;
    }

    /** Kernels of the backward pass that memory bounds. */
    double otherBackward() {
        return passesBackward + castsBackward;
    }

    /** Kernels of the forward pass. */
    double kernelsForward() {
        return productsForward() + otherForward();
    }

    /** Kernels of the backward pass. */
    double kernelsBackward() {
        return productsBackward() + otherBackward();
    }

    /** Share of the forward pass in which kernels run. */
    double computingForward() {
        return (kernelsForward() + contentionForward) / forward();
    }

    /** Share of the backward pass in which kernels run. */
    double computingBackward() {
        return (kernelsBackward() + contentionBackward) / backward();
    }

    /** Kernels between dispatch to experts and the way back, forward. */
    double withinExpertsForward() {
        return expertsForward + expertPassesForward + expertCastsForward;
    }

    /** Kernels between dispatch to experts and the way back, backward. */
    double withinExpertsBackward() {
        return expertsBackward + expertPassesBackward + expertCastsBackward;
    }

    /** Gradients of the weights, part of the backward pass; all else of it is the gradient of the input. */
    double weightGradient() {
        return linearWeight + expertsWeight;
    }

    /** The forward pass with exposed traffic. */
    public double forward() {
        return kernelsForward() + contentionForward + tensorForward + contextForward + expertForward + hostForward;
    }

    /** The backward pass with exposed traffic, nothing recomputed. */
    public double backward() {
        return kernelsBackward()
                + contentionBackward
                + tensorBackward
                + contextBackward
                + expertBackward
                + hostBackward;
    }

    /**
     * Seconds of what runs again in the backward pass.
     *
     * @param what the layers, products or parts that do
     * @param unfused true if attention writes its scores to memory; a flash kernel makes them again by its nature
     * @param wholeLayer false if a layer that runs again stops at the last activation that the backward pass needs: its
     *     last product does not run
     */
    double again(Recompute what, boolean unfused, boolean wholeLayer) {
        double whole = forward() - hostForward + hostAgain - (wholeLayer ? 0 : lastForward);
        double rest = 1 - what.layerShare();
        return rest == 0 ? whole : what.layerShare() * whole + rest * parts(what, unfused, wholeLayer);
    }

    /** Every second product, or in proportion between none, those and all. */
    private double products(double share) {
        double alternate = Recompute.ALTERNATE_PRODUCTS.productShare();
        double others = linearForward + expertsForward - alternateForward;
        return Math.min(1, share / alternate) * alternateForward
                + Math.max(0, (share - alternate) / (1 - alternate)) * others;
    }

    private double parts(Recompute what, boolean unfused, boolean wholeLayer) {
        if (what.productShare() > 0) {
            return products(what.productShare()) + scanForward + passesForward + castsForward;
        }
        if (what.parts().isEmpty()) {
            return 0;
        }
        double products = 0;
        double other = 0;
        boolean output = what.again(RecomputedPart.ATTENTION_OUTPUT);
        boolean feedForward = what.again(RecomputedPart.FEED_FORWARD);
        if (what.again(RecomputedPart.NORMS)) {
            other += normsForward;
        }
        if (what.again(RecomputedPart.QUERY_KEY_VALUE)) {
            products += queryKeyValueForward;
            other += queryKeyValuePasses;
        }
        if (what.coreAgain(unfused)) {
            other += attentionForward;
        }
        if (output) {
            products += attentionOutputForward;
        }
        if (what.again(RecomputedPart.ACTIVATION) || feedForward) {
            other += activationForward;
        }
        if (feedForward) {
            products += linearForward - queryKeyValueForward - attentionOutputForward + expertsForward;
            products -= wholeLayer ? 0 : lastForward;
            other += expertForward;
        }
        double all = linearForward + expertsForward;
        double share = all > 0 ? products / all : 0;
        return products + other + share * (castsForward + tensorForward);
    }
}
