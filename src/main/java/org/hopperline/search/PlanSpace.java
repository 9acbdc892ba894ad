package org.hopperline.search;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.hopperline.hardware.Cluster;
import org.hopperline.model.Transformer;
import org.hopperline.plan.Batch;
import org.hopperline.plan.ParallelPlan;
import org.hopperline.plan.PipelineOrder;
import org.hopperline.plan.Sharding;
import org.jspecify.annotations.Nullable;

/**
 * Every combination of the values of every axis, numbered from 0: index {@code shape * variants + variant}, a shape being
 * all of a plan but its sharding and recomputation. Combinations that make no plan keep their number, so that a number
 * can be decoded by itself.
 */
public final class PlanSpace {

    /** Replicas are a multiple of the highest power of two among them over this, so that batches divide. */
    private static final int ROUND_REPLICAS = 8;

    private final Transformer model;
    private final Cluster machine;
    private final SpaceAxes axes;
    private final Degrees dataDegrees;
    private final boolean unevenStages;
    private final long size;

    PlanSpace(Transformer model, Cluster machine, SpaceAxes axes, Degrees dataDegrees, boolean unevenStages) {
        this.model = model;
        this.machine = machine;
        this.axes = axes;
        this.dataDegrees = dataDegrees;
        this.unevenStages = unevenStages;
        this.size = Math.multiplyExact(Math.multiplyExact(axes.blocks(), axes.perBlock()), (long) axes.variants());
    }

    /** Combinations, those included that make no plan. */
    public long size() {
        return size;
    }

    /** Shapes, those included that make no plan. */
    long shapes() {
        return axes.blocks() * axes.perBlock();
    }

    /** Combinations of sharding and recomputation. */
    int variants() {
        return axes.variants();
    }

    SpaceAxes axes() {
        return axes;
    }

    /**
     * The plan of that number; null if the combination makes none.
     *
     * @throws IndexOutOfBoundsException unless {@code index} is from 0 up to the size
     */
    public @Nullable ParallelPlan plan(long index) {
        Shape shape = shape(checked(index) / axes.variants());
        return shape == null ? null : variant(shape, (int) (index % axes.variants()));
    }

    /** The batch of the plan of that number; null if the combination makes none. */
    public @Nullable Batch batch(long index) {
        Shape shape = shape(checked(index) / axes.variants());
        return shape == null ? null : shape.batch();
    }

    /** The batch that the combination of that number is asked for. */
    BatchTarget target(long index) {
        return axes.batches().get(batchPlace(checked(index) / axes.variants()));
    }

    private int batchPlace(long shape) {
        return (int) (shape / (shapes() / axes.batches().size()));
    }

    private long checked(long index) {
        if (index < 0 || index >= size) {
            throw new IndexOutOfBoundsException(
                    "plan " + index + " of a space of " + size + "; take one from 0 to " + (size - 1));
        }
        return index;
    }

    /** The shape of that number; null if the combination makes none. */
    @Nullable
    Shape shape(long index) {
        Block block = block(index / axes.perBlock());
        return block.removed() != null ? null : block.shape(index, index % axes.perBlock(), axes);
    }

    /** A variant of a shape. */
    ParallelPlan variant(Shape shape, int variant) {
        int recomputes = axes.recompute().size();
        int groups = axes.shardGroup().length;
        Sharding sharding = axes.sharding().get(variant / recomputes / groups);
        int group = axes.shardGroup()[variant / recomputes % groups];
        return shape.plan(
                sharding,
                sharding == Sharding.NONE ? 0 : group,
                axes.recompute().get(variant % recomputes));
    }

    /**
     * Why a sharding of a shape is no candidate of its own; null if it is one. Rules of plans come after this.
     *
     * @param group place of the shard group on its axis
     */
    @Nullable
    Removed removed(Shape shape, Sharding sharding, int group) {
        int ranks = shape.data() * shape.context();
        if (sharding == Sharding.NONE
                ? group > 0
                : group > 0 && axes.shardGroup()[group] == ranks && axes.shardGroup()[0] == 0) {
            return Removed.ALIKE;
        }
        if (sharding != Sharding.NONE
                && ranks == 1
                && (group > 0 || axes.sharding().get(0) != sharding)) {
            return Removed.ALIKE;
        }
        return sharding == Sharding.GRADIENTS && shape.pipeline() > 1 ? Removed.UNPRICED : null;
    }

    /** All shapes whose bare plan keeps the rules; what falls is counted. */
    List<Shape> candidates(StepPricer pricer, SpaceCounts counts) {
        List<Shape> found = new ArrayList<>();
        for (long b = 0; b < axes.blocks(); b++) {
            Block block = block(b);
            if (block.removed() != null) {
                counts.add(block.removed(), axes.perBlock() * axes.variants());
                continue;
            }
            for (long i = 0; i < axes.perBlock(); i++) {
                Shape shape = block.shape(b * axes.perBlock() + i, i, axes);
                Removed removed = shape == null ? Removed.BATCH : removed(shape, pricer);
                if (shape != null && removed == null) {
                    found.add(shape);
                } else {
                    counts.add(removed == null ? Removed.BATCH : removed, axes.variants());
                }
            }
        }
        return found;
    }

    /** Why a number makes no shape. */
    Removed whyNone(long index) {
        Removed removed = block(index / axes.perBlock()).removed();
        return removed == null ? Removed.BATCH : removed;
    }

    /** Why a shape is no candidate; null if it is one. */
    @Nullable
    Removed removed(Shape shape, StepPricer pricer) {
        return alike(shape) ? Removed.ALIKE : pricer.keepsRules(shape.bare(), shape.batch()) ? null : Removed.RULES;
    }

    /** True if another value of an axis means the same shape. */
    private boolean alike(Shape shape) {
        return shape.sequenceParallel() && shape.tensor() == 1 && axes.sequenceParallel().length > 1
                || shape.expertTensor() > 1 && model.experts() == null
                || askedBefore(shape);
    }

    /** True if an earlier batch that is asked for comes down to the same batch for this plan. */
    private boolean askedBefore(Shape shape) {
        int place = batchPlace(shape.index());
        for (int earlier = 0; earlier < place; earlier++) {
            if (shape.batch().equals(axes.batches().get(earlier).nearest((long) shape.data() * shape.microBatch()))) {
                return true;
            }
        }
        return false;
    }

    /** The values of the axes from batch to data, and why they make no plan, if so. */
    private record Block(
            BatchTarget target,
            int tensor,
            int context,
            int pipeline,
            int virtualStages,
            int data,
            @Nullable Removed removed) {

        /** The shape of number {@code index}, the {@code i}-th of this block; null if its replicas divide no batch. */
        @Nullable
        Shape shape(long index, long i, SpaceAxes axes) {
            long rest = i;
            PipelineOrder order = axes.order().get((int) (rest % axes.order().size()));
            rest /= axes.order().size();
            boolean sequenceParallel = axes.sequenceParallel()[(int) (rest % axes.sequenceParallel().length)] == 1;
            rest /= axes.sequenceParallel().length;
            int microBatch = axes.microBatch()[(int) (rest % axes.microBatch().length)];
            rest /= axes.microBatch().length;
            int expertTensor = axes.expertTensor()[(int) (rest % axes.expertTensor().length)];
            rest /= axes.expertTensor().length;
            int expert = axes.expert()[(int) rest];
            Batch batch = target.nearest((long) data * microBatch);
            return batch == null
                    ? null
                    : new Shape(
                            index,
                            tensor,
                            context,
                            pipeline,
                            virtualStages,
                            data,
                            expert,
                            expertTensor,
                            microBatch,
                            sequenceParallel,
                            order,
                            batch);
        }
    }

    private Block block(long index) {
        long rest = index;
        int asked = axes.data()[(int) (rest % axes.data().length)];
        rest /= axes.data().length;
        int virtualStages = axes.virtualStages()[(int) (rest % axes.virtualStages().length)];
        rest /= axes.virtualStages().length;
        int pipeline = axes.pipeline()[(int) (rest % axes.pipeline().length)];
        rest /= axes.pipeline().length;
        int context = axes.context()[(int) (rest % axes.context().length)];
        rest /= axes.context().length;
        int tensor = axes.tensor()[(int) (rest % axes.tensor().length)];
        rest /= axes.tensor().length;
        int budget = (int) (rest % axes.devices().length);
        rest /= axes.devices().length;
        BatchTarget target = axes.batches().get((int) rest);
        long ranks = (long) tensor * context * pipeline;
        int data = data(asked, budget, ranks, target);
        Removed removed = null;
        if (data == 0) {
            removed = Removed.DEVICES;
        } else if (earlier(asked, budget, ranks, target, data)) {
            removed = Removed.ALIKE;
        } else if (!unevenStages && !evenStages(model, (long) pipeline * virtualStages)) {
            removed = Removed.UNEVEN_STAGES;
        }
        return new Block(target, tensor, context, pipeline, virtualStages, data, removed);
    }

    /** Replicas within the devices at that place of their axis; 0 if there are none that fill nodes. */
    private int data(int asked, int budget, long ranks, BatchTarget target) {
        int devices = Math.min(axes.devices()[budget], machine.devices());
        int data = asked > 0 ? asked : replicas(devices / ranks, ranks, target);
        return ranks * data <= devices && fillsNodes(ranks * data) ? data : 0;
    }

    /** True if an earlier limit of the devices comes down to as many replicas. */
    private boolean earlier(int asked, int budget, long ranks, BatchTarget target, int data) {
        for (int before = 0; before < budget; before++) {
            if (data(asked, before, ranks, target) == data) {
                return true;
            }
        }
        return false;
    }

    private boolean fillsNodes(long devices) {
        int each = machine.node().devices();
        return devices < each || devices % each == 0;
    }

    /**
     * True if so many chunks divide the layers, or the layers with embedding, logits and those for further tokens counted
     * as one each.
     */
    static boolean evenStages(Transformer model, long chunks) {
        return model.layers() % chunks == 0 || (model.layers() + model.multiTokenLayers() + 2) % chunks == 0;
    }

    /**
     * As many replicas as the devices hold and the question allows, rounded down to a round number; fewer, but more than
     * half as many, where only they fill nodes and divide the batch. 0 for none.
     */
    private int replicas(long most, long ranks, BatchTarget target) {
        int all = (int) Math.min(most, Integer.MAX_VALUE);
        while (all > 0 && !dataDegrees.allows(all)) {
            all--;
        }
        if (all == 0) {
            return 0;
        }
        int round = Math.max(1, Integer.highestOneBit(all) / ROUND_REPLICAS);
        int chosen = all / round * round;
        for (int fewer = chosen; 2L * fewer > all; fewer -= round) {
            if (dataDegrees.allows(fewer) && fillsNodes(ranks * fewer) && target.nearest(fewer) != null) {
                return fewer;
            }
        }
        return dataDegrees.allows(chosen) ? chosen : all;
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%,d combinations for %s on %s", size, model.name(), machine.name());
    }
}
