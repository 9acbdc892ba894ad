package org.hopperline.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import org.hopperline.collective.ArrivalSpread;
import org.hopperline.core.AttentionBackend;
import org.hopperline.core.Precision;
import org.hopperline.hardware.Chips;
import org.hopperline.hardware.Clusters;
import org.hopperline.model.Experts;
import org.hopperline.model.Models;
import org.hopperline.model.TokenRouting;
import org.hopperline.model.Transformer;
import org.hopperline.plan.Batch;
import org.hopperline.plan.CudaGraphs;
import org.hopperline.plan.ExpertDispatch;
import org.hopperline.plan.ParallelPlan;
import org.hopperline.plan.SoftwareProfile;
import org.hopperline.plan.SoftwareProfiles;
import org.hopperline.plan.TrainingSetup;
import org.hopperline.work.HostWork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Directions and limits of steps with experts, of the host and of graphs. */
class ExpertStepTest {

    private static final StepModel H100 = StepModel.on(Chips.H100_SXM5);
    private static final StepModel NO_HOST = H100.with(RunConstants.none());

    private static final SoftwareProfile ALL_TO_ALL = SoftwareProfiles.named("Megatron-Bridge all-to-all");

    private static TrainingSetup setup(Transformer model, SoftwareProfile software, int data, int experts) {
        return new TrainingSetup(
                model,
                Clusters.MEMPHIS.withDevices(data),
                ParallelPlan.builder().data(data).expert(experts).build(),
                new Batch(4 * data, 4096),
                Precision.BF16,
                software);
    }

    /** The same profile with another choice. */
    private static SoftwareProfile with(SoftwareProfile profile, String choice, Object value) {
        try {
            RecordComponent[] components = SoftwareProfile.class.getRecordComponents();
            Object[] values = new Object[components.length];
            for (int i = 0; i < values.length; i++) {
                values[i] = components[i].getName().equals(choice)
                        ? value
                        : components[i].getAccessor().invoke(profile);
            }
            Class<?>[] types =
                    Arrays.stream(components).map(RecordComponent::getType).toArray(Class[]::new);
            return SoftwareProfile.class.getDeclaredConstructor(types).newInstance(values);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Qwen3 30B-A3B", "gpt-oss-20b", "Llama 3 8B"})
    void graphsAreNeverSlower(String model) {
        TrainingSetup eager =
                setup(Models.named(model), ALL_TO_ALL, 16, Models.named(model).experts() == null ? 1 : 16);
        TrainingSetup graphs = setup(
                eager.model(),
                ALL_TO_ALL.withGraphs(CudaGraphs.ITERATION),
                16,
                eager.plan().expert());
        assertThat(H100.predict(graphs).seconds())
                .isLessThanOrEqualTo(H100.predict(eager).seconds());
        assertThat(H100.predict(graphs).get(StepTerm.HOST)).isCloseTo(step(16), within(1e-9));
    }

    /** What a step waits for the host of its slowest rank: the largest of n exponential delays. */
    private static double step(int devices) {
        return RunConstants.shipped().stepSeconds() * ArrivalSpread.harmonicNumber(devices);
    }

    /** Each larger scope leaves less to the host; without graphs of the experts it still waits for their counts. */
    @Test
    void graphsOfPartsLieBetween() {
        Transformer model = Models.named("Qwen3 30B-A3B");
        Batch small = new Batch(64, 512);
        double before =
                H100.predict(setup(model, ALL_TO_ALL, 16, 16).withBatch(small)).get(StepTerm.HOST);
        double waits =
                HostWork.awaited(ALL_TO_ALL.dispatch()) * RunConstants.shipped().operationSeconds();
        for (String scope : List.of("attn", "attn moe_router", "attn moe_router moe_preprocess", "attn moe")) {
            TrainingSetup graphs = setup(model, ALL_TO_ALL.withGraphs(CudaGraphs.parse(scope)), 16, 16)
                    .withBatch(small);
            double host = H100.predict(graphs).get(StepTerm.HOST);
            assertThat(host).as(scope).isLessThan(before);
            if (!scope.endsWith("moe")) {
                assertThat(host).as(scope).isGreaterThan(graphs.microBatches() * model.layers() * waits);
            }
            before = host;
        }
    }

    /** 32 layers of 8,192 tokens keep the device busy for longer than the host needs to issue them. */
    @Test
    void theHostDoesNotHoldALargeDenseLayerBack() {
        StepPrediction step = H100.predict(setup(Models.LLAMA3_8B, ALL_TO_ALL, 8, 1));
        assertThat(step.get(StepTerm.HOST)).isCloseTo(step(8), within(1e-9));
    }

    @Test
    void theHostHoldsATinyDenseLayerBack() {
        Transformer tiny = Models.LLAMA3_8B.toBuilder()
                .name("tiny")
                .hidden(512)
                .heads(8)
                .kvHeads(8)
                .headDim(64)
                .ffnHidden(1024)
                .build();
        StepPrediction step = H100.predict(setup(tiny, ALL_TO_ALL, 8, 1));
        assertThat(step.get(StepTerm.HOST)).isGreaterThan(2 * step(8));
        assertThat(NO_HOST.predict(setup(tiny, ALL_TO_ALL, 8, 1)).get(StepTerm.HOST))
                .isZero();
    }

    private static double host(Transformer model, SoftwareProfile software) {
        return H100.predict(setup(model, software, 16, 16)).get(StepTerm.HOST);
    }

    private static Transformer padded(Transformer model) {
        return model.toBuilder()
                .experts(model.experts().withRouting(TokenRouting.EVEN.paddedTo(1)))
                .build();
    }

    /** Sizes known beforehand: the host awaits nothing, and what the backward pass leaves it serves the forward pass. */
    @Test
    void paddedExpertsAreNotWaitedFor() {
        Transformer model = Models.named("Qwen3 30B-A3B");
        double waits = 4
                * model.layers()
                * HostWork.awaited(ALL_TO_ALL.dispatch())
                * RunConstants.shipped().operationSeconds();
        assertThat(host(model, ALL_TO_ALL) - host(padded(model), ALL_TO_ALL)).isGreaterThan(waits * (1 - 1e-9));
        Transformer large = model.toBuilder()
                .experts(Experts.of(8, 8, 8 * 2048))
                .hidden(8192)
                .build();
        assertThat(H100.predict(setup(padded(large), ALL_TO_ALL, 8, 8)).get(StepTerm.HOST))
                .isCloseTo(step(8), within(1e-9));
    }

    /** The call that waited for the counts launches the kernel that moves the tokens, and the rest is issued beside it. */
    @Test
    void copiesByNodeAreHardlyWaitedFor() {
        Transformer large = Models.named("Qwen3 30B-A3B").toBuilder()
                .experts(Experts.of(8, 8, 8 * 2048))
                .hidden(8192)
                .build();
        SoftwareProfile byNode =
                ALL_TO_ALL.toBuilder().dispatch(ExpertDispatch.COPY_PER_NODE).build();
        double layers = 4 * large.layers() * RunConstants.shipped().operationSeconds();
        assertThat(H100.predict(setup(large, ALL_TO_ALL, 8, 8)).get(StepTerm.HOST) - step(8))
                .isCloseTo(8 * layers, within(1e-9));
        assertThat(H100.predict(setup(large, byNode, 8, 8)).get(StepTerm.HOST) - step(8))
                .isCloseTo(layers, within(1e-9));
    }

    @Test
    void fewerMicroBatchesHideLessOfTheExchange() {
        Transformer model = Models.named("Qwen3 30B-A3B");
        TrainingSetup setup = setup(model, with(ALL_TO_ALL, "expertOverlap", true), 64, 64);
        StepPrediction few = NO_HOST.predict(setup);
        StepPrediction many = NO_HOST.predict(setup.withBatch(new Batch(64 * 64, 4096)));
        assertThat(many.get(StepTerm.EXPERT_EXPOSED) / 16).isLessThan(few.get(StepTerm.EXPERT_EXPOSED));
    }

    @Test
    void withoutAnExchangeOverlapChangesNothing() {
        Transformer model = Models.named("Qwen3 30B-A3B");
        double alone = H100.predict(setup(model, ALL_TO_ALL, 64, 1)).seconds();
        assertThat(H100.predict(setup(model, with(ALL_TO_ALL, "expertOverlap", true), 64, 1))
                        .seconds())
                .isEqualTo(alone);
    }

    @Test
    void overlapHidesExchangeAcrossNodes() {
        Transformer model = Models.named("Qwen3 30B-A3B");
        StepPrediction alone = NO_HOST.predict(setup(model, ALL_TO_ALL, 64, 64));
        StepPrediction beside = NO_HOST.predict(setup(model, with(ALL_TO_ALL, "expertOverlap", true), 64, 64));
        assertThat(beside.get(StepTerm.EXPERT_EXPOSED)).isLessThan(alone.get(StepTerm.EXPERT_EXPOSED));
        assertThat(beside.get(StepTerm.EXPERT_EXPOSED) + beside.get(StepTerm.EXPERT_HIDDEN))
                .isCloseTo(alone.get(StepTerm.EXPERT_EXPOSED), within(1e-9 * alone.seconds()));
        assertThat(alone.get(StepTerm.EXPERT_HIDDEN)).isZero();
        assertThat(beside.seconds()).isLessThan(alone.seconds());
    }

    @Test
    void sinksThatTheKernelAddsAreCheaperThanUnfusedAttention() {
        Transformer sinks = Models.named("gpt-oss-20b");
        double unfused = NO_HOST.predict(setup(sinks, ALL_TO_ALL, 8, 8)).get(StepTerm.ATTENTION);
        double fused = NO_HOST.predict(setup(sinks, with(ALL_TO_ALL, "sinkAttention", AttentionBackend.CUDNN), 8, 8))
                .get(StepTerm.ATTENTION);
        assertThat(fused).isLessThan(unfused / 2);
        double without = NO_HOST.predict(setup(sinks.toBuilder().sinks(false).build(), ALL_TO_ALL, 8, 8))
                .get(StepTerm.ATTENTION);
        assertThat(fused).isEqualTo(without);
    }

    @Test
    void anUnevenLoadCostsTheBusiestRankItsRows() {
        Transformer even = Models.MIXTRAL_8X7B;
        Transformer skewed =
                even.toBuilder().experts(even.experts().withLoad(1.5)).build();
        double balanced = NO_HOST.predict(setup(even, ALL_TO_ALL, 8, 8)).get(StepTerm.EXPERTS);
        double busy = NO_HOST.predict(setup(skewed, ALL_TO_ALL, 8, 8)).get(StepTerm.EXPERTS);
        assertThat(busy / balanced).isBetween(1.3, 1.51);
        assertThat(NO_HOST.predict(setup(
                                even.toBuilder()
                                        .experts(even.experts().withLoad(1))
                                        .build(),
                                ALL_TO_ALL,
                                8,
                                8))
                        .seconds())
                .isEqualTo(NO_HOST.predict(setup(even, ALL_TO_ALL, 8, 8)).seconds());
    }

    /** A benchmark's gate hands out experts in a row: a token of Qwen3 reaches one of 8 ranks instead of 5.3. */
    @Test
    void expertsInARowShortenTheExchange() {
        Transformer spread = Models.named("Qwen3 30B-A3B");
        Transformer row = spread.toBuilder()
                .experts(spread.experts().withRouting(spread.experts().routing().inARow()))
                .build();
        SoftwareProfile software = SoftwareProfiles.named("AutoModel");
        double far = NO_HOST.predict(setup(spread, software, 8, 8)).get(StepTerm.EXPERT_EXPOSED);
        double near = NO_HOST.predict(setup(row, software, 8, 8)).get(StepTerm.EXPERT_EXPOSED);
        assertThat(near).isPositive().isLessThan(far / 2);
    }

    /** Experts that all see few rows: their 32-bit gradient sums are read and written for each micro-batch. */
    @Test
    void weightsOfManyExpertsAreMovedForEachMicroBatch() {
        Transformer model = Models.named("Qwen3 30B-A3B");
        TrainingSetup alone = setup(model, ALL_TO_ALL, 1, 1);
        double perLayer = 128.0 * 3 * 2048 * 768;
        double least = 4 * 48 * perLayer * 8 / Chips.H100_SXM5.memoryBytesPerSecond();
        TrainingSetup few =
                new TrainingSetup(model, alone.cluster(), alone.plan(), new Batch(4, 64), Precision.BF16, ALL_TO_ALL);
        assertThat(NO_HOST.predict(few).get(StepTerm.EXPERTS)).isGreaterThan(least);
    }
}
