package org.hopperline.search;

import java.util.Locale;
import org.hopperline.core.Ledger;
import org.hopperline.plan.Batch;
import org.hopperline.plan.ParallelPlan;
import org.hopperline.step.StepTerm;

/**
 * What makes one plan better than another: a number, the lower the better. Called once for each plan that keeps the
 * rules and fits the memory, from several threads; it must not change anything.
 */
public interface Objective {

    /** The quantity, such as {@code "device-seconds per token"}. */
    String label();

    /** Its unit. */
    String unit();

    /**
     * The cost of a plan; infinite if the plan will not do, such as one that misses a deadline.
     *
     * @param plan the plan
     * @param batch what a step consumes
     * @param memoryBytes memory of the fullest rank
     * @param step every term of the step
     */
    double cost(ParallelPlan plan, Batch batch, double memoryBytes, Ledger<StepTerm> step);

    /**
     * What a plan of so many tokens a second reaches, in words that follow "the fastest": said where the objective refuses
     * every plan.
     */
    default String reached(double tokensPerSecond) {
        return String.format(Locale.ROOT, "makes %,.0f tokens a second", tokensPerSecond);
    }

    /**
     * A cost that no plan of these degrees and this batch undercuts if its step takes at least {@code leastSeconds} and its
     * fullest rank at least {@code leastBytes}. The search skips plans on the strength of it; negative infinity, as here,
     * skips none.
     */
    default double atLeast(ParallelPlan plan, Batch batch, double leastBytes, double leastSeconds) {
        return Double.NEGATIVE_INFINITY;
    }

    /**
     * A cost that no plan undercuts that works on {@code leastDevices} to {@code mostDevices} devices and takes at least
     * {@code leastDeviceSeconds} device-seconds for each token. The search skips every number of replicas of a plan on the
     * strength of it; negative infinity, as here, skips none.
     */
    default double atLeast(int leastDevices, int mostDevices, double leastDeviceSeconds) {
        return Double.NEGATIVE_INFINITY;
    }
}
