package org.hopperline.search;

import org.hopperline.core.Ledger;
import org.hopperline.plan.Batch;
import org.hopperline.plan.ParallelPlan;
import org.hopperline.step.StepTerm;

/** Where one thread of a search puts what it priced, shape by shape. */
interface Sink {

    /**
     * A new unit begins, of which so many plans are kept: a shape, or a family where every number of replicas is tried.
     * What another one left is forgotten.
     */
    void begin();

    /** True if no plan of this unit, still to come, on so many devices and with so many device-seconds a token can be kept. */
    boolean rulesOut(int leastDevices, int mostDevices, double leastDeviceSeconds);

    /** True if no plan of this shape, still to come, that needs at least these can be kept. */
    boolean rulesOut(ParallelPlan plan, Batch batch, double leastBytes, double leastSeconds);

    /** A plan that fits; false if the objective refuses it. */
    boolean offer(long index, ParallelPlan plan, Batch batch, double bytes, Ledger<StepTerm> step);

    /** All of the unit has been looked at. */
    void end();
}
