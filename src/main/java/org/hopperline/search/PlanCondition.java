package org.hopperline.search;

import java.util.function.Predicate;
import org.hopperline.core.Check;
import org.hopperline.plan.ParallelPlan;

/**
 * A condition of the user's on whole plans.
 *
 * @param name what it demands, such as {@code "tensor x context at most a node"}
 * @param test true for plans that may stand; called from several threads
 */
record PlanCondition(String name, Predicate<ParallelPlan> test) {

    PlanCondition {
        Check.notBlank(name, "name of a condition");
        Check.notNull(test, "condition");
    }
}
