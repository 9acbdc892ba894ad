package org.hopperline.search;

import java.util.Locale;
import org.hopperline.plan.ParallelPlan;

/**
 * What the next value of one axis of a plan brings, all other axes as they are and the replicas making up for the devices.
 *
 * @param axis the axis
 * @param plan the plan with the next value that keeps the rules
 * @param from the value of the plan that is varied
 * @param to the next value
 * @param rateRatio tokens a second over those before
 * @param elasticity per cent more tokens a second for each per cent of the way, {@code ln(rateRatio)/ln(to/from)}
 * @param fits true if the plan fits the memory
 */
public record PlanStep(
        PlanAxis axis, ParallelPlan plan, int from, int to, double rateRatio, double elasticity, boolean fits) {

    /** One line: {@code pipeline 8 to 16: -3.1 % tokens/s}. */
    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%s %d to %d: %+.2f %% tokens/s%s",
                axis.label(),
                from,
                to,
                100 * (rateRatio - 1),
                fits ? "" : ", but does not fit the memory");
    }
}
