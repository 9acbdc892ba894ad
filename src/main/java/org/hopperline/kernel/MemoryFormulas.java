package org.hopperline.kernel;

import org.hopperline.core.Check;

/** Bytes that memory-bound operations read and write where they are not a multiple of one tensor. */
public final class MemoryFormulas {

    private MemoryFormulas() {}

    /**
     * Bytes that a step of Adam reads for each parameter: the master weight, the gradient and both moments.
     *
     * @param masterBytes bytes of the weight that the optimizer updates, 4 for FP32
     * @param gradientBytes bytes of the reduced gradient, 4 or 2
     * @param momentBytes bytes of each moment, 4, or 2 or 1 in reduced precision
     */
    public static double adamReadBytes(double masterBytes, double gradientBytes, double momentBytes) {
        return Check.positive(masterBytes, "master weight", "byte")
                + Check.positive(gradientBytes, "gradient", "byte")
                + 2 * Check.positive(momentBytes, "moment", "byte");
    }

    /**
     * Bytes that a step of Adam writes for each parameter: the master weight, both moments and the copy that the model
     * computes with. With FP32 states and gradients and a BF16 copy, reads and writes are 16 + 14 = 30 bytes.
     *
     * @param masterBytes bytes of the weight that the optimizer updates
     * @param momentBytes bytes of each moment
     * @param modelBytes bytes of the copy that the model computes with, 2 for BF16, 1 for FP8, 0 if it is the master
     */
    public static double adamWrittenBytes(double masterBytes, double momentBytes, double modelBytes) {
        return Check.positive(masterBytes, "master weight", "byte")
                + 2 * Check.positive(momentBytes, "moment", "byte")
                + Check.nonNegative(modelBytes, "model weight", "byte");
    }

    /**
     * Bytes of adding a gradient to its accumulator: the gradient and the sum are read, the sum is written.
     *
     * @param elements parameters
     * @param gradientBytes bytes of the new gradient, 2 for BF16
     * @param sumBytes bytes of the accumulator, 4 for FP32
     */
    public static double gradientAccumulationBytes(double elements, double gradientBytes, double sumBytes) {
        return Check.nonNegative(elements, "elements", "1")
                * (Check.positive(gradientBytes, "gradient", "byte")
                        + 2 * Check.positive(sumBytes, "accumulator", "byte"));
    }

    /**
     * Bytes of casting a tensor from 2 to 1 byte an element for an FP8 product: read once; written once, or twice where a
     * transposed copy is kept, since Hopper multiplies FP8 only along the contiguous dimension (Transformer Engine user
     * guide); read once more where the scale comes from the tensor's own largest magnitude and not from the past.
     */
    public static double castToFp8Bytes(double elements, boolean transposedCopy, boolean currentScaling) {
        return Check.nonNegative(elements, "elements", "1")
                * ((currentScaling ? 4.0 : 2.0) + (transposedCopy ? 2.0 : 1.0));
    }

    /**
     * Bytes of bringing tokens into the order of their experts: a row read and a row written for each of {@code topK}
     * copies.
     *
     * @param tokens tokens before routing
     * @param topK experts of a token
     * @param width elements of a token
     * @param bytesPerElement 2 for BF16
     */
    public static double permuteBytes(double tokens, int topK, int width, double bytesPerElement) {
        Check.nonNegative(tokens, "tokens", "1");
        return 2 * tokens * Check.positive(topK, "top k") * Check.positive(width, "width") * bytesPerElement;
    }

    /** Bytes of bringing them back and summing: {@code topK} rows read and one written for each token. */
    public static double unpermuteBytes(double tokens, int topK, int width, double bytesPerElement) {
        Check.nonNegative(tokens, "tokens", "1");
        return tokens * (Check.positive(topK, "top k") + 1.0) * Check.positive(width, "width") * bytesPerElement;
    }
}
