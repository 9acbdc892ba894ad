package org.hopperline.step;

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

    /** Memory-bound operations, forward. */
    double passesForward;

    /** Memory-bound operations, backward. */
    double passesBackward;

    /** Casts, forward. */
    double castsForward;

    /** Casts, backward. */
    double castsBackward;

    /** Tensor traffic that is exposed, with the losses of overlapping it, forward. */
    double tensorForward;

    /** Tensor traffic that is exposed, with the losses of overlapping it, backward. */
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

    /** Time of the host that no kernel hides, forward. */
    double hostForward;

    /** Time of the host that no kernel hides, backward. */
    double hostBackward;

    /** Parameters of the layer on this rank that all data-parallel ranks share. */
    double parameters;

    /** Parameters of routed experts on this rank. */
    double expertParameters;

    LayerTimes() {}

    /** Applies what whole runs tell of kernels. */
    void inRun(double products, double experts, double attention, double traffic, double exchange) {
        linearForward /= products;
        linearBackward /= products;
        linearWeight /= products;
        expertsForward /= products * experts;
        expertsBackward /= products * experts;
        expertsWeight /= products * experts;
        attentionForward /= attention;
        attentionBackward /= attention;
        passesForward *= traffic;
        passesBackward *= traffic;
        castsForward *= traffic;
        castsBackward *= traffic;
        expertForward *= exchange;
        expertBackward *= exchange;
    }

    /** Kernels of the forward pass. */
    double kernelsForward() {
        return linearForward + expertsForward + attentionForward + passesForward + castsForward;
    }

    /** Kernels of the backward pass. */
    double kernelsBackward() {
        return linearBackward + expertsBackward + attentionBackward + passesBackward + castsBackward;
    }

    /** Gradients of the weights, part of the backward pass; all else of it is the gradient of the input. */
    double weightGradient() {
        return linearWeight + expertsWeight;
    }

    /** The forward pass with exposed traffic. */
    public double forward() {
        return kernelsForward() + tensorForward + contextForward + expertForward + hostForward;
    }

    /** The backward pass with exposed traffic, nothing recomputed. */
    public double backward() {
        return kernelsBackward() + tensorBackward + contextBackward + expertBackward + hostBackward;
    }
}
