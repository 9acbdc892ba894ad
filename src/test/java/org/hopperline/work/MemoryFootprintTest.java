package org.hopperline.work;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.stream.LongStream;
import org.assertj.core.data.Percentage;
import org.hopperline.core.Precision;
import org.hopperline.hardware.Clusters;
import org.hopperline.model.Models;
import org.hopperline.model.Transformer;
import org.hopperline.plan.Batch;
import org.hopperline.plan.ParallelPlan;
import org.hopperline.plan.PipelineOrder;
import org.hopperline.plan.Recompute;
import org.hopperline.plan.Sharding;
import org.hopperline.plan.SoftwareProfile;
import org.hopperline.plan.SoftwareProfiles;
import org.hopperline.plan.TrainingSetup;
import org.hopperline.schedule.Pipeline;
import org.hopperline.schedule.PipelineSchedule;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Bytes of one rank, by hand and against the documents that state them. */
class MemoryFootprintTest {

    private static final Percentage EXACT = Percentage.withPercentage(1e-9);

    private static TrainingSetup setup(Transformer model, ParallelPlan plan, int sequences, SoftwareProfile software) {
        return new TrainingSetup(model, Clusters.MEMPHIS, plan, new Batch(sequences, 8192), Precision.BF16, software);
    }

    private static MemoryFootprint footprint(ParallelPlan.Builder plan, SoftwareProfile software) {
        return MemoryFootprint.of(setup(Models.LLAMA3_8B, plan.build(), 64, software));
    }

    /**
     * Bytes a parameter, g the bytes of a gradient. Megatron-Core's guide to the distributed optimizer: 18 without it for
     * 16-bit weights with 32-bit gradients, {@code 6 + 12/d} with it, 16 and {@code 4 + 12/d} with 16-bit gradients; arXiv 1910.02054 section 5 for
     * sharded gradients, {@code 2 + (g + 12)/d}. With sharded parameters PyTorch's FSDP keeps parts of parameters, gradients
     * and two moments in 32 bits, {@code 16/d}, or in 16 bits, {@code 8/d}.
     */
    @ParameterizedTest
    @CsvSource({
        "NONE, 1, unknown, 18",
        "NONE, 8, unknown, 18",
        "OPTIMIZER, 8, unknown, 7.5",
        "OPTIMIZER, 8, Megatron-Core, 5.5",
        "OPTIMIZER, 1, Megatron-Core, 16",
        "OPTIMIZER, 64, Megatron-Core, 4.1875",
        "GRADIENTS, 8, unknown, 4",
        "PARAMETERS, 8, unknown, 2",
        "PARAMETERS, 8, llm-foundry 2023 pure, 2",
        "PARAMETERS, 8, AutoModel, 1"
    })
    void statesInBytesAParameter(Sharding sharding, int data, String software, double bytes) {
        SoftwareProfile profile = SoftwareProfiles.named(software);
        // The profile's gradient bytes are what the case is about.
        assertThat(profile.gradientBytes()).isEqualTo(software.equals("unknown") ? 4 : 2);
        MemoryFootprint f = footprint(ParallelPlan.builder().data(data).sharding(sharding), profile);
        double parameters = f.optimizer()
                / (sharding != Sharding.PARAMETERS ? 12 : profile.shardedBytes() / 2)
                * (sharding == Sharding.NONE ? 1 : data);
        assertThat((f.weights() + f.gradients() + f.optimizer()) / parameters).isCloseTo(bytes, EXACT);
        assertThat(parameters).isCloseTo(Models.LLAMA3_8B.parameters(), Percentage.withPercentage(0.01));
    }

    @Test
    void aShardGroupDividesByItsOwnRanks() {
        MemoryFootprint whole =
                footprint(ParallelPlan.builder().data(64).sharding(Sharding.PARAMETERS), SoftwareProfiles.MEGATRON);
        MemoryFootprint hybrid = footprint(
                ParallelPlan.builder().data(64).sharding(Sharding.PARAMETERS).shardGroup(8), SoftwareProfiles.MEGATRON);
        assertThat(hybrid.weights()).isCloseTo(8 * whole.weights(), EXACT);
        assertThat(hybrid.optimizer()).isCloseTo(8 * whole.optimizer(), EXACT);
    }

    /**
     * arXiv 2205.05198 equation 4 without the terms that a flash kernel and training without dropout leave out: of {@code
     * 34 s b h} the masks {@code 2 s b h} and one of the inputs that the query, key and value products share fall away. What
     * is modelled for a plain feed-forward part of 4h with as many key heads as heads is {@code 8 h + 8 h + 16 h} bytes a
     * token: inputs of norms and halves; queries, keys, values, output; before and after the activation.
     */
    @ParameterizedTest
    @CsvSource({"1", "2", "4", "8"})
    void activationsOfAPlainLayer(int tensor) {
        Transformer plain = Transformer.builder("plain")
                .layers(8)
                .hidden(4096)
                .heads(32)
                .kvHeads(32)
                .headDim(128)
                .ffnHidden(4 * 4096)
                .gated(false)
                .vocab(50_304)
                .build();
        MemoryFootprint f = MemoryFootprint.of(setup(
                plain,
                ParallelPlan.builder().tensor(tensor).sequenceParallel(true).build(),
                1,
                SoftwareProfiles.MEGATRON));
        assertThat(f.activations()).isCloseTo(8.0 * 8192 * 32 * 4096 / tensor, EXACT);
        assertThat(f.activations()).isLessThan(8.0 * 8192 * 34 * 4096 / tensor);
    }

    /** Llama 3 8B by hand: 8 x 4096, queries and output 2 x 2 x 4096, keys and values 2 x 2 x 1024, three of 14,336. */
    @Test
    void activationsOfAGatedLayerWithGroupedQueries() {
        double perToken = 8 * 4096 + 2 * (2 * 4096 + 2 * 1024) + 2 * 3 * 14_336;
        MemoryFootprint f = MemoryFootprint.of(
                setup(Models.LLAMA3_8B, ParallelPlan.builder().build(), 1, SoftwareProfiles.MEGATRON));
        assertThat(f.activations()).isCloseTo(32 * 8192 * perToken, EXACT);
    }

    /**
     * arXiv 2205.05198 section 5: with full recomputation a layer keeps its input, {@code 2 s b h}. One layer stands whole
     * while it runs again: beside nothing on the first stage, in the room of the logits on the last.
     */
    @Test
    void fullRecomputationKeepsTheInputOfEachLayer() {
        ParallelPlan.Builder plan = ParallelPlan.builder().pipeline(2);
        TrainingSetup none = setup(Models.LLAMA3_8B, plan.build(), 64, SoftwareProfiles.MEGATRON);
        TrainingSetup full = none.withPlan(plan.recompute(Recompute.FULL).build());
        double inputs = 16.0 * 8192 * 2 * 4096;
        double layer = MemoryFootprint.ofStage(none, 0).activations() / 2 / 16;
        assertThat(MemoryFootprint.ofStage(full, 0).activations()).isCloseTo(2 * inputs + layer, EXACT);
        assertThat(MemoryFootprint.ofStage(full, 1).logits()).isGreaterThan(layer);
        assertThat(MemoryFootprint.ofStage(full, 1).activations()).isCloseTo(inputs, EXACT);
        assertThat(MemoryFootprint.ofStage(full, 0).weights())
                .isEqualTo(MemoryFootprint.ofStage(none, 0).weights());
    }

    /** arXiv 2104.04473 section 2.2 and the schedule that is simulated: micro-batches in flight on each stage. */
    @ParameterizedTest
    @CsvSource({"4, 1, 16", "4, 1, 2", "8, 1, 8", "4, 2, 16", "4, 4, 8", "8, 2, 8", "8, 3, 4", "16, 4, 16", "4, 2, 6"})
    void inFlightAsTheScheduleSays(int p, int v, int m) {
        ParallelPlan plan = ParallelPlan.builder().pipeline(p).virtualStages(v).build();
        PipelineSchedule schedule = v == 1 ? PipelineSchedule.ONE_FORWARD_ONE_BACKWARD : PipelineSchedule.INTERLEAVED;
        for (int stage = 0; stage < p; stage++) {
            assertThat(Pipeline.of(plan, m).microBatchesInFlight(stage) * v)
                    .isEqualTo(schedule.peakInFlight(p, v, m, stage), org.assertj.core.api.Assertions.within(1e-9));
        }
        // Equation by hand for a full pipeline: p - i, and 2(p - i - 1) + (v - 1)p + 1 chunks.
        if (m >= p && m % p == 0) {
            double first = v == 1 ? p : (2.0 * (p - 1) + (v - 1.0) * p + 1) / v;
            assertThat(Pipeline.of(plan, m).microBatchesInFlight(0)).isEqualTo(Math.min(m, first));
        }
    }

    /** GPipe keeps every micro-batch of the step; ZB-H1 on no stage more than one-forward-one-backward on its first. */
    @Test
    void theOrderOfThePipelineDecidesWhatIsInFlight() {
        ParallelPlan.Builder plan = ParallelPlan.builder().pipeline(4).data(1);
        TrainingSetup ordinary = setup(Models.LLAMA3_8B, plan.build(), 16, SoftwareProfiles.MEGATRON);
        TrainingSetup gpipe = ordinary.withPlan(plan.order(PipelineOrder.GPIPE).build());
        TrainingSetup zeroBubble =
                ordinary.withPlan(plan.order(PipelineOrder.ZERO_BUBBLE_H1).build());
        double first = MemoryFootprint.ofStage(ordinary, 0).activations();
        for (int stage = 0; stage < 4; stage++) {
            assertThat(MemoryFootprint.ofStage(gpipe, stage).activations()).isCloseTo(4 * first, EXACT);
            // (p - i) whole and i of which the weight gradients need 32/34; arXiv 2401.10241 table 1.
            assertThat(MemoryFootprint.ofStage(zeroBubble, stage).activations())
                    .isCloseTo(first * (4 - stage + stage * 32.0 / 34) / 4, EXACT);
        }
    }

    static LongStream seeds() {
        return LongStream.range(0, 100);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void theFullestStageIsTheFullest(long seed) {
        Random random = new Random(seed);
        Transformer model = new Transformer[] {
                    Models.LLAMA3_8B,
                    Models.LLAMA31_405B,
                    Models.DEEPSEEK_V3,
                    Models.GROK1,
                    Models.named("Nemotron-4 340B")
                }
                [random.nextInt(5)];
        int pipeline = 1 + random.nextInt(16);
        boolean interleaved = pipeline > 1 && random.nextBoolean();
        TrainingSetup setup = setup(
                model,
                ParallelPlan.builder()
                        .tensor(1 << random.nextInt(4))
                        .pipeline(pipeline)
                        .virtualStages(interleaved ? 2 : 1)
                        .data(8)
                        .sequenceParallel(random.nextBoolean())
                        .expert(model.experts() == null ? 1 : 8)
                        .sharding(Sharding.values()[random.nextInt(4)])
                        .recompute(Recompute.ofLayers(random.nextInt(3) / 2.0))
                        .build(),
                8 * (1 + random.nextInt(40)),
                SoftwareProfiles.MEGATRON);
        double most = 0;
        for (int stage = 0; stage < pipeline; stage++) {
            MemoryFootprint f = MemoryFootprint.ofStage(setup, stage);
            assertThat(f.total())
                    .isCloseTo(
                            f.weights()
                                    + f.gradients()
                                    + f.optimizer()
                                    + f.activations()
                                    + f.logits()
                                    + f.buffers()
                                    + f.context()
                                    + f.fragmentation(),
                            EXACT);
            most = Math.max(most, f.total());
        }
        assertThat(MemoryFootprint.of(setup).total()).isEqualTo(most);
    }

    /** Leading dense layers are light: the fullest of 16 stages of DeepSeek-V3 is the second. */
    @Test
    void theFirstStageIsNotAlwaysTheFullest() {
        TrainingSetup setup = setup(
                Models.DEEPSEEK_V3,
                ParallelPlan.builder()
                        .pipeline(16)
                        .data(64)
                        .expert(8)
                        .sharding(Sharding.OPTIMIZER)
                        .build(),
                1024,
                SoftwareProfiles.MEGATRON);
        assertThat(MemoryFootprint.ofStage(setup, 1).weights())
                .isGreaterThan(MemoryFootprint.ofStage(setup, 0).weights());
        assertThat(MemoryFootprint.of(setup).total())
                .isEqualTo(MemoryFootprint.ofStage(setup, 1).total());
    }

    /** Logits in 16 bits and their gradient in 32: 8192 x 128,256 x 6 bytes on the last stage, none on the others. */
    @Test
    void logitsStandOnTheLastStage() {
        TrainingSetup setup =
                setup(Models.LLAMA3_8B, ParallelPlan.builder().pipeline(4).build(), 16, SoftwareProfiles.MEGATRON);
        assertThat(MemoryFootprint.ofStage(setup, 3).logits()).isCloseTo(8192.0 * 128_256 * 6, EXACT);
        assertThat(MemoryFootprint.ofStage(setup, 0).logits()).isZero();
        // All forwards first: the last stage has the softmax of all 16 micro-batches in 32 bits before one goes back.
        TrainingSetup gPipe = setup.withPlan(
                setup.plan().toBuilder().order(PipelineOrder.GPIPE).build());
        assertThat(MemoryFootprint.ofStage(gPipe, 3).logits()).isCloseTo(8192.0 * 128_256 * (6 + 15 * 4), EXACT);
        assertThat(MemoryFootprint.ofStage(gPipe, 0).logits()).isZero();
    }

    @Test
    void theLineNamesEveryPart() {
        assertThat(footprint(ParallelPlan.builder(), SoftwareProfiles.MEGATRON).toString())
                .contains(
                        "weights",
                        "gradients",
                        "optimizer",
                        "activations",
                        "logits",
                        "buffers",
                        "context",
                        "fragmentation",
                        " GB");
    }

    private static double logitsOfLastStage(PipelineOrder order, int microBatches, SoftwareProfile software) {
        ParallelPlan plan = ParallelPlan.builder().pipeline(4).order(order).build();
        return MemoryFootprint.ofStage(setup(Models.LLAMA3_8B, plan, microBatches, software), 3)
                .logits();
    }

    /** Gradients in 16 bits of 128,256 logits, and their input of 4,096, for each token of a micro-batch. */
    private static double oneThatWaits() {
        return 8192 * 2.0 * (128_256 + 4096);
    }

    /** The last of four stages postpones those of three micro-batches, but of none where there is one alone. */
    @Test
    void postponedGradientsOfTheOutputEmbeddingWait() {
        for (SoftwareProfile software : new SoftwareProfile[] {SoftwareProfiles.UNKNOWN, SoftwareProfiles.MEGATRON}) {
            double more = logitsOfLastStage(PipelineOrder.ZERO_BUBBLE_H1, 8, software)
                    - logitsOfLastStage(PipelineOrder.ZERO_BUBBLE_H1, 1, software);
            assertThat(more).as(software.name()).isCloseTo(3 * oneThatWaits(), EXACT);
        }
    }
}
