package org.hopperline.step;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.hopperline.core.Check;
import org.hopperline.core.Units;
import org.hopperline.plan.ParallelPlan;
import org.hopperline.plan.TrainingSetup;

/**
 * A step that somebody timed on a machine and software of their own, to anchor predictions of runs like it.
 *
 * @param setup what ran
 * @param seconds of one optimizer step, the median of many after the first few
 */
public record MeasuredStep(TrainingSetup setup, double seconds) {

    /** @throws IllegalArgumentException if the seconds are not above zero, or below what the chip can do at its best */
    public MeasuredStep {
        Check.notNull(setup, "setup");
        Check.positive(seconds, "measured seconds of a step", "s");
        double bound = SpeedOfLight.of(setup).seconds();
        if (seconds < bound) {
            throw new IllegalArgumentException("a measured step of " + Units.format(seconds, "s")
                    + " is shorter than this setup's lower bound of " + Units.format(bound, "s")
                    + "; check devices, batch and unit, or take the seconds of a whole optimizer step");
        }
    }

    /**
     * The same from the token rate of all devices together, in token/s.
     *
     * @throws IllegalArgumentException as for the seconds that follow, tokens of the batch over the rate
     */
    public static MeasuredStep ofTokensPerSecond(TrainingSetup setup, double tokensPerSecond) {
        Check.notNull(setup, "setup");
        Check.positive(tokensPerSecond, "measured token rate", "token/s");
        return new MeasuredStep(setup, setup.batch().tokens() / tokensPerSecond);
    }

    /**
     * What keeps this run from anchoring another: all that differs in chip, model, software, precision, sequence length and
     * micro-batch. Devices, batch and the degrees of the plan may differ.
     *
     * @return one sentence for each difference; empty if they are alike
     */
    public List<String> differences(TrainingSetup other) {
        List<String> all = new ArrayList<>();
        add(all, "chip", setup.cluster().chip().name(), other.cluster().chip().name());
        if (setup.model().equals(other.model())) {
            add(all, "model", "", "");
        } else {
            String own = setup.model().name();
            String theirs = other.model().name();
            add(all, "model", own, own.equals(theirs) ? theirs + " of another shape" : theirs);
        }
        add(all, "software", setup.software().name(), other.software().name());
        add(all, "precision", setup.precision(), other.precision());
        add(
                all,
                "sequence length",
                setup.batch().sequenceLength(),
                other.batch().sequenceLength());
        add(all, "micro-batch", setup.plan().microBatch(), other.plan().microBatch());
        return all;
    }

    /**
     * True if a run alike also splits its model, shards, recomputes and feeds each device as this one does, so that each
     * kind of time weighs as much in it: then an anchor narrows the interval. Measured runs that are fed or sharded
     * otherwise are met no better with an anchor than without, and none that split their model otherwise are known.
     */
    public boolean near(TrainingSetup other) {
        return regime(setup).equals(regime(other));
    }

    /** How a run splits its model, shards and recomputes, and sequences a device and step. */
    public static String regime(TrainingSetup setup) {
        ParallelPlan plan = setup.plan();
        return String.format(
                Locale.ROOT,
                "TP%d CP%d PP%d EP%d, %s over %s, recompute %s, %.2g a device",
                plan.tensor(),
                plan.context(),
                plan.pipeline(),
                plan.expert(),
                plan.sharding(),
                plan.shards() == plan.gradientGroup() ? "all" : plan.shards(),
                plan.recompute(),
                (double) setup.batch().sequences() / plan.devices());
    }

    private static void add(List<String> all, String what, Object own, Object theirs) {
        if (!own.equals(theirs)) {
            all.add("its " + what + " is " + own + ", that of the prediction " + theirs);
        }
    }
}
