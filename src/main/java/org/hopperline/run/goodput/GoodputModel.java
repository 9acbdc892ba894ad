package org.hopperline.run.goodput;

import org.hopperline.core.Check;
import org.hopperline.hardware.Cluster;

/**
 * Goodput of a run: how failures, checkpoints and recovery, and optionally stragglers and silent data corruption, eat
 * wall time. Stateless; one instance answers for any number of GPUs.
 *
 * @param failures how often the job stops
 * @param checkpoint what one checkpoint costs
 * @param recovery what a stop costs, beside redone work and reading the checkpoint
 * @param minimumIntervalSeconds the shortest interval allowed between checkpoints, such as one step; at least 0
 * @param slowness losses that stop no job
 */
public record GoodputModel(
        FailureModel failures,
        Checkpoint checkpoint,
        Recovery recovery,
        double minimumIntervalSeconds,
        Slowness slowness) {

    /** @throws IllegalArgumentException if a number is outside its domain */
    public GoodputModel {
        Check.notNull(failures, "failure model");
        Check.notNull(checkpoint, "checkpoint");
        Check.notNull(recovery, "recovery");
        Check.nonNegative(minimumIntervalSeconds, "minimum checkpoint interval", "s");
        Check.notNull(slowness, "slowness");
    }

    /** Failures, checkpoints and recovery alone. */
    public static GoodputModel of(FailureModel failures, Checkpoint checkpoint, Recovery recovery) {
        return new GoodputModel(failures, checkpoint, recovery, 0, Slowness.none());
    }

    /**
     * Llama 3's failure rate, checkpoints that block for 30 s and recovery in 300 s: assumed values, chosen since they
     * give the more than 90 % that Meta reports at 16,384 GPUs. Nothing is published for 100,000.
     */
    public static GoodputModel steady() {
        return setting("steady");
    }

    /** As {@link #steady()}, but with checkpoints of 5 s and recovery in 600 s; also above 90 % at 16,384 GPUs. */
    public static GoodputModel shortCheckpoints() {
        return setting("shortCheckpoint");
    }

    /** Llama 3's failure rate, checkpoints that block for 5 s and recovery in 60 s: what restoring from peers may reach. */
    public static GoodputModel quickRecovery() {
        return setting("quick");
    }

    private static GoodputModel setting(String name) {
        return of(
                FailureModels.LLAMA3,
                Checkpoint.blocking(FailureModels.figures().value(name + ".checkpoint")),
                Recovery.of(FailureModels.figures().value(name + ".recovery")));
    }

    /** The same with another failure model. */
    public GoodputModel withFailures(FailureModel newFailures) {
        return new GoodputModel(newFailures, checkpoint, recovery, minimumIntervalSeconds, slowness);
    }

    /** The same with the failure rate taken for the nodes of a machine, however many devices they hold. */
    public GoodputModel on(Cluster machine) {
        FailureModel perNode = new FailureModel(
                failures.name(), failures.perNodeDay(), machine.node().devices(), failures.causes());
        return withFailures(perNode);
    }

    /** The same with another checkpoint. */
    public GoodputModel withCheckpoint(Checkpoint newCheckpoint) {
        return new GoodputModel(failures, newCheckpoint, recovery, minimumIntervalSeconds, slowness);
    }

    /** The same with another recovery. */
    public GoodputModel withRecovery(Recovery newRecovery) {
        return new GoodputModel(failures, checkpoint, newRecovery, minimumIntervalSeconds, slowness);
    }

    /** The same with a shortest interval between checkpoints, such as the time of one step. */
    public GoodputModel withMinimumInterval(double seconds) {
        return new GoodputModel(failures, checkpoint, recovery, seconds, slowness);
    }

    /** The same with slow ranks that the step time does not show yet. */
    public GoodputModel withStragglerLoss(double share) {
        return withSlowness(new Slowness(share, slowness.corruptionsPerNodeDay(), slowness.detectionSeconds()));
    }

    /** The same with silent data corruption: its rate, and how long it stays hidden. */
    public GoodputModel withSilentCorruption(double perNodeDay, double detectionSeconds) {
        return withSlowness(new Slowness(slowness.stragglerLoss(), perNodeDay, detectionSeconds));
    }

    private GoodputModel withSlowness(Slowness newSlowness) {
        return new GoodputModel(failures, checkpoint, recovery, minimumIntervalSeconds, newSlowness);
    }

    /** Goodput on {@code gpus} GPUs at the best interval that the checkpoint and the minimum allow. */
    public Goodput best(int gpus) {
        return best(gpus, 1);
    }

    /** The same with a failure rate of {@code failureFactor} times the model's, above 0. */
    public Goodput best(int gpus, double failureFactor) {
        double mttf = failures.mttfSeconds(gpus) / Check.positive(failureFactor, "failure factor", "1");
        double wanted = Daly.optimalInterval(checkpoint.blockingSeconds(), mttf);
        // The efficiency has one peak, so where the best interval is not allowed, the nearest allowed one is best.
        return at(gpus, Math.max(wanted, Math.max(minimumIntervalSeconds, shortestDrained())), mttf);
    }

    /**
     * Goodput on {@code gpus} GPUs with a checkpoint after each {@code intervalSeconds} of work. A checkpoint that drains
     * in {@code w} after the work goes on is lost if a failure comes first, which multiplies the efficiency by {@code
     * e^(-w/M)}: the same as a recovery longer by w.
     *
     * @throws IllegalArgumentException if the next checkpoint would begin before the last has drained
     */
    public Goodput at(int gpus, double intervalSeconds) {
        if (intervalSeconds < shortestDrained()) {
            throw new IllegalArgumentException("checkpoint interval is " + intervalSeconds
                    + " s, but the last checkpoint drains for " + checkpoint.drainSeconds()
                    + " s; take at least " + shortestDrained() + " s");
        }
        return at(gpus, intervalSeconds, failures.mttfSeconds(gpus));
    }

    private Goodput at(int gpus, double intervalSeconds, double mttf) {
        double down = recovery.seconds() + checkpoint.restoreSeconds();
        double efficiency =
                Daly.efficiency(intervalSeconds, checkpoint.blockingSeconds(), down + checkpoint.drainSeconds(), mttf);
        double slowdown = slowness.factor(FailureModel.nodes(gpus, failures.gpusPerNode()));
        return new Goodput(
                gpus,
                efficiency * slowdown,
                intervalSeconds,
                mttf,
                efficiency * checkpoint.blockingSeconds() / intervalSeconds,
                -Math.expm1(-down / mttf),
                efficiency * (1 - slowdown),
                checkpoint.blockingSeconds(),
                down);
    }

    private double shortestDrained() {
        return Math.max(0, checkpoint.drainSeconds() - checkpoint.blockingSeconds());
    }
}
