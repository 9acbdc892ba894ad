package org.hopperline.run;

import org.hopperline.core.Slot;

/** The terms of a whole training run. */
public enum RunTerm implements Slot {
    /** Days in which steps make progress. */
    PRODUCTIVE_DAYS("productive time", "day", "steps x step / 86400", "step.StepModel", Role.CRITICAL),
    /** Days lost to failures, recovery and checkpoints. */
    LOST_DAYS(
            "failures, recovery, checkpoints",
            "day",
            "productive (1/goodput - 1)",
            "run.goodput.GoodputModel",
            Role.CRITICAL),
    /** Days until the first step at full speed. */
    START_DAYS(
            "start-up",
            "day",
            "launch + N communicators + load + compile + warm-up steps",
            "run.goodput.StartUp",
            Role.CRITICAL),
    /** Calendar days. */
    DAYS("calendar time", "day", "productive / goodput + start-up", "run.Training", Role.TOTAL),
    /** Optimizer steps. */
    STEPS("optimizer steps", "1", "tokens / batch tokens", "run.Training", Role.DETAIL),
    /** Seconds of one step. */
    STEP_SECONDS("step", "s", "sum of the critical path", "step.StepModel", Role.DETAIL),
    /** Useful share of the wall time. */
    GOODPUT(
            "goodput",
            "1",
            "tau / (M e^(R/M) (e^((tau+d)/M) - 1))",
            "Daly 2006, doi 10.1016/j.future.2004.11.016",
            Role.DETAIL),
    /** Device-hours. */
    DEVICE_HOURS("device-hours", "h", "days x 24 x devices", "run.Training", Role.DETAIL),
    /** Model FLOPs utilization on 6N. */
    MFU_6N("MFU, 6N", "1", "6 N tokens / (step devices peak)", "arXiv 2204.02311 appendix B", Role.DETAIL),
    /** Model FLOPs utilization with full attention. */
    MFU_FULL(
            "MFU, 6N + full attention",
            "1",
            "(6 N + 12 L H Q T) tokens / (step devices peak)",
            "arXiv 2204.02311 appendix B",
            Role.DETAIL),
    /** Model FLOPs utilization with causal attention. */
    MFU_CAUSAL(
            "MFU, 6N + causal attention",
            "1",
            "(6 N + 6 L H Q T) tokens / (step devices peak)",
            "arXiv 2204.02311 appendix B",
            Role.DETAIL),
    /** Hardware FLOPs utilization. */
    HFU_CAUSAL(
            "HFU, causal, with recomputation",
            "1",
            "MFU (1 + share of layers run again whole / 3)",
            "arXiv 2205.05198",
            Role.DETAIL),
    /** Days if every resource ran at its highest clock and all at once. */
    LOWER_BOUND_DAYS(
            "lower bound", "day", "max of resources at their specified rates", "step.SpeedOfLight", Role.DETAIL),
    /** Days if nothing that is hidden were hidden. */
    NO_OVERLAP_DAYS("no overlap", "day", "critical path + hidden time", "step.StepModel", Role.DETAIL);

    private final Entry entry;

    RunTerm(String label, String unit, String formula, String source, Role role) {
        this.entry = new Entry(label, unit, formula, source, role);
    }

    @Override
    public Entry entry() {
        return entry;
    }
}
