package org.hopperline.run;

import org.hopperline.core.Check;
import org.hopperline.plan.ParallelPlan;
import org.jspecify.annotations.Nullable;

/**
 * A stretch of a training run with its own batch, sequence length, masking and plan.
 *
 * @param name what it is called
 * @param untilTokens tokens of the whole run seen when it ends, those of the phases before it counted
 * @param batchTokens tokens of one optimizer step
 * @param sequenceLength tokens of a sequence
 * @param attendedLength mean length of the documents that tokens stand in under a mask that keeps documents apart, see
 *     {@link org.hopperline.plan.Batch}; 0 without one
 * @param plan the parallel plan; null for that of the run, or the fastest
 */
public record TrainingPhase(
        String name,
        double untilTokens,
        double batchTokens,
        int sequenceLength,
        double attendedLength,
        @Nullable ParallelPlan plan) {

    /** Checks each number by itself; the run checks the phases against each other. */
    public TrainingPhase {
        Check.notBlank(name, "name of a phase");
        Check.positive(untilTokens, "tokens at the end of a phase", "token");
        Check.positive(batchTokens, "tokens of a batch", "token");
        Check.positive(sequenceLength, "sequence length");
        if (attendedLength != 0) {
            Check.within(attendedLength, 1, sequenceLength, "attended length", "token");
        }
    }

    /** A phase without a mask, with the plan of the run or the fastest. */
    public static TrainingPhase of(String name, double untilTokens, double batchTokens, int sequenceLength) {
        return new TrainingPhase(name, untilTokens, batchTokens, sequenceLength, 0, null);
    }

    /** The same with this plan. */
    public TrainingPhase withPlan(ParallelPlan layout) {
        return new TrainingPhase(name, untilTokens, batchTokens, sequenceLength, attendedLength, layout);
    }

    /** The same under a mask that keeps documents apart. */
    public TrainingPhase withAttendedLength(double tokens) {
        return new TrainingPhase(name, untilTokens, batchTokens, sequenceLength, tokens, plan);
    }
}
