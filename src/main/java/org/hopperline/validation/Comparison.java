package org.hopperline.validation;

import org.hopperline.measured.MeasuredRun;
import org.hopperline.step.StepPrediction;

/**
 * One measured run beside its prediction.
 *
 * @param run what was measured
 * @param prediction what the library says
 */
public record Comparison(MeasuredRun run, StepPrediction prediction) {

    /** Predicted over measured token rate, less one: positive where the prediction is too fast. */
    public double error() {
        return prediction.tokensPerSecondPerDevice() / run.tokensPerSecondPerDevice() - 1;
    }

    /** Natural logarithm of predicted over measured token rate. */
    public double logError() {
        return Math.log1p(error());
    }
}
