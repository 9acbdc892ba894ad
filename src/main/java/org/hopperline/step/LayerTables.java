package org.hopperline.step;

import java.util.ArrayList;
import java.util.List;
import org.hopperline.core.Precision;
import org.hopperline.hardware.Cluster;
import org.hopperline.model.Transformer;
import org.hopperline.plan.Batch;
import org.hopperline.plan.ParallelPlan;
import org.hopperline.plan.PipelineOrder;
import org.hopperline.plan.SoftwareProfile;
import org.hopperline.plan.TrainingSetup;
import org.hopperline.work.LayerSort;
import org.hopperline.work.LayerWork;
import org.hopperline.work.StageLayout;

/**
 * Layers of one model, each priced once for every choice of the few axes that decide its kernels and messages: tensor and
 * context degree, micro-batch, sequence parallelism, whether the order of the stages postpones the gradients of the
 * weights, and for experts their degree and their tensor degree. Logits also ask whether there is a pipeline, without
 * which they may share their weights with the embedding. Where the exchange of tokens runs beside another micro-batch, how
 * much of it finds one depends on stages, virtual stages and micro-batches as well. All layers are of one mask: a batch of
 * another attended length begins anew.
 */
final class LayerTables {

    /** Beside the ordinals of the sorts of layers. */
    private static final int EMBEDDING = LayerSort.COUNT;

    private static final int LOGITS = EMBEDDING + 1;
    private static final int SET = LOGITS + 1;

    private final Kernels kernels;
    private final StepConstants constants;
    private final RunConstants run;
    private final Transformer model;
    private final Precision precision;
    private final SoftwareProfile software;
    private final StageLayout layout;
    private final boolean hasExperts;
    private PrimitiveKeys layerKeys = new PrimitiveKeys();
    private final List<LayerTimes> layers = new ArrayList<>();
    private PrimitiveKeys setKeys = new PrimitiveKeys();
    private final List<PricedLayers> sets = new ArrayList<>();
    private final PrimitiveKeys pairedShapes = new PrimitiveKeys();
    private final LayerTimes none = new LayerTimes();
    private double attendedLength;

    LayerTables(
            Kernels kernels,
            StepConstants constants,
            RunConstants run,
            Transformer model,
            Precision precision,
            SoftwareProfile software) {
        this.kernels = kernels;
        this.constants = constants;
        this.run = run;
        this.model = model;
        this.precision = precision;
        this.software = software;
        this.layout = StageLayout.of(model, 1);
        this.hasExperts = layout.expertLayers() > 0;
    }

    /** The layers of a plan on a fabric; makes garbage only when it meets new values of the axes above. */
    PricedLayers of(ParallelPlan plan, Batch batch, PricedFabric fabric) {
        if (batch.attendedLength() != attendedLength) {
            if (!sets.isEmpty()) {
                forget();
            }
            attendedLength = batch.attendedLength();
        }
        long shape = shape(hasExperts, plan, batch);
        long experts = PrimitiveKeys.pair(plan.expert(), plan.expertTensor());
        long rest = rest(SET, plan, fabric);
        int found = setKeys.find(shape, experts, rest);
        if (found >= 0) {
            return sets.get(found);
        }
        PricedLayers priced = price(plan, batch, fabric);
        setKeys.add(shape, experts, rest);
        sets.add(priced);
        return priced;
    }

    private void forget() {
        layerKeys = new PrimitiveKeys();
        layers.clear();
        setKeys = new PrimitiveKeys();
        sets.clear();
    }

    /** Tensor and context degree; or, where it counts too how many micro-batches find another one, the number of both. */
    private long shape(boolean exchanges, ParallelPlan plan, Batch batch) {
        long divided = PrimitiveKeys.pair(plan.tensor(), plan.context());
        if (!exchanges || !software.expertOverlap()) {
            return divided;
        }
        long chunks = PrimitiveKeys.pair(plan.pipeline(), plan.virtualStages());
        int microBatches = plan.microBatches(batch);
        int found = pairedShapes.find(divided, chunks, microBatches);
        return found >= 0 ? found : pairedShapes.add(divided, chunks, microBatches);
    }

    private static long rest(int kind, ParallelPlan plan, PricedFabric fabric) {
        int flags = kind
                | (plan.sequenceParallel() ? 8 : 0)
                | (plan.order() == PipelineOrder.ZERO_BUBBLE_H1 ? 16 : 0)
                | (plan.pipeline() > 1 ? 32 : 0);
        return PrimitiveKeys.pair(plan.microBatch(), fabric.number() << 6 | flags);
    }

    private PricedLayers price(ParallelPlan plan, Batch batch, PricedFabric fabric) {
        Cluster cluster = fabric.cluster();
        TrainingSetup setup = new TrainingSetup(model, cluster, plan, batch, precision, software);
        LayerPricer pricer = new LayerPricer(kernels, fabric, constants, run, setup);
        return new PricedLayers(
                layer(LayerSort.DENSE, setup, fabric, pricer),
                layer(LayerSort.EXPERT, setup, fabric, pricer),
                layer(EMBEDDING, setup, fabric, pricer),
                layer(LOGITS, setup, fabric, pricer),
                layer(LayerSort.FURTHER, setup, fabric, pricer),
                layer(LayerSort.ATTENTION, setup, fabric, pricer),
                layer(LayerSort.MAMBA, setup, fabric, pricer));
    }

    private LayerTimes layer(LayerSort sort, TrainingSetup setup, PricedFabric fabric, LayerPricer pricer) {
        return layout.layers(sort) == 0 ? none : layer(sort.ordinal(), setup, fabric, pricer);
    }

    private LayerTimes layer(int kind, TrainingSetup setup, PricedFabric fabric, LayerPricer pricer) {
        ParallelPlan plan = setup.plan();
        boolean exchanges = kind == LayerSort.EXPERT.ordinal() || kind == LayerSort.FURTHER.ordinal();
        long shape = shape(exchanges, plan, setup.batch());
        long experts = exchanges ? PrimitiveKeys.pair(plan.expert(), plan.expertTensor()) : 0;
        long rest = rest(kind, plan, fabric);
        int found = layerKeys.find(shape, experts, rest);
        if (found >= 0) {
            return layers.get(found);
        }
        LayerTimes times = pricer.price(work(kind, setup), kind < LayerSort.COUNT);
        layerKeys.add(shape, experts, rest);
        layers.add(times);
        return times;
    }

    private static LayerWork work(int kind, TrainingSetup setup) {
        if (kind == EMBEDDING) {
            return LayerWork.embedding(setup);
        }
        return kind == LOGITS ? LayerWork.logits(setup) : LayerWork.of(LayerSort.of(kind), setup);
    }
}
