package org.hopperline.search;

import java.util.List;
import org.hopperline.core.Ledger;
import org.hopperline.core.Precision;
import org.hopperline.hardware.Cluster;
import org.hopperline.model.Transformer;
import org.hopperline.plan.Batch;
import org.hopperline.plan.ParallelPlan;
import org.hopperline.plan.SoftwareProfile;
import org.hopperline.plan.TrainingSetup;
import org.hopperline.step.StepEvaluator;
import org.hopperline.step.StepModel;
import org.hopperline.step.StepTerm;

/**
 * What a search asks of one plan after the other: an evaluator for each length of sequence. One for each thread.
 */
final class StepPricer {

    private final Transformer model;
    private final Cluster machine;
    private final Precision precision;
    private final SoftwareProfile software;
    private final int[] lengths;
    private final StepEvaluator[] evaluators;
    private int last;

    StepPricer(
            StepModel step,
            Transformer model,
            Cluster machine,
            Precision precision,
            SoftwareProfile software,
            List<BatchTarget> batches) {
        this.model = model;
        this.machine = machine;
        this.precision = precision;
        this.software = software;
        this.lengths = batches.stream()
                .mapToInt(BatchTarget::sequenceLength)
                .distinct()
                .toArray();
        this.evaluators = new StepEvaluator[lengths.length];
        for (int i = 0; i < lengths.length; i++) {
            evaluators[i] = step.evaluator(model, machine, precision, software, lengths[i]);
        }
    }

    TrainingSetup setup(ParallelPlan plan, Batch batch) {
        return new TrainingSetup(model, machine.withDevices(plan.devices()), plan, batch, precision, software);
    }

    boolean keepsRules(ParallelPlan plan, Batch batch) {
        return of(batch).keepsRules(plan, batch);
    }

    double memoryBytes(ParallelPlan plan, Batch batch) {
        return of(batch).memoryBytes(plan, batch);
    }

    double seconds(ParallelPlan plan, Batch batch) {
        return of(batch).seconds(plan, batch);
    }

    /** Every term of the step priced last. */
    Ledger<StepTerm> ledger() {
        return evaluators[last].ledger();
    }

    private StepEvaluator of(Batch batch) {
        if (lengths[last] != batch.sequenceLength()) {
            last = 0;
            while (lengths[last] != batch.sequenceLength()) {
                last++;
            }
        }
        return evaluators[last];
    }
}
