package org.hopperline.run.goodput;

import java.util.SplittableRandom;
import org.hopperline.core.Check;

/**
 * Replays a run event by event: work, blocking checkpoints, checkpoints draining behind the work, failures at
 * exponentially distributed times, and recoveries that failures may strike too. It knows nothing of the closed form in
 * {@link Daly} and serves as its check.
 */
public final class GoodputSimulation {

    private GoodputSimulation() {}

    /**
     * What a simulation measured.
     *
     * @param fraction useful work over wall time
     * @param standardError of the fraction, by the delta method over the times between failures
     * @param failures failures simulated
     * @param wallSeconds simulated wall time
     */
    public record Outcome(double fraction, double standardError, int failures, double wallSeconds) {}

    /**
     * Simulates until {@code failures} failures have been recovered from.
     *
     * @param intervalSeconds work between two checkpoints, above 0
     * @param checkpoint its blocking and drain times; the restore time is part of each recovery
     * @param recoverySeconds recovery without the restore
     * @param mttfSeconds mean time to failure
     * @param failures cycles of uptime and recovery, at least 2
     * @param seed same seed, same outcome
     */
    public static Outcome run(
            double intervalSeconds,
            Checkpoint checkpoint,
            double recoverySeconds,
            double mttfSeconds,
            int failures,
            long seed) {
        Check.positive(intervalSeconds, "checkpoint interval", "s");
        Check.nonNegative(recoverySeconds, "recovery time", "s");
        Check.positive(mttfSeconds, "mean time to failure", "s");
        if (failures < 2) {
            throw new IllegalArgumentException("failures is " + failures + ", but a standard error needs at least 2");
        }
        SplittableRandom random = new SplittableRandom(seed);
        double down = recoverySeconds + checkpoint.restoreSeconds();
        double sumWork = 0;
        double sumWall = 0;
        double sumWorkWork = 0;
        double sumWorkWall = 0;
        double sumWallWall = 0;
        for (int i = 0; i < failures; i++) {
            double failure = exponential(random, mttfSeconds);
            double work = savedWork(intervalSeconds, checkpoint, failure);
            double wall = failure;
            for (double next = exponential(random, mttfSeconds); ; next = exponential(random, mttfSeconds)) {
                wall += Math.min(next, down);
                if (next >= down) {
                    break;
                }
            }
            sumWork += work;
            sumWall += wall;
            sumWorkWork += work * work;
            sumWorkWall += work * wall;
            sumWallWall += wall * wall;
        }
        double ratio = sumWork / sumWall;
        double squares = sumWorkWork - 2 * ratio * sumWorkWall + ratio * ratio * sumWallWall;
        double standardError = Math.sqrt(Math.max(0, squares)) / sumWall;
        return new Outcome(ratio, standardError, failures, sumWall);
    }

    /** Work that can be restored after a failure {@code failure} seconds after the last recovery. */
    private static double savedWork(double interval, Checkpoint checkpoint, double failure) {
        double clock = 0;
        double done = 0;
        double saved = 0;
        while (true) {
            clock += interval;
            done += interval;
            clock += checkpoint.blockingSeconds();
            if (clock + checkpoint.drainSeconds() > failure) {
                return saved;
            }
            saved = done;
        }
    }

    private static double exponential(SplittableRandom random, double mean) {
        return -mean * Math.log1p(-random.nextDouble());
    }
}
