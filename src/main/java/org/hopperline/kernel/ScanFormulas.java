package org.hopperline.kernel;

/**
 * FLOPs and bytes of the state-space scan of Mamba-2 by the chunked algorithm (arXiv 2405.21060 section 6), kernel by kernel
 * as state-spaces/mamba runs them (mamba_ssm/ops/triton/ssd_combined.py). T tokens, H heads of size P, G groups, states of
 * size N, chunks of Q tokens; {@code S = HPN/Q} numbers of state for each token. Inputs and outputs have 16 bits; step sizes,
 * decays, chunk matrices {@code C B^T} and new states 32; states passed on for a product 16. Each tensor is read from memory
 * once a kernel. Nothing here allocates.
 */
public final class ScanFormulas {

    /** Triton kernels of the forward pass: decays, chunk states, passing of states, chunk matrices, outputs with their gate. */
    public static final int FORWARD_KERNELS = 5;

    /**
     * Triton kernels of the backward pass: the first four of the forward pass again; gradients of the gate, of the states, of
     * states passed on, of x, of B, of C, of the chunk matrices and from these twice, of the decays twice.
     */
    public static final int BACKWARD_KERNELS = 15;

    /** Kernels of PyTorch beside them: exponential and sign of the decays' logarithm. */
    public static final int FORWARD_GLUE_KERNELS = 2;

    /**
     * Kernels of PyTorch between them: step sizes copied; five buffers cleared for atomic sums (of x, B, C, and two of the
     * decays); sums over blocks of the gradients of D (twice), states passed on, B, C, chunk matrices and decays; running
     * sums of decays twice, turned round twice, and added up three times.
     */
    public static final int BACKWARD_GLUE_KERNELS = 20;

    private ScanFormulas() {}

    /**
     * FLOPs forward, {@code T (2QGN + 2QHP + 4HPN)}: chunk matrices, their product with x, states of chunks, outputs of
     * states. Whole chunk matrices are multiplied though half of each is masked.
     */
    public static double forwardFlops(double tokens, int heads, int headDim, int groups, int state, int chunk) {
        double inner = (double) heads * headDim;
        double shared = (double) groups * state;
        return tokens * (2.0 * chunk * (shared + inner) + 4.0 * inner * state);
    }

    /**
     * FLOPs backward, {@code T (6QGN + 6QHP + 10HPN)}: chunk matrices and chunk states once more; gradients of the states, of
     * x from the matrices and from the states, of B and C from the states, of the matrices, of B and C from these, and of
     * the decays from the matrices.
     */
    public static double backwardFlops(double tokens, int heads, int headDim, int groups, int state, int chunk) {
        double inner = (double) heads * headDim;
        double shared = (double) groups * state;
        return tokens * (6.0 * chunk * (shared + inner) + 10.0 * inner * state);
    }

    /**
     * Bytes forward, {@code T (10HP + 12S + 8GN + 8GQ + 26H)}. Decays: dt read, two written in 32 bits, 10H. States of
     * chunks: x, B, decays read, states written, {@code 2HP + 2GN + 8H + 4S}. Passing: {@code 4S + 2S}. Matrices:
     * {@code 4GN + 4GQ}. Outputs: matrices, x, C, decays, states, gate read, the output before and after its gate written,
     * {@code 4GQ + 2HP + 2GN + 8H + 2S + 2HP + 4HP}.
     */
    public static double forwardBytes(double tokens, int heads, int headDim, int groups, int state, int chunk) {
        double inner = (double) heads * headDim;
        double shared = (double) groups * state;
        double states = inner * state / chunk;
        return tokens * (10 * inner + 12 * states + 8 * shared + 8.0 * groups * chunk + 26.0 * heads);
    }

    /**
     * Bytes backward, {@code T (34HP + 34S + 36GN + 24GQ + 60H)}. Decays, matrices and states of chunks again, and states
     * passed in 32 bits: {@code 2HP + 6GN + 4GQ + 18H + 12S}. Gate: gate, output, its gradient and x read, two gradients
     * written, {@code 12HP}. States: {@code 2HP + 2GN + 4S}; passed back, 32 bits read and 16 written of each,
     * {@code 12S}. x: {@code 6HP + 2GN + 4GQ + 2S}. B and C: {@code 4HP + 4S}, and 32-bit sums written and read,
     * {@code 16GN}. Matrices: {@code 4HP + 8GQ}. From these B and C: {@code 4GQ + 10GN}. Decays: {@code 4HP + 4GQ}, and
     * 42H in all.
     */
    public static double backwardBytes(double tokens, int heads, int headDim, int groups, int state, int chunk) {
        double inner = (double) heads * headDim;
        double shared = (double) groups * state;
        double states = inner * state / chunk;
        return tokens * (34 * inner + 34 * states + 36 * shared + 24.0 * groups * chunk + 60.0 * heads);
    }

    /**
     * Bytes that the forward pass reads from the cache, {@code T H (4N + 4Q)}: each head reads B for its states, C and the
     * chunk matrix for its outputs, which the heads of a group share.
     */
    public static double forwardCacheBytes(double tokens, int heads, int state, int chunk) {
        return tokens * heads * (4.0 * state + 4.0 * chunk);
    }

    /**
     * Bytes that the backward pass reads from the cache, {@code T H (10N + 8Q)}: each head reads B for its states, C for
     * their gradient, B and the chunk matrix for that of x, B and C for those of the decays on the way to B and C, the chunk
     * matrix for that of the decays inside a chunk.
     */
    public static double backwardCacheBytes(double tokens, int heads, int state, int chunk) {
        return tokens * heads * (10.0 * state + 8.0 * chunk);
    }
}
