package org.hopperline.run.scaling;

/**
 * A model trained on more (or fewer) tokens than compute-optimal, seen by one loss law.
 *
 * @param parameters N
 * @param tokens D
 * @param ratio tokens over the compute-optimal tokens of this size; 1 is optimal, above 1 over-trained
 * @param loss what the law promises, nats a token
 * @param flopsOverLeast FLOPs over the least that reach the same loss with the best size, at least 1
 */
public record OverTraining(double parameters, double tokens, double ratio, double loss, double flopsOverLeast) {

    /** {@code D / N}. */
    public double tokensPerParameter() {
        return tokens / parameters;
    }
}
