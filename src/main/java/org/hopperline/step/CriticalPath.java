package org.hopperline.step;

import org.hopperline.collective.ArrivalSpread;
import org.hopperline.core.Ledger;
import org.hopperline.plan.ParallelPlan;
import org.hopperline.work.StageClasses;

/** Adds up a step along the stage that has most to do, term by term; beyond the schedule along those last done with it. */
final class CriticalPath {

    private final StepEdges edges = new StepEdges();
    private final RunConstants run;
    private final double delaySeconds;
    private int devices;
    private double slowestRank;
    private double latest;
    private double leastStraggler;
    private double leastRecomputing;

    /** @param runsAhead true if what delays the host does not delay the device */
    CriticalPath(RunConstants run, boolean runsAhead) {
        this.run = run;
        this.delaySeconds = runsAhead ? 0 : run.stepSeconds();
    }

    /**
     * Writes every term of a step.
     *
     * @param m micro-batches of a replica
     * @param times of the stages, one micro-batch
     * @param scheduled seconds from the first forward to the last backward
     */
    void write(
            ParallelPlan plan,
            StageClasses stages,
            int m,
            PipelineTimes times,
            double scheduled,
            DataTraffic traffic,
            Ledger<StepTerm> ledger) {
        StageTimes slowest = times.slowest();
        double busy = m * slowest.seconds();
        edges.fill(plan, stages, times, traffic);
        double dataExposed = edges.exposed + m * traffic.shareMaxima();
        double dataHidden = edges.hidden;
        double optimizer = edges.optimizer;
        double linear = m * slowest.linear;
        double experts = m * slowest.experts;
        double attention = m * slowest.attention;
        double scan = m * slowest.scan;
        double passes = m * slowest.passes;
        double casts = m * slowest.casts + slowest.castsOnce;
        double logits = m * slowest.logits;
        double recompute = m * slowest.recompute;
        double copies = m * slowest.copies;
        double compute = linear + experts + attention + scan + passes + casts + logits + recompute + copies;
        double contention = m * slowest.contention + edges.contention;
        double tensorExposed = m * slowest.tensorExposed;
        double contextExposed = m * slowest.contextExposed;
        double expertExposed = m * slowest.expertExposed;
        double shardExposed = m * slowest.shardExposed;
        double bubble = Math.max(0, scheduled - busy);
        count(plan.devices());
        double host = delaySeconds * latest + m * slowest.host;
        double before = compute
                + tensorExposed
                + contextExposed
                + expertExposed
                + shardExposed
                + bubble
                + dataExposed
                + contention
                + optimizer
                + host;
        double spread = run.rankSpread() * slowestRank;
        double straggler = (compute + bubble) * spread;
        leastStraggler = m * times.leastKernels(stages) * spread;
        leastRecomputing = leastRecomputing(plan, stages, m, times, scheduled, traffic, before + straggler, spread);

        ledger.set(StepTerm.LINEAR, linear);
        ledger.set(StepTerm.EXPERTS, experts);
        ledger.set(StepTerm.ATTENTION, attention);
        ledger.set(StepTerm.SCAN, scan);
        ledger.set(StepTerm.PASSES, passes);
        ledger.set(StepTerm.CASTS, casts);
        ledger.set(StepTerm.LOGITS, logits);
        ledger.set(StepTerm.RECOMPUTE, recompute);
        ledger.set(StepTerm.COPIES, copies);
        ledger.set(StepTerm.CONTENTION, contention);
        ledger.set(StepTerm.TENSOR_EXPOSED, tensorExposed);
        ledger.set(StepTerm.CONTEXT_EXPOSED, contextExposed);
        ledger.set(StepTerm.EXPERT_EXPOSED, expertExposed);
        ledger.set(StepTerm.SHARD_EXPOSED, shardExposed);
        ledger.set(StepTerm.BUBBLE, bubble);
        ledger.set(StepTerm.DATA_EXPOSED, dataExposed);
        ledger.set(StepTerm.OPTIMIZER, optimizer);
        ledger.set(StepTerm.HOST, host);
        ledger.set(StepTerm.STRAGGLER, straggler);
        ledger.set(StepTerm.STEP, before + straggler);
        double tensorHidden = m * slowest.tensorHidden;
        double contextHidden = m * slowest.contextHidden;
        double expertHidden = m * slowest.expertHidden;
        double shardHidden = m * slowest.shardHidden;
        ledger.set(StepTerm.TENSOR_HIDDEN, tensorHidden);
        ledger.set(StepTerm.CONTEXT_HIDDEN, contextHidden);
        ledger.set(StepTerm.EXPERT_HIDDEN, expertHidden);
        ledger.set(StepTerm.SHARD_HIDDEN, shardHidden);
        ledger.set(StepTerm.DATA_HIDDEN, dataHidden);
        ledger.set(StepTerm.MICRO_BATCHES, m);
        ledger.set(StepTerm.COMPUTE, compute);
        ledger.set(
                StepTerm.TRAFFIC,
                tensorExposed
                        + contextExposed
                        + expertExposed
                        + shardExposed
                        + dataExposed
                        + tensorHidden
                        + contextHidden
                        + expertHidden
                        + shardHidden
                        + dataHidden);
    }

    /** Least wait for the slowest rank of any plan that shards and computes twice otherwise than the one written last. */
    double leastStraggler() {
        return leastStraggler;
    }

    /** Least seconds of any plan that differs from the one written last in what it computes twice alone. */
    double leastRecomputing() {
        return leastRecomputing;
    }

    /**
     * A single stage that computes some of its work twice takes longer, whatever it hides by that. In a pipeline another stage
     * may become the slowest: what is certain is a schedule as long as this one, of which the slowest stage waits for traffic
     * and host no longer than the stage that waits most, and what follows it if all traffic that can hide does. Where
     * parameters travel layer by layer the waiting itself depends on the recomputation, and only the schedule is certain.
     */
    private double leastRecomputing(
            ParallelPlan plan,
            StageClasses stages,
            int m,
            PipelineTimes times,
            double scheduled,
            DataTraffic traffic,
            double step,
            double spread) {
        if (plan.pipeline() == 1) {
            return step;
        }
        double certain = scheduled + delaySeconds * latest + m * traffic.shareMaxima();
        return traffic.layerByLayer()
                ? certain
                : certain + edges.least + spread * (scheduled - m * times.mostWaiting(stages));
    }

    /** Most plans of a search use as many devices as the one before. */
    private void count(int ranks) {
        if (ranks != devices) {
            devices = ranks;
            slowestRank = ArrivalSpread.standardNormalMaximum(ranks);
            latest = ArrivalSpread.harmonicNumber(ranks);
        }
    }
}
