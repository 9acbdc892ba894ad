package org.hopperline.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import org.hopperline.collective.ArrivalSpread;
import org.hopperline.core.AttentionBackend;
import org.hopperline.core.Precision;
import org.hopperline.hardware.Chips;
import org.hopperline.hardware.Cluster;
import org.hopperline.hardware.Clusters;
import org.hopperline.kernel.MemoryBound;
import org.hopperline.kernel.MemoryPattern;
import org.hopperline.model.Models;
import org.hopperline.plan.Batch;
import org.hopperline.plan.ContextExchange;
import org.hopperline.plan.ElementwiseKernels;
import org.hopperline.plan.Fp8Recipe;
import org.hopperline.plan.ParallelPlan;
import org.hopperline.plan.Sharding;
import org.hopperline.plan.SoftwareProfile;
import org.hopperline.plan.SoftwareProfiles;
import org.hopperline.plan.TensorExchange;
import org.hopperline.plan.TrainingSetup;
import org.hopperline.work.HostWork;
import org.hopperline.work.LayerWork;
import org.hopperline.work.Pass;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
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

    /** What delays the host by the harmonic number of the ranks delays no device whose host is a step ahead. */
    @Test
    void aHostThatRunsAheadDelaysNothing() {
        SoftwareProfile ahead = SoftwareProfiles.named("JAX");
        StepPrediction free = H100.predict(setup(1, 8, ahead));
        StepPrediction delayed = H100.predict(setup(1, 8, with(ahead, "runsAhead", false)));
        double delay = RunConstants.shipped().stepSeconds() * ArrivalSpread.harmonicNumber(8);
        assertThat(free.get(StepTerm.HOST)).isZero();
        assertThat(delayed.seconds() - free.seconds()).isCloseTo(delay, within(1e-12));
    }

    /** A compiled program awaits each exchange of keys and values: all of it is exposed, and nothing slowed. */
    @Test
    void aCompiledRingHidesNothing() {
        SoftwareProfile awaited = SoftwareProfiles.named("torchtitan");
        StepPrediction alone = H100.predict(ring(awaited));
        StepPrediction beside = H100.predict(ring(with(awaited, "contextExchange", ContextExchange.GATHER_BESIDE)));
        double traffic = beside.get(StepTerm.CONTEXT_EXPOSED) + beside.get(StepTerm.CONTEXT_HIDDEN);
        assertThat(alone.get(StepTerm.CONTEXT_HIDDEN)).isZero();
        assertThat(alone.get(StepTerm.CONTEXT_EXPOSED)).isCloseTo(traffic, within(1e-9 * traffic));
        assertThat(beside.get(StepTerm.CONTEXT_EXPOSED)).isLessThan(0.2 * traffic);
        assertThat(alone.get(StepTerm.ATTENTION)).isEqualTo(beside.get(StepTerm.ATTENTION));
    }

    private static TrainingSetup ring(SoftwareProfile software) {
        ParallelPlan plan =
                ParallelPlan.builder().context(8).sharding(Sharding.PARAMETERS).build();
        return new TrainingSetup(
                Models.LLAMA3_8B, Clusters.dgxH100(8), plan, new Batch(1, 131072), Precision.BF16, software);
    }

    /** Of ten gathers and scatters of a layer, six run beside products in symmetric memory; scaled by row, but two scatters. */
    @Test
    void symmetricMemoryHidesWhatACompilerCanFuse() {
        SoftwareProfile alone = SoftwareProfiles.named("torchtitan");
        assertThat(hidden(alone, Precision.BF16)).isZero();
        SoftwareProfile symmetric = with(alone, "tensorExchange", TensorExchange.SYMMETRIC_MEMORY);
        assertThat(hidden(symmetric, Precision.BF16)).isBetween(0.3, 0.6);
        SoftwareProfile byRow = with(symmetric, "fp8Recipe", Fp8Recipe.ROW);
        assertThat(hidden(byRow, Precision.FP8)).isBetween(0.05, 0.15);
    }

    /** Tensor traffic that is hidden, over all of it. */
    private static double hidden(SoftwareProfile software, Precision precision) {
        Cluster cluster = Clusters.dgxH100(8);
        ParallelPlan plan =
                ParallelPlan.builder().tensor(8).sequenceParallel(true).build();
        StepPrediction step = H100.predict(
                new TrainingSetup(Models.LLAMA3_70B, cluster, plan, new Batch(4, 8192), precision, software));
        double hidden = step.get(StepTerm.TENSOR_HIDDEN);
        return hidden / (hidden + step.get(StepTerm.TENSOR_EXPOSED));
    }

    /** Seven products of a layer of Llama where projections are not joined, four where they are, of as many FLOPs. */
    @Test
    void projectionsOfOneInputAreOneProductOrSeveral() {
        LayerWork apart = LayerWork.dense(setup(2, 4, SoftwareProfiles.named("torchtitan")));
        LayerWork joined = LayerWork.dense(setup(2, 4, SoftwareProfiles.named("Megatron-Core")));
        assertThat(apart.products()).hasSize(7);
        assertThat(joined.products()).hasSize(4);
        assertThat(apart.forwardProductFlops()).isEqualTo(joined.forwardProductFlops());
        assertThat(apart.parameters()).isEqualTo(joined.parameters());
    }

    /** Compiled kernels cast an input that several products share once, others once for each; norms cast where they can. */
    @Test
    void aSharedInputIsCastOnceWhereCompiled() {
        double h = Models.LLAMA3_8B.hidden();
        double f = Models.LLAMA3_8B.ffnHidden();
        assertThat(castInputs("torchtitan")).isEqualTo(3 * h + f);
        assertThat(castInputs("torchtitan eager")).isEqualTo(6 * h + f);
        assertThat(castInputs("Megatron-Bridge")).isEqualTo(3 * h + f);
        assertThat(castInputs("Megatron-Core")).isEqualTo(h + f);
    }

    /** Elements of the inputs of products that are cast in a layer, of one token. */
    private static double castInputs(String software) {
        TrainingSetup bf16 = setup(1, 8, SoftwareProfiles.named(software));
        TrainingSetup setup = new TrainingSetup(
                bf16.model(), bf16.cluster(), bf16.plan(), bf16.batch(), Precision.FP8, bf16.software());
        return LayerWork.dense(setup).passes().stream()
                        .filter(Pass::casts)
                        .mapToDouble(Pass::forwardElements)
                        .sum()
                / 4096;
    }

    /** Products scaled by rows do not add up in 32 bits at intervals: gradients are as fast as the forward pass. */
    @Test
    void productsScaledByRowAreFastInBothPasses() {
        SoftwareProfile byTensor = SoftwareProfiles.named("torchtitan");
        SoftwareProfile byRow = with(byTensor, "fp8Recipe", Fp8Recipe.ROW);
        double exact = linear(byTensor);
        double fast = linear(byRow);
        double share = StepConstants.shipped().fp8ExactAccumulation();
        assertThat(fast / exact).isCloseTo(3 / (1 + 2 / share), within(0.01));
    }

    /** A product of blocks scales each partial sum: it is as slow forward as backward. */
    @Test
    void productsScaledByBlockAreExactInBothPasses() {
        SoftwareProfile byTensor = SoftwareProfiles.named("torchtitan");
        double fast = linear(with(byTensor, "fp8Recipe", Fp8Recipe.ROW));
        double share = StepConstants.shipped().fp8ExactAccumulation();
        assertThat(fast / linear(with(byTensor, "fp8Recipe", Fp8Recipe.BLOCK))).isCloseTo(share, within(1e-9));
    }

    /** Both layouts and their scales: a little more than with one scale that is known beforehand. */
    @ParameterizedTest
    @EnumSource(ElementwiseKernels.class)
    void aCastByBlocksCostsItsScalesMoreThanOneByTensor(ElementwiseKernels how) {
        Kernels kernels = Kernels.on(Chips.H100_SXM5, StepConstants.shipped()).inRun(RunConstants.shipped());
        double byTensor = kernels.cast(1e8, Fp8Recipe.DELAYED, how);
        assertThat(kernels.cast(1e8, Fp8Recipe.BLOCK, how) / byTensor).isBetween(1.001, 1.02);
    }

    /** A scale of the tensor at hand needs its largest magnitude: Transformer Engine reads the operand once more. */
    @Test
    void aScaleOfTheTensorAtHandCostsOneMoreRead() {
        Kernels kernels = Kernels.on(Chips.H100_SXM5, StepConstants.shipped());
        double more = kernels.cast(1e9, Fp8Recipe.CURRENT, ElementwiseKernels.FUSED)
                - kernels.cast(1e9, Fp8Recipe.DELAYED, ElementwiseKernels.FUSED);
        assertThat(more)
                .isCloseTo(MemoryBound.on(Chips.H100_SXM5).seconds(MemoryPattern.STREAM, 2e9, 0), within(1e-12));
    }

    /** Libraries of 2024-09 and later bring a faster attention of cuDNN; FlashAttention-2 is as it was. */
    @Test
    void newerLibrariesSpeedUpTheAttentionOfCudnnAlone() {
        SoftwareProfile newer = SoftwareProfiles.named("Megatron-Core");
        double rate = RunConstants.shipped().newerAttention();
        assertThat(attention(with(newer, "newerLibraries", false)) / attention(newer))
                .isCloseTo(rate, within(1e-9));
        SoftwareProfile flash = with(newer, "attention", AttentionBackend.FLASH_2);
        assertThat(attention(with(flash, "newerLibraries", false))).isEqualTo(attention(flash));
    }

    /** Adam reads parameter, gradient and moments and writes all but the gradient: half as much in 16 bits. */
    @Test
    void theOptimizerTakesTheTimeOfItsStates() {
        SoftwareProfile narrow = SoftwareProfiles.named("AutoModel");
        double half = H100.predict(setup(1, 8, narrow)).get(StepTerm.OPTIMIZER);
        double whole =
                H100.predict(setup(1, 8, with(narrow, "shardedBytes", 16))).get(StepTerm.OPTIMIZER);
        assertThat(half).isPositive();
        assertThat(whole).isCloseTo(2 * half, within(1e-12));
    }

    private static double linear(SoftwareProfile software) {
        TrainingSetup bf16 = setup(1, 8, software);
        return H100.predict(new TrainingSetup(
                        bf16.model(), bf16.cluster(), bf16.plan(), bf16.batch(), Precision.FP8, software))
                .get(StepTerm.LINEAR);
    }

    private static double attention(SoftwareProfile software) {
        return H100.predict(setup(1, 8, software)).get(StepTerm.ATTENTION);
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
