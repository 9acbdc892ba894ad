package org.hopperline.step;

import org.hopperline.plan.ParallelPlan;
import org.hopperline.plan.PipelineOrder;
import org.hopperline.work.StageClasses;

/**
 * What a step does beyond its schedule, on the stages that are last to be done with it. Gradients are summed on each stage
 * from its own last backward pass on, and optimizers begin when all are, for the norm of all gradients: {@code max over
 * stages i of (exposed sum of i - lag of i)}, where the lag are the backward passes of the stages before, which the last
 * micro-batch has still to run. Stage i needs its parameters when the first micro-batch comes to it, its lead after the
 * first stage: {@code max over i of (optimizer of i + exposed gather of i - lead of i)}. Of stages that are alike the first
 * has least of both.
 */
final class StepEdges {

    /** Sums and gathers that lengthen the step. */
    double exposed;

    /** Of the same stages, sums and gathers that do not. */
    double hidden;

    /** What the passes of the slowest stage lose to its own beside them. */
    double contention;

    /** The optimizer, where it lengthens the step. */
    double optimizer;

    /** Seconds that remain if all traffic that can hide beside compute does. */
    double least;

    private double sumExposed;
    private double gatherExposed;

    /** Looks at one stage of each kind; those that cannot be the last, whatever they hide, are left out. */
    void fill(ParallelPlan plan, StageClasses stages, PipelineTimes times, DataTraffic traffic) {
        double late = -1;
        double begun = -1;
        double lateHidden = 0;
        double begunExposed = 0;
        double begunHidden = 0;
        double leastLate = 0;
        double leastBegun = 0;
        contention = 0;
        optimizer = 0;
        // Postponed weight gradients are complete only while the last micro-batch's run.
        boolean postponed = plan.order() == PipelineOrder.ZERO_BUBBLE_H1;
        for (int kind = 0; kind < stages.kinds(); kind++) {
            StageTimes stage = times.kind(kind);
            StageTraffic travels = traffic.ofStage(stage.parameters, stage.tensors, stage.expertParameters);
            double sum = travels.sum().seconds();
            double gather = travels.gather().seconds();
            double update = travels.updateSeconds();
            double lag = times.lag(kind);
            double lead = times.lead(kind);
            leastBegun = Math.max(leastBegun, update + travels.leastGather() - lead);
            if (kind == 0) {
                // Longer passes of the stages before hide more on the others.
                leastLate = travels.leastSum();
            }
            if (stage != times.slowest() && sum - lag <= late && update + gather - lead <= begun) {
                continue;
            }
            expose(stage, stage == times.slowest(), travels, postponed);
            double after = sumExposed - lag;
            if (after > late) {
                late = after;
                lateHidden = Math.max(0, sum - after);
            }
            double before = update + gatherExposed - lead;
            if (before > begun) {
                begun = before;
                optimizer = Math.min(update, before);
                begunExposed = before - optimizer;
                begunHidden = Math.max(0, gather - begunExposed);
            }
        }
        exposed = late + begunExposed;
        hidden = lateHidden + begunHidden;
        least = leastLate + leastBegun;
    }

    /** What a stage hides of its traffic, and what the slowest loses to that. */
    private void expose(StageTimes stage, boolean slowest, StageTraffic travels, boolean postponed) {
        Transfer sum = travels.sum();
        Transfer gather = travels.gather();
        if (sum.seconds() + gather.seconds() == 0) {
            sumExposed = 0;
            gatherExposed = 0;
            return;
        }
        double window = postponed ? stage.weightGradient() : stage.backward();
        double products = stage.products();
        double other = stage.passes + stage.casts;
        double computing = stage.computing();
        // All of a window of postponed weight gradients is products.
        double rate = postponed ? sum.rateBeside(1, 0) : Contention.waiting(sum.rateBeside(products, other), computing);
        double rateGather = Contention.waiting(gather.rateBeside(products, other), computing);
        double forward = stage.forward();
        sumExposed = travels.sumExposed(window / rate);
        gatherExposed = travels.gatherExposed(forward / rateGather);
        if (slowest) {
            contention = Contention.lost(window, sum.seconds() - sumExposed, rate)
                    + Contention.lost(forward, gather.seconds() - gatherExposed, rateGather);
        }
    }
}
