package org.hopperline.schedule;

/** The order in which the stages of a pipeline work through their micro-batches. */
public enum PipelineSchedule {

    /** All forwards, then all backwards in reverse order (Huang et al., arXiv 1811.06965, figure 2c). */
    GPIPE("GPipe"),

    /**
     * One forward, one backward after a short warm-up, also called PipeDream-flush (Narayanan et al., arXiv 2104.04473,
     * section 2.2.1).
     */
    ONE_FORWARD_ONE_BACKWARD("1F1B"),

    /** 1F1B with several chunks on each stage (Narayanan et al., arXiv 2104.04473, section 2.2.2). */
    INTERLEAVED("interleaved 1F1B"),

    /**
     * 1F1B with the backward split into input gradient and weight gradient, the latter postponed into the bubble (Qi et
     * al., arXiv 2401.10241, section 2.1).
     */
    ZERO_BUBBLE_H1("ZB-H1");

    private final String label;

    PipelineSchedule(String label) {
        this.label = label;
    }

    /** The name the field uses. */
    public String label() {
        return label;
    }

    /** Whether input gradient and weight gradient are separate tasks. */
    public boolean splitsBackward() {
        return this == ZERO_BUBBLE_H1;
    }

    /**
     * Seconds of a step by the closed form of this schedule; allocates nothing.
     *
     * @param p stages, at least 1
     * @param M micro-batches, at least 1
     * @param forwardSeconds forward of one micro-batch through each chunk {@code g = c*p + i} of stage {@code i}, as many
     *     as there are chunks
     * @param backwardSeconds backward, as many; of the input alone if this schedule {@linkplain #splitsBackward() splits}
     *     it
     * @param weightGradientSeconds gradient of the weights, as many; not looked at unless the backward is split
     * @param sendSeconds one send between neighbouring stages
     */
    public double seconds(
            int p,
            int M,
            double[] forwardSeconds,
            double[] backwardSeconds,
            double[] weightGradientSeconds,
            double sendSeconds) {
        return switch (this) {
            case GPIPE -> GPipe.seconds(M, forwardSeconds, backwardSeconds, sendSeconds);
            case ONE_FORWARD_ONE_BACKWARD ->
                OneForwardOneBackward.seconds(M, forwardSeconds, backwardSeconds, sendSeconds);
            case INTERLEAVED -> Interleaved.seconds(p, M, forwardSeconds, backwardSeconds, sendSeconds);
            case ZERO_BUBBLE_H1 ->
                ZeroBubble.seconds(M, forwardSeconds, backwardSeconds, weightGradientSeconds, sendSeconds);
        };
    }

    /**
     * Forwards that a stage runs before it alternates with backwards, counted in chunks.
     *
     * @param p stages, at least 1
     * @param v virtual stages on each, 1 except for {@link #INTERLEAVED}
     * @param M micro-batches, at least 1
     * @param stage the stage, in {@code [0, p)}
     */
    public int warmup(int p, int v, int M, int stage) {
        ScheduleRules.check(this, p, v, M);
        ScheduleRules.checkStage(stage, p);
        return switch (this) {
            case GPIPE -> M;
            case ONE_FORWARD_ONE_BACKWARD, ZERO_BUBBLE_H1 -> OneForwardOneBackward.warmup(p, M, stage);
            case INTERLEAVED -> Interleaved.warmup(p, v, M, stage);
        };
    }

    /**
     * Most chunk activations that a stage holds at once: forwards begun whose (input-gradient) backward has not ended.
     *
     * @param p stages, at least 1
     * @param v virtual stages on each, 1 except for {@link #INTERLEAVED}
     * @param M micro-batches, at least 1
     * @param stage the stage, in {@code [0, p)}
     */
    public int peakInFlight(int p, int v, int M, int stage) {
        return Math.min(M * v, warmup(p, v, M, stage) + 1);
    }

    /**
     * Micro-batches whose weight gradients a stage has yet to do while it holds its most activations: none unless this
     * schedule splits the backward.
     *
     * @param p stages, at least 1
     * @param M micro-batches, at least 1
     * @param stage the stage, in {@code [0, p)}
     */
    public int pendingWeightGradients(int p, int M, int stage) {
        return splitsBackward() ? ZeroBubble.pendingAtPeak(p, M, stage) : 0;
    }
}
