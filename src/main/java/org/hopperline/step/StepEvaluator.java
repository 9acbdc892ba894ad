package org.hopperline.step;

import java.util.ArrayList;
import java.util.List;
import org.hopperline.collective.Collective;
import org.hopperline.core.AttentionBackend;
import org.hopperline.core.Check;
import org.hopperline.core.Ledger;
import org.hopperline.core.Precision;
import org.hopperline.hardware.Cluster;
import org.hopperline.model.Transformer;
import org.hopperline.plan.Batch;
import org.hopperline.plan.ParallelPlan;
import org.hopperline.plan.PipelineLayout;
import org.hopperline.plan.PlanRules;
import org.hopperline.plan.SoftwareProfile;
import org.hopperline.plan.TrainingSetup;
import org.hopperline.work.LayerMemory;
import org.hopperline.work.MemoryConstants;
import org.hopperline.work.MemoryFootprint;
import org.hopperline.work.RankMemory;
import org.hopperline.work.StageClasses;
import org.hopperline.work.StageLayout;
import org.jspecify.annotations.Nullable;

/**
 * Predicts the steps of many plans of one model on one machine, in one precision, software and sequence length. Every
 * prediction goes through here: {@link StepModel#predict} asks it once and explains the ledger, a search asks it for
 * millions of plans and reads the total.
 *
 * <p>What few axes of a plan decide (the kernels and messages of a layer, the groups, the collectives, the layout of the
 * stages) is priced on first use and kept; the rest is arithmetic in memory that is used again, in a time that hardly
 * depends on the plan. The exceptions are schedules without a closed form: interleaved chunks of unlike numbers of layers,
 * and ZB-H1 on unlike stages or with fewer micro-batches than stages. Every task of those is looked at, so that they take
 * a time that grows with stages x micro-batches. Not safe for use by several threads at once; give each its own.
 */
public final class StepEvaluator {

    private final Transformer model;
    private final Cluster machine;
    private final Precision precision;
    private final SoftwareProfile software;
    private final int sequenceLength;
    private final boolean supported;
    private final PricedFabrics fabrics;
    private final LayerTables layers;
    private final PrimitiveKeys stageKeys = new PrimitiveKeys();
    private final List<StageClasses> stages = new ArrayList<>();
    private final List<PipelineLayout> layouts = new ArrayList<>();
    private final DataTraffic traffic;
    private final MemoryTables memories = new MemoryTables();
    private final RankMemory rank;
    private final PipelineTimes pipeline = new PipelineTimes();
    private final CriticalPath path;
    private @Nullable ParallelPlan keepingPlan;
    private @Nullable Batch keptBatch;
    private final Ledger<StepTerm> ledger = Ledger.of(StepTerm.class);

    StepEvaluator(
            LayerTables layers,
            CriticalPath path,
            PricedFabrics fabrics,
            StepConstants constants,
            Transformer model,
            Cluster machine,
            Precision precision,
            SoftwareProfile software,
            int sequenceLength) {
        this.layers = layers;
        this.path = path;
        this.model = model;
        this.machine = machine;
        this.precision = precision;
        this.software = software;
        this.sequenceLength = sequenceLength;
        this.supported = machine.chip().supports(precision);
        this.fabrics = fabrics;
        this.rank = new RankMemory(model, precision, software, MemoryConstants.shipped());
        this.traffic = new DataTraffic(constants, precision, software, fabrics.using(machine.devices()));
    }

    /**
     * True if the plan keeps every rule of shape with itself, the model, the batch and as many devices of the machine as
     * it uses: the verdict of {@link PlanRules#violations}.
     */
    public boolean keepsRules(ParallelPlan plan, Batch batch) {
        int devices = plan.devices();
        int each = machine.node().devices();
        boolean keeps = supported
                && devices <= machine.devices()
                && (devices < each || devices % each == 0)
                && PlanRules.keeps(model, devices, plan, batch);
        if (keeps) {
            keepingPlan = plan;
            keptBatch = batch;
        }
        return keeps;
    }

    /** Says what a plan breaks, unless it was the last to keep the rules. */
    private void require(ParallelPlan plan, Batch batch) {
        if (plan == keepingPlan && batch == keptBatch || keepsRules(plan, batch)) {
            return;
        }
        PlanRules.check(setup(plan, batch));
        throw new IllegalArgumentException("the plan " + plan + " takes " + plan.devices() + " devices, but "
                + machine.name() + " has " + machine.devices());
    }

    /**
     * Bytes of the fullest rank: the total of {@link MemoryFootprint#of}.
     *
     * @throws IllegalArgumentException if the plan breaks a rule, listing all
     */
    public double memoryBytes(ParallelPlan plan, Batch batch) {
        require(plan, batch);
        LayerMemory kept = memories.find(plan);
        if (kept == null) {
            kept = memories.add(setup(plan, batch));
        }
        return rank.fullestBytes(kept, stages(plan), plan, batch);
    }

    /**
     * Seconds of a step, with every term in {@link #ledger()}.
     *
     * @param batch of the evaluator's sequence length
     * @throws IllegalArgumentException if the plan breaks a rule, listing all, or the batch has another sequence length
     */
    public double seconds(ParallelPlan plan, Batch batch) {
        require(plan, batch);
        if (batch.sequenceLength() != sequenceLength) {
            throw new IllegalArgumentException("sequences of " + batch.sequenceLength() + " tokens, but this evaluator"
                    + " is of sequences of " + sequenceLength + "; make one for each length");
        }
        PricedFabric fabric = fabrics.using(plan.devices());
        PricedLayers work = layers.of(plan, batch, fabric);
        StageClasses layout = stages(plan);
        boolean unfused = software.attention() == AttentionBackend.UNFUSED;
        boolean wholeLayer = software.wholeLayerAgain();
        int microBatches = plan.microBatches(batch);
        traffic.lay(plan, fabric);
        pipeline.fill(work, layout, plan.recompute(), unfused, wholeLayer, traffic);
        double scheduled = pipeline.seconds(
                plan,
                layout,
                microBatches,
                sendSeconds(plan, batch, fabric),
                software.defersLogits() && model.experts() == null);
        path.write(plan, layout, microBatches, pipeline, scheduled, traffic, ledger);
        return ledger.get(StepTerm.STEP);
    }

    /**
     * Tells counts of devices apart on which groups of ranks lie differently: where two have the same number, equal groups
     * of their ranks have equal prices.
     */
    public int layout(int devices) {
        return fabrics.signature(devices);
    }

    /** The terms of the last step; the next call writes every one anew. */
    public Ledger<StepTerm> ledger() {
        return ledger;
    }

    /**
     * Seconds that the wait for the slowest rank takes at least in any plan that differs from the one priced last in what it
     * shards and computes twice alone; for the bounds of a search.
     */
    public double leastStragglerSeconds() {
        return path.leastStraggler();
    }

    /**
     * Seconds that a step takes at least by any plan that computes something twice and is like the one priced last, which
     * computes nothing twice, in all else; for the bounds of a search.
     */
    public double leastRecomputingSeconds() {
        return path.leastRecomputing();
    }

    /** The layers of a plan. */
    PricedLayers layers(ParallelPlan plan, Batch batch) {
        return layers.of(plan, batch, fabrics.using(plan.devices()));
    }

    /** One send between stages of a plan. */
    double sendSeconds(ParallelPlan plan, Batch batch) {
        return sendSeconds(plan, batch, fabrics.using(plan.devices()));
    }

    /** One send between stages: a micro-batch of the residual stream, divided by the tensor ranks where they can. */
    private double sendSeconds(ParallelPlan plan, Batch batch, PricedFabric fabric) {
        if (plan.pipeline() == 1) {
            return 0;
        }
        double share = plan.sequenceParallel() ? plan.tensor() : 1;
        double bytes = 2 * plan.microBatchTokens(batch) * model.hidden() / share;
        int stride = plan.devices() / plan.pipeline();
        return fabric.seconds(Collective.SEND_RECEIVE, fabric.group(plan.pipeline(), stride), bytes);
    }

    private StageClasses stages(ParallelPlan plan) {
        long chunks = PrimitiveKeys.pair(plan.pipeline(), plan.virtualStages());
        long edges = PrimitiveKeys.pair(plan.firstStageLayers(), plan.lastStageLayers());
        long layout = layout(plan);
        int found = stageKeys.find(chunks, edges, layout);
        if (found >= 0) {
            return stages.get(found);
        }
        StageClasses laid = StageClasses.of(StageLayout.of(model, plan));
        stageKeys.add(chunks, edges, layout);
        stages.add(laid);
        return laid;
    }

    /** The number of the layout of a plan, from 1; 0 where the usual rule decides. */
    private int layout(ParallelPlan plan) {
        PipelineLayout layout = plan.layout();
        if (layout == null) {
            return 0;
        }
        int found = layouts.indexOf(layout);
        if (found < 0) {
            found = layouts.size();
            layouts.add(layout);
        }
        return found + 1;
    }

    private TrainingSetup setup(ParallelPlan plan, Batch batch) {
        Check.notNull(plan, "plan");
        Check.notNull(batch, "batch");
        Cluster used = plan.devices() == machine.devices() ? machine : machine.withDevices(plan.devices());
        return new TrainingSetup(model, used, plan, batch, precision, software);
    }
}
