package org.hopperline.search;

import org.hopperline.core.Ledger;
import org.hopperline.plan.Batch;
import org.hopperline.step.StepTerm;
import org.jspecify.annotations.Nullable;

/**
 * A family with the replicas it may have, and what no number of them undercuts. A step takes at least as long as the stage
 * that has most to do is busy with its micro-batches, and what it does for one of them depends on the ranks that share the
 * model alone: so the device-seconds for each token have a least, whatever the replicas. Traffic within the model counts
 * where groups of ranks lie as they do for the plan that was priced; elsewhere the kernels alone do.
 *
 * @param candidate the family and its replicas
 * @param multiple what replicas must be a multiple of
 * @param firstPlace first place of the replicas that makes a plan
 * @param layout how ranks lie for the plan that was priced, see {@link org.hopperline.step.StepEvaluator#layout}
 * @param leastDevices of the family
 * @param mostDevices of the family
 * @param mostElsewhere most devices on which ranks lie in another way; 0 if there are none
 * @param deviceSeconds least device-seconds a token where ranks lie in that way
 * @param kernelSeconds least device-seconds a token anywhere
 */
record FamilyBound(
        PlanSpace.Candidate candidate,
        long multiple,
        int firstPlace,
        int layout,
        int leastDevices,
        int mostDevices,
        int mostElsewhere,
        double deviceSeconds,
        double kernelSeconds) {

    /** Kernels of the layers, the same for every number of replicas. */
    private static final StepTerm[] KERNELS = {
        StepTerm.LINEAR, StepTerm.EXPERTS, StepTerm.ATTENTION, StepTerm.SCAN, StepTerm.PASSES, StepTerm.LOGITS
    };

    private static final StepTerm[] TRAFFIC = {
        StepTerm.TENSOR_EXPOSED, StepTerm.CONTEXT_EXPOSED, StepTerm.EXPERT_EXPOSED
    };

    /** Sums of the same terms in another order differ by less. */
    private static final double ROUNDING = 1 - 1e-12;

    /**
     * The bound of a family; null if no number of replicas makes a plan, which is then counted.
     *
     * @param bounded false to leave the bound out
     */
    static @Nullable FamilyBound of(
            PlanSpace.Candidate candidate, int variants, StepPricer pricer, SpaceCounts counts, boolean bounded) {
        Family family = candidate.family();
        int[] replicas = candidate.choices().replicas();
        long multiple = family.expertReplicas();
        int place = nextMultiple(replicas, multiple, 0);
        if (place == replicas.length || !pricer.keepsRules(family.bare(replicas[place]), family.own(replicas[place]))) {
            // All rules but that of the expert ranks are the same for every number of replicas.
            counts.add(Removed.RULES, (long) replicas.length * variants);
            return null;
        }
        int leastDevices = devices(family, candidate.choices().fewest());
        int mostDevices = devices(family, candidate.choices().most());
        if (!bounded) {
            return new FamilyBound(candidate, multiple, place, 0, leastDevices, mostDevices, 0, 0, 0);
        }
        place = nextMultiple(replicas, multiple, candidate.choices().firstUpTo(family.mostReplicas()));
        Batch batch = null;
        while (place < replicas.length && (batch = family.target().nearest(family.atOnce(replicas[place]))) == null) {
            place = nextMultiple(replicas, multiple, place + 1);
        }
        if (batch == null) {
            long fitting = candidate.choices().multiples(multiple);
            counts.add(Removed.BATCH, fitting * variants);
            counts.add(Removed.RULES, (replicas.length - fitting) * variants);
            return null;
        }
        int data = replicas[place];
        pricer.seconds(family.bare(data), batch);
        double each = family.ranks() * data / batch.tokens() * ROUNDING;
        double kernels = sum(pricer.ledger(), KERNELS);
        int layout = pricer.layout(devices(family, data));
        int elsewhere = candidate.choices().most(replica -> pricer.layout(devices(family, replica)) != layout);
        return new FamilyBound(
                candidate,
                multiple,
                place,
                layout,
                leastDevices,
                mostDevices,
                devices(family, elsewhere),
                each * (kernels + sum(pricer.ledger(), TRAFFIC)),
                each * kernels);
    }

    private static int devices(Family family, int data) {
        return (int) (family.ranks() * data);
    }

    private static int nextMultiple(int[] replicas, long multiple, int from) {
        int place = from;
        while (place < replicas.length && replicas[place] % multiple != 0) {
            place++;
        }
        return place;
    }

    private static double sum(Ledger<StepTerm> ledger, StepTerm[] terms) {
        double sum = 0;
        for (StepTerm term : terms) {
            sum += ledger.get(term);
        }
        return sum;
    }

    /** A cost that no plan of the family undercuts. */
    double atLeast(Objective objective) {
        double there = objective.atLeast(leastDevices, mostDevices, deviceSeconds);
        return mostElsewhere == 0
                ? there
                : Math.min(there, objective.atLeast(leastDevices, mostElsewhere, kernelSeconds));
    }

    /** True if no plan of the family can be kept. */
    boolean ruledOut(Sink sink) {
        return sink.rulesOut(leastDevices, mostDevices, deviceSeconds)
                && (mostElsewhere == 0 || sink.rulesOut(leastDevices, mostElsewhere, kernelSeconds));
    }

    /** Least device-seconds a token of a plan of the family whose ranks lie in that way. */
    double deviceSecondsOn(int layoutThere) {
        return layoutThere == layout ? deviceSeconds : kernelSeconds;
    }
}
