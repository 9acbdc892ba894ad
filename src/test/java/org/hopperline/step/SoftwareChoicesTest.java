package org.hopperline.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import org.hopperline.core.Precision;
import org.hopperline.hardware.Chips;
import org.hopperline.hardware.Cluster;
import org.hopperline.hardware.Clusters;
import org.hopperline.model.Models;
import org.hopperline.plan.Batch;
import org.hopperline.plan.ParallelPlan;
import org.hopperline.plan.Sharding;
import org.hopperline.plan.SoftwareProfile;
import org.hopperline.plan.SoftwareProfiles;
import org.hopperline.plan.TrainingSetup;
import org.hopperline.work.HostWork;
import org.hopperline.work.LayerWork;
import org.hopperline.work.Pass;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What one choice of a software changes in a step, all else being the same. */
class SoftwareChoicesTest {

    private static final StepModel H100 = StepModel.on(Chips.H100_SXM5);

    /** The same profile with one choice made otherwise. */
    private static SoftwareProfile with(SoftwareProfile profile, String choice, Object value) {
        try {
            RecordComponent[] all = SoftwareProfile.class.getRecordComponents();
            Class<?>[] types = Arrays.stream(all).map(RecordComponent::getType).toArray(Class[]::new);
            Object[] values = new Object[all.length];
            for (int i = 0; i < all.length; i++) {
                values[i] = all[i].getName().equals(choice)
                        ? value
                        : all[i].getAccessor().invoke(profile);
            }
            return SoftwareProfile.class.getDeclaredConstructor(types).newInstance(values);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    private static TrainingSetup setup(int tensor, int data, SoftwareProfile software) {
        return setup(tensor, data, 4, software);
    }

    private static TrainingSetup setup(int tensor, int data, int microBatches, SoftwareProfile software) {
        Cluster cluster = Clusters.dgxH100(tensor * data);
        ParallelPlan plan = ParallelPlan.builder()
                .tensor(tensor)
                .sequenceParallel(tensor > 1)
                .data(data)
                .sharding(Sharding.PARAMETERS)
                .build();
        return new TrainingSetup(
                Models.LLAMA3_8B, cluster, plan, new Batch(microBatches * data, 4096), Precision.BF16, software);
    }

    /** Gathers and scatters that run beside nothing are all exposed, and slow nothing. */
    @ParameterizedTest
    @ValueSource(ints = {8, 64})
    void trafficThatDoesNotOverlapIsAllExposed(int devices) {
        SoftwareProfile overlapped = SoftwareProfiles.named("JAX");
        StepPrediction beside = H100.predict(setup(1, devices, overlapped));
        StepPrediction alone = H100.predict(setup(1, devices, with(overlapped, "dataOverlap", false)));
        assertThat(alone.get(StepTerm.SHARD_HIDDEN)).isZero();
        assertThat(alone.get(StepTerm.CONTENTION)).isZero();
        double traffic = beside.get(StepTerm.SHARD_EXPOSED) + beside.get(StepTerm.SHARD_HIDDEN);
        assertThat(alone.get(StepTerm.SHARD_EXPOSED)).isCloseTo(traffic, within(1e-9 * traffic));
        assertThat(beside.get(StepTerm.SHARD_EXPOSED)).isLessThan(0.5 * traffic);
    }

    /** Where each launch waits for its kernel, the device stands while the host works: both times add up. */
    @Test
    void blockingLaunchesAddTheTimeOfTheHost() {
        SoftwareProfile asynchronous = SoftwareProfiles.named("Megatron-DeepSpeed");
        TrainingSetup setup = setup(8, 8, asynchronous);
        SoftwareProfile blocking = with(asynchronous, "blockingLaunches", true);
        double four = H100.predict(setup(8, 8, 4, blocking)).get(StepTerm.HOST);
        double eight = H100.predict(setup(8, 8, 8, blocking)).get(StepTerm.HOST);
        HostWork issued = HostWork.of(LayerWork.dense(setup), asynchronous, Precision.BF16);
        RunConstants run = RunConstants.shipped();
        double launch = StepConstants.shipped().launchSeconds();
        double layer = issued.forwardSeconds(run.operationSeconds(), launch)
                + issued.backwardSeconds(run.operationSeconds(), launch);
        double host = 4 * Models.LLAMA3_8B.layers() * layer;
        assertThat(eight - four).isCloseTo(host, within(1e-9 * host));
        assertThat(H100.predict(setup).get(StepTerm.HOST)).isLessThan(four);
    }

    /** Four gathers or scatters of a layer and pass, each read and written once more at the rate of the memory. */
    @Test
    void whatIsGatheredAlongTheSequenceIsCopiedIntoPlace() {
        SoftwareProfile batchFirst = SoftwareProfiles.named("torchtitan");
        StepPrediction copied = H100.predict(setup(8, 8, batchFirst));
        StepPrediction placed = H100.predict(setup(8, 8, with(batchFirst, "batchFirst", false)));
        double bytes = 2.0 * 4096 * Models.LLAMA3_8B.hidden();
        double added = copied.get(StepTerm.TENSOR_EXPOSED) - placed.get(StepTerm.TENSOR_EXPOSED);
        double copies = added / (4 * Models.LLAMA3_8B.layers() * 2 * bytes / 3.35e12);
        assertThat(copies).isBetween(9.0, 12.0);
        assertThat(copied.get(StepTerm.LINEAR)).isEqualTo(placed.get(StepTerm.LINEAR));
    }

    /** Queries, keys and values from one input: two sums eager, four tensors at once where compiled; gate and input: one. */
    @Test
    void gradientsOfASharedInputAreAddedUp() {
        assertThat(sums("torchtitan eager")).isEqualTo(2 + 1);
        assertThat(sums("torchtitan")).isCloseTo(4 / 3.0 + 1, within(1e-12));
        assertThat(sums("Megatron-Core")).isZero();
        assertThat(sums("llm-foundry 2023")).isZero();
    }

    private static double sums(String software) {
        TrainingSetup setup = setup(1, 8, SoftwareProfiles.named(software));
        return LayerWork.dense(setup).passes().stream()
                        .filter(pass -> pass.operation() == Pass.Operation.INPUT_GRADIENTS)
                        .mapToDouble(Pass::backwardElements)
                        .sum()
                / (4096.0 * Models.LLAMA3_8B.hidden());
    }
}
