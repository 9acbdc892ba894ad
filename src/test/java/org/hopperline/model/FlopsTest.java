package org.hopperline.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class FlopsTest {

    private static final Percentage EXACT = Percentage.withPercentage(1e-9);

    @Test
    void publishedRunsBySixN() {
        // arXiv 2407.21783: 3.8e25 FLOPs for 405 B parameters on 15.6 T tokens.
        assertThat(Flops.sixN(Models.LLAMA31_405B.parameters()) * 15.6e12)
                .isCloseTo(3.8e25, Percentage.withPercentage(0.1));
        // arXiv 2005.14165 table D.1: 3.14e23 FLOPs for GPT-3 on 300 B tokens.
        assertThat(Flops.sixN(Models.GPT3_175B.parameters()) * 300e9).isBetween(3.135e23, 3.145e23);
    }

    @Test
    void llama405WithItsAttentionCounted() {
        // 126 layers x 16384, 8192 tokens: 2.633e12 with every key, 2.531e12 with half of them.
        assertThat(Flops.palm(405e9, 126, 128, 128, 8192)).isBetween(2.6325e12, 2.6335e12);
        assertThat(Flops.palmCausal(405e9, 126, 128, 128, 8192)).isBetween(2.5305e12, 2.5315e12);
    }

    @Test
    void nvidiaRecipeOfLlama8B() {
        // NVIDIA/dgxc-benchmarking, Llama 3.1 8B recipe: 57.91 GFLOP a token at 8192 tokens.
        double recipe = Flops.nvidia(32, 4096, 32, 8, 14336, true, 128256, 8192);
        assertThat(recipe).isBetween(57.905e9, 57.915e9);
        assertThat(Flops.training(Models.LLAMA3_8B, 8192, ScoreCounting.FULL)).isCloseTo(recipe, EXACT);
    }

    @Test
    void narayananCountsTheForwardPassTwice() {
        Transformer gpt = Models.GPT3_175B;
        double perToken = Flops.narayananStep(1536, 2048, 96, 12288, 50257) / (1536.0 * 2048);
        assertThat(Flops.withFullRecompute(gpt, 2048, ScoreCounting.FULL)).isCloseTo(perToken, EXACT);
        // Section 5.1: 300 B tokens on 1024 devices at 140 TFLOP/s take 34 days.
        assertThat(perToken * 300e9 / (1024 * 140e12) / 86400).isBetween(33.5, 35.0);
    }

    static java.util.List<Transformer> models() {
        return Models.list();
    }

    @ParameterizedTest
    @MethodSource("models")
    void withoutScoresItIsSixTimesTheActiveMatrices(Transformer m) {
        // Biases, normalisations and convolutions are parameters that multiply no matrix; they are below one in a
        // thousand.
        // The scan of Mamba-2 multiplies matrices that are no parameters.
        assertThat(Flops.training(m, 4096, ScoreCounting.NONE) - 3 * Flops.scans(m))
                .isCloseTo(Flops.sixN(m.activeParameters()), Percentage.withPercentage(m.mamba() == null ? 0.1 : 0.3))
                .isLessThanOrEqualTo(Flops.sixN(m.activeParameters()));
    }

    @ParameterizedTest
    @MethodSource("models")
    void partsAddUp(Transformer m) {
        double sum = Flops.attentionProjections(m)
                + Flops.attentionScores(m, 8192, ScoreCounting.CAUSAL)
                + Flops.denseFeedForward(m)
                + Flops.experts(m)
                + Flops.routers(m)
                + Flops.mambaProjections(m)
                + Flops.scans(m)
                + Flops.logits(m);
        assertThat(Flops.forward(m, 8192, ScoreCounting.CAUSAL)).isCloseTo(sum, EXACT);
        assertThat(Flops.training(m, 8192, ScoreCounting.CAUSAL)
                        - Flops.trainingWithoutLogits(m, 8192, ScoreCounting.CAUSAL))
                .isCloseTo(3 * Flops.logits(m), Percentage.withPercentage(1e-6));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 128, 2048, 131072})
    void causalIsHalfOfFullWithoutAWindow(int sequence) {
        Transformer m = Models.LLAMA3_70B;
        assertThat(Flops.attentionScores(m, sequence, ScoreCounting.FULL))
                .isCloseTo(2 * Flops.attentionScores(m, sequence, ScoreCounting.CAUSAL), EXACT);
    }

    @Test
    void windowBoundsTheKeys() {
        assertThat(ScoreCounting.CAUSAL.meanKeys(8192, 128)).isCloseTo(127, EXACT);
        assertThat(ScoreCounting.FULL.meanKeys(8192, 128)).isEqualTo(128);
        // A window as long as the sequence is none.
        assertThat(ScoreCounting.CAUSAL.meanKeys(128, 128)).isEqualTo(64);
        // The mean over the queries of min(i, w), counted one by one; the formula leaves out the diagonal's half.
        double sum = 0;
        for (int i = 1; i <= 4096; i++) {
            sum += Math.min(i, 128);
        }
        assertThat(ScoreCounting.CAUSAL.meanKeys(4096, 128)).isCloseTo(sum / 4096, Percentage.withPercentage(0.5));
    }

    @Test
    void halfOfTheLayersOfGptOssAreWindowed() {
        Transformer m = Models.named("gpt-oss-120b");
        Transformer plain = m.toBuilder().slidingWindow(null).build();
        double share = Flops.attentionScores(m, 8192, ScoreCounting.CAUSAL)
                / Flops.attentionScores(plain, 8192, ScoreCounting.CAUSAL);
        assertThat(share).isCloseTo(0.5 + 0.5 * 127 / 4096, EXACT);
    }

    @Test
    void latentAttentionHasWiderKeysThanValues() {
        Transformer m = Models.DEEPSEEK_V3;
        assertThat(Flops.attentionScores(m, 4096, ScoreCounting.FULL))
                .isCloseTo(61.0 * 2 * 128 * (192 + 128) * 4096, EXACT);
    }

    @Test
    void multiTokenPredictionAddsALayerAndLogits() {
        Transformer m = Models.DEEPSEEK_V3;
        double added = Flops.multiTokenPrediction(m, 4096, ScoreCounting.NONE);
        double layer = 2.0
                * (ParameterCount.attentionMatrices(m)
                        + 9 * ParameterCount.feedForward(7168, 2048, true)
                        + 256L * 7168);
        assertThat(added).isCloseTo(layer + 4.0 * 7168 * 7168 + Flops.logits(m), EXACT);
        assertThat(Flops.multiTokenPrediction(Models.LLAMA3_8B, 4096, ScoreCounting.FULL))
                .isZero();
    }

    @Test
    void selectiveRecomputeRunsTheScoresOnceMore() {
        Transformer m = Models.GPT3_175B;
        double extra =
                Flops.withSelectiveRecompute(m, 2048, ScoreCounting.FULL) / Flops.training(m, 2048, ScoreCounting.FULL);
        // Scores are s/6h of the layers' FLOPs, a third of that is forward: 0.9 %.
        assertThat(extra - 1).isBetween(0.008, 0.0095);
    }

    @Test
    void badInputIsRefused() {
        assertThatThrownBy(() -> Flops.sixN(Double.NaN)).hasMessageContaining("parameters is NaN");
        assertThatThrownBy(() -> Flops.forward(Models.LLAMA3_8B, 0, ScoreCounting.FULL))
                .hasMessageContaining("sequence length is 0");
    }
}
