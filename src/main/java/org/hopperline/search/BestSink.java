package org.hopperline.search;

import org.hopperline.core.Ledger;
import org.hopperline.plan.Batch;
import org.hopperline.plan.ParallelPlan;
import org.hopperline.step.StepTerm;

/** Keeps the best under one objective: so many of each unit, so many in all. */
final class BestSink implements Sink {

    private final Objective objective;
    private final Best ofUnit;
    private final Best best;
    private double limit = Double.POSITIVE_INFINITY;

    BestSink(Objective objective, int perUnit, int count) {
        this.objective = objective;
        this.ofUnit = new Best(perUnit);
        this.best = new Best(count);
    }

    /** From here on nothing above {@code cost} is wanted. */
    void limit(double cost) {
        limit = cost;
    }

    /** The best so far of this thread, handed over and forgotten. */
    void drainTo(Best all) {
        all.addAll(best);
        best.clear();
    }

    @Override
    public void begin() {
        ofUnit.clear();
    }

    @Override
    public boolean rulesOut(ParallelPlan plan, Batch batch, double leastBytes, double leastSeconds) {
        return rulesOut(objective.atLeast(plan, batch, leastBytes, leastSeconds));
    }

    @Override
    public boolean rulesOut(int leastDevices, int mostDevices, double leastDeviceSeconds) {
        return rulesOut(objective.atLeast(leastDevices, mostDevices, leastDeviceSeconds));
    }

    private boolean rulesOut(double least) {
        // Plans still to come have higher numbers: among equals of one unit they come last.
        return least > limit || least >= ofUnit.threshold();
    }

    @Override
    public boolean offer(long index, ParallelPlan plan, Batch batch, double bytes, Ledger<StepTerm> step) {
        double cost = objective.cost(plan, batch, bytes, step);
        if (!(cost < Double.POSITIVE_INFINITY)) {
            return false;
        }
        ofUnit.offer(cost, index);
        return true;
    }

    @Override
    public void end() {
        best.addAll(ofUnit);
    }
}
