package org.hopperline.run;

import java.util.List;
import java.util.Locale;
import org.hopperline.hardware.Cluster;
import org.hopperline.plan.Batch;
import org.hopperline.plan.ParallelPlan;
import org.hopperline.plan.TrainingSetup;
import org.hopperline.search.PlanSearch;
import org.hopperline.step.Feasibility;
import org.hopperline.step.StepModel;
import org.hopperline.step.StepPrediction;

/**
 * The step of a training on a machine: by the plan that is asked for, or by the fastest that fits.
 *
 * @param training the question
 * @param machine on what
 * @param assumed one sentence is added for each thing that the question left open
 */
record TrainingStep(Training training, Cluster machine, List<String> assumed) {

    /**
     * The prediction.
     *
     * @throws IllegalArgumentException if the plan breaks a rule or takes more devices than there are, or none fits the
     *     memory
     */
    StepPrediction predict() {
        ParallelPlan plan = training.plan();
        return plan == null ? fastest() : planned(plan);
    }

    private StepPrediction planned(ParallelPlan plan) {
        if (plan.devices() > machine.devices()) {
            int block = plan.tensor() * plan.context() * plan.pipeline();
            throw new IllegalArgumentException("the plan " + plan + " takes " + plan.devices() + " devices, but "
                    + machine.name() + " has " + machine.devices()
                    + (block > machine.devices()
                            ? "; share the model among fewer ranks"
                            : "; take data parallel " + machine.devices() / block));
        }
        Cluster used = machine.withDevices(plan.devices());
        if (used.devices() < machine.devices()) {
            assumed.add((machine.devices() - used.devices()) + " devices stand by");
        }
        int multiple = plan.data() * plan.microBatch();
        Batch batch = masked(Batch.nearest(training.batchTokens(), training.sequenceLength(), multiple));
        say(batch);
        TrainingSetup setup =
                new TrainingSetup(training.model(), used, plan, batch, training.precision(), training.software());
        return StepModel.on(machine.chip()).predict(Feasibility.check(setup), assumed);
    }

    private StepPrediction fastest() {
        StepPrediction found = PlanSearch.best(
                        training.model(),
                        machine,
                        training.batchTokens(),
                        training.sequenceLength(),
                        training.precision(),
                        training.software(),
                        1)
                .get(0);
        StepPrediction best = found;
        if (training.attendedLength() > 0) {
            // The search looks at whole sequences: a mask shortens attention in every plan alike.
            TrainingSetup setup = found.setup();
            best = StepModel.on(machine.chip()).predict(setup.withBatch(masked(setup.batch())), found.assumptions());
        }
        int idle = machine.devices() - best.setup().cluster().devices();
        assumed.add("plan " + best.setup().plan() + ": the fastest found that fits");
        if (idle > 0) {
            assumed.add(String.format(
                    Locale.ROOT,
                    "%,d of %,d devices work, the others stand by",
                    machine.devices() - idle,
                    machine.devices()));
        }
        say(best.setup().batch());
        return best;
    }

    private Batch masked(Batch batch) {
        return training.attendedLength() > 0 ? batch.withAttendedLength(training.attendedLength()) : batch;
    }

    private void say(Batch batch) {
        if (Math.abs(batch.tokens() / training.batchTokens() - 1) > 1e-9) {
            assumed.add(String.format(
                    Locale.ROOT,
                    "a batch of %,d sequences, %.4g tokens: the nearest to %.4g that the plan divides",
                    batch.sequences(),
                    batch.tokens(),
                    training.batchTokens()));
        }
    }
}
