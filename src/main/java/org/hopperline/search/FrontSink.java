package org.hopperline.search;

import org.hopperline.core.Ledger;
import org.hopperline.plan.Batch;
import org.hopperline.plan.ParallelPlan;
import org.hopperline.step.StepTerm;

/** Keeps the front under two objectives. Between waves the points of all threads come together. */
final class FrontSink implements Sink {

    private final Objective first;
    private final Objective second;
    private final Front known;
    private final Front ofUnit = new Front();
    private final Front found = new Front();

    /** @param known the front of the waves before; read by all threads, written between waves */
    FrontSink(Objective first, Objective second, Front known) {
        this.first = first;
        this.second = second;
        this.known = known;
    }

    void drain() {
        known.addAll(found);
        found.clear();
    }

    @Override
    public void begin() {
        ofUnit.clear();
    }

    @Override
    public boolean rulesOut(ParallelPlan plan, Batch batch, double leastBytes, double leastSeconds) {
        double x = first.atLeast(plan, batch, leastBytes, leastSeconds);
        double y = second.atLeast(plan, batch, leastBytes, leastSeconds);
        return known.beats(x, y) || ofUnit.beats(x, y);
    }

    @Override
    public boolean rulesOut(int leastDevices, int mostDevices, double leastDeviceSeconds) {
        double x = first.atLeast(leastDevices, mostDevices, leastDeviceSeconds);
        double y = second.atLeast(leastDevices, mostDevices, leastDeviceSeconds);
        return known.beats(x, y) || ofUnit.beats(x, y);
    }

    @Override
    public boolean offer(long index, ParallelPlan plan, Batch batch, double bytes, Ledger<StepTerm> step) {
        double x = first.cost(plan, batch, bytes, step);
        double y = second.cost(plan, batch, bytes, step);
        if (!(x < Double.POSITIVE_INFINITY && y < Double.POSITIVE_INFINITY)) {
            return false;
        }
        ofUnit.offer(x, y, index);
        return true;
    }

    @Override
    public void end() {
        found.addAll(ofUnit);
    }
}
