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
 * What a search asks of one plan after the other: an evaluator for each length of sequence and of what a token attends to.
 * One for each thread.
 */
final class StepPricer {

    private final Transformer model;
    private final Cluster machine;
    private final Precision precision;
    private final SoftwareProfile software;
    private final int[] lengths;
    private final double[] attended;
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
        List<BatchTarget> kinds = batches.stream()
                .map(target -> new BatchTarget(1, target.sequenceLength(), 0, target.attendedLength()))
                .distinct()
                .toList();
        this.lengths = new int[kinds.size()];
        this.attended = new double[lengths.length];
        this.evaluators = new StepEvaluator[lengths.length];
        for (int i = 0; i < evaluators.length; i++) {
            lengths[i] = kinds.get(i).sequenceLength();
            attended[i] = kinds.get(i).attendedLength();
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

    /** How ranks lie on so many devices; see {@link StepEvaluator#layout}. */
    int layout(int devices) {
        return evaluators[0].layout(devices);
    }

    /** Every term of the step priced last. */
    Ledger<StepTerm> ledger() {
        return evaluators[last].ledger();
    }

    /** See {@link StepEvaluator#leastStragglerSeconds}. */
    double leastStragglerSeconds() {
        return evaluators[last].leastStragglerSeconds();
    }

    /** See {@link StepEvaluator#leastRecomputingSeconds}. */
    double leastRecomputingSeconds() {
        return evaluators[last].leastRecomputingSeconds();
    }

    private StepEvaluator of(Batch batch) {
        if (!isOf(batch, last)) {
            last = 0;
            while (!isOf(batch, last)) {
                last++;
            }
        }
        return evaluators[last];
    }

    private boolean isOf(Batch batch, int evaluator) {
        return lengths[evaluator] == batch.sequenceLength() && attended[evaluator] == batch.attendedLength();
    }
}
