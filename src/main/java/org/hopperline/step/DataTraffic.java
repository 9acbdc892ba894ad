package org.hopperline.step;

import java.util.ArrayList;
import java.util.List;
import org.hopperline.collective.Collective;
import org.hopperline.collective.Group;
import org.hopperline.core.Precision;
import org.hopperline.plan.ElementwiseKernels;
import org.hopperline.plan.Fp8Recipe;
import org.hopperline.plan.ParallelPlan;
import org.hopperline.plan.Sharding;
import org.hopperline.plan.SoftwareProfile;
import org.hopperline.plan.StateTraffic;

/**
 * Traffic of the data-parallel group: once a step for replicated and optimizer-sharded parameters, layer by layer for
 * fully sharded ones. Priced once for each number of parameters, groups of ranks and sharding.
 */
final class DataTraffic {

    private static final ParallelPlan ONE_DEVICE = ParallelPlan.builder().build();

    private static final double LEAST_BUCKET_PER_RANK = 1e6;

    /** A few hundred magnitudes of 4 bytes: for each product of a chunk those of input, weight and gradient. */
    private static final double MAXIMA_BYTES = 1024;

    private final StepConstants constants;
    private final int gradientBytes;
    private final double shardedUpdateBytes;
    private final double updateBytes;
    private final double parameterBytes;
    private final boolean overlapped;
    private final StateTraffic states;
    private final boolean sharesMaxima;
    private final PrimitiveKeys groupKeys = new PrimitiveKeys();
    private final List<DataGroups> groupsOf = new ArrayList<>();
    private final PrimitiveKeys stageKeys = new PrimitiveKeys();
    private final List<StageTraffic> stages = new ArrayList<>();
    private final PrimitiveKeys layerKeys = new PrimitiveKeys();
    private final List<LayerTraffic> layers = new ArrayList<>();
    private PricedFabric collectives;
    private ParallelPlan plan;
    private DataGroups groups;
    private int number;
    private boolean layerByLayer;

    /** The traffic of one device, which has none. */
    DataTraffic(StepConstants constants, Precision precision, SoftwareProfile software, PricedFabric fabric) {
        this.constants = constants;
        this.gradientBytes = software.gradientBytes();
        this.shardedUpdateBytes = StateCopies.ofOptimizer(true, software.shardedBytes(), gradientBytes);
        this.updateBytes = StateCopies.ofOptimizer(false, software.shardedBytes(), gradientBytes);
        this.parameterBytes = precision == Precision.FP8 && software.states().gathersFp8() ? 1 : 2;
        this.overlapped = software.dataOverlap();
        this.states = software.states();
        this.sharesMaxima = precision == Precision.FP8
                && software.fp8Recipe() == Fp8Recipe.DELAYED
                && software.elementwise() != ElementwiseKernels.COMPILED;
        this.collectives = fabric;
        this.plan = ONE_DEVICE;
        Group alone = fabric.group(1, 1);
        this.groups = new DataGroups(alone, alone, alone, alone, alone);
    }

    /** From now on the traffic of this plan. */
    void lay(ParallelPlan next, PricedFabric fabric) {
        collectives = fabric;
        plan = next;
        layerByLayer = (plan.sharding() == Sharding.PARAMETERS
                        || (plan.sharding() == Sharding.GRADIENTS && plan.pipeline() == 1))
                && plan.gradientGroup() > 1;
        long shared = PrimitiveKeys.pair(plan.gradientGroup(), plan.shards());
        long inside = PrimitiveKeys.pair(plan.tensor(), plan.expert() * plan.expertTensor());
        int how = 2 * plan.sharding().ordinal() + (layerByLayer ? 1 : 0);
        long rest = PrimitiveKeys.pair(fabric.number(), how);
        number = groupKeys.find(shared, inside, rest);
        if (number < 0) {
            number = groupKeys.add(shared, inside, rest);
            groupsOf.add(DataGroups.of(plan, fabric));
        }
        groups = groupsOf.get(number);
    }

    /**
     * Seconds of a micro-batch in which the ranks of a stage agree on the largest magnitudes of operands whose scales are
     * taken from the past: one sum over all of them after the forward and one after the backward pass of each chunk
     * (Transformer Engine, FP8GlobalStateManager.reduce_and_update_fp8_tensors, over Megatron-Core's amax reduction group:
     * tensor, context and data-parallel ranks). Compiled programs, which order their collectives themselves, are left out.
     */
    double shareMaxima() {
        return sharesMaxima
                ? 2 * plan.virtualStages() * collectives.seconds(Collective.ALL_REDUCE, groups.stage(), MAXIMA_BYTES)
                : 0;
    }

    /** True if parameters travel layer by layer. */
    boolean layerByLayer() {
        return layerByLayer;
    }

    /** True if it runs beside compute. */
    boolean overlapped() {
        return overlapped;
    }

    /** True if parameters are gathered again for the backward pass. */
    boolean gathersAgain() {
        return plan.sharding() == Sharding.PARAMETERS;
    }

    /** Seconds of copies after the gather of one layer. */
    double gatherCopies(LayerTimes layer) {
        return StateCopies.ofGather(states.storage(), parameterBytes) * moved(layer);
    }

    /** Seconds of copies before the scatter of one layer. */
    double scatterCopies(LayerTimes layer) {
        return StateCopies.ofScatter(states.storage(), gradientBytes) * moved(layer);
    }

    /** Seconds to add the gradients of one layer to the sum over micro-batches, where they are not scattered at once. */
    double addGradients(LayerTimes layer) {
        return layerByLayer ? 0 : StateCopies.ofSum(states.gradientSum(), gradientBytes) * moved(layer);
    }

    private double moved(LayerTimes layer) {
        return (layer.parameters + layer.expertParameters) / collectives.memoryBytesPerSecond();
    }

    /**
     * What a stage does with its states once a step; makes garbage only when it meets new numbers.
     *
     * @param parameters of a rank, those of routed experts left out
     * @param tensors tensors of these
     * @param expertParameters of routed experts
     */
    StageTraffic ofStage(double parameters, int tensors, double expertParameters) {
        long how = PrimitiveKeys.pair(number, tensors);
        long shared = Double.doubleToRawLongBits(parameters);
        long routed = Double.doubleToRawLongBits(expertParameters);
        int found = stageKeys.find(how, shared, routed);
        if (found >= 0) {
            return stages.get(found);
        }
        StageTraffic priced = priceStage(parameters, tensors, expertParameters);
        stageKeys.add(how, shared, routed);
        stages.add(priced);
        return priced;
    }

    /** What travels of a layer while states are fully sharded; makes garbage only when it meets new numbers. */
    LayerTraffic ofLayer(LayerTimes layer) {
        long shared = Double.doubleToRawLongBits(layer.parameters);
        long routed = Double.doubleToRawLongBits(layer.expertParameters);
        int found = layerKeys.find(number, shared, routed);
        if (found >= 0) {
            return layers.get(found);
        }
        LayerTraffic priced = priceLayer(layer.parameters, layer.expertParameters);
        layerKeys.add(number, shared, routed);
        layers.add(priced);
        return priced;
    }

    private LayerTraffic priceLayer(double parameters, double expertParameters) {
        double routed = gradientBytes * expertParameters;
        double replicated = gradientBytes * parameters / plan.shards();
        return new LayerTraffic(
                new Transfer(
                        collectives.part(Collective.ALL_GATHER, groups.shards(), parameterBytes * parameters, 1),
                        collectives.part(
                                Collective.ALL_GATHER, groups.expertGradients(), parameterBytes * expertParameters, 1)),
                new Transfer(
                        collectives.part(Collective.REDUCE_SCATTER, groups.shards(), gradientBytes * parameters, 1),
                        collectives.part(Collective.REDUCE_SCATTER, groups.expertGradients(), routed, 1),
                        collectives.part(Collective.ALL_REDUCE, groups.replicas(), replicated, 1)));
    }

    private StageTraffic priceStage(double parameters, int tensors, double expertParameters) {
        double update = updateSeconds(parameters, expertParameters);
        if (layerByLayer) {
            return new StageTraffic(Transfer.NONE, 0, Transfer.NONE, 0, update);
        }
        Transfer sum = sum(parameters, expertParameters);
        Transfer gather = gather(parameters, tensors, expertParameters);
        int buckets = overlapped ? buckets(parameters + expertParameters) : 1;
        double leastGather = states.broadcasts() ? gather.seconds() : gather.seconds() / buckets;
        return new StageTraffic(sum, sum.seconds() / buckets, gather, leastGather, update);
    }

    /** The gradients of a rank summed, bucket by bucket. */
    private Transfer sum(double parameters, double expertParameters) {
        if (plan.sharding() == Sharding.NONE) {
            return new Transfer(
                    bucketed(Collective.ALL_REDUCE, groups.gradients(), gradientBytes, parameters),
                    bucketed(Collective.ALL_REDUCE, groups.expertGradients(), gradientBytes, expertParameters));
        }
        double replicated = parameters / plan.shards();
        return new Transfer(
                bucketed(Collective.REDUCE_SCATTER, groups.shards(), gradientBytes, parameters),
                bucketed(Collective.ALL_REDUCE, groups.replicas(), gradientBytes, replicated),
                bucketed(Collective.REDUCE_SCATTER, groups.expertGradients(), gradientBytes, expertParameters));
    }

    /**
     * The updated parameters of a rank gathered, bucket by bucket; or broadcast, those of one owner after the other. An
     * owner has whole tensors, so there are no more owners than tensors, and ranks without any send nothing (InternEvo,
     * hybrid_zero_optim.py, _partition_param_list and broadcast_params).
     */
    private Transfer gather(double parameters, int tensors, double expertParameters) {
        if (plan.sharding() == Sharding.NONE) {
            return Transfer.NONE;
        }
        Transfer.Part routed =
                bucketed(Collective.ALL_GATHER, groups.expertGradients(), parameterBytes, expertParameters);
        if (!states.broadcasts()) {
            return new Transfer(bucketed(Collective.ALL_GATHER, groups.shards(), parameterBytes, parameters), routed);
        }
        int owners = Math.max(1, Math.min(plan.shards(), tensors));
        double bytes = parameterBytes * parameters / owners;
        double seconds = collectives.seconds(Collective.BROADCAST, groups.shards(), bytes);
        // Nothing runs beside broadcasts, so they take nothing from it.
        return new Transfer(
                new Transfer.Part(owners, seconds, 0, 0), new Transfer.Part(routed.times(), routed.seconds(), 0, 0));
    }

    private Transfer.Part bucketed(Collective how, Group group, double bytesEach, double parameters) {
        int count = buckets(parameters);
        return collectives.part(how, group, bytesEach * parameters / count, count);
    }

    /** Buckets of {@code parameters} parameters: {@code ceil(P / max(40e6, 1e6 d))}. */
    private int buckets(double parameters) {
        double bucket = Math.max(constants.bucketParameters(), LEAST_BUCKET_PER_RANK * plan.gradientGroup());
        return (int) Math.max(1, Math.ceil(parameters / bucket));
    }

    /** Seconds of an optimizer that updates the parameters of a rank, or its share of them. */
    private double updateSeconds(double parameters, double expertParameters) {
        double bytesEach = plan.sharding() == Sharding.PARAMETERS ? shardedUpdateBytes : updateBytes;
        double held = plan.sharding() == Sharding.NONE
                ? parameters + expertParameters
                : parameters / plan.shards() + expertParameters / Math.min(plan.shards(), plan.expertGradientGroup());
        return bytesEach * held / collectives.memoryBytesPerSecond();
    }
}
