package org.hopperline.plan;

import org.hopperline.core.Check;

/**
 * What one optimizer step consumes.
 *
 * @param sequences sequences of all replicas together (the global batch size)
 * @param sequenceLength tokens of a sequence
 */
public record Batch(int sequences, int sequenceLength) {

    /** Checks both counts. */
    public Batch {
        Check.positive(sequences, "sequences of a batch");
        Check.positive(sequenceLength, "sequence length");
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

    /** {@code sequences * sequenceLength}. */
    public double tokens() {
        return (double) sequences * sequenceLength;
    }
}
