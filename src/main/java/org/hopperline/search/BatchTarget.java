package org.hopperline.search;

import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.hopperline.core.Check;
import org.hopperline.plan.Batch;
import org.jspecify.annotations.Nullable;

/**
 * A batch that is asked for. A plan takes the nearest batch that its replicas divide, if that is near enough.
 *
 * @param tokens of a step
 * @param sequenceLength tokens of a sequence
 * @param tolerance the largest relative distance from {@code tokens}; 0 for this batch and no other
 * @param attendedLength see {@link Batch}; {@code sequenceLength} without a mask that keeps documents apart
 */
public record BatchTarget(double tokens, int sequenceLength, double tolerance, double attendedLength) {

    /** A tenth: where a token count is asked for, not a number of sequences. */
    public static final double USUAL_TOLERANCE = 0.1;

    /** Tokens are whole; a ratio of two counts may be off by a rounding. */
    private static final double ROUNDING = 1e-12;

    /** Checks the numbers. */
    public BatchTarget {
        Check.positive(tokens, "tokens of a batch", "token");
        Check.positive(sequenceLength, "sequence length");
        Check.within(tolerance, 0, 1, "tolerance of a batch", "1");
        Check.within(attendedLength, 1, sequenceLength, "attended length", "token");
    }

    /** Sequences in which each token attends to all before it. */
    public BatchTarget(double tokens, int sequenceLength, double tolerance) {
        this(tokens, sequenceLength, tolerance, sequenceLength);
    }

    /** About so many tokens, give or take a tenth. */
    public static BatchTarget about(double tokens, int sequenceLength) {
        return new BatchTarget(tokens, sequenceLength, USUAL_TOLERANCE);
    }

    /**
     * Batches from {@code least} to {@code most} tokens, each in the same proportion to the one before, give or take a
     * tenth.
     *
     * @param count how many, at least 2
     */
    public static List<BatchTarget> range(double least, double most, int count, int sequenceLength) {
        Check.positive(least, "least tokens of a batch", "token");
        if (!(most > least) || count < 2) {
            throw new IllegalArgumentException(count + " batches from " + least + " to " + most
                    + " tokens are no range; take at least 2, the least first");
        }
        return IntStream.range(0, count)
                .mapToObj(i -> about(least * Math.pow(most / least, i / (count - 1.0)), sequenceLength))
                .toList();
    }

    /** This batch and no other. */
    public static BatchTarget exactly(Batch batch) {
        return new BatchTarget(batch.tokens(), batch.sequenceLength(), 0, batch.attendedLength());
    }

    /** The batch for replicas that together take sequences by the {@code multiple}; null if none is near enough. */
    @Nullable
    Batch nearest(long multiple) {
        double sequences = nearestSequences(multiple);
        if (sequences > Integer.MAX_VALUE
                || Math.abs(sequences * sequenceLength / tokens - 1) > Math.max(tolerance, ROUNDING)) {
            return null;
        }
        return new Batch((int) sequences, sequenceLength, attendedLength);
    }

    /** The multiple nearest to what is asked for, at least one. */
    double nearestSequences(long multiple) {
        return Math.max(1, Math.rint(tokens / sequenceLength / multiple)) * multiple;
    }

    /** Sequences of the largest batch that is near enough. */
    double mostSequences() {
        return Math.floor(tokens / sequenceLength * (1 + Math.max(tolerance, ROUNDING)));
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%.4g tokens a step", tokens);
    }
}
