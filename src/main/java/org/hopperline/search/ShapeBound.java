package org.hopperline.search;

import org.hopperline.core.Ledger;
import org.hopperline.plan.ParallelPlan;
import org.hopperline.step.StepTerm;

/**
 * The bounds that let a search skip plans; each holds for every plan of a shape, whatever it shards and recomputes.
 *
 * <ol>
 *   <li>A step takes at least as long as the bare plan of its shape, which shards nothing and computes nothing twice, less
 *       what depends on either, or on which stage is the slowest: gradient and parameter traffic, the optimizer, casts of
 *       weights once a step, and the wait for the slowest rank. What is left is the schedule of the layers' kernels and of the
 *       traffic within the model-parallel ranks. Recomputation and sharded parameters lengthen the chunks of the pipeline,
 *       and no schedule ends earlier when a chunk takes longer.
 *   <li>With the same sharding, a step that recomputes takes at least as long as one that does not; of a pipeline, whose
 *       slowest stage may be another one then, only its schedule does.
 * </ol>
 */
final class ShapeBound {

    /** Terms of the bare plan that no plan of the shape goes below. */
    private static final StepTerm[] COMMON = {
        StepTerm.LINEAR,
        StepTerm.EXPERTS,
        StepTerm.ATTENTION,
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

    /** The least seconds of a shape, from the terms of its bare plan. */
    static double leastSeconds(Ledger<StepTerm> bare) {
        return sum(bare) * ROUNDING;
    }

    /** The least seconds of plans that recompute, from the terms of the same plan without. */
    static double recomputing(ParallelPlan plan, Ledger<StepTerm> without) {
        return ROUNDING
                * (plan.pipeline() == 1
                        ? without.get(StepTerm.STEP)
                        : sum(without) + without.get(StepTerm.SHARD_EXPOSED) + without.get(StepTerm.COPIES));
    }

    private static double sum(Ledger<StepTerm> ledger) {
        double sum = 0;
        for (StepTerm term : COMMON) {
            sum += ledger.get(term);
        }
        return sum;
    }
}
