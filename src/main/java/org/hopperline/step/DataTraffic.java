package org.hopperline.step;

import org.hopperline.collective.Collective;
import org.hopperline.collective.CollectiveModel;
import org.hopperline.collective.Group;
import org.hopperline.core.Precision;
import org.hopperline.plan.ParallelPlan;
import org.hopperline.plan.Sharding;
import org.hopperline.plan.TrainingSetup;

/**
 * Traffic of the data-parallel group: once a step for replicated and optimizer-sharded parameters, layer by layer for
 * fully sharded ones.
 */
final class DataTraffic {

    private static final double LEAST_BUCKET_PER_RANK = 1e6;

    private final CollectiveModel collectives;
    private final StepConstants constants;
    private final ParallelPlan plan;
    private final int gradientBytes;
    private final double parameterBytes;
    private final boolean overlapped;
    private final Group gradients;
    private final Group shards;
    private final Group replicas;
    private final Group expertGradients;

    DataTraffic(CollectiveModel collectives, StepConstants constants, TrainingSetup setup) {
        this.collectives = collectives;
        this.constants = constants;
        this.plan = setup.plan();
        this.gradientBytes = setup.software().gradientBytes();
        this.parameterBytes = setup.precision() == Precision.FP8 ? 1 : 2;
        this.overlapped = setup.software().dataOverlap();
        int stride = plan.tensor();
        this.gradients = Group.of(setup.cluster(), plan.gradientGroup(), stride);
        this.shards = Group.of(setup.cluster(), plan.shards(), stride);
        this.replicas = Group.of(setup.cluster(), plan.gradientGroup() / plan.shards(), stride * plan.shards());
        this.expertGradients =
                Group.of(setup.cluster(), plan.expertGradientGroup(), plan.expert() * plan.expertTensor());
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
