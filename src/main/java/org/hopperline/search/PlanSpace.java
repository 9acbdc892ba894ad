package org.hopperline.search;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
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

    private final Transformer model;
    private final Cluster machine;
    private final SpaceAxes axes;
    private final boolean unevenStages;
    private final boolean gradientsAcrossStages;
    private final long size;

    /** @param gradientsAcrossStages true if the software divides gradients across a pipeline too */
    PlanSpace(Transformer model, Cluster machine, SpaceAxes axes, boolean unevenStages, boolean gradientsAcrossStages) {
        this.model = model;
        this.machine = machine;
        this.axes = axes;
        this.unevenStages = unevenStages;
        this.gradientsAcrossStages = gradientsAcrossStages;
        long places = (long) axes.batches().size() * axes.replicas().size();
        this.size = Math.multiplyExact(Math.multiplyExact(places, axes.families()), (long) axes.variants());
    }

    /** Combinations, those included that make no plan. */
    public long size() {
        return size;
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
        return (int) (shape / axes.families() / axes.replicas().size());
    }

    private int replicaPlace(long shape) {
        return (int) (shape / axes.families() % axes.replicas().size());
    }

    private long checked(long index) {
        if (index < 0 || index >= size) {
            throw new IndexOutOfBoundsException(
                    "plan " + index + " of a space of " + size + "; take one from 0 to " + (size - 1));
        }
        return index;
    }

    /** The family of the shape of that number, which need not have such a shape. */
    private Family family(long shape) {
        int batch = batchPlace(shape);
        long rest = shape % axes.families();
        long first = (long) batch * axes.replicas().size() * axes.families() + rest;
        PipelineOrder order = axes.order().get((int) (rest % axes.order().size()));
        rest /= axes.order().size();
        boolean sequenceParallel = axes.sequenceParallel()[(int) (rest % axes.sequenceParallel().length)] == 1;
        rest /= axes.sequenceParallel().length;
        int microBatch = axes.microBatch()[(int) (rest % axes.microBatch().length)];
        rest /= axes.microBatch().length;
        int expertTensor = axes.expertTensor()[(int) (rest % axes.expertTensor().length)];
        rest /= axes.expertTensor().length;
        int expert = axes.expert()[(int) (rest % axes.expert().length)];
        rest /= axes.expert().length;
        int virtualStages = axes.virtualStages()[(int) (rest % axes.virtualStages().length)];
        rest /= axes.virtualStages().length;
        int pipeline = axes.pipeline()[(int) (rest % axes.pipeline().length)];
        rest /= axes.pipeline().length;
        int context = axes.context()[(int) (rest % axes.context().length)];
        int tensor = axes.tensor()[(int) (rest / axes.context().length)];
        return new Family(
                first,
                axes.batches().get(batch),
                tensor,
                context,
                pipeline,
                virtualStages,
                expert,
                expertTensor,
                microBatch,
                sequenceParallel,
                order);
    }

    /** The shape of that number; null if the combination makes none. */
    @Nullable
    Shape shape(long index) {
        Family family = family(index);
        int data = replicas(family, index);
        return data == 0 || !laidEvenly(family) ? null : shape(family, index, data);
    }

    private int replicas(Family family, long index) {
        int place = replicaPlace(index);
        ReplicaAxis replicas = axes.replicas();
        return replicas.repeats(place, family.ranks(), family.target())
                ? 0
                : replicas.at(place, family.ranks(), family.target());
    }

    private static @Nullable Shape shape(Family family, long index, int data) {
        Batch batch = family.target().nearest(family.atOnce(data));
        return batch == null ? null : new Shape(family, index, data, batch);
    }

    /** The shape of a family at a place of the replicas; null if they divide no batch. */
    @Nullable
    Shape shape(Family family, int place, int data) {
        return shape(family, family.first() + place * axes.families(), data);
    }

    /** The last shape before {@code end} that falls for the reason of {@code index}; itself if that is not seen at once. */
    long lastAlike(long index, long end) {
        Family family = family(index);
        if (laidEvenly(family) && replicas(family, index) > 0) {
            return index;
        }
        return Math.min(end - 1, index - index % axes.perBlock() + axes.perBlock() - 1);
    }

    /** A variant of a shape. */
    ParallelPlan variant(Shape shape, int variant) {
        int recomputes = axes.recompute().size();
        int groups = axes.shardGroup().length;
        Sharding sharding = axes.sharding().get(variant / recomputes / groups);
        int group = axes.shardGroup()[variant / recomputes % groups];
        return shape.family()
                .plan(
                        shape.data(),
                        sharding,
                        sharding == Sharding.NONE ? 0 : group,
                        axes.recompute().get(variant % recomputes));
    }

    /**
     * Why a sharding of a shape is no candidate of its own; null if it is one. Rules of plans come after this.
     *
     * @param place of the kind of sharding and its group, one variant of each recomputation standing at each
     */
    @Nullable
    Removed removed(Shape shape, int place) {
        Sharding sharding = axes.sharding().get(place / axes.shardGroup().length);
        int group = place % axes.shardGroup().length;
        int ranks = shape.data() * shape.family().context();
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
        return sharding == Sharding.GRADIENTS && shape.family().pipeline() > 1 && !gradientsAcrossStages
                ? Removed.NOT_OFFERED
                : null;
    }

    /** A family with the replicas that it may have. */
    record Candidate(Family family, ReplicaChoices choices) {}

    /** All families that may make plans; what falls before any other rule is counted. */
    List<Candidate> candidates(SpaceCounts counts) {
        List<Candidate> found = new ArrayList<>();
        for (int batch = 0; batch < axes.batches().size(); batch++) {
            Map<Long, ReplicaChoices> known = new HashMap<>();
            long start = (long) batch * axes.replicas().size() * axes.families();
            for (long first = start; first < start + axes.families(); first += axes.perBlock()) {
                block(first, known, found, counts);
            }
        }
        return found;
    }

    private void block(long first, Map<Long, ReplicaChoices> known, List<Candidate> found, SpaceCounts counts) {
        Family one = family(first);
        long each = axes.perBlock() * axes.variants();
        if (!laidEvenly(one)) {
            counts.add(Removed.UNEVEN_STAGES, each * axes.replicas().size());
            return;
        }
        ReplicaChoices choices =
                known.computeIfAbsent(one.ranks(), ranks -> axes.replicas().choices(ranks, one.target()));
        counts.add(Removed.DEVICES, each * choices.without());
        counts.add(Removed.ALIKE, each * choices.repeated());
        if (choices.size() == 0) {
            return;
        }
        for (long shape = first; shape < first + axes.perBlock(); shape++) {
            Family family = family(shape);
            if (alike(family)) {
                counts.add(Removed.ALIKE, (long) choices.size() * axes.variants());
            } else {
                found.add(new Candidate(family, choices));
            }
        }
    }

    /** How many ranks share a model, of every block whose layers are laid evenly. */
    Set<Long> modelRanks() {
        Set<Long> ranks = new TreeSet<>();
        for (long first = 0; first < axes.families(); first += axes.perBlock()) {
            Family one = family(first);
            if (laidEvenly(one)) {
                ranks.add(one.ranks());
            }
        }
        return ranks;
    }

    /** Why a number is no shape, or one that is no candidate; null if it is one. */
    @Nullable
    Removed removed(long index, StepPricer pricer) {
        Family family = family(index);
        if (!laidEvenly(family)) {
            return Removed.UNEVEN_STAGES;
        }
        int data = replicas(family, index);
        if (data == 0) {
            return axes.replicas().repeats(replicaPlace(index), family.ranks(), family.target())
                    ? Removed.ALIKE
                    : Removed.DEVICES;
        }
        if (alike(family)) {
            return Removed.ALIKE;
        }
        if (!pricer.keepsRules(family.bare(data), family.own(data))) {
            return Removed.RULES;
        }
        Shape shape = shape(family, index, data);
        return shape == null ? Removed.BATCH : askedBefore(shape) ? Removed.ALIKE : null;
    }

    /** True if another value of an axis means the same family. */
    private boolean alike(Family family) {
        return family.sequenceParallel() && family.tensor() == 1 && axes.sequenceParallel().length > 1
                || family.expertTensor() > 1 && model.experts() == null;
    }

    /** True if an earlier batch that is asked for comes down to the same batch for this shape. */
    boolean askedBefore(Shape shape) {
        int place = batchPlace(shape.index());
        for (int earlier = 0; earlier < place; earlier++) {
            if (shape.batch()
                    .equals(axes.batches().get(earlier).nearest(shape.family().atOnce(shape.data())))) {
                return true;
            }
        }
        return false;
    }

    private boolean laidEvenly(Family family) {
        return unevenStages || evenStages(model, (long) family.pipeline() * family.virtualStages());
    }

    /**
     * True if so many chunks divide the layers, or the layers with embedding, logits and those for further tokens counted
     * as one each.
     */
    static boolean evenStages(Transformer model, long chunks) {
        return model.layers() % chunks == 0 || (model.layers() + model.multiTokenLayers() + 2) % chunks == 0;
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%,d combinations for %s on %s", size, model.name(), machine.name());
    }
}
