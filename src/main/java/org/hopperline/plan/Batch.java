package org.hopperline.plan;

import java.util.Locale;
import org.hopperline.core.Check;

/**
 * What one optimizer step consumes.
 *
 * @param sequences sequences of all replicas together (the global batch size)
 * @param sequenceLength tokens of a sequence
 * @param attendedLength length of the document that a token stands in, in the mean over tokens, where a mask keeps
 *     documents of one sequence from attending to each other (arXiv 2407.21783 section 3.2); {@code sequenceLength}
 *     without such a mask. Products and traffic do not depend on it, the scores of attention are proportional to it.
 */
public record Batch(int sequences, int sequenceLength, double attendedLength) {

    /** Checks both counts, and that a document fits a sequence. */
    public Batch {
        Check.positive(sequences, "sequences of a batch");
        Check.positive(sequenceLength, "sequence length");
        Check.within(attendedLength, 1, sequenceLength, "attended length", "token");
    }

    /** Sequences in which each token attends to all before it. */
    public Batch(int sequences, int sequenceLength) {
        this(sequences, sequenceLength, sequenceLength);
    }

    /**
     * The batch nearest to a number of tokens.
     *
     * @throws IllegalArgumentException if {@code tokens} is less than half a sequence
     */
    public static Batch ofTokens(double tokens, int sequenceLength) {
        Check.positive(tokens, "tokens of a batch", "token");
        Check.positive(sequenceLength, "sequence length");
        double sequences = Math.rint(tokens / sequenceLength);
        if (sequences < 1 || sequences > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("a batch of " + tokens + " tokens is " + tokens / sequenceLength
                    + " sequences of " + sequenceLength + "; take between one sequence and 2147483647");
        }
        return new Batch((int) sequences, sequenceLength);
    }

    /**
     * The batch nearest to a number of tokens that replicas divide: its sequences are a multiple of {@code multiple}, and
     * no fewer.
     *
     * @param multiple sequences that all replicas together take at once, data parallel degree times micro-batch
     * @throws IllegalArgumentException if it has more sequences than can be counted
     */
    public static Batch nearest(double tokens, int sequenceLength, int multiple) {
        Check.positive(tokens, "tokens of a batch", "token");
        Check.positive(sequenceLength, "sequence length");
        Check.positive(multiple, "sequences that replicas take at once");
        double sequences = Math.max(1, Math.rint(tokens / sequenceLength / multiple)) * multiple;
        if (sequences > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("a batch of " + tokens + " tokens is " + sequences + " sequences of "
                    + sequenceLength + "; take at most " + Integer.MAX_VALUE + " sequences");
        }
        return new Batch((int) sequences, sequenceLength);
    }

    /**
     * Attended length of documents of these lengths, {@code sum(l^2) / sum(l)}: the mean of the squares over the mean,
     * since a token counts its document as often as that has tokens. Documents longer than a sequence are cut into
     * sequences before.
     *
     * @param documentLengths tokens of each document, at least 1
     */
    public static double attendedLengthOf(int... documentLengths) {
        double squares = 0;
        double tokens = 0;
        for (int length : documentLengths) {
            Check.positive(length, "tokens of a document");
            squares += (double) length * length;
            tokens += length;
        }
        if (tokens == 0) {
            throw new IllegalArgumentException("no document is given, but the mean needs at least one");
        }
        return squares / tokens;
    }

    /** The same batch under a mask that keeps documents apart; see {@code attendedLength}. */
    public Batch withAttendedLength(double tokens) {
        return new Batch(sequences, sequenceLength, tokens);
    }

    /** {@code sequences * sequenceLength}. */
    public double tokens() {
        return (double) sequences * sequenceLength;
    }

    /** True if a mask keeps documents of one sequence apart. */
    public boolean isMasked() {
        return attendedLength < sequenceLength;
    }

    /** One line: {@code 2048 sequences of 8192 tokens}. */
    @Override
    public String toString() {
        String text = sequences + " sequences of " + sequenceLength + " tokens";
        return isMasked() ? text + String.format(Locale.ROOT, ", attended %.0f", attendedLength) : text;
    }
}
