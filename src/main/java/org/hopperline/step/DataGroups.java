package org.hopperline.step;

import org.hopperline.collective.Group;
import org.hopperline.plan.ParallelPlan;

/**
 * The ranks of one stage among which parameters and gradients of a plan travel.
 *
 * @param gradients those that hold copies, or shards, of the same parameters
 * @param shards of these, those that divide states among them
 * @param replicas of the same, those that hold the same shard
 * @param expertGradients those that hold copies, or shards, of the same experts
 * @param stage all ranks of the stage
 */
record DataGroups(Group gradients, Group shards, Group replicas, Group expertGradients, Group stage) {

    /** The groups of a plan on a fabric. */
    static DataGroups of(ParallelPlan plan, PricedFabric fabric) {
        int stride = plan.tensor();
        return new DataGroups(
                fabric.group(plan.gradientGroup(), stride),
                fabric.group(plan.shards(), stride),
                fabric.group(plan.gradientGroup() / plan.shards(), stride * plan.shards()),
                fabric.group(plan.expertGradientGroup(), plan.expert() * plan.expertTensor()),
                fabric.group(plan.gradientGroup() * stride, 1));
    }
}
