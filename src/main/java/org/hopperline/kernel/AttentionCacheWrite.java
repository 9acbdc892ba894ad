package org.hopperline.kernel;

import org.hopperline.core.Check;

/**
 * The kernel with which vLLM writes new keys and values into its paged cache: one thread block a token with a thread for
 * each element of its key, at most 512. Blocks of many threads fill an SM quickly, so the time follows threads, not
 * bytes.
 *
 * @param launchSeconds time of the attention call besides the work: launches of the write, of the metadata and of the
 *     attention itself
 * @param blockSeconds time a thread block stays on its SM
 */
record AttentionCacheWrite(double launchSeconds, double blockSeconds) {

    /** Threads that an SM holds, on the A100 and the H100 (CUDA C++ Programming Guide, compute capabilities). */
    private static final double THREADS_PER_SM = 2048;

    /** Threads of the largest block that the kernel asks for (vLLM, csrc/cache_kernels.cu). */
    private static final int MOST_THREADS = 512;

    AttentionCacheWrite {
        Check.nonNegative(launchSeconds, "launch time", "s");
        Check.nonNegative(blockSeconds, "block time", "s");
    }

    /** Seconds in which {@code units} SMs schedule the blocks of {@code tokens} tokens. */
    double schedulingSeconds(double tokens, int kvHeads, int headDim, int units) {
        double threads = Math.min((double) kvHeads * headDim, MOST_THREADS);
        return tokens * threads / (THREADS_PER_SM * units) * blockSeconds;
    }
}
