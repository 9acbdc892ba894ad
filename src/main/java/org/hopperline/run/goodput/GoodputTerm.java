package org.hopperline.run.goodput;

import org.hopperline.core.Slot;

/** Where a second of wall time goes. */
public enum GoodputTerm implements Slot {
    /** Work that stays. */
    USEFUL("useful work", "1", "g = tau e^(-w/M) / [M e^(R/M) (e^((tau+delta)/M) - 1)]", Role.CRITICAL),
    /** Checkpoints of work that stays. */
    CHECKPOINTS("checkpoints", "1", "g delta/tau", Role.CRITICAL),
    /** From failures until the job computes again. */
    RECOVERY("recovery", "1", "1 - e^(-R/M)", Role.CRITICAL),
    /** Work and checkpoints that failures undid. */
    UNDONE("work undone by failures", "1", "the rest", Role.CRITICAL),
    /** Stragglers and silent corruption. */
    SLOWNESS("stragglers and corruption", "1", "g [1 - (1 - s)/(1 + c)]", Role.CRITICAL),
    /** All of it. */
    WALL("wall time", "1", "sum", Role.TOTAL),
    /** M. */
    MTTF("mean time to failure", "s", "M = 86,400 s / (nodes rate)", Role.DETAIL),
    /** tau. */
    INTERVAL("checkpoint interval", "s", "tau", Role.DETAIL),
    /** delta. */
    CHECKPOINT("time a checkpoint blocks", "s", "delta", Role.DETAIL),
    /** R. */
    DOWN("one undisturbed recovery", "s", "R", Role.DETAIL);

    private final Entry entry;

    GoodputTerm(String label, String unit, String formula, Role role) {
        String source = "SLOWNESS".equals(name()) ? "shares given by the caller" : "Daly 2006, exponential failures";
        this.entry = new Entry(label, unit, formula, source, role);
    }

    @Override
    public Entry entry() {
        return entry;
    }
}
