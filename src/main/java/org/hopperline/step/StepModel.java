package org.hopperline.step;

import java.util.List;
import org.hopperline.collective.ArrivalSpread;
import org.hopperline.collective.Collective;
import org.hopperline.collective.CollectiveModel;
import org.hopperline.collective.Group;
import org.hopperline.core.AttentionBackend;
import org.hopperline.core.Check;
import org.hopperline.core.Ledger;
import org.hopperline.core.Precision;
import org.hopperline.hardware.Chip;
import org.hopperline.kernel.MemoryPattern;
import org.hopperline.plan.ParallelPlan;
import org.hopperline.plan.PlanRules;
import org.hopperline.plan.Sharding;
import org.hopperline.plan.TrainingSetup;
import org.hopperline.schedule.ChunkTimes;
import org.hopperline.schedule.Pipeline;
import org.hopperline.work.LayerWork;
import org.hopperline.work.StageLayout;

/**
 * Predicts the time of one optimizer step on one kind of chip. Immutable; made once for a chip, asked for any plan.
 */
public final class StepModel {

    private final Chip chip;
    private final Kernels kernels;
    private final StepConstants constants;
    private final RunConstants run;

    private StepModel(Chip chip, Kernels kernels, StepConstants constants, RunConstants run) {
        this.chip = chip;
        this.kernels = kernels;
        this.constants = constants;
        this.run = run;
    }

    /** The model of a chip with the shipped constants. */
    public static StepModel on(Chip chip) {
        Check.notNull(chip, "chip");
        return new StepModel(
                chip, Kernels.on(chip, StepConstants.shipped()), StepConstants.shipped(), RunConstants.shipped());
    }

    /** The same with other constants of overlap and waiting. */
    public StepModel with(StepConstants other) {
        Check.notNull(other, "constants of overlap and waiting");
        return new StepModel(chip, Kernels.on(chip, other), other, run);
    }

    /** The same with other constants from runs, or with {@linkplain RunConstants#none() none}. */
    public StepModel with(RunConstants other) {
        return new StepModel(chip, kernels, constants, Check.notNull(other, "constants from runs"));
    }

    /**
     * Predicts one step.
     *
     * @throws IllegalArgumentException if the plan breaks a rule of shape, listing all, or the cluster has another chip
     */
    public StepPrediction predict(TrainingSetup setup) {
        return predict(setup, List.of());
    }

    /** Predicts one step of a question some of whose parts were assumed. */
    public StepPrediction predict(TrainingSetup setup, List<String> assumptions) {
        Check.notNull(setup, "setup");
        Check.notNull(assumptions, "assumptions");
        PlanRules.check(setup);
        if (!setup.cluster().chip().equals(chip)) {
            throw new IllegalArgumentException(
                    "the cluster has " + setup.cluster().chip().name() + ", but this model is of " + chip.name()
                            + "; ask StepModel.on(its chip)");
        }
        Ledger<StepTerm> ledger = Ledger.of(StepTerm.class);
        evaluate(setup, price(setup), ledger);
        return new StepPrediction(setup, ledger, assumptions);
    }

    /** Prices every distinct layer of a question. */
    PricedWork price(TrainingSetup setup) {
        CollectiveModel collectives = CollectiveModel.on(setup.cluster());
        LayerPricer pricer = new LayerPricer(kernels, collectives, constants, run, setup);
        StageLayout layout = StageLayout.of(setup.model(), setup.plan().pipeline());
        LayerWork dense = LayerWork.dense(setup);
        LayerTimes expert = layout.expertLayers() > 0 ? pricer.price(LayerWork.expert(setup)) : new LayerTimes();
        double castOnce = setup.precision() == Precision.FP8
                ? kernels.cast(dense.castWeights(), setup.software().fp8Recipe())
                : 0;
        return new PricedWork(
                layout,
                layout.expertLayers() < layout.layers() ? pricer.price(dense) : new LayerTimes(),
                expert,
                pricer.price(LayerWork.embedding(setup)),
                pricer.price(LayerWork.logits(setup)),
                castOnce,
                new DataTraffic(collectives, constants, setup),
                sendSeconds(setup, collectives));
    }

    /** One send between stages: a micro-batch of the residual stream, divided by the tensor ranks where they can. */
    private static double sendSeconds(TrainingSetup setup, CollectiveModel collectives) {
        ParallelPlan plan = setup.plan();
        if (plan.pipeline() == 1) {
            return 0;
        }
        double share = plan.sequenceParallel() ? plan.tensor() : 1;
        double bytes = 2 * plan.microBatchTokens(setup.batch()) * setup.model().hidden() / share;
        int stride = plan.devices() / plan.pipeline();
        return collectives.seconds(Collective.SEND_RECEIVE, Group.of(setup.cluster(), plan.pipeline(), stride), bytes);
    }

    /** Writes every term of a step. */
    void evaluate(TrainingSetup setup, PricedWork work, Ledger<StepTerm> ledger) {
        ParallelPlan plan = setup.plan();
        int m = setup.microBatches();
        int p = plan.pipeline();
        boolean coreAgain =
                plan.recompute().attentionCore() && setup.software().attention() == AttentionBackend.UNFUSED;
        DataTraffic traffic = work.traffic();
        boolean sharded = traffic.layerByLayer();

        StageTimes slowest = new StageTimes();
        StageTimes stage = new StageTimes();
        int chunks = p * plan.virtualStages();
        double[] forward = new double[chunks];
        double[] backward = new double[chunks];
        Pipeline pipeline = Pipeline.of(plan, m);
        boolean split = pipeline.schedule().splitsBackward();
        double[] weight = new double[split ? chunks : 0];
        for (int s = 0; s < p; s++) {
            stage.fill(work, s, plan.recompute(), coreAgain, sharded);
            for (int c = 0; c < plan.virtualStages(); c++) {
                forward[c * p + s] = stage.layersForward / plan.virtualStages();
                backward[c * p + s] = stage.layersBackward / plan.virtualStages();
            }
            forward[s] += stage.firstForward;
            backward[s] += stage.firstBackward;
            forward[chunks - p + s] += stage.lastForward;
            backward[chunks - p + s] += stage.lastBackward;
            if (split) {
                weight[s] = stage.weightGradient();
                backward[s] -= weight[s];
            }
            if (stage.seconds() > slowest.seconds()) {
                StageTimes swap = slowest;
                slowest = stage;
                stage = swap;
            }
        }
        double busy = m * slowest.seconds();
        ChunkTimes times = split ? ChunkTimes.of(forward, backward, weight) : ChunkTimes.of(forward, backward);
        double scheduled = p == 1 ? busy : pipeline.seconds(times.withSendSeconds(work.sendSeconds()));

        double shared = slowest.parameters;
        double routed = slowest.expertParameters;
        double dataExposed;
        double dataHidden;
        if (sharded) {
            dataExposed = 0;
            dataHidden = 0;
        } else {
            double sum = traffic.sumGradients(shared, routed);
            double gather = traffic.gatherParameters(shared, routed);
            // Postponed weight gradients are complete only while the last micro-batch's run.
            double window = split ? slowest.weightGradient() : slowest.backward();
            dataExposed = traffic.exposed(sum, window, shared + routed)
                    + traffic.exposed(gather, slowest.forward(), shared + routed);
            dataHidden = sum + gather - dataExposed;
        }
        double optimizer = optimizerSeconds(plan, shared, routed);
        double linear = m * slowest.linear;
        double experts = m * slowest.experts;
        double attention = m * slowest.attention;
        double passes = m * slowest.passes;
        double casts = m * slowest.casts + slowest.layers * work.castOnceSeconds();
        double logits = m * slowest.logits;
        double recompute = m * slowest.recompute;
        double compute = linear + experts + attention + passes + casts + logits + recompute;
        double tensorExposed = m * slowest.tensorExposed;
        double contextExposed = m * slowest.contextExposed;
        double expertExposed = m * slowest.expertExposed;
        double shardExposed = m * slowest.shardExposed;
        double bubble = Math.max(0, scheduled - busy);
        double host = run.stepSeconds() + m * slowest.host;
        double before = compute
                + tensorExposed
                + contextExposed
                + expertExposed
                + shardExposed
                + bubble
                + dataExposed
                + optimizer
                + host;
        double straggler = plan.devices() == 1
                ? 0
                : (compute + bubble) * run.rankSpread() * ArrivalSpread.standardNormalMaximum(plan.devices());

        ledger.set(StepTerm.LINEAR, linear);
        ledger.set(StepTerm.EXPERTS, experts);
        ledger.set(StepTerm.ATTENTION, attention);
        ledger.set(StepTerm.PASSES, passes);
        ledger.set(StepTerm.CASTS, casts);
        ledger.set(StepTerm.LOGITS, logits);
        ledger.set(StepTerm.RECOMPUTE, recompute);
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
        double shardHidden = m * slowest.shardHidden;
        ledger.set(StepTerm.TENSOR_HIDDEN, tensorHidden);
        ledger.set(StepTerm.CONTEXT_HIDDEN, contextHidden);
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
                        + shardHidden
                        + dataHidden);
    }

    private double optimizerSeconds(ParallelPlan plan, double shared, double routed) {
        boolean divided = plan.sharding() != Sharding.NONE;
        double held = divided
                ? shared / plan.shards() + routed / Math.min(plan.shards(), plan.expertGradientGroup())
                : shared + routed;
        return constants.optimizerBytes() * held / kernels.memory().bytesPerSecond(MemoryPattern.STREAM);
    }
}
