package org.hopperline.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.hopperline.collective.Collective;
import org.hopperline.collective.CollectiveModel;
import org.hopperline.collective.Group;
import org.hopperline.core.Precision;
import org.hopperline.hardware.Chips;
import org.hopperline.hardware.Cluster;
import org.hopperline.hardware.Clusters;
import org.hopperline.model.Models;
import org.hopperline.model.Transformer;
import org.hopperline.plan.Batch;
import org.hopperline.plan.ParallelPlan;
import org.hopperline.plan.Sharding;
import org.hopperline.plan.SoftwareProfile;
import org.hopperline.plan.SoftwareProfiles;
import org.hopperline.plan.TrainingSetup;
import org.hopperline.work.LayerWork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Fully sharded layers: every byte is either hidden or exposed, and what stands beside it pays. */
class ShardedTrafficTest {

    private static final Transformer MODEL = Models.LLAMA3_8B;

    /** Four products and two norms a layer where projections are joined, the last norm, both embeddings. */
    private static final int TENSORS = 32 * 6 + 3;

    private static StepPrediction predict(TrainingSetup setup) {
        return StepModel.on(Chips.H100_SXM5).predict(setup);
    }

    private static TrainingSetup sharded(int devices, Sharding sharding, int shardGroup, String software) {
        Cluster cluster = Clusters.dgxH100(Math.max(1, devices / 8)).withDevices(devices);
        ParallelPlan plan = ParallelPlan.builder()
                .data(devices)
                .sharding(sharding)
                .shardGroup(shardGroup)
                .build();
        SoftwareProfile profile = SoftwareProfiles.named(software);
        return new TrainingSetup(MODEL, cluster, plan, new Batch(devices, 4096), Precision.BF16, profile);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 8, 64, 512})
    void hiddenAndExposedTrafficIsAllTraffic(int devices) {
        TrainingSetup setup = sharded(devices, Sharding.PARAMETERS, 0, "llm-foundry 2023");
        CollectiveModel collectives = CollectiveModel.on(setup.cluster());
        Group all = Group.of(setup.cluster(), devices, 1);
        double layer = LayerWork.dense(setup).parameters();
        double ends = 0;
        for (double outside : new double[] {
            LayerWork.embedding(setup).parameters(), LayerWork.logits(setup).parameters()
        }) {
            ends += collectives.seconds(Collective.ALL_GATHER, all, 2 * outside)
                    + collectives.seconds(Collective.REDUCE_SCATTER, all, 4 * outside);
        }
        double layers = MODEL.layers()
                * (2 * collectives.seconds(Collective.ALL_GATHER, all, 2 * layer)
                        + collectives.seconds(Collective.REDUCE_SCATTER, all, 4 * layer));
        StepPrediction step = predict(setup);
        assertThat(step.get(StepTerm.SHARD_EXPOSED) + step.get(StepTerm.SHARD_HIDDEN))
                .isCloseTo(layers + ends, within(1e-9 * layers));
        assertThat(step.get(StepTerm.SHARD_EXPOSED)).isGreaterThan(ends);
    }

    @Test
    void oneDeviceIsSlowedByNobody() {
        StepPrediction step = predict(sharded(1, Sharding.PARAMETERS, 0, "torchtitan"));
        assertThat(step.get(StepTerm.CONTENTION)).isZero();
        assertThat(step.get(StepTerm.SHARD_EXPOSED)).isZero();
        assertThat(step.get(StepTerm.SHARD_HIDDEN)).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 8, 64, 512})
    void trafficBesideComputeSlowsItByLessThanItself(int devices) {
        StepPrediction step = predict(sharded(devices, Sharding.PARAMETERS, 0, "torchtitan"));
        assertThat(step.get(StepTerm.CONTENTION)).isPositive().isLessThan(0.5 * step.get(StepTerm.SHARD_HIDDEN));
    }

    @Test
    void parametersThatStayAfterTheForwardPassAreGatheredOnce() {
        StepPrediction stay = predict(sharded(64, Sharding.GRADIENTS, 0, "llm-foundry 2023"));
        StepPrediction go = predict(sharded(64, Sharding.PARAMETERS, 0, "llm-foundry 2023"));
        assertThat(stay.get(StepTerm.TRAFFIC)).isLessThan(0.8 * go.get(StepTerm.TRAFFIC));
        assertThat(stay.seconds()).isLessThan(go.seconds());
    }

    @Test
    void hybridShardingInsideANodeSavesTheLongRings() {
        StepPrediction inNode = predict(sharded(512, Sharding.PARAMETERS, 8, "compiled FSDP"));
        StepPrediction across = predict(sharded(512, Sharding.PARAMETERS, 0, "compiled FSDP"));
        assertThat(inNode.seconds()).isLessThan(across.seconds());
    }

    @Test
    void optimizerStatesShardedInsideANodeAreGatheredThere() {
        TrainingSetup everywhere = sharded(512, Sharding.OPTIMIZER, 0, "InternEvo");
        TrainingSetup inNode = sharded(512, Sharding.OPTIMIZER, 8, "InternEvo");
        assertThat(predict(inNode).seconds()).isLessThan(predict(everywhere).seconds());
        CollectiveModel collectives = CollectiveModel.on(everywhere.cluster());
        Group all = Group.of(everywhere.cluster(), 512, 1);
        double broadcasts =
                TENSORS * collectives.seconds(Collective.BROADCAST, all, 2.0 * MODEL.parameters() / TENSORS);
        assertThat(predict(everywhere).get(StepTerm.TRAFFIC)).isGreaterThan(broadcasts);
    }

    @Test
    void tensorsAreCounted() {
        TrainingSetup setup = sharded(8, Sharding.OPTIMIZER, 0, "InternEvo");
        int inLayers = MODEL.layers() * LayerWork.dense(setup).parameterTensors();
        int ends = LayerWork.embedding(setup).parameterTensors()
                + LayerWork.logits(setup).parameterTensors();
        assertThat(inLayers + ends).isEqualTo(TENSORS);
    }

    /** Ranks beyond the last tensor own nothing: from there on only the way of each broadcast gets longer. */
    @Test
    void thereAreNoMoreOwnersThanTensors() {
        double thousand =
                predict(sharded(1024, Sharding.OPTIMIZER, 0, "InternEvo")).get(StepTerm.DATA_EXPOSED);
        double sixteen =
                predict(sharded(16_384, Sharding.OPTIMIZER, 0, "InternEvo")).get(StepTerm.DATA_EXPOSED);
        assertThat(sixteen / thousand).isBetween(1.0, 16.0);
    }
}
