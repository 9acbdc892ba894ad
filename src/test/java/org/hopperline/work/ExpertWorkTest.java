package org.hopperline.work;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.hopperline.core.Precision;
import org.hopperline.hardware.Clusters;
import org.hopperline.model.Models;
import org.hopperline.model.TokenRouting;
import org.hopperline.model.Transformer;
import org.hopperline.plan.Batch;
import org.hopperline.plan.ParallelPlan;
import org.hopperline.plan.SoftwareProfiles;
import org.hopperline.plan.TrainingSetup;
import org.junit.jupiter.api.Test;

/** Rows that travel between the router and the experts of a layer. */
class ExpertWorkTest {

    private static final Transformer QWEN = Models.named("Qwen3 30B-A3B");
    private static final double ROWS = 4096.0 * 8 * 2048;

    /** Copies of what a rank sends, by single operations, eight choices a token. */
    private static final double SINGLE_FORWARD = 3.5 + 0.5 / 8;

    private static LayerWork work(Transformer model, String software, int experts, Precision precision) {
        return LayerWork.expert(new TrainingSetup(
                model,
                Clusters.MEMPHIS.withDevices(128),
                ParallelPlan.builder().data(128).expert(experts).build(),
                new Batch(128, 4096),
                precision,
                SoftwareProfiles.named(software)));
    }

    private static double permuted(LayerWork work) {
        return work.passes().stream()
                .filter(p -> p.operation() == Pass.Operation.PERMUTATION)
                .mapToDouble(Pass::forwardElements)
                .sum();
    }

    @Test
    void oneCopyANodeGoesOutAndComesBack() {
        assertThat(permuted(work(QWEN, "Megatron-Bridge", 8, Precision.BF16))).isEqualTo(2 * ROWS);
    }

    @Test
    void anAllToAllSortsRowsByLocalExpertTwiceMore() {
        assertThat(permuted(work(QWEN, "Megatron-Bridge all-to-all", 8, Precision.BF16)))
                .isEqualTo(4 * ROWS);
        assertThat(permuted(work(QWEN, "Megatron-Bridge all-to-all", 128, Precision.BF16)))
                .as("one local expert needs no order")
                .isEqualTo(2 * ROWS);
        assertThat(permuted(work(QWEN, "Megatron-Bridge all-to-all", 1, Precision.BF16)))
                .as("nothing travels")
                .isEqualTo(2 * ROWS);
    }

    /** Selected, weighted, set to zero and added up one operation after the other, or by a kernel each way. */
    @Test
    void singleOperationsOrderRowsWithMoreTraffic() {
        LayerWork single = work(QWEN, "Megatron-Core", 128, Precision.BF16);
        assertThat(permuted(single)).isEqualTo(SINGLE_FORWARD * ROWS);
        assertThat(single.passes().stream()
                        .filter(p -> p.operation() == Pass.Operation.PERMUTATION)
                        .mapToDouble(Pass::backwardElements)
                        .sum())
                .isEqualTo((SINGLE_FORWARD + 2) * ROWS);
        assertThat(permuted(work(QWEN, "Megatron-Core 2025 fused permutation", 128, Precision.BF16)))
                .isEqualTo(2 * ROWS);
    }

    /** The outputs of several experts that run one after the other are joined; that of one stands as it is. */
    @Test
    void outputsOfSeveralSequentialExpertsAreJoined() {
        String sequential = "Megatron-Core, FlashAttention-2";
        assertThat(permuted(work(QWEN, sequential, 8, Precision.BF16)))
                .isEqualTo(permuted(work(QWEN, "Megatron-Core", 8, Precision.BF16)) + ROWS);
        assertThat(permuted(work(QWEN, sequential, 128, Precision.BF16)))
                .isEqualTo(permuted(work(QWEN, "Megatron-Core", 128, Precision.BF16)));
    }

    /** Of the copies that a rank sends, and of those that all ranks which divide an expert gather. */
    @Test
    void ranksThatDivideExpertsSortWhatTheyGather() {
        LayerWork work = LayerWork.expert(new TrainingSetup(
                QWEN,
                Clusters.dgxH100(128),
                ParallelPlan.builder()
                        .tensor(4)
                        .sequenceParallel(true)
                        .data(32)
                        .expert(8)
                        .expertTensor(4)
                        .build(),
                new Batch(128, 4096),
                Precision.BF16,
                SoftwareProfiles.named("Megatron-Core")));
        assertThat(permuted(work)).isEqualTo(SINGLE_FORWARD * ROWS / 4 + 2 * ROWS);
        assertThat(expertRows(work)).isEqualTo(2 * 4096 * 8 / 16);
    }

    @Test
    void eightBitsPadAndCutTheRowsOfEachExpert() {
        assertThat(permuted(work(QWEN, "Megatron-Bridge", 8, Precision.FP8))).isEqualTo(4 * ROWS);
    }

    @Test
    void castsOfExpertsAreAsManyAsLocalExperts() {
        assertThat(work(QWEN, "Megatron-Bridge", 8, Precision.FP8).passes().stream()
                        .filter(p -> p.operation() == Pass.Operation.CAST)
                        .mapToInt(Pass::pieces))
                .containsExactly(1, 1, 16, 16);
    }

    @Test
    void theBusiestRankSetsTheRowsOfAll() {
        Transformer skewed =
                QWEN.toBuilder().experts(QWEN.experts().withLoad(1.25)).build();
        LayerWork even = work(QWEN, "Megatron-Bridge", 8, Precision.BF16);
        LayerWork busy = work(skewed, "Megatron-Bridge", 8, Precision.BF16);
        assertThat(permuted(busy)).isEqualTo(1.25 * permuted(even));
        assertThat(expertRows(busy)).isEqualTo(1.25 * expertRows(even));
        assertThat(busy.expertParameters()).isEqualTo(even.expertParameters());
    }

    private static double expertRows(LayerWork work) {
        return work.products().stream()
                .filter(p -> p.part() == MatrixProduct.Part.EXPERTS)
                .mapToDouble(MatrixProduct::rows)
                .sum();
    }

    /** Copies of the first product's rows and of the second's; the weight of a row in 16 bits, or in 32 and learnt or not. */
    @Test
    void biasesOfExpertsAreAddedExpertByExpert() {
        Transformer biased = Models.named("gpt-oss-20b");
        Transformer inTurn = biased.toBuilder()
                .experts(biased.experts().withRouting(TokenRouting.EVEN.inARow()))
                .build();
        assertThat(biases(biased, "Megatron-Bridge all-to-all")).containsExactly(bias(3, 3));
        assertThat(biases(biased, "Megatron-Bridge")).containsExactly(bias(7, 10));
        assertThat(biases(inTurn, "Megatron-Bridge")).containsExactly(bias(7, 7));
        assertThat(biases(QWEN, "Megatron-Bridge")).isEmpty();
    }

    private static List<Pass> biases(Transformer model, String software) {
        return work(model, software, 8, Precision.BF16).passes().stream()
                .filter(p -> p.operation() == Pass.Operation.EXPERT_BIAS)
                .toList();
    }

    private static Pass bias(double forward, double backward) {
        double rows = 4096.0 * 4;
        return new Pass(
                Pass.Operation.EXPERT_BIAS,
                rows * (2 * 2 * 2880 + forward * 2880),
                rows * (1.5 * 2 * 2880 + backward * 2880),
                4,
                true);
    }

    /** What runs between dispatch and the way back: order by expert, padding, activation and casts. */
    @Test
    void operationsOfExpertsAreTold() {
        assertThat(work(QWEN, "Megatron-Bridge all-to-all", 8, Precision.FP8).passes())
                .filteredOn(Pass::ofExperts)
                .extracting(Pass::operation)
                .containsExactlyInAnyOrder(
                        Pass.Operation.CAST,
                        Pass.Operation.CAST,
                        Pass.Operation.GATED_ACTIVATION,
                        Pass.Operation.PERMUTATION,
                        Pass.Operation.PERMUTATION);
    }

    @Test
    void expertsPaddedToTheirCapacityNeedNoFurtherPadding() {
        Transformer padded = QWEN.toBuilder()
                .experts(QWEN.experts().withRouting(TokenRouting.EVEN.paddedTo(1)))
                .build();
        assertThat(permuted(work(padded, "Megatron-Bridge", 8, Precision.FP8))).isEqualTo(2 * ROWS);
    }

    /** Sinks that no kernel adds: the output is scaled afterwards. */
    @Test
    void sinksBesideTheKernelScaleItsOutput() {
        Transformer sinks = Models.named("gpt-oss-20b");
        double queries = 4096.0 * 64 * 64;
        assertThat(work(sinks, "AutoModel", 8, Precision.BF16).passes())
                .contains(new Pass(Pass.Operation.LAYOUT, 3 * queries, 8.5 * queries, 1, false));
        assertThat(layouts(work(sinks, "AutoModel", 8, Precision.BF16)))
                .isEqualTo(layouts(work(sinks, "Megatron-Bridge", 8, Precision.BF16)) + 1);
    }

    private static long layouts(LayerWork work) {
        return work.passes().stream()
                .filter(pass -> pass.operation() == Pass.Operation.LAYOUT)
                .count();
    }
}
