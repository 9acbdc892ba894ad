package org.hopperline.run.goodput;

import org.hopperline.core.Check;
import org.hopperline.text.FigureTable;

/**
 * From nodes allocated to steps at full speed: what a run pays when it starts, and again in each restart. Little is
 * published, so the usual values are assumed and their band is wide.
 *
 * @param launchSeconds scheduler, containers, processes, imports and the model laid out, at least 0
 * @param communicatorSecondsPerRank communicators of all groups, in proportion to the ranks, at least 0
 * @param storageBytesPerSecond rate at which storage gives back a checkpoint, all readers together, above 0
 * @param compileSeconds compilation, where the software compiles its kernels, at least 0
 * @param warmUpSteps steps lost while caches, allocators and autotuning settle, at least 0
 * @param spread factor by which all of it may be shorter or longer, at least 1
 */
public record StartUp(
        double launchSeconds,
        double communicatorSecondsPerRank,
        double storageBytesPerSecond,
        double compileSeconds,
        double warmUpSteps,
        double spread) {

    /** @throws IllegalArgumentException if a number is outside its domain */
    public StartUp {
        Check.nonNegative(launchSeconds, "launch time", "s");
        Check.nonNegative(communicatorSecondsPerRank, "communicator time of a rank", "s");
        Check.positive(storageBytesPerSecond, "storage rate", "byte/s");
        Check.nonNegative(compileSeconds, "compile time", "s");
        Check.nonNegative(warmUpSteps, "warm-up steps", "1");
        if (!(spread >= 1) || Double.isInfinite(spread)) {
            throw new IllegalArgumentException("spread of the start-up is " + spread
                    + ", but must be finite and at least 1; 1 says that it is known exactly");
        }
    }

    /**
     * Communicators as NCCL makes them (265 s at 96,000 ranks, arXiv 2510.20171), storage as Llama 3's (2 TB/s, arXiv
     * 2407.21783 section 3.3.1), all else assumed within a factor of three.
     */
    public static StartUp usual() {
        FigureTable figures = FailureModels.figures();
        return new StartUp(
                figures.value("startUp.launch"),
                figures.value("startUp.communicatorsPerRank"),
                figures.value("startUp.storage"),
                figures.value("startUp.compile"),
                figures.value("startUp.warmUpSteps"),
                figures.value("startUp.spread"));
    }

    /** No time at all, as most accounts of training time have it; a checkpoint is back at once, too. */
    public static StartUp none() {
        return new StartUp(0, 0, Double.MAX_VALUE, 0, 0, 1);
    }

    /** The same with another storage. */
    public StartUp withStorage(double bytesPerSecond) {
        return new StartUp(
                launchSeconds, communicatorSecondsPerRank, bytesPerSecond, compileSeconds, warmUpSteps, spread);
    }

    /** The same with other communicators; NCCLX needs a tenth of NCCL's time (arXiv 2510.20171). */
    public StartUp withCommunicators(double secondsPerRank) {
        return new StartUp(launchSeconds, secondsPerRank, storageBytesPerSecond, compileSeconds, warmUpSteps, spread);
    }

    /** The same with other times to launch and to compile. */
    public StartUp withLaunch(double seconds, double compilation) {
        return new StartUp(
                seconds, communicatorSecondsPerRank, storageBytesPerSecond, compilation, warmUpSteps, spread);
    }

    /**
     * Seconds of a start from nothing, {@code launch + N communicators + compile + warm-up steps}.
     *
     * @param ranks N
     * @param stepSeconds one step at full speed
     * @param compiles true if the software compiles its kernels
     */
    public double seconds(int ranks, double stepSeconds, boolean compiles) {
        return launchSeconds
                + Check.positive(ranks, "ranks") * communicatorSecondsPerRank
                + (compiles ? compileSeconds : 0)
                + warmUpSteps * Check.positive(stepSeconds, "step", "s");
    }

    /** Seconds to read a checkpoint back, {@code bytes / rate}; see {@link Checkpoint#bytes}. */
    public double loadSeconds(double checkpointBytes) {
        return Checkpoint.transferSeconds(checkpointBytes, storageBytesPerSecond);
    }

    /**
     * The recovery of a job that starts up so after each failure. Reading the checkpoint is not in it, since {@link
     * Checkpoint#restoreSeconds} holds that; and the recoveries of {@link GoodputModel#steady()} and its like hold a start
     * already, so this replaces them and is never added.
     *
     * @param detectionSeconds until the failure is noticed
     * @param replacementSeconds until broken nodes are replaced
     */
    public Recovery recovery(
            double detectionSeconds, double replacementSeconds, int ranks, double stepSeconds, boolean compiles) {
        return new Recovery(detectionSeconds, replacementSeconds, seconds(ranks, stepSeconds, compiles));
    }
}
