package org.hopperline.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Hybrids of Mamba-2, attention, feed-forward parts and experts. */
class HybridTest {

    private static final Mamba2 MIXER = new Mamba2(16, 64, 128, 8, 4, 128);

    /** Two layers of attention and two feed-forward parts of Llama's kind. */
    private static TransformerBuilder split(String pattern) {
        return Transformer.builder("x")
                .pattern(new LayerPattern(pattern))
                .hidden(512)
                .heads(8)
                .kvHeads(2)
                .ffnHidden(1024)
                .vocab(32000);
    }

    @Test
    void flopsAreThoseOfThePublishedRecipe() {
        // NVIDIA/dgxc-benchmarking nemotronh/README.md at 1f6d9f4: 2.816e15 for a sequence of 8,192 tokens, all keys
        // counted.
        Transformer m = Models.named("Nemotron-H 56B");
        assertThat(List.of(m.mambaLayers(), m.denseLayers(), m.attentionLayers()))
                .containsExactly(54, 54, 10);
        assertThat(8192 * Flops.training(m, 8192, ScoreCounting.FULL)).isCloseTo(2.816e15, within(0.0005e15));
        // Its parts, one for a multiplication and an addition: mlp, attn, mamba and lm_head flops.
        assertThat(8192 / 2.0 * Flops.denseFeedForward(m)).isCloseTo(237_494_511_599_616.0, within(1.0));
        assertThat(8192 / 2.0 * (Flops.attentionProjections(m) + Flops.attentionScores(m, 8192, ScoreCounting.FULL)))
                .isCloseTo(23_364_622_090_240.0, within(1.0));
        assertThat(8192 / 2.0 * (Flops.mambaProjections(m) + Flops.scans(m)))
                .isCloseTo(199_690_209_460_224.0, within(1.0));
        assertThat(8192 / 2.0 * Flops.logits(m)).isCloseTo(8_796_093_022_208.0, within(1.0));
    }

    @Test
    void mixerIsTheSumOfItsTensors() {
        // state-spaces/mamba mamba_ssm/modules/mamba2.py with d_model 2560: in_proj, conv1d, dt_bias, A_log, D, norm,
        // out_proj.
        Mamba2 mamba = new Mamba2(80, 64, 128, 1, 4, 256);
        long inProjection = 2560L * (2 * 5120 + 2 * 128 + 80);
        long convolution = 4L * (5120 + 256) + 5120 + 256;
        assertThat(ParameterCount.mamba(2560, mamba))
                .isEqualTo(inProjection + convolution + 80 + 80 + 80 + 5120 + 5120L * 2560);
        assertThat(ParameterCount.mambaLayer(Models.named("Mamba-2 2.7B")))
                .isEqualTo(ParameterCount.mamba(2560, mamba) + 2560);
    }

    @Test
    void latentExpertsWorkBetweenTwoProjections() {
        // 512 experts of two matrices 1024 x 2688, to and from 1024, a shared one of 5376, a router with a bias, a
        // norm.
        Transformer m = Models.named("Nemotron 3 Super");
        long experts = 512L * 2 * 1024 * 2688;
        long beside = 2L * 4096 * 1024 + 2L * 4096 * 5376 + 512L * (4096 + 1) + 4096;
        assertThat(ParameterCount.expertLayer(m)).isEqualTo(experts + beside);
        assertThat(ParameterCount.activeExpertLayer(m)).isEqualTo(22 * experts / 512 + beside);
        double each = 2.0 * (22L * 2 * 1024 * 2688 + 2L * 4096 * 1024 + 2L * 4096 * 5376);
        assertThat(Flops.experts(m)).isEqualTo(40 * each);
    }

    @Test
    void furtherTokensTakeAttentionAndExperts() {
        Transformer m = Models.named("Nemotron 3 Super");
        long attention = 2L * 4096 * 128 * (32 + 2) + 4096;
        assertThat(ParameterCount.multiTokenPrediction(m))
                .isEqualTo(attention + ParameterCount.expertLayer(m) + 2L * 4096 * 4096 + 3 * 4096);
        double layer = (Flops.attentionProjections(m) + Flops.attentionScores(m, 4096, ScoreCounting.CAUSAL)) / 8
                + (Flops.experts(m) + Flops.routers(m)) / 40;
        assertThat(Flops.multiTokenPrediction(m, 4096, ScoreCounting.CAUSAL))
                .isCloseTo(layer + 4.0 * 4096 * 4096 + Flops.logits(m), within(1.0));
    }

    @Test
    void halvesOfALayerAreAsMuchAsTheWhole() {
        Transformer whole = Transformer.builder("x")
                .layers(2)
                .hidden(512)
                .heads(8)
                .kvHeads(2)
                .ffnHidden(1024)
                .vocab(32000)
                .build();
        Transformer halves = split("*-*-").build();
        assertThat(halves.parameters()).isEqualTo(whole.parameters());
        assertThat(ParameterCount.active(halves)).isEqualTo(ParameterCount.active(whole));
        for (ScoreCounting counting : ScoreCounting.values()) {
            assertThat(Flops.forward(halves, 2048, counting)).isEqualTo(Flops.forward(whole, 2048, counting));
        }
        for (KeptActivations kept : List.of(KeptActivations.ALL, KeptActivations.ALL_BUT_SCORES)) {
            assertThat(ActivationBytes.perToken(halves, 2048, kept, true))
                    .isEqualTo(ActivationBytes.perToken(whole, 2048, kept, true));
        }
    }

    @Test
    void activationsOfLayersAddUp() {
        Transformer m = Models.named("Nemotron 3 Nano");
        for (KeptActivations kept : KeptActivations.values()) {
            double sum = 0;
            for (int layer = 0; layer < m.layers(); layer++) {
                sum += ActivationBytes.perToken(m, layer, 8192, kept, false);
            }
            assertThat(ActivationBytes.perToken(m, 8192, kept, false)).isCloseTo(sum, within(1e-6 * sum));
        }
        // Norm input and output, 10,304 columns of the projection, and three times the 4,096 of the scan, in 16 bits.
        assertThat(ActivationBytes.perToken(m, 0, 8192, KeptActivations.ALL, false))
                .isEqualTo(2.0 * (2 * 2688 + 10304 + 3 * 4096));
    }

    @Test
    void pureMambaDoesNotMindTheLengthOfASequence() {
        Transformer m = Models.named("Mamba-2 2.7B");
        assertThat(Flops.training(m, 1 << 20, ScoreCounting.FULL))
                .isEqualTo(Flops.training(m, 2048, ScoreCounting.CAUSAL));
        assertThat(m.heads()).isZero();
        assertThat(m.card()).contains("80 heads x 64, state 128, 1 groups").doesNotContain("query heads");
        assertThat(m.toString()).isEqualTo("Mamba-2 2.7B: 2.703 B parameters, 64 x 2560, 64 Mamba-2");
    }

    @Test
    void cardTellsThePattern() {
        assertThat(Models.named("nemotron3-super-120b").card())
                .contains("MEMEMEM*E")
                .contains("22 of 512 experts of 2688 in 40 layers, on a latent width of 1024, shared experts of 5376")
                .contains("positions           none");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "M-x | layer 2 of the pattern M-x is \"x\", but a layer is M (Mamba-2), * (attention), - (feed-forward) or E",
                "'' | pattern of layers"
            })
    void unknownSymbolsAreRefused(String pattern, String message) {
        assertThatThrownBy(() -> new LayerPattern(pattern))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    @Test
    void partsAndPatternMustAgree() {
        assertThatThrownBy(() -> split("*-*-").layers(5).build())
                .hasMessageContaining("x has 5 layers, but its pattern *-*- has 4; give as many");
        assertThatThrownBy(() -> split("M*-").build())
                .hasMessageContaining("x is given without a Mamba-2 mixer, but its pattern M*- has such layers");
        assertThatThrownBy(() -> split("*-").mamba(MIXER).build())
                .hasMessageContaining("x is given a Mamba-2 mixer, but its pattern *- has no such layer");
        assertThatThrownBy(() -> split("*-").experts(Experts.of(8, 2, 64)).build())
                .hasMessageContaining("x is given experts, but its pattern *- has no such layer");
        assertThatThrownBy(() -> split("*E").build()).hasMessageContaining("x is given without experts");
        assertThatThrownBy(() -> split("*").build())
                .hasMessageContaining(
                        "intermediate width of x is 1024, but its pattern has no feed-forward part; give 0");
        assertThatThrownBy(() -> split("-").heads(8).build())
                .hasMessageContaining("heads of x is 8, but its pattern has no attention; give 0");
        assertThatThrownBy(() ->
                        split("*-").slidingWindow(SlidingWindow.everyNth(64, 1)).build())
                .hasMessageContaining("x has a window of 64 tokens, but in a pattern all attention sees everything");
        assertThatThrownBy(() -> split("*E")
                        .experts(Experts.builder(8, 2, 64)
                                .firstDenseLayers(1)
                                .denseFfnHidden(64)
                                .build())
                        .ffnHidden(64)
                        .build())
                .hasMessageContaining("x has 1 leading dense layers and experts in every 1. layer, but its pattern");
        assertThatThrownBy(() -> split("*E*-")
                        .experts(Experts.of(8, 2, 64))
                        .ffnHidden(64)
                        .build())
                .hasMessageContaining("width of dense layers of x");
        assertThatThrownBy(() -> split("*").ffnHidden(0).multiTokenLayers(1).build())
                .hasMessageContaining("x predicts 1 further tokens, each by a layer of attention and one of experts");
        assertThatThrownBy(() -> Transformer.builder("x")
                        .layers(2)
                        .hidden(512)
                        .heads(8)
                        .ffnHidden(1024)
                        .vocab(32000)
                        .mamba(MIXER)
                        .build())
                .hasMessageContaining("x has a Mamba-2 mixer, but no pattern that says in which layers");
        assertThatThrownBy(() -> Models.named("Nemotron-H 8B").withLayers(12))
                .hasMessageContaining("12 layers of Nemotron-H 8B, whose 52 layers follow the pattern M-M-M-M*-");
    }

    @Test
    void groupsShareHeadsEvenly() {
        assertThatThrownBy(() -> new Mamba2(64, 64, 128, 7, 4, 128))
                .hasMessageContaining(
                        "64 Mamba-2 heads do not share 7 groups evenly; the second must divide the first");
        assertThatThrownBy(() -> new Mamba2(64, 64, 0, 8, 4, 128)).hasMessageContaining("Mamba-2 state size");
        assertThat(new Mamba2(64, 64, 128, 8, 4, 128).projected()).isEqualTo(2 * 4096 + 2 * 1024 + 64);
    }

    @Test
    void latentWidthIsNoNegativeNumber() {
        assertThatThrownBy(() -> Experts.of(8, 2, 64).withLatent(-1)).hasMessageContaining("latent width");
        assertThat(Experts.of(8, 2, 64).withLatent(256).withRouting(TokenRouting.EVEN.withLoad(1.5)))
                .hasToString("2 of 8 experts x 64 on a latent width of 256, busiest rank 1.5 of the mean");
    }
}
