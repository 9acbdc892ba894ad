package org.hopperline.validation;

/**
 * Two measured runs that differ in one thing only, and what that thing did to the token rate of a device: measured, and
 * predicted.
 *
 * @param axis what differs
 * @param first the run with the smaller value of it
 * @param second the run with the larger value
 */
public record Contrast(Axis axis, Comparison first, Comparison second) {

    /** Measured ratios nearer to one than this are noise: the spread of one recipe over releases is about as much. */
    public static final double NOISE = 0.03;

    /** What two runs differ in. */
    public enum Axis {
        /** Devices: with the same batch, or with as many sequences for each of them. */
        DEVICES,
        /** Precision of the linear layers. */
        PRECISION,
        /** Sequence length, with as many tokens in a micro-batch, and the batch with it. */
        SEQUENCE,
        /** Tensor parallel degree. */
        TENSOR,
        /** Pipeline stages or virtual stages. */
        PIPELINE,
        /** What data-parallel ranks divide, or how many ranks divide it. */
        SHARDING
    }

    /** Second over first, measured. */
    public double measuredRatio() {
        return second.run().tokensPerSecondPerDevice() / first.run().tokensPerSecondPerDevice();
    }

    /** Second over first, predicted. */
    public double predictedRatio() {
        return second.prediction().tokensPerSecondPerDevice()
                / first.prediction().tokensPerSecondPerDevice();
    }

    /** Predicted over measured ratio, less one. */
    public double error() {
        return predictedRatio() / measuredRatio() - 1;
    }

    /** True if the measured ratio lies outside the noise. */
    public boolean exceedsNoise() {
        return Math.abs(measuredRatio() - 1) > NOISE;
    }

    /** True if prediction and measurement change in the same direction. */
    public boolean signAgrees() {
        return Math.signum(predictedRatio() - 1) == Math.signum(measuredRatio() - 1);
    }
}
