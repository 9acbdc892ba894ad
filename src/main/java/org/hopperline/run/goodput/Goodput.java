package org.hopperline.run.goodput;

import java.util.List;
import java.util.Locale;
import org.hopperline.core.Check;
import org.hopperline.core.Explanation;
import org.hopperline.core.Ledger;

/**
 * Where the wall time of a run goes. The shares and {@link #lostShare()} add up to 1.
 *
 * @param gpus size of the job
 * @param fraction goodput: useful work over wall time, 0 to 1
 * @param intervalSeconds work between two checkpoints
 * @param mttfSeconds mean time to failure of the job
 * @param checkpointShare wall time spent in checkpoints that were of use
 * @param recoveryShare wall time from failures until the job computes again
 * @param slownessShare wall time lost to stragglers and silent corruption
 * @param checkpointSeconds time one checkpoint blocks the work
 * @param recoverySeconds time of one undisturbed recovery
 */
public record Goodput(
        int gpus,
        double fraction,
        double intervalSeconds,
        double mttfSeconds,
        double checkpointShare,
        double recoveryShare,
        double slownessShare,
        double checkpointSeconds,
        double recoverySeconds) {

    /** Wall time spent on work and checkpoints that a failure undid. */
    public double lostShare() {
        return Math.max(0, 1 - fraction - checkpointShare - recoveryShare - slownessShare);
    }

    /** True if a checkpoint blocks for longer than the mean time to failure: most never complete. */
    public boolean checkpointOutlastsFailures() {
        return checkpointSeconds >= mttfSeconds;
    }

    /** True if recovery takes longer than the mean time to failure: most recoveries are struck themselves. */
    public boolean recoveryOutlastsFailures() {
        return recoverySeconds >= mttfSeconds;
    }

    /** True if the goodput is so small that no run of useful length ends: below one part in a million. */
    public boolean isNothing() {
        return fraction < 1e-6;
    }

    /**
     * Wall time for an amount of useful work.
     *
     * @param usefulSeconds what the work takes without any failure, at least 0
     * @throws IllegalStateException if the goodput is nothing
     */
    public double wallSeconds(double usefulSeconds) {
        Check.nonNegative(usefulSeconds, "useful time", "s");
        if (isNothing()) {
            throw new IllegalStateException("the run never ends: " + this);
        }
        return usefulSeconds / fraction;
    }

    /** Where each second of wall time goes, with formulas. */
    public Explanation explain() {
        Ledger<GoodputTerm> ledger = Ledger.of(GoodputTerm.class);
        ledger.set(GoodputTerm.USEFUL, fraction);
        ledger.set(GoodputTerm.CHECKPOINTS, checkpointShare);
        ledger.set(GoodputTerm.RECOVERY, recoveryShare);
        ledger.set(GoodputTerm.UNDONE, lostShare());
        ledger.set(GoodputTerm.SLOWNESS, slownessShare);
        ledger.set(GoodputTerm.WALL, 1);
        ledger.set(GoodputTerm.MTTF, mttfSeconds);
        ledger.set(GoodputTerm.INTERVAL, intervalSeconds);
        ledger.set(GoodputTerm.CHECKPOINT, checkpointSeconds);
        ledger.set(GoodputTerm.DOWN, recoverySeconds);
        return Explanation.of("goodput on " + gpus + " GPUs", ledger, List.of());
    }

    /** GPU-days lost when {@code gpus} GPUs lose {@code seconds} each. */
    public static double gpuDays(int gpus, double seconds) {
        return Check.positive(gpus, "GPUs") * Check.nonNegative(seconds, "time", "s") / 86_400;
    }

    /** The fraction, the interval, and what stands against it. */
    @Override
    public String toString() {
        String text = String.format(
                Locale.ROOT,
                "goodput %.1f %% on %,d GPUs (mean time to failure %.1f min, a checkpoint of %.1f s every %.1f min, recovery %.0f s)",
                100 * fraction,
                gpus,
                mttfSeconds / 60,
                checkpointSeconds,
                intervalSeconds / 60,
                recoverySeconds);
        if (checkpointOutlastsFailures()) {
            text += "; a checkpoint is longer than the mean time to failure, so most never complete";
        }
        if (recoveryOutlastsFailures()) {
            text += "; recovery is longer than the mean time to failure, so most recoveries fail themselves";
        }
        return isNothing() ? text + "; nothing is trained" : text;
    }
}
