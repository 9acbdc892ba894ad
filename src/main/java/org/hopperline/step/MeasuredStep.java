package org.hopperline.step;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.hopperline.core.Check;
import org.hopperline.core.Units;
import org.hopperline.hardware.Fabric;
import org.hopperline.hardware.Node;
import org.hopperline.plan.Batch;
import org.hopperline.plan.ParallelPlan;
import org.hopperline.plan.SoftwareProfile;
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
     * What keeps this run from anchoring another: all that differs in chip, model, software and its choices, precision, sequence
     * length, the length that a mask leaves to attend to, and micro-batch. Devices, batch and the degrees of the plan may differ.
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
        SoftwareProfile ran = setup.software();
        SoftwareProfile asked = other.software();
        if (ran.borrowed() != asked.borrowed()) {
            add(all, "software", lent(ran), lent(asked));
        } else if (ran.name().equals(asked.name()) && ran.stack().equals(asked.stack()) && !ran.choosesAs(asked)) {
            add(all, "software", ran.name(), asked.name() + " with other choices");
        } else if (ran.name().equals(asked.name())) {
            add(all, "software", ran.stack(), asked.stack());
        } else {
            add(all, "software", ran.name(), asked.name());
        }
        add(all, "precision", setup.precision(), other.precision());
        add(
                all,
                "sequence length",
                setup.batch().sequenceLength(),
                other.batch().sequenceLength());
        if (setup.batch().sequenceLength() == other.batch().sequenceLength()) {
            add(all, "attended length", attended(setup.batch()), attended(other.batch()));
        }
        add(all, "micro-batch", setup.plan().microBatch(), other.plan().microBatch());
        return all;
    }

    private static String lent(SoftwareProfile software) {
        return software.borrowed() ? "another with the choices of " + software.name() : software.name();
    }

    /**
     * True if a run alike also splits its model, shards, recomputes and feeds each device as this one does, so that each
     * kind of time weighs as much in it, and its nodes are joined alike: then an anchor narrows the interval. Measured runs that
     * are fed or sharded otherwise are met no better with an anchor than without, and none that split their model otherwise are
     * known.
     */
    public boolean near(TrainingSetup other) {
        return regime(setup).equals(regime(other)) && joinedAlike(other);
    }

    /** True if both runs keep to one node, or have the same network. */
    boolean joinedAlike(TrainingSetup other) {
        return setup.cluster().nodes() == 1 && other.cluster().nodes() == 1
                || network(setup).equals(network(other));
    }

    /** The network between nodes in words, whatever it is called: {@code INFINIBAND of 8 x 50 GB/s a node, ...}. */
    static String network(TrainingSetup setup) {
        Node node = setup.cluster().node();
        Fabric fabric = setup.cluster().fabric();
        return fabric.technology() + " of " + node.nics() + " x "
                + Units.format(node.nic().bytesPerSecond(), "byte/s") + " a node, "
                + (fabric.railOptimised() ? "rail-optimised, " : "")
                + (fabric.inNetworkReduction() ? "adding in the switches, " : "")
                + Units.format(100 * fabric.throughput().value(), "%") + " of the link rate";
    }

    private static String attended(Batch batch) {
        return String.format(Locale.ROOT, "%.0f", batch.attendedLength());
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
