package org.hopperline.work;

import org.hopperline.core.Precision;
import org.hopperline.model.Experts;
import org.hopperline.model.Transformer;
import org.hopperline.plan.Batch;
import org.hopperline.plan.ParallelPlan;
import org.hopperline.plan.Sharding;
import org.hopperline.plan.SoftwareProfile;
import org.hopperline.plan.TrainingSetup;
import org.hopperline.schedule.Interleaved;
import org.hopperline.schedule.Pipeline;
import org.hopperline.schedule.PipelineSchedule;

/**
 * The memory of one rank, term by term, in place: filled for one stage after another without garbage. {@link
 * MemoryFootprint} is what it leaves behind, and says what each term holds.
 */
public final class RankMemory {

    /**
     * Share of a layer's activations that its weight gradients still need once its input gradient is done, {@code 32 s b h}
     * of {@code 34 s b h} with a flash kernel (arXiv 2401.10241 table 1), recomputed or not.
     */
    private static final double WEIGHT_GRADIENT_SHARE = 32.0 / 34.0;

    /** Bytes of a logit's gradient while that of the output embedding's weights waits for it: 16 bits. */
    private static final double LOGIT_GRADIENT_BYTES = 2;

    private final Transformer model;
    private final Precision precision;
    private final SoftwareProfile software;
    private final MemoryConstants constants;
    private final boolean furtherExperts;
    private final boolean hybrid;
    private final double[] counts = new double[LayerSort.COUNT];
    private boolean uneven;
    private double[] chunkSizes = {};
    private PipelineSchedule schedule = PipelineSchedule.ONE_FORWARD_ONE_BACKWARD;
    private int virtualStages;
    private int microBatches;
    private double tokens;
    private double besideFurther;
    private double weights;
    private double gradients;
    private double optimizer;
    private double activations;
    private double logits;
    private double buffers;
    private int fullest;

    /** The memory of ranks that train one model in one precision with one software. */
    public RankMemory(Transformer model, Precision precision, SoftwareProfile software, MemoryConstants constants) {
        this.model = model;
        this.precision = precision;
        this.software = software;
        this.constants = constants;
        this.hybrid = model.pattern() != null;
        this.furtherExperts = hybrid ? model.hasExperts() : model.isExpertLayer(model.layers() - 1);
    }

    static RankMemory of(TrainingSetup setup, MemoryConstants constants) {
        return new RankMemory(setup.model(), setup.precision(), setup.software(), constants);
    }

    /**
     * Bytes of the fullest stage of a plan. Of stages that are alike the first holds the most micro-batches; only where
     * weight gradients are postponed may the last hold more, since what waits grows evenly from one to the other. Where
     * interleaved chunks have unlike numbers of layers, every stage is looked at.
     */
    public double fullestBytes(LayerMemory layers, StageClasses stages, ParallelPlan plan, Batch batch) {
        lay(stages, plan, batch);
        double most = 0;
        if (uneven) {
            for (int stage = 0; stage < plan.pipeline(); stage++) {
                most = fullerOf(most, layers, stages, plan, stage);
            }
            return most;
        }
        for (int kind = 0; kind < stages.kinds(); kind++) {
            int first = stages.firstOf(kind);
            int last = schedule.splitsBackward() ? stages.lastOf(kind) : first;
            most = fullerOf(most, layers, stages, plan, first);
            most = last == first ? most : fullerOf(most, layers, stages, plan, last);
        }
        return most;
    }

    private double fullerOf(double most, LayerMemory layers, StageClasses stages, ParallelPlan plan, int stage) {
        double bytes = fillLaid(layers, stages, plan, stage);
        if (bytes > most) {
            fullest = stage;
            return bytes;
        }
        return most;
    }

    /** Fills in the fullest stage of a plan. */
    public void fillFullest(LayerMemory layers, StageClasses stages, ParallelPlan plan, Batch batch) {
        fullestBytes(layers, stages, plan, batch);
        fill(layers, stages, plan, batch, fullest);
    }

    /**
     * Fills in a rank of one stage. Layers for further tokens are like the last of the others, with a little beside, and
     * each has logits of its own.
     *
     * @param stage the stage, from 0
     * @return the bytes of all terms together
     */
    public double fill(LayerMemory layers, StageClasses stages, ParallelPlan plan, Batch batch, int stage) {
        lay(stages, plan, batch);
        return fillLaid(layers, stages, plan, stage);
    }

    /** What all stages of a plan share. */
    private void lay(StageClasses stages, ParallelPlan plan, Batch batch) {
        schedule = Pipeline.scheduleOf(plan);
        virtualStages = plan.pipeline() == 1 ? 1 : plan.virtualStages();
        microBatches = plan.microBatches(batch);
        uneven = schedule == PipelineSchedule.INTERLEAVED && !stages.isEven();
        tokens = plan.microBatchTokens(batch);
        besideFurther = stages.furtherInAll() == 0 ? 0 : RankParameters.besideFurther(model, plan);
    }

    private double fillLaid(LayerMemory layers, StageClasses stages, ParallelPlan plan, int stage) {
        boolean lastStage = stage == plan.pipeline() - 1;
        int kind = stages.kindOf(stage);
        int further = stages.layers(LayerSort.FURTHER.ordinal(), kind);
        for (int i = 0; i < stages.sorts(); i++) {
            counts[stages.sort(i)] = stages.layers(stages.sort(i), kind);
        }
        spread(further);
        double inLayers = 0;
        double largestAgain = 0;
        for (int i = 0; i < stages.sorts(); i++) {
            int sort = stages.sort(i);
            LayerMemory.OneLayer layer = layers.of(sort);
            inLayers += counts[sort] * layer.parameters();
            largestAgain = Math.max(largestAgain, counts[sort] > 0 ? layer.again() : 0);
        }
        double expert = counts[LayerSort.EXPERT.ordinal()];
        double shared = inLayers
                + further * besideFurther
                + (stage == 0 ? layers.embedding() : 0)
                + (lastStage ? layers.logits() : 0);
        double routed = expert * layers.experts();
        states(plan, shared, routed);
        double each = lastStage ? tokens * model.vocab() / plan.tensor() * (1 + stages.furtherInAll()) : 0;
        double logitsOfOne = each * software.loss().bytes(plan.tensor() > 1);
        // All forwards before all backwards: each micro-batch keeps what its backward pass needs.
        int waiting = schedule == PipelineSchedule.GPIPE ? microBatches - 1 : 0;
        int postponed = lastStage ? schedule.pendingWeightGradients(plan.pipeline(), microBatches, stage) : 0;
        logits = logitsOfOne
                + waiting * each * software.loss().keptBytes()
                + postponed * (LOGIT_GRADIENT_BYTES * each + inputOfLogits(plan));
        double again = tokens * largestAgain;
        buffers = gathered(layers, stages, plan) + overlapped(plan) + (expert == 0 ? 0 : exchanged(plan));
        double kept = uneven ? keptUnevenly(layers, stages, plan, stage) : kept(layers, stages, plan, stage);
        activations = tokens * kept + Math.max(0, again - logitsOfOne);
        return weights
                + gradients
                + optimizer
                + activations
                + logits
                + buffers
                + constants.idleBytes()
                + fragmentation();
    }

    /** Bytes of one micro-batch's input to the logits, of which each tensor rank keeps its part with sequence parallelism. */
    private double inputOfLogits(ParallelPlan plan) {
        return LayerWork.ACTIVATION_BYTES * tokens * model.hidden() / (plan.sequenceParallel() ? plan.tensor() : 1);
    }

    /** Counts layers for further tokens as those that they are like: the last, of a hybrid attention and what follows it. */
    private void spread(double further) {
        counts[LayerSort.FURTHER.ordinal()] = 0;
        counts[(furtherExperts ? LayerSort.EXPERT : LayerSort.DENSE).ordinal()] += further;
        if (hybrid) {
            counts[LayerSort.ATTENTION.ordinal()] += further;
        }
    }

    /** What was filled in last. */
    public MemoryFootprint footprint() {
        return new MemoryFootprint(
                weights, gradients, optimizer, activations, logits, buffers, constants.idleBytes(), fragmentation());
    }

    private double fragmentation() {
        return constants.fragmentation() * (activations + logits + buffers);
    }

    /** Fully sharded, the part of the parameters is the master itself; otherwise 16-bit weights stand beside it. */
    private void states(ParallelPlan plan, double shared, double routed) {
        boolean fullySharded = plan.sharding() == Sharding.PARAMETERS;
        double quarter = software.shardedBytes() / 4.0;
        double whole = shared + routed;
        double divided = shared / plan.shards() + routed / Math.min(plan.shards(), plan.expertGradientGroup());
        weights = fullySharded ? quarter * divided : 2 * whole;
        gradients = fullySharded
                ? quarter * divided
                : software.gradientBytes() * (plan.sharding() == Sharding.GRADIENTS ? divided : whole);
        optimizer = (fullySharded ? 2 * quarter : 12) * (plan.sharding() == Sharding.NONE ? whole : divided);
    }

    /** Activations of all micro-batches in flight, for each token of one. */
    private double kept(LayerMemory layers, StageClasses stages, ParallelPlan plan, int stage) {
        double each = each(layers, stages, plan);
        double whole = 0;
        for (int i = 0; i < stages.sorts(); i++) {
            int sort = stages.sort(i);
            whole += counts[sort] * layers.of(sort).whole();
        }
        int p = plan.pipeline();
        double inFlight = schedule.peakInFlight(p, virtualStages, microBatches, stage) / (double) virtualStages;
        double awaited = schedule.pendingWeightGradients(p, microBatches, stage) * WEIGHT_GRADIENT_SHARE;
        return each * inFlight + awaited * whole;
    }

    /** Bytes that so many layers of each sort keep for each token of one micro-batch. */
    private double each(LayerMemory layers, StageClasses stages, ParallelPlan plan) {
        double share = plan.recompute().layerShare();
        double all = 0;
        for (int i = 0; i < stages.sorts(); i++) {
            all += counts[stages.sort(i)];
        }
        double bytes = share * all * layers.input();
        for (int i = 0; i < stages.sorts(); i++) {
            int sort = stages.sort(i);
            bytes += (1 - share) * counts[sort] * layers.of(sort).kept();
        }
        return bytes;
    }

    /** Activations of all micro-batches in flight, chunk by chunk. */
    private double keptUnevenly(LayerMemory layers, StageClasses stages, ParallelPlan plan, int stage) {
        int p = plan.pipeline();
        int kind = stages.kindOf(stage);
        if (chunkSizes.length < virtualStages) {
            chunkSizes = new double[virtualStages];
        }
        for (int c = 0; c < virtualStages; c++) {
            int chunk = stages.chunkKindOf(c * p + stage);
            for (int i = 0; i < stages.sorts(); i++) {
                int sort = stages.sort(i);
                counts[sort] = stages.share(sort, chunk) * stages.layers(sort, kind);
            }
            spread(counts[LayerSort.FURTHER.ordinal()]);
            chunkSizes[c] = each(layers, stages, plan);
        }
        return Interleaved.peakInFlight(p, microBatches, stage, chunkSizes, virtualStages);
    }

    /** Layers whose parameters stand gathered in 16 bits, and the gradient of one before and after its reduction. */
    private double gathered(LayerMemory layers, StageClasses stages, ParallelPlan plan) {
        if (plan.sharding() != Sharding.PARAMETERS || plan.shards() == 1) {
            return 0;
        }
        double routed = plan.expertGradientGroup() > 1 ? layers.experts() : 0;
        double largest = 0;
        for (int i = 0; i < stages.sorts(); i++) {
            int sort = stages.sort(i);
            double beside = sort == LayerSort.EXPERT.ordinal() ? routed : 0;
            largest = Math.max(largest, counts[sort] > 0 ? layers.of(sort).parameters() + beside : 0);
        }
        return (2 * constants.gatheredLayers() + 2 + software.gradientBytes()) * largest;
    }

    /** Buffers of a whole sequence part for tensor traffic that runs beside products. */
    private double overlapped(ParallelPlan plan) {
        if (!software.tensorOverlap() || !plan.sequenceParallel() || plan.tensor() == 1) {
            return 0;
        }
        double element = precision == Precision.FP8 ? 1 : LayerWork.ACTIVATION_BYTES;
        return constants.overlapBuffers() * element * tokens * model.hidden();
    }

    /** Copies of one layer's tokens that leave for experts, and those that arrive. */
    private double exchanged(ParallelPlan plan) {
        Experts experts = model.experts();
        if (experts == null || plan.expert() == 1) {
            return 0;
        }
        double copies = tokens / plan.tensor() * experts.topK();
        return 2.0 * LayerWork.ACTIVATION_BYTES * copies * experts.inputWidth(model.hidden());
    }
}
