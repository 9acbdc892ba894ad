package org.hopperline.step;

import org.hopperline.collective.ArrivalSpread;
import org.hopperline.core.Ledger;
import org.hopperline.kernel.MemoryPattern;
import org.hopperline.plan.ParallelPlan;
import org.hopperline.plan.PipelineOrder;
import org.hopperline.plan.Sharding;

/** Adds up a step along the stage that has most to do, term by term. */
final class CriticalPath {

    private final Kernels kernels;
    private final StepConstants constants;
    private final RunConstants run;
    private final double delaySeconds;
    private int devices;
    private double slowestRank;
    private double latest;

    /** @param runsAhead true if what delays the host does not delay the device */
    CriticalPath(Kernels kernels, StepConstants constants, RunConstants run, boolean runsAhead) {
        this.kernels = kernels;
        this.constants = constants;
        this.run = run;
        this.delaySeconds = runsAhead ? 0 : run.stepSeconds();
    }

    /**
     * Writes every term of a step.
     *
     * @param m micro-batches of a replica
     * @param slowest the stage that has most to do, one micro-batch
     * @param scheduled seconds from the first forward to the last backward
     */
    void write(
            ParallelPlan plan,
            int m,
            StageTimes slowest,
            double scheduled,
            DataTraffic traffic,
            Ledger<StepTerm> ledger) {
        double busy = m * slowest.seconds();
        double shared = slowest.parameters;
        double routed = slowest.expertParameters;
        double dataExposed;
        double dataHidden;
        double dataContention = 0;
        if (traffic.layerByLayer()) {
            dataExposed = 0;
            dataHidden = 0;
        } else {
            double sum = traffic.sumGradients(shared, routed);
            double gather = traffic.gatherParameters(shared, routed);
            // Postponed weight gradients are complete only while the last micro-batch's run.
            boolean postponed = plan.order() == PipelineOrder.ZERO_BUBBLE_H1;
            double window = postponed ? slowest.weightGradient() : slowest.backward();
            double products = slowest.products();
            double other = slowest.passes + slowest.casts;
            double computing = slowest.computing();
            // All of a window of postponed weight gradients is products.
            double rate = postponed
                    ? traffic.rateBesideSum(shared, routed, sum, 1, 0)
                    : Contention.waiting(traffic.rateBesideSum(shared, routed, sum, products, other), computing);
            double rateGather =
                    Contention.waiting(traffic.rateBesideGather(shared, routed, gather, products, other), computing);
            double forward = slowest.forward();
            double sumExposed = traffic.exposed(sum, window / rate, shared + routed);
            double gatherExposed = traffic.gatherExposed(gather, forward / rateGather, shared + routed);
            dataExposed = sumExposed + gatherExposed;
            dataHidden = sum + gather - dataExposed;
            dataContention = Contention.lost(window, sum - sumExposed, rate)
                    + Contention.lost(forward, gather - gatherExposed, rateGather);
        }
        dataExposed += m * traffic.shareMaxima();
        double optimizer = optimizerSeconds(plan, shared, routed);
        double linear = m * slowest.linear;
        double experts = m * slowest.experts;
        double attention = m * slowest.attention;
        double passes = m * slowest.passes;
        double casts = m * slowest.casts + slowest.castsOnce;
        double logits = m * slowest.logits;
        double recompute = m * slowest.recompute;
        double copies = m * slowest.copies;
        double compute = linear + experts + attention + passes + casts + logits + recompute + copies;
        double contention = m * slowest.contention + dataContention;
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
        double straggler = (compute + bubble) * run.rankSpread() * slowestRank;

        ledger.set(StepTerm.LINEAR, linear);
        ledger.set(StepTerm.EXPERTS, experts);
        ledger.set(StepTerm.ATTENTION, attention);
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

    /** Most plans of a search use as many devices as the one before. */
    private void count(int ranks) {
        if (ranks != devices) {
            devices = ranks;
            slowestRank = ArrivalSpread.standardNormalMaximum(ranks);
            latest = ArrivalSpread.harmonicNumber(ranks);
        }
    }

    private double optimizerSeconds(ParallelPlan plan, double shared, double routed) {
        boolean divided = plan.sharding() != Sharding.NONE;
        double held = divided
                ? shared / plan.shards() + routed / Math.min(plan.shards(), plan.expertGradientGroup())
                : shared + routed;
        return constants.optimizerBytes() * held / kernels.memory().bytesPerSecond(MemoryPattern.STREAM);
    }
}
