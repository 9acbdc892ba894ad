package org.hopperline.step;

import org.hopperline.kernel.MemoryPattern;
import org.hopperline.plan.ParallelPlan;
import org.hopperline.plan.PipelineOrder;
import org.hopperline.plan.Sharding;
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

    private final Kernels kernels;

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

    StepEdges(Kernels kernels) {
        this.kernels = kernels;
    }

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
        boolean once = !traffic.layerByLayer();
        for (int kind = 0; kind < stages.kinds(); kind++) {
            StageTimes stage = times.kind(kind);
            double shared = stage.parameters;
            double routed = stage.expertParameters;
            double sum = once ? traffic.sumGradients(shared, routed) : 0;
            double gather = once ? traffic.gatherParameters(shared, stage.tensors, routed) : 0;
            double update = optimizerSeconds(plan, shared, routed, traffic);
            double lag = times.lag(kind);
            double lead = times.lead(kind);
            leastBegun = Math.max(leastBegun, update + traffic.leastGatherExposed(gather, shared + routed) - lead);
            if (kind == 0) {
                // Longer passes of the stages before hide more on the others.
                leastLate = traffic.leastExposed(sum, shared + routed);
            }
            if (stage != times.slowest() && sum - lag <= late && update + gather - lead <= begun) {
                continue;
            }
            expose(stage, stage == times.slowest(), sum, gather, postponed, traffic);
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
    private void expose(
            StageTimes stage, boolean slowest, double sum, double gather, boolean postponed, DataTraffic traffic) {
        sumExposed = sum;
        gatherExposed = gather;
        if (traffic.layerByLayer()) {
            return;
        }
        double shared = stage.parameters;
        double routed = stage.expertParameters;
        double window = postponed ? stage.weightGradient() : stage.backward();
        double products = stage.products();
        double other = stage.passes + stage.casts;
        double computing = stage.computing();
        // All of a window of postponed weight gradients is products.
        double rate = postponed
                ? traffic.rateBesideSum(shared, routed, sum, 1, 0)
                : Contention.waiting(traffic.rateBesideSum(shared, routed, sum, products, other), computing);
        double rateGather =
                Contention.waiting(traffic.rateBesideGather(shared, routed, gather, products, other), computing);
        double forward = stage.forward();
        sumExposed = traffic.exposed(sum, window / rate, shared + routed);
        gatherExposed = traffic.gatherExposed(gather, forward / rateGather, shared + routed);
        if (slowest) {
            contention = Contention.lost(window, sum - sumExposed, rate)
                    + Contention.lost(forward, gather - gatherExposed, rateGather);
        }
    }

    private double optimizerSeconds(ParallelPlan plan, double shared, double routed, DataTraffic traffic) {
        boolean divided = plan.sharding() != Sharding.NONE;
        double held = divided
                ? shared / plan.shards() + routed / Math.min(plan.shards(), plan.expertGradientGroup())
                : shared + routed;
        return traffic.optimizerBytes() * held / kernels.memory().bytesPerSecond(MemoryPattern.STREAM);
    }
}
