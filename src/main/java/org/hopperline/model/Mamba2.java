package org.hopperline.model;

import org.hopperline.core.Check;

/**
 * A Mamba-2 mixer (arXiv 2405.21060 section 7): one projection makes a gate z, inputs x, input and output matrices B and C
 * and step sizes dt; x, B and C pass a short causal convolution, then the state-space scan; the result, gated and
 * normalised, is projected back. In the formulas H is the number of heads, P the size of a head, N that of a state, G the
 * number of groups, K the width of the convolution, Q the length of a chunk.
 *
 * @param heads heads of the scan, each with a decay of its own
 * @param headDim size of a head
 * @param state size of the state of each element of a head
 * @param groups groups of heads that share B and C
 * @param convolution width of the causal convolution
 * @param chunk tokens of a chunk, within which the scan multiplies matrices as attention does
 */
public record Mamba2(int heads, int headDim, int state, int groups, int convolution, int chunk) {

    /** Checks the counts, and that groups share heads evenly. */
    public Mamba2 {
        Check.positive(heads, "Mamba-2 heads");
        Check.positive(headDim, "Mamba-2 head size");
        Check.positive(state, "Mamba-2 state size");
        Check.positive(groups, "Mamba-2 groups");
        Check.positive(convolution, "width of the causal convolution");
        Check.positive(chunk, "chunk length");
        if (heads % groups != 0) {
            throw new IllegalArgumentException(heads + " Mamba-2 heads do not share " + groups
                    + " groups evenly; the second must divide the first");
        }
    }

    /** Width of x and of the gate z: {@code H P}. */
    public int inner() {
        return heads * headDim;
    }

    /** Channels of the convolution, those of x, B and C: {@code H P + 2 G N}. */
    public int convolved() {
        return inner() + 2 * groups * state;
    }

    /** Columns of the first projection, those of z, x, B, C and dt: {@code 2 H P + 2 G N + H}. */
    public int projected() {
        return inner() + convolved() + heads;
    }

    /** One line: {@code Mamba-2: 128 heads x 64, state 128, 8 groups, convolution 4, chunks of 128}. */
    @Override
    public String toString() {
        return "Mamba-2: " + heads + " heads x " + headDim + ", state " + state + ", " + groups
                + " groups, convolution " + convolution + ", chunks of " + chunk;
    }
}
