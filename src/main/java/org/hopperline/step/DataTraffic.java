package org.hopperline.step;

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
 * fully sharded ones.
 */
final class DataTraffic {

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
    private PricedFabric collectives;
    private ParallelPlan plan;
    private Group gradients;
    private Group shards;
    private Group replicas;
    private Group expertGradients;
    private Group stage;

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
        this.plan = ParallelPlan.builder().build();
        this.gradients = fabric.group(1, 1);
        this.shards = gradients;
        this.replicas = gradients;
        this.expertGradients = gradients;
        this.stage = gradients;
    }

    /** From now on the traffic of this plan. */
    void lay(ParallelPlan next, PricedFabric fabric) {
        boolean asBefore = fabric == collectives && sameGroups(next, plan);
        collectives = fabric;
        plan = next;
        if (asBefore) {
            return;
        }
        int stride = plan.tensor();
        gradients = fabric.group(plan.gradientGroup(), stride);
        shards = fabric.group(plan.shards(), stride);
        replicas = fabric.group(plan.gradientGroup() / plan.shards(), stride * plan.shards());
        expertGradients = fabric.group(plan.expertGradientGroup(), plan.expert() * plan.expertTensor());
        stage = fabric.group(plan.gradientGroup() * stride, 1);
    }

    /**
     * Seconds of a micro-batch in which the ranks of a stage agree on the largest magnitudes of operands whose scales are
     * taken from the past: one sum over all of them after the forward and one after the backward pass of each chunk
     * (Transformer Engine, FP8GlobalStateManager.reduce_and_update_fp8_tensors, over Megatron-Core's amax reduction group:
     * tensor, context and data-parallel ranks). Compiled programs, which order their collectives themselves, are left out.
     */
    double shareMaxima() {
        return sharesMaxima
                ? 2 * plan.virtualStages() * collectives.seconds(Collective.ALL_REDUCE, stage, MAXIMA_BYTES)
                : 0;
    }

    /** Most plans of a search differ from the one before in what they shard and compute twice alone. */
    private static boolean sameGroups(ParallelPlan a, ParallelPlan b) {
        return a.shardGroup() == b.shardGroup()
                && a.data() == b.data()
                && a.context() == b.context()
                && a.tensor() == b.tensor()
                && a.expert() == b.expert()
                && a.expertTensor() == b.expertTensor();
    }

    /** True if parameters travel layer by layer. */
    boolean layerByLayer() {
        return (plan.sharding() == Sharding.PARAMETERS
                        || (plan.sharding() == Sharding.GRADIENTS && plan.pipeline() == 1))
                && plan.gradientGroup() > 1;
    }

    /** True if it runs beside compute. */
    boolean overlapped() {
        return overlapped;
    }

    /** True if parameters are gathered again for the backward pass. */
    boolean gathersAgain() {
        return plan.sharding() == Sharding.PARAMETERS;
    }

    /**
     * Rate of compute beside the gather of one layer over its rate alone.
     *
     * @param gather seconds of {@link #gatherLayer}
     */
    double rateBesideGather(LayerTimes layer, double gather, double products, double passes) {
        double lost = lost(Collective.ALL_GATHER, shards, parameterBytes * layer.parameters, products, passes)
                + lost(
                        Collective.ALL_GATHER,
                        expertGradients,
                        parameterBytes * layer.expertParameters,
                        products,
                        passes);
        return rate(lost, gather);
    }

    /**
     * Rate of compute beside the scatter of one layer, and the sum over replicas, over its rate alone.
     *
     * @param scatter seconds of {@link #scatterLayer} and {@link #reduceReplicas}
     */
    double rateBesideScatter(LayerTimes layer, double scatter, double products, double passes) {
        double bytes = gradientBytes * layer.parameters;
        double lost = lost(Collective.REDUCE_SCATTER, shards, bytes, products, passes)
                + lost(Collective.ALL_REDUCE, replicas, bytes / plan.shards(), products, passes)
                + lost(
                        Collective.REDUCE_SCATTER,
                        expertGradients,
                        gradientBytes * layer.expertParameters,
                        products,
                        passes);
        return rate(lost, scatter);
    }

    /**
     * Rate of compute beside the traffic of {@link #sumGradients} over its rate alone.
     *
     * @param sum its seconds
     */
    double rateBesideSum(double parameters, double expertParameters, double sum, double products, double passes) {
        boolean whole = plan.sharding() == Sharding.NONE;
        Collective how = whole ? Collective.ALL_REDUCE : Collective.REDUCE_SCATTER;
        double lost = lostToBuckets(how, whole ? gradients : shards, gradientBytes, parameters, products, passes)
                + lostToBuckets(how, expertGradients, gradientBytes, expertParameters, products, passes);
        if (!whole) {
            lost += lostToBuckets(
                    Collective.ALL_REDUCE, replicas, gradientBytes, parameters / plan.shards(), products, passes);
        }
        return rate(lost, sum);
    }

    /**
     * Rate of compute beside the traffic of {@link #gatherParameters} over its rate alone, where any is beside it.
     *
     * @param gather its seconds
     */
    double rateBesideGather(double parameters, double expertParameters, double gather, double products, double passes) {
        if (plan.sharding() == Sharding.NONE || states.broadcasts()) {
            return 1;
        }
        double lost = lostToBuckets(Collective.ALL_GATHER, shards, parameterBytes, parameters, products, passes)
                + lostToBuckets(
                        Collective.ALL_GATHER, expertGradients, parameterBytes, expertParameters, products, passes);
        return rate(lost, gather);
    }

    /** Seconds that compute beside a whole collective loses to it, each collective by its own rate. */
    private double lost(Collective how, Group group, double bytes, double products, double passes) {
        return collectives.lostBeside(how, group, bytes, products, passes);
    }

    private double lostToBuckets(
            Collective how, Group group, double bytesEach, double parameters, double products, double passes) {
        if (parameters == 0) {
            return 0;
        }
        int count = buckets(parameters);
        return count * lost(how, group, bytesEach * parameters / count, products, passes);
    }

    private static double rate(double lost, double seconds) {
        return seconds == 0 ? 1 : 1 - lost / seconds;
    }

    /** Bytes that the optimizer moves for each parameter that a rank updates. */
    double optimizerBytes() {
        return plan.sharding() == Sharding.PARAMETERS ? shardedUpdateBytes : updateBytes;
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
        return layerByLayer() ? 0 : StateCopies.ofSum(states.gradientSum(), gradientBytes) * moved(layer);
    }

    private double moved(LayerTimes layer) {
        return (layer.parameters + layer.expertParameters) / collectives.memoryBytesPerSecond();
    }

    /** Seconds to gather the parameters of one layer. */
    double gatherLayer(LayerTimes layer) {
        return collectives.seconds(Collective.ALL_GATHER, shards, parameterBytes * layer.parameters)
                + collectives.seconds(Collective.ALL_GATHER, expertGradients, parameterBytes * layer.expertParameters);
    }

    /** Seconds to sum and scatter the gradients of one layer. */
    double scatterLayer(LayerTimes layer) {
        return collectives.seconds(Collective.REDUCE_SCATTER, shards, gradientBytes * layer.parameters)
                + collectives.seconds(
                        Collective.REDUCE_SCATTER, expertGradients, gradientBytes * layer.expertParameters);
    }

    /** Seconds to sum the gradient shard of one layer over the replicas of hybrid sharding. */
    double reduceReplicas(LayerTimes layer) {
        return collectives.seconds(Collective.ALL_REDUCE, replicas, gradientBytes * layer.parameters / plan.shards());
    }

    /** Buckets of {@code parameters} parameters: {@code ceil(P / max(40e6, 1e6 d))}. */
    int buckets(double parameters) {
        double bucket = Math.max(constants.bucketParameters(), LEAST_BUCKET_PER_RANK * plan.gradientGroup());
        return (int) Math.max(1, Math.ceil(parameters / bucket));
    }

    /** Seconds to sum the gradients of a rank, bucket by bucket, once a step. */
    double sumGradients(double parameters, double expertParameters) {
        if (plan.sharding() == Sharding.NONE) {
            return bucketed(Collective.ALL_REDUCE, gradients, gradientBytes, parameters)
                    + bucketed(Collective.ALL_REDUCE, expertGradients, gradientBytes, expertParameters);
        }
        return bucketed(Collective.REDUCE_SCATTER, shards, gradientBytes, parameters)
                + bucketed(Collective.ALL_REDUCE, replicas, gradientBytes, parameters / plan.shards())
                + bucketed(Collective.REDUCE_SCATTER, expertGradients, gradientBytes, expertParameters);
    }

    /**
     * Seconds to gather the updated parameters of a rank, bucket by bucket, once a step; or to broadcast those of one owner
     * after the other. An owner has whole tensors, so there are no more owners than tensors, and ranks without any send
     * nothing (InternEvo, hybrid_zero_optim.py, _partition_param_list and broadcast_params).
     *
     * @param tensors tensors of {@code parameters}
     */
    double gatherParameters(double parameters, int tensors, double expertParameters) {
        if (plan.sharding() == Sharding.NONE) {
            return 0;
        }
        int owners = Math.max(1, Math.min(plan.shards(), tensors));
        double shared = states.broadcasts()
                ? owners * collectives.seconds(Collective.BROADCAST, shards, parameterBytes * parameters / owners)
                : bucketed(Collective.ALL_GATHER, shards, parameterBytes, parameters);
        return shared + bucketed(Collective.ALL_GATHER, expertGradients, parameterBytes, expertParameters);
    }

    private double bucketed(Collective how, Group group, double bytesEach, double parameters) {
        if (parameters == 0) {
            return 0;
        }
        int count = buckets(parameters);
        return count * collectives.seconds(how, group, bytesEach * parameters / count);
    }

    /** What the next forward pass does not hide of the gather of updated parameters; of broadcasts it hides nothing. */
    double gatherExposed(double seconds, double window, double parameters) {
        return states.broadcasts() ? seconds : exposed(seconds, window, parameters);
    }

    /** What compute does not hide: one bucket, or what outlasts the window. */
    double exposed(double seconds, double window, double parameters) {
        return overlapped ? Math.max(seconds / buckets(parameters), seconds - window) : seconds;
    }

    /** What no compute hides, however long: one bucket. */
    double leastExposed(double seconds, double parameters) {
        return exposed(seconds, Double.POSITIVE_INFINITY, parameters);
    }

    /** What no forward pass hides of the gather of updated parameters, however long. */
    double leastGatherExposed(double seconds, double parameters) {
        return gatherExposed(seconds, Double.POSITIVE_INFINITY, parameters);
    }
}
