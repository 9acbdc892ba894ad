package org.hopperline.search;

import org.hopperline.core.Ledger;
import org.hopperline.core.Precision;
import org.hopperline.hardware.Cluster;
import org.hopperline.model.Transformer;
import org.hopperline.plan.Batch;
import org.hopperline.plan.ParallelPlan;
import org.hopperline.plan.PlanRules;
import org.hopperline.plan.SoftwareProfile;
import org.hopperline.plan.TrainingSetup;
import org.hopperline.step.StepModel;
import org.hopperline.step.StepPrediction;
import org.hopperline.step.StepTerm;
import org.hopperline.work.MemoryFootprint;

/** What a search asks of one plan after the other. One for each thread. */
final class StepPricer {

    private final StepModel step;
    private final Transformer model;
    private final Cluster machine;
    private final Precision precision;
    private final SoftwareProfile software;
    private final Ledger<StepTerm> ledger = Ledger.of(StepTerm.class);

    StepPricer(StepModel step, Transformer model, Cluster machine, Precision precision, SoftwareProfile software) {
        this.step = step;
        this.model = model;
        this.machine = machine;
        this.precision = precision;
        this.software = software;
    }

    TrainingSetup setup(ParallelPlan plan, Batch batch) {
        return new TrainingSetup(model, machine.withDevices(plan.devices()), plan, batch, precision, software);
    }

    boolean keepsRules(ParallelPlan plan, Batch batch) {
        return PlanRules.violations(setup(plan, batch)).isEmpty();
    }

    double memoryBytes(ParallelPlan plan, Batch batch) {
        return MemoryFootprint.of(setup(plan, batch)).total();
    }

    double seconds(ParallelPlan plan, Batch batch) {
        StepPrediction prediction = step.predict(setup(plan, batch));
        for (StepTerm term : StepTerm.values()) {
            ledger.set(term, prediction.get(term));
        }
        return prediction.seconds();
    }

    /** Every term of the step priced last. */
    Ledger<StepTerm> ledger() {
        return ledger;
    }
}
