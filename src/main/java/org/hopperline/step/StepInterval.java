package org.hopperline.step;

import java.util.Locale;
import org.hopperline.core.Interval;
import org.hopperline.hardware.Architecture;
import org.hopperline.plan.TrainingSetup;
import org.hopperline.text.Csv;

/**
 * How far measured steps lie from predicted ones, learnt from the residuals of published runs with whole families
 * (software, model, precision) left out in turn. The table is written by the validation room and read here.
 */
public final class StepInterval {

    /** Classes of runs whose residuals spread alike. */
    public enum Regime {
        /** Dense models on software that overlaps tensor traffic with products: NVIDIA's own stacks. */
        TUNED_DENSE,
        /** Dense models on other software. */
        OTHER_DENSE,
        /** Mixtures of experts. */
        EXPERTS
    }

    /** Context-parallel ranks of the longest scored rings that more than one source used. */
    private static final int SCORED_CONTEXT = 2;

    /** Devices of the largest calibration run. */
    private static final int SCORED_DEVICES = 3072;

    private static final Csv TABLE = Csv.resource(StepInterval.class, "interval.csv");

    private StepInterval() {}

    /** The class that a question belongs to. */
    public static Regime regime(TrainingSetup setup) {
        if (setup.model().experts() != null) {
            return Regime.EXPERTS;
        }
        return setup.software().tensorOverlap() ? Regime.TUNED_DENSE : Regime.OTHER_DENSE;
    }

    /** True if runs on the chip's family were scored, so that there is an interval. */
    public static boolean isLearnt(TrainingSetup setup) {
        Architecture architecture = setup.cluster().chip().architecture();
        return architecture == Architecture.HOPPER || architecture == Architecture.AMPERE;
    }

    /** True if runs like this one, in context parallelism, size and chip, were scored. */
    public static boolean scored(TrainingSetup setup) {
        return setup.plan().context() <= SCORED_CONTEXT && setup.plan().devices() <= SCORED_DEVICES;
    }

    /**
     * Measured over predicted step time: the factor by which a step may be faster or slower than predicted. Where no
     * dense run like it was scored, nothing closer supports an interval than what holds both dense classes; that of
     * experts is the widest as it is.
     *
     * @param coverage 0.8 or 0.9, the levels that were learnt
     * @throws IllegalArgumentException if the level was not learnt, or the chip is of a family without scored runs
     */
    public static Interval factor(TrainingSetup setup, double coverage) {
        if (!isLearnt(setup)) {
            throw new IllegalArgumentException(
                    "no run on " + setup.cluster().chip().name()
                            + " is scored, so nothing supports an interval; ask for the prediction alone");
        }
        Regime regime = regime(setup);
        if (scored(setup) || regime == Regime.EXPERTS) {
            return learnt(regime, coverage);
        }
        Interval tuned = learnt(Regime.TUNED_DENSE, coverage);
        Interval other = learnt(Regime.OTHER_DENSE, coverage);
        return new Interval(Math.min(tuned.low(), other.low()), Math.max(tuned.high(), other.high()), coverage);
    }

    private static Interval learnt(Regime regime, double coverage) {
        String name = regime.name().toLowerCase(Locale.ROOT);
        for (Csv.Row row : TABLE.rows()) {
            if (row.text("class").equals(name) && Math.abs(row.number("coverage") - coverage) < 1e-9) {
                return new Interval(row.number("low"), row.number("high"), coverage);
            }
        }
        throw new IllegalArgumentException("coverage " + coverage + " was not learnt; take 0.8 or 0.9");
    }
}
