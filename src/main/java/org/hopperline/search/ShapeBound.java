package org.hopperline.search;

import org.hopperline.core.Ledger;
import org.hopperline.step.StepTerm;

/**
 * The bounds that let a search skip plans; each holds for every plan of a shape, whatever it shards and recomputes.
 *
 * <ol>
 *   <li>A step takes at least as long as the bare plan of its shape, which shards nothing and computes nothing twice, less
 *       what depends on either, or on which stage is the slowest: gradient and parameter traffic, the optimizer, and casts of
 *       weights once a step. What is left is the schedule of the layers' kernels and of the traffic within the model-parallel
 *       ranks, and the wait for the slowest rank, which has at least the kernels of the stage that has fewest. Recomputation
 *       and sharded parameters lengthen the chunks of the pipeline, and no schedule ends earlier when a chunk takes longer.
 *   <li>With the same sharding, a step that recomputes takes at least as long as one that does not; of a pipeline, whose
 *       slowest stage may be another one then, at least as long as {@link
 *       org.hopperline.step.StepEvaluator#leastRecomputingSeconds} says.
 * </ol>
 */
final class ShapeBound {

    /** Terms of the bare plan that no plan of the shape goes below. */
    private static final StepTerm[] COMMON = {
        StepTerm.LINEAR,
        StepTerm.EXPERTS,
        StepTerm.ATTENTION,
        StepTerm.SCAN,
        StepTerm.PASSES,
        StepTerm.LOGITS,
        StepTerm.TENSOR_EXPOSED,
        StepTerm.CONTEXT_EXPOSED,
        StepTerm.EXPERT_EXPOSED,
        StepTerm.BUBBLE,
        StepTerm.HOST
    };

    /** Sums of the same terms in another order differ by less. */
    private static final double ROUNDING = 1 - 1e-12;

    private ShapeBound() {}

    /** The least seconds of a shape, whose bare plan was priced last. */
    static double leastSeconds(StepPricer pricer) {
        Ledger<StepTerm> ledger = pricer.ledger();
        double sum = pricer.leastStragglerSeconds();
        for (StepTerm term : COMMON) {
            sum += ledger.get(term);
        }
        return sum * ROUNDING;
    }

    /** The least seconds of plans that recompute, where the same plan without was priced last. */
    static double recomputing(StepPricer pricer) {
        return pricer.leastRecomputingSeconds() * ROUNDING;
    }
}
