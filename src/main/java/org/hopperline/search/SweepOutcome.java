package org.hopperline.search;

import org.hopperline.step.StepPrediction;
import org.jspecify.annotations.Nullable;

/**
 * The answer to one question of a sweep: a step, or why there is none.
 *
 * @param index number of the question
 * @param point the question
 * @param step the step; null if there is none
 * @param memoryBytes memory of the fullest rank; not-a-number if there is none
 * @param failure why there is none, in one or two words that are counted by; null if there is one
 * @param message why there is none, in full; empty if there is one
 */
public record SweepOutcome(
        long index,
        SweepPoint point,
        @Nullable StepPrediction step,
        double memoryBytes,
        @Nullable String failure,
        String message) {

    static SweepOutcome of(long index, SweepPoint point, StepPrediction step, double memoryBytes) {
        return new SweepOutcome(index, point, step, memoryBytes, null, "");
    }

    static SweepOutcome failed(long index, SweepPoint point, String failure, String message) {
        return new SweepOutcome(index, point, null, Double.NaN, failure, message);
    }

    /** Dollars of the device-hours that a million tokens take; not-a-number without a step or a price. */
    public double dollarsPerMillionTokens() {
        return step == null || point.dollarsPerDeviceHour() == 0
                ? Double.NaN
                : point.dollarsPerDeviceHour() * step.setup().plan().devices() / 3600 / step.tokensPerSecond() * 1e6;
    }
}
