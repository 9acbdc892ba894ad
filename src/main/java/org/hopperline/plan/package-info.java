/**
 * How a training step is laid over a cluster: the parallel plan, the batch, recomputation, the choices that a software
 * makes, and the rules that tie them together, reported all at once.
 *
 * <p>Begin with {@link org.hopperline.plan.ParallelPlan} and {@link org.hopperline.plan.SoftwareProfiles}; a {@link
 * org.hopperline.plan.TrainingSetup} joins them to a model, a cluster and a {@link org.hopperline.plan.Batch}, and {@link
 * org.hopperline.plan.PlanRules} says which rules it breaks.
 */
@NullMarked
package org.hopperline.plan;

import org.jspecify.annotations.NullMarked;
