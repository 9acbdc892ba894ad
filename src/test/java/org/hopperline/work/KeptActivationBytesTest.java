package org.hopperline.work;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.assertj.core.data.Percentage;
import org.hopperline.core.Precision;
import org.hopperline.hardware.Clusters;
import org.hopperline.model.Mamba2;
import org.hopperline.model.Models;
import org.hopperline.model.Transformer;
import org.hopperline.plan.Batch;
import org.hopperline.plan.ParallelPlan;
import org.hopperline.plan.Recompute;
import org.hopperline.plan.RecomputedPart;
import org.hopperline.plan.SoftwareProfiles;
import org.hopperline.plan.TrainingSetup;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Bytes that a layer keeps, by hand, and parameters of a rank as formulas against those counted product by product. */
class KeptActivationBytesTest {

    private static final Percentage EXACT = Percentage.withPercentage(1e-9);

    private static TrainingSetup setup(Transformer model, ParallelPlan plan, Precision precision) {
        return new TrainingSetup(
                model,
                Clusters.MEMPHIS.withDevices(plan.devices()),
                plan,
                new Batch(plan.data(), 4096),
                precision,
                SoftwareProfiles.named("Megatron-Bridge"));
    }

    private static double kept(Precision precision, Recompute what) {
        return KeptActivationBytes.layer(
                setup(Models.LLAMA3_8B, ParallelPlan.builder().build(), precision), false, what);
    }

    /** Llama 3 8B: h 4096, 4096 of queries, 1024 each of keys and values, f 14,336. */
    @Test
    void aGatedLayerByHand() {
        double h = 4096;
        assertThat(kept(Precision.BF16, Recompute.NONE))
                .isCloseTo(8 * h + 2 * (4096 + 2 * 1024) + 2 * 4096 + 6 * 14_336, EXACT);
        // In FP8 both norms' outputs and the last product's input take a byte; the output of attention gets a copy in
        // one.
        assertThat(kept(Precision.FP8, Recompute.NONE))
                .isCloseTo(6 * h + 2 * (4096 + 2 * 1024) + 3 * 4096 + 5 * 14_336, EXACT);
    }

    @Test
    void eachPartLeavesItsTensorsOut() {
        double whole = kept(Precision.BF16, Recompute.NONE);
        assertThat(whole - kept(Precision.BF16, Recompute.ofParts(RecomputedPart.NORMS)))
                .isCloseTo(2 * 2 * 4096, EXACT);
        assertThat(whole - kept(Precision.BF16, Recompute.ofParts(RecomputedPart.ACTIVATION)))
                .isCloseTo(2 * 14_336, EXACT);
        assertThat(whole - kept(Precision.BF16, Recompute.ofParts(RecomputedPart.FEED_FORWARD)))
                .isCloseTo(6 * 14_336, EXACT);
        // A flash kernel keeps no scores; its output is the input of the projection.
        assertThat(kept(Precision.BF16, Recompute.SELECTIVE)).isEqualTo(whole);
    }

    /** MaxText, save_qkv_proj: the layer's input, queries, keys and values. */
    @Test
    void allButQueriesKeysAndValues() {
        assertThat(kept(Precision.BF16, Recompute.ALL_BUT_QUERY_KEY_VALUE))
                .isCloseTo(2 * 4096 + 2 * (4096 + 2 * 1024), EXACT);
    }

    /** torchtitan: input, queries, values, attention, gate and output of the layer. */
    @Test
    void everySecondProduct() {
        assertThat(kept(Precision.BF16, Recompute.ALTERNATE_PRODUCTS))
                .isCloseTo(2 * 4096 + 2 * (4096 + 1024 + 4096 + 14_336 + 4096), EXACT);
    }

    /** Recomputing queries to values of latent attention keeps only the ranks: 128 x (192 + 192 + 128) elements less. */
    @Test
    void latentAttentionMakesQueriesToValuesAgain() {
        TrainingSetup deepSeek =
                setup(Models.DEEPSEEK_V3, ParallelPlan.builder().build(), Precision.BF16);
        double saved = KeptActivationBytes.whole(deepSeek, true)
                - KeptActivationBytes.layer(deepSeek, true, Recompute.ofParts(RecomputedPart.QUERY_KEY_VALUE));
        assertThat(saved).isCloseTo(2 * 128 * (192 + 192 + 128), EXACT);
    }

    /** Mixtral 8x7B: two copies of each token with their inner vectors, and four bytes for each of eight scores. */
    @Test
    void expertsKeepACopyForEachExpertThatATokenVisits() {
        TrainingSetup mixtral =
                setup(Models.MIXTRAL_8X7B, ParallelPlan.builder().build(), Precision.BF16);
        double experts = KeptActivationBytes.whole(mixtral, true)
                - KeptActivationBytes.layer(mixtral, true, Recompute.ofParts(RecomputedPart.FEED_FORWARD));
        assertThat(experts).isCloseTo(4 * 8 + 2 * (2 * 4096 + 6 * 14_336), EXACT);
    }

    @ParameterizedTest
    @EnumSource(RecomputedPart.class)
    void noPartKeepsMore(RecomputedPart part) {
        for (Transformer model : Models.list()) {
            for (boolean expertLayer : new boolean[] {false, true}) {
                if (expertLayer ? model.experts() == null : model.denseLayers() == 0) {
                    continue;
                }
                int tensor = dividesStates(model, 2) ? 2 : 1;
                TrainingSetup setup =
                        setup(model, ParallelPlan.builder().tensor(tensor).build(), Precision.BF16);
                assertThat(KeptActivationBytes.layer(setup, expertLayer, Recompute.ofParts(part)))
                        .isLessThanOrEqualTo(KeptActivationBytes.whole(setup, expertLayer))
                        .isGreaterThanOrEqualTo(KeptActivationBytes.input(setup));
            }
        }
    }

    /** A layer of a hybrid is one part, and what recomputes another leaves it alone. */
    @ParameterizedTest
    @EnumSource(RecomputedPart.class)
    void layersOfOnePartKeepNoMore(RecomputedPart part) {
        Transformer model = Models.named("Nemotron-H 8B");
        TrainingSetup setup = setup(model, ParallelPlan.builder().tensor(2).build(), Precision.BF16);
        Recompute again = Recompute.ofParts(part);
        double attention = KeptActivationBytes.attentionLayer(setup, Recompute.NONE);
        double mamba = KeptActivationBytes.mambaLayer(setup, Recompute.NONE);
        double input = KeptActivationBytes.input(setup);
        assertThat(KeptActivationBytes.attentionLayer(setup, again)).isBetween(input, attention);
        assertThat(KeptActivationBytes.mambaLayer(setup, again)).isBetween(input, mamba);
        boolean norms = part == RecomputedPart.NORMS;
        assertThat(KeptActivationBytes.mambaLayer(setup, again) < mamba).isEqualTo(norms);
    }

    /** Norm and its output, 18,560 columns of the projection and three times the 8,192 of the scan, in 16 bits. */
    @Test
    void aMambaLayerKeepsWhatTheFirstProjectionMakes() {
        TrainingSetup setup =
                setup(Models.named("Nemotron-H 8B"), ParallelPlan.builder().build(), Precision.BF16);
        assertThat(KeptActivationBytes.mambaLayer(setup, Recompute.NONE))
                .isCloseTo(2 * (2 * 4096 + 18_560 + 3 * 8192), EXACT);
        double products = KeptActivationBytes.mambaLayer(setup, Recompute.ALTERNATE_PRODUCTS);
        assertThat(products).isCloseTo(2 * KeptActivationBytes.input(setup), EXACT);
        TrainingSetup whole = setup(Models.LLAMA3_8B, ParallelPlan.builder().build(), Precision.BF16);
        assertThat(KeptActivationBytes.mambaLayer(whole, Recompute.NONE)).isZero();
    }

    private static boolean dividesStates(Transformer model, int tensor) {
        Mamba2 mamba = model.mamba();
        return mamba == null || mamba.groups() % tensor == 0;
    }

    static LongStream degrees() {
        return LongStream.of(1, 2, 4, 8);
    }

    @ParameterizedTest
    @MethodSource("degrees")
    void parametersOfARankAsCountedProductByProduct(long degree) {
        for (Transformer model : Models.list()) {
            int tensor = model.heads() % degree == 0 && dividesStates(model, (int) degree) ? (int) degree : 1;
            boolean experts = model.experts() != null;
            int expert = experts && model.experts().count() % 8 == 0 ? 8 : 1;
            ParallelPlan plan = ParallelPlan.builder()
                    .tensor(tensor)
                    .pipeline(2)
                    .data(8)
                    .expert(expert)
                    .expertTensor(experts ? tensor : 1)
                    .build();
            TrainingSetup setup = setup(model, plan, Precision.BF16);
            Percentage rounding = Percentage.withPercentage(0.02);
            assertThat(RankParameters.embedding(model, plan))
                    .isCloseTo(LayerWork.embedding(setup).parameters(), rounding);
            assertThat(RankParameters.logits(model, plan))
                    .isCloseTo(LayerWork.logits(setup).parameters(), rounding);
            if (model.denseLayers() > 0) {
                assertThat(RankParameters.dense(model, plan))
                        .as(model.name())
                        .isCloseTo(LayerWork.dense(setup).parameters(), rounding);
            }
            if (model.mambaLayers() > 0) {
                assertThat(RankParameters.mambaLayer(model, plan))
                        .as(model.name())
                        .isCloseTo(LayerWork.mamba(setup).parameters(), rounding);
            }
            if (model.pattern() != null && model.attentionLayers() > 0) {
                assertThat(RankParameters.attentionLayer(model, plan))
                        .as(model.name())
                        .isCloseTo(LayerWork.attention(setup).parameters(), rounding);
            }
            if (experts) {
                LayerWork layer = LayerWork.expert(setup);
                assertThat(RankParameters.besideExperts(model, plan))
                        .as(model.name())
                        .isCloseTo(layer.parameters(), rounding);
                assertThat(RankParameters.experts(model, plan))
                        .as(model.name())
                        .isCloseTo(layer.expertParameters(), rounding);
            }
        }
    }
}
