package org.hopperline.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.hopperline.core.Precision;
import org.hopperline.hardware.Cluster;
import org.hopperline.hardware.Clusters;
import org.hopperline.model.Models;
import org.hopperline.model.Transformer;
import org.hopperline.plan.Batch;
import org.hopperline.plan.ParallelPlan;
import org.hopperline.plan.PlanRules;
import org.hopperline.plan.Recompute;
import org.hopperline.plan.Sharding;
import org.hopperline.plan.SoftwareProfiles;
import org.hopperline.plan.TrainingSetup;
import org.hopperline.step.StepModel;
import org.hopperline.step.StepPrediction;
import org.hopperline.work.MemoryFootprint;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The search against every plan of its documented space, tried one by one; and the batch a plan divides. */
class ExhaustiveSearchTest {

    private static final double BATCH = 1024 * 1024;

    private static List<StepPrediction> best(Transformer model, Cluster cluster, double tokens, int count) {
        return PlanSearch.best(model, cluster, tokens, 8192, Precision.BF16, SoftwareProfiles.MEGATRON, count);
    }

    /** Every plan of the documented space for a model of 32 layers on 16 devices, tried one by one. */
    @Test
    void theFirstIsTheFastestOfAllThatFit() {
        Cluster cluster = Clusters.dgxH100(16);
        StepModel step = StepModel.on(cluster.chip());
        double room = cluster.chip().visibleMemoryBytes();
        double fastest = 0;
        int fitting = 0;
        for (int tensor : new int[] {1, 2, 4, 8}) {
            for (int pipeline : new int[] {1, 2, 4, 8, 16}) {
                for (int context : new int[] {1, 2, 4}) {
                    int data = 16 / (tensor * context * pipeline);
                    if (data == 0) {
                        continue;
                    }
                    for (int v = 1; v <= 16; v++) {
                        if (32 % (pipeline * v) != 0 || (v > 1 && pipeline == 1)) {
                            continue;
                        }
                        for (int micro : new int[] {1, 2, 4}) {
                            for (double share : new double[] {0, 0.25, 0.5, 0.75, 1}) {
                                TrainingSetup setup = new TrainingSetup(
                                        Models.LLAMA3_8B,
                                        cluster,
                                        ParallelPlan.builder()
                                                .tensor(tensor)
                                                .context(context)
                                                .pipeline(pipeline)
                                                .virtualStages(v)
                                                .data(data)
                                                .microBatch(micro)
                                                .sequenceParallel(tensor > 1)
                                                .sharding(Sharding.OPTIMIZER)
                                                .recompute(Recompute.ofLayers(share))
                                                .build(),
                                        Batch.ofTokens(BATCH, 8192),
                                        Precision.BF16,
                                        SoftwareProfiles.MEGATRON);
                                if (PlanRules.violations(setup).isEmpty()
                                        && MemoryFootprint.of(setup).total() <= room) {
                                    fitting++;
                                    fastest = Math.max(
                                            fastest, step.predict(setup).tokensPerSecond());
                                }
                            }
                        }
                    }
                }
            }
        }
        assertThat(fitting).isGreaterThan(50);
        StepPrediction first = best(Models.LLAMA3_8B, cluster, BATCH, 1).get(0);
        assertThat(first.tokensPerSecond()).isEqualTo(fastest);
    }

    @Test
    void whatFitsNowhereSaysWhatTheSmallestNeeds() {
        assertThatThrownBy(() -> best(Models.LLAMA31_405B, Clusters.dgxH100(16), 4 * BATCH, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("no plan for Llama 3.1 405B on 16 H100")
                .hasMessageContaining("fits 85.5")
                .hasMessageContaining("the smallest needs")
                .hasMessageContaining("take more devices");
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, 0, -1, Double.POSITIVE_INFINITY})
    void batchesArePositive(double tokens) {
        assertThatThrownBy(() -> best(Models.LLAMA3_8B, Clusters.dgxH100(8), tokens, 1))
                .hasMessage("tokens of a batch is " + tokens + " token, but must be finite and above 0 token");
        assertThatThrownBy(() -> PlanSearch.nearestBatch(tokens, 8192, 8)).hasMessageContaining("tokens of a batch");
    }

    @ParameterizedTest
    @CsvSource({"16777216, 128, 2048", "16e6, 128, 1920", "1, 128, 128", "1.3e6, 64, 128"})
    void theNearestBatchThatReplicasDivide(double tokens, int multiple, int sequences) {
        assertThat(PlanSearch.nearestBatch(tokens, 8192, multiple)).isEqualTo(new Batch(sequences, 8192));
    }

    @Test
    void aBatchThatCannotBeCountedIsRefused() {
        assertThatThrownBy(() -> PlanSearch.nearestBatch(1e20, 1, 1)).hasMessageContaining("2147483647");
    }
}
