package org.hopperline.step;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.hopperline.core.Check;
import org.hopperline.core.Units;
import org.hopperline.plan.ParallelPlan;
import org.hopperline.plan.PlanRules;
import org.hopperline.plan.PlanRules.Violation;
import org.hopperline.plan.TrainingSetup;
import org.hopperline.work.MemoryFootprint;
import org.jspecify.annotations.Nullable;

/**
 * Whether a plan can run: the rules of shape and the memory together. {@link StepModel#predict} asks the rules alone, so
 * that a plan may be priced for a chip whose memory is too small; who plans a run asks here.
 */
public final class Feasibility {

    private Feasibility() {}

    /**
     * Everything that keeps a plan from running; empty if nothing does. A footprint over the memory that the driver shows is
     * one entry: the breakdown of the fullest rank, and the remedy that costs the least time of a step among those tried
     * ({@link MemoryRemedy}).
     */
    public static List<Violation> violations(TrainingSetup setup) {
        Check.notNull(setup, "setup");
        List<Violation> broken = new ArrayList<>(PlanRules.violations(setup));
        boolean shaped = broken.isEmpty();
        if (shaped || countable(setup)) {
            MemoryFootprint need = MemoryFootprint.of(setup);
            double room = setup.cluster().chip().visibleMemoryBytes();
            if (need.total() > room) {
                broken.add(new Violation(
                        "a rank needs " + need,
                        setup.cluster().chip().name() + " shows " + Units.format(room, "byte"),
                        shaped ? remedy(setup) : "keep the other rules first"));
            }
        }
        return List.copyOf(broken);
    }

    /**
     * Returns the question if it can run.
     *
     * @throws IllegalArgumentException listing every violation
     */
    public static TrainingSetup check(TrainingSetup setup) {
        List<Violation> broken = violations(setup);
        if (!broken.isEmpty()) {
            throw PlanRules.broken(setup.plan(), broken);
        }
        return setup;
    }

    /** True if bytes can be counted although rules are broken: the layers lie on chunks, and the order has chunks. */
    private static boolean countable(TrainingSetup setup) {
        ParallelPlan plan = setup.plan();
        return PlanRules.laysLayers(setup.model(), plan)
                && (plan.virtualStages() == 1 || plan.order().interleaves() || plan.pipeline() == 1);
    }

    private static String remedy(TrainingSetup setup) {
        @Nullable MemoryRemedy best = MemoryRemedy.cheapest(setup);
        if (best == null) {
            return "no more recomputation, sharding, ranks or smaller micro-batch tried fits; take more devices: "
                    + statesAlone(setup);
        }
        return String.format(
                Locale.ROOT,
                "of the remedies tried, %s costs the least time: %s a step, %s a rank",
                best.change(),
                Units.format(best.prediction().seconds(), "s"),
                Units.format(MemoryFootprint.of(best.prediction().setup()).total(), "byte"));
    }

    /** How many devices the states of all parameters fill, divided as far as can be. */
    private static String statesAlone(TrainingSetup setup) {
        double bytes = (double) setup.software().shardedBytes() * setup.model().parameters();
        double room = setup.cluster().chip().visibleMemoryBytes();
        return "the states of all parameters alone, " + Units.format(bytes, "byte") + ", fill "
                + (long) Math.ceil(bytes / room);
    }
}
