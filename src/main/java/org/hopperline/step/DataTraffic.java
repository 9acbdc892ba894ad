package org.hopperline.step;

import org.hopperline.collective.Collective;
import org.hopperline.collective.Group;
import org.hopperline.core.Precision;
import org.hopperline.plan.ParallelPlan;
import org.hopperline.plan.Sharding;
import org.hopperline.plan.SoftwareProfile;

/**
 * Traffic of the data-parallel group: once a step for replicated and optimizer-sharded parameters, layer by layer for
 * fully sharded ones.
 */
final class DataTraffic {

    private static final double LEAST_BUCKET_PER_RANK = 1e6;

    private final StepConstants constants;
    private final int gradientBytes;
    private final double parameterBytes;
    private final boolean overlapped;
    private PricedFabric collectives;
    private ParallelPlan plan;
    private Group gradients;
    private Group shards;
    private Group replicas;
    private Group expertGradients;

    /** The traffic of one device, which has none. */
    DataTraffic(StepConstants constants, Precision precision, SoftwareProfile software, PricedFabric fabric) {
        this.constants = constants;
        this.gradientBytes = software.gradientBytes();
        this.parameterBytes = precision == Precision.FP8 ? 1 : 2;
        this.overlapped = software.dataOverlap();
        this.collectives = fabric;
        this.plan = ParallelPlan.builder().build();
        this.gradients = fabric.group(1, 1);
        this.shards = gradients;
        this.replicas = gradients;
        this.expertGradients = gradients;
    }

    /** From now on the traffic of this plan. */
    void lay(ParallelPlan next, PricedFabric fabric) {
        collectives = fabric;
        plan = next;
        int stride = plan.tensor();
        gradients = fabric.group(plan.gradientGroup(), stride);
        shards = fabric.group(plan.shards(), stride);
        replicas = fabric.group(plan.gradientGroup() / plan.shards(), stride * plan.shards());
        expertGradients = fabric.group(plan.expertGradientGroup(), plan.expert() * plan.expertTensor());
    }

    /** True if parameters travel layer by layer. */
    boolean layerByLayer() {
        return (plan.sharding() == Sharding.PARAMETERS
                        || (plan.sharding() == Sharding.GRADIENTS && plan.pipeline() == 1))
                && plan.gradientGroup() > 1;
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
        Collective how = plan.sharding() == Sharding.NONE ? Collective.ALL_REDUCE : Collective.REDUCE_SCATTER;
        return bucketed(how, gradients, gradientBytes, parameters)
                + bucketed(how, expertGradients, gradientBytes, expertParameters);
    }

    /** Seconds to gather the updated parameters of a rank, bucket by bucket, once a step. */
    double gatherParameters(double parameters, double expertParameters) {
        if (plan.sharding() == Sharding.NONE) {
            return 0;
        }
        return bucketed(Collective.ALL_GATHER, gradients, parameterBytes, parameters)
                + bucketed(Collective.ALL_GATHER, expertGradients, parameterBytes, expertParameters);
    }

    private double bucketed(Collective how, Group group, double bytesEach, double parameters) {
        if (parameters == 0) {
            return 0;
        }
        int count = buckets(parameters);
        return count * collectives.seconds(how, group, bytesEach * parameters / count);
    }

    /** What compute does not hide: one bucket, or what outlasts the window. */
    double exposed(double seconds, double window, double parameters) {
        return overlapped ? Math.max(seconds / buckets(parameters), seconds - window) : seconds;
    }
}
