package org.hopperline.work;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.hopperline.core.Precision;
import org.hopperline.hardware.Clusters;
import org.hopperline.model.LatentAttention;
import org.hopperline.model.Models;
import org.hopperline.plan.Batch;
import org.hopperline.plan.ParallelPlan;
import org.hopperline.plan.SoftwareProfiles;
import org.hopperline.plan.TrainingSetup;
import org.junit.jupiter.api.Test;

/** Latent attention on tensor ranks, as Megatron-Core divides it (transformer/multi_latent_attention.py). */
class LatentAttentionWorkTest {

    private static final int TOKENS = 4096;
    private static final int HIDDEN = Models.DEEPSEEK_V3.hidden();

    /** DeepSeek-V3, arXiv 2412.19437 section 4.2: ranks of 1,536 and 512, 64 rotary columns. */
    private static final int QUERY_RANK = 1536;

    private static final int KEY_VALUE_RANK = 512;
    private static final int ROTARY = 64;

    private static LayerWork work(int tensor, boolean sequenceParallel, Precision precision) {
        return LayerWork.expert(new TrainingSetup(
                Models.DEEPSEEK_V3,
                Clusters.dgxH100(64),
                ParallelPlan.builder()
                        .tensor(tensor)
                        .sequenceParallel(sequenceParallel)
                        .data(64 / tensor)
                        .expert(8)
                        .build(),
                new Batch(64, TOKENS),
                precision,
                SoftwareProfiles.named("Megatron-Core")));
    }

    private static List<MatrixProduct> projections(LayerWork work) {
        return work.products().stream()
                .filter(p -> p.part() == MatrixProduct.Part.ATTENTION_PROJECTION)
                .toList();
    }

    private static double gathered(LayerWork work, Message.Pattern pattern, boolean forward) {
        return work.messages().stream()
                .filter(m -> m.axis() == Message.Axis.TENSOR && m.pattern() == pattern)
                .mapToDouble(m -> m.bytes() * (forward ? m.forward() : m.backward()))
                .sum();
    }

    @Test
    void theRanksAreTheModels() {
        LatentAttention latent = Models.DEEPSEEK_V3.latentAttention();
        assertThat(latent).isNotNull();
        assertThat(latent.queryRank()).isEqualTo(QUERY_RANK);
        assertThat(latent.keyValueRank()).isEqualTo(KEY_VALUE_RANK);
        assertThat(latent.ropeDim()).isEqualTo(ROTARY);
    }

    @Test
    void eachRankMakesTheRanksOfItsPartOfTheSequence() {
        List<MatrixProduct> products = projections(work(2, true, Precision.BF16));
        assertThat(products).extracting(MatrixProduct::rows).containsExactly(2048L, 4096L, 2048L, 4096L, 4096L);
        assertThat(projections(work(2, false, Precision.BF16)))
                .as("without sequence parallelism every rank makes all")
                .extracting(MatrixProduct::rows)
                .containsOnly(4096L);
        assertThat(products)
                .extracting(MatrixProduct::columns)
                .startsWith((long) QUERY_RANK)
                .contains((long) KEY_VALUE_RANK + ROTARY);
    }

    /** The residual stream is summed after attention, but not gathered before it; shared experts gather it once. */
    @Test
    void theRanksAreGatheredInsteadOfTheResidualStream() {
        LayerWork work = work(2, true, Precision.BF16);
        double ranks = 2.0 * TOKENS * (QUERY_RANK + KEY_VALUE_RANK + ROTARY);
        double stream = 2.0 * TOKENS * HIDDEN;
        assertThat(gathered(work, Message.Pattern.ALL_GATHER, true)).isEqualTo(ranks + stream);
        // Backward: the ranks once more, the gradient of attention's output, and shared experts twice.
        assertThat(gathered(work, Message.Pattern.ALL_GATHER, false)).isEqualTo(ranks + 3 * stream);
        assertThat(gathered(work, Message.Pattern.REDUCE_SCATTER, true)).isEqualTo(2 * stream);
        assertThat(gathered(work, Message.Pattern.REDUCE_SCATTER, false)).isEqualTo(ranks + stream);
    }

    @Test
    void withoutSequenceParallelismOnlyGradientsOfTheRanksAreSummed() {
        LayerWork work = work(2, false, Precision.BF16);
        double ranks = 2.0 * TOKENS * (QUERY_RANK + KEY_VALUE_RANK + ROTARY);
        double stream = 2.0 * TOKENS * HIDDEN;
        assertThat(gathered(work, Message.Pattern.ALL_REDUCE, true)).isEqualTo(2 * stream);
        assertThat(gathered(work, Message.Pattern.ALL_REDUCE, false)).isEqualTo(ranks + stream);
    }

    /**
     * Operands in 8 bits: the input twice for a rank's part; the ranks are cast by their norms and turned once gathered.
     */
    @Test
    void eachRankCastsItsPart() {
        LayerWork work = work(2, true, Precision.FP8);
        assertThat(work.passes())
                .filteredOn(p -> p.operation() == Pass.Operation.CAST && p.pieces() == 1)
                .extracting(Pass::forwardElements)
                .contains(TOKENS / 2.0 * HIDDEN, TOKENS / 2.0 * HIDDEN);
        assertThat(work.passes())
                .filteredOn(p -> p.operation() == Pass.Operation.TRANSPOSE)
                .extracting(Pass::backwardElements)
                .contains((double) TOKENS * QUERY_RANK, (double) TOKENS * KEY_VALUE_RANK);
        assertThat(work.passes())
                .filteredOn(p -> p.operation() == Pass.Operation.CAST_PART)
                .allMatch(p -> p.forwardElements() == 0 || p.forwardElements() == TOKENS / 2.0 * HIDDEN);
    }
}
