package org.hopperline.run.goodput;

import org.hopperline.core.Check;

/**
 * One checkpoint as the run feels it. A checkpoint blocks the work for a while, may then drain to its store behind the
 * work, and counts only once drained: a failure before that falls back to the one before.
 *
 * @param name how it is taken
 * @param blockingSeconds &delta;, time the work stands still, above 0
 * @param drainSeconds time from the end of the blocking until the checkpoint can be restored from, at least 0
 * @param restoreSeconds time to read it back, at least 0
 */
public record Checkpoint(String name, double blockingSeconds, double drainSeconds, double restoreSeconds) {

    /** @throws IllegalArgumentException if the blocking time is not above 0, or another is below 0 */
    public Checkpoint {
        Check.notBlank(name, "name of a checkpoint");
        Check.positive(blockingSeconds, "blocking time of a checkpoint", "s");
        Check.nonNegative(drainSeconds, "drain time of a checkpoint", "s");
        Check.nonNegative(restoreSeconds, "restore time of a checkpoint", "s");
    }

    /** A checkpoint known only by the time it blocks; restoring is then counted in the recovery. */
    public static Checkpoint blocking(double seconds) {
        return new Checkpoint("blocking", seconds, 0, 0);
    }

    /**
     * Written to storage while the work waits.
     *
     * @param bytes the whole checkpoint, see {@link #bytes}
     * @param storageBytesPerSecond what the storage takes in and gives back, all writers together
     */
    public static Checkpoint synchronous(double bytes, double storageBytesPerSecond) {
        double seconds = transferSeconds(bytes, storageBytesPerSecond);
        return new Checkpoint("synchronous", seconds, 0, seconds);
    }

    /**
     * Copied to host memory while the work waits, then written to storage behind the work.
     *
     * @param bytes the whole checkpoint
     * @param gpus GPUs that share the copy evenly
     * @param hostBytesPerSecond copy rate of one GPU to its host
     * @param storageBytesPerSecond what the storage takes in and gives back, all writers together
     */
    public static Checkpoint asynchronous(
            double bytes, int gpus, double hostBytesPerSecond, double storageBytesPerSecond) {
        double copy = transferSeconds(bytes / Check.positive(gpus, "GPUs"), hostBytesPerSecond);
        double write = transferSeconds(bytes, storageBytesPerSecond);
        return new Checkpoint("asynchronous", copy, write, write);
    }

    /**
     * Copied to the memory of a peer in another node while the work waits; restored over the same link.
     *
     * @param bytes the whole checkpoint
     * @param gpus GPUs that share the copy evenly
     * @param linkBytesPerSecond rate of one GPU's link to its peer
     */
    public static Checkpoint peerMemory(double bytes, int gpus, double linkBytesPerSecond) {
        double copy = transferSeconds(bytes / Check.positive(gpus, "GPUs"), linkBytesPerSecond);
        return new Checkpoint("peer memory", copy, 0, copy);
    }

    /**
     * Size of a checkpoint.
     *
     * @param parameters of the model, all experts counted
     * @param bytesPerParameter weights and optimizer state; 14 for BF16 weights with FP32 weights and Adam's two moments
     */
    public static double bytes(double parameters, double bytesPerParameter) {
        return Check.positive(parameters, "parameters", "1")
                * Check.positive(bytesPerParameter, "bytes per parameter", "byte");
    }

    /** Bytes per parameter of BF16 weights with FP32 weights and Adam's two moments, 2 + 4 + 4 + 4. */
    public static double adamBytesPerParameter() {
        return FailureModels.figures().value("bytesPerParameter.adam");
    }

    /** {@code bytes / bytesPerSecond}. */
    public static double transferSeconds(double bytes, double bytesPerSecond) {
        return Check.positive(bytes, "bytes", "byte") / Check.positive(bytesPerSecond, "rate", "byte/s");
    }
}
