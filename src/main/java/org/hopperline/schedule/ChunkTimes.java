package org.hopperline.schedule;

import java.util.Arrays;
import org.hopperline.core.Check;

/**
 * Seconds that one micro-batch spends in each chunk of a pipeline, and seconds of one send. Chunk {@code c} of stage
 * {@code i} among {@code p} stages has the index {@code c*p + i}. The backward is given whole, or split into the gradient
 * of the input and that of the weights for schedules that split it.
 */
public final class ChunkTimes {

    final double[] forward;
    final double[] backward;
    final double[] inputGradient;
    final double[] weightGradient;
    private final boolean split;
    private final double sendSeconds;

    private ChunkTimes(
            double[] forward, double[] inputGradient, double[] weightGradient, boolean split, double sendSeconds) {
        this.forward = forward;
        this.inputGradient = inputGradient;
        this.weightGradient = weightGradient;
        this.split = split;
        this.sendSeconds = Check.nonNegative(sendSeconds, "sendSeconds", "s");
        this.backward = new double[forward.length];
        for (int g = 0; g < backward.length; g++) {
            backward[g] = inputGradient[g] + weightGradient[g];
        }
    }

    /**
     * Times with a whole backward and no send time.
     *
     * @param forwardSeconds forward of one micro-batch through each chunk, finite and at least 0 s
     * @param backwardSeconds backward, as many
     */
    public static ChunkTimes of(double[] forwardSeconds, double[] backwardSeconds) {
        double[] f = checked(forwardSeconds, "forwardSeconds");
        double[] b = matching(backwardSeconds, f.length, "backwardSeconds");
        return new ChunkTimes(f, b, new double[f.length], false, 0);
    }

    /**
     * Times with a split backward and no send time.
     *
     * @param forwardSeconds forward of one micro-batch through each chunk, finite and at least 0 s
     * @param inputGradientSeconds gradient of the input, as many
     * @param weightGradientSeconds gradient of the weights, as many
     */
    public static ChunkTimes of(
            double[] forwardSeconds, double[] inputGradientSeconds, double[] weightGradientSeconds) {
        double[] f = checked(forwardSeconds, "forwardSeconds");
        double[] b = matching(inputGradientSeconds, f.length, "inputGradientSeconds");
        double[] w = matching(weightGradientSeconds, f.length, "weightGradientSeconds");
        return new ChunkTimes(f, b, w, true, 0);
    }

    /** The same times in every one of {@code chunks} chunks, with a whole backward and no send time. */
    public static ChunkTimes uniform(int chunks, double forwardSeconds, double backwardSeconds) {
        Check.positive(chunks, "chunks");
        return of(filled(chunks, forwardSeconds), filled(chunks, backwardSeconds));
    }

    /** The same times in every one of {@code chunks} chunks, with a split backward and no send time. */
    public static ChunkTimes uniform(
            int chunks, double forwardSeconds, double inputGradientSeconds, double weightGradientSeconds) {
        Check.positive(chunks, "chunks");
        return of(
                filled(chunks, forwardSeconds),
                filled(chunks, inputGradientSeconds),
                filled(chunks, weightGradientSeconds));
    }

    /** These times with another send time: a micro-batch reaches the next stage so many seconds after its chunk ends. */
    public ChunkTimes withSendSeconds(double seconds) {
        return new ChunkTimes(forward, inputGradient, weightGradient, split, seconds);
    }

    /** Number of chunks over all stages. */
    public int chunks() {
        return forward.length;
    }

    /** Whether the backward is split into the gradients of input and weights. */
    public boolean isSplit() {
        return split;
    }

    /** Forward of one micro-batch through chunk {@code g}, seconds. */
    public double forwardSeconds(int g) {
        return forward[g];
    }

    /** Whole backward of one micro-batch through chunk {@code g}, seconds. */
    public double backwardSeconds(int g) {
        return backward[g];
    }

    /** One send between neighbouring stages, seconds. */
    public double sendSeconds() {
        return sendSeconds;
    }

    private static double[] filled(int n, double value) {
        double[] all = new double[n];
        Arrays.fill(all, value);
        return all;
    }

    private static double[] matching(double[] seconds, int length, String name) {
        double[] copy = checked(seconds, name);
        ScheduleRules.checkLength(copy, length, name);
        return copy;
    }

    private static double[] checked(double[] seconds, String name) {
        if (Check.notNull(seconds, name).length == 0) {
            throw new IllegalArgumentException(name + " is empty, but must have one entry for each chunk");
        }
        if (!Times.isGood(seconds)) {
            throw Times.badEntry(seconds, name);
        }
        return seconds.clone();
    }
}
