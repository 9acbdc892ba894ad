package org.hopperline.search;

import org.hopperline.step.StepPrediction;

/** What the answers of a sweep are ranked by, the lowest first. */
public enum SweepMeasure {
    /** Seconds for a token of all devices. */
    TIME {
        @Override
        double of(SweepOutcome outcome, StepPrediction step) {
            return 1 / step.tokensPerSecond();
        }
    },
    /** Device-seconds for a token. */
    DEVICE_TIME {
        @Override
        double of(SweepOutcome outcome, StepPrediction step) {
            return step.setup().plan().devices() / step.tokensPerSecond();
        }
    },
    /** Memory of the fullest rank. */
    MEMORY {
        @Override
        double of(SweepOutcome outcome, StepPrediction step) {
            return outcome.memoryBytes();
        }
    },
    /** Dollars for a million tokens; questions without a price fail. */
    DOLLARS {
        @Override
        double of(SweepOutcome outcome, StepPrediction step) {
            return outcome.dollarsPerMillionTokens();
        }
    };

    abstract double of(SweepOutcome outcome, StepPrediction step);

    /** The measure of an answer that has a step. */
    double of(SweepOutcome outcome) {
        StepPrediction step = outcome.step();
        if (step == null) {
            throw new IllegalArgumentException(
                    "the answer to question " + outcome.index() + " has no step, so no cost");
        }
        return of(outcome, step);
    }
}
