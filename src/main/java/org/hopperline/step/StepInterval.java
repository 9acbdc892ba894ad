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
        /** Dense models on NVIDIA Hopper. */
        DENSE,
        /** Mixtures of experts. */
        EXPERTS
    }

    private static final Csv TABLE = Csv.resource(StepInterval.class, "interval.csv");

    private StepInterval() {}

    /** The class that a question belongs to. */
    public static Regime regime(TrainingSetup setup) {
        return setup.model().experts() == null ? Regime.DENSE : Regime.EXPERTS;
    }

    /** True if runs on this family of chips are scored, so that {@link #factor} has something to say. */
    public static boolean isLearnt(TrainingSetup setup) {
        Architecture architecture = setup.cluster().chip().architecture();
        return architecture == Architecture.HOPPER || architecture == Architecture.AMPERE;
    }

    /**
     * Measured over predicted step time: the factor by which a step may be faster or slower than predicted.
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
        String regime = regime(setup).name().toLowerCase(Locale.ROOT);
        for (Csv.Row row : TABLE.rows()) {
            if (row.text("class").equals(regime) && Math.abs(row.number("coverage") - coverage) < 1e-9) {
                return new Interval(row.number("low"), row.number("high"), coverage);
            }
        }
        throw new IllegalArgumentException("coverage " + coverage + " was not learnt; take 0.8 or 0.9");
    }
}
