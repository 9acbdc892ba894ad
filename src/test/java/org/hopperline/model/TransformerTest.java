package org.hopperline.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.hopperline.core.Kind;
import org.junit.jupiter.api.Test;

class TransformerTest {

    private static TransformerBuilder small() {
        return Transformer.builder("small")
                .layers(4)
                .hidden(256)
                .heads(4)
                .ffnHidden(512)
                .vocab(1000);
    }

    @Test
    void builderFillsInTheCommonestChoices() {
        Transformer m = small().build();
        assertThat(m.kvHeads()).isEqualTo(4);
        assertThat(m.headDim()).isEqualTo(64);
        assertThat(m.valueDim()).isEqualTo(64);
        assertThat(m.gated()).isTrue();
        assertThat(m.kind()).isEqualTo(Kind.ASSUMED);
    }

    @Test
    void countIsTheSumOfItsMatrices() {
        // 4 layers of 4 x 256^2 and 3 x 256 x 512, two norms of 256 each and one at the end, two embeddings.
        assertThat(small().build().parameters())
                .isEqualTo(4L * (4 * 256 * 256 + 3 * 256 * 512 + 2 * 256) + 256 + 2 * 1000 * 256);
    }

    @Test
    void tyingSavesOneEmbedding() {
        long untied = small().build().parameters();
        Transformer tied = small().tiedEmbeddings(true).build();
        assertThat(untied - tied.parameters()).isEqualTo(1000 * 256);
        assertThat(tied.activeParameters()).isEqualTo(small().build().activeParameters());
    }

    @Test
    void denseModelsPassThroughAllButTheInputEmbedding() {
        Transformer m = small().build();
        assertThat(m.parameters() - m.activeParameters()).isEqualTo(ParameterCount.embedding(m));
    }

    @Test
    void expertLayersFollowThePattern() {
        Experts everySecond = Experts.builder(8, 2, 128)
                .firstDenseLayers(1)
                .everyNth(2)
                .denseFfnHidden(512)
                .build();
        assertThat(everySecond.inLayer(0)).isFalse();
        assertThat(everySecond.inLayer(1)).isFalse();
        assertThat(everySecond.inLayer(2)).isTrue();
        assertThat(everySecond.inLayer(4)).isTrue();
        for (int layers = 2; layers < 20; layers++) {
            int counted = 0;
            for (int i = 0; i < layers; i++) {
                counted += everySecond.inLayer(i) ? 1 : 0;
            }
            assertThat(everySecond.layersOf(layers)).isEqualTo(counted);
        }
    }

    @Test
    void windowedLayersFollowThePattern() {
        SlidingWindow oneOfSix = new SlidingWindow(1024, 5, 6);
        int counted = 0;
        for (int i = 0; i < 62; i++) {
            counted += oneOfSix.covers(i) ? 1 : 0;
            assertThat(oneOfSix.layersOf(i + 1)).isEqualTo(counted);
        }
    }

    @Test
    void cutModelSaysWhatItWas() {
        Transformer cut = Models.LLAMA31_405B.withLayers(21);
        assertThat(cut.layers()).isEqualTo(21);
        assertThat(cut.kind()).isEqualTo(Kind.ASSUMED);
        assertThat(cut.source()).contains("varied from 126 layers");
    }

    @Test
    void headsMustShareEvenly() {
        assertThatThrownBy(() -> small().kvHeads(3).build())
                .hasMessageContaining("4 query heads do not share 3 key and value heads evenly");
    }

    @Test
    void headSizeMustFollow() {
        assertThatThrownBy(() -> small().heads(3).build())
                .hasMessageContaining("hidden width 256 of small is no multiple of 3 heads; give the head size");
    }

    @Test
    void latentHeadMustAddUp() {
        LatentAttention latent = new LatentAttention(0, 64, 32, 16, 32);
        assertThatThrownBy(() -> small().headDim(64).latentAttention(latent).build())
                .hasMessageContaining("head size is 64, but the latent attention has 32 unrotated and 16 rotated")
                .hasMessageContaining("give 48");
    }

    @Test
    void denseLayersMustLeaveRoomForExperts() {
        Experts experts = Experts.builder(8, 2, 128)
                .firstDenseLayers(4)
                .denseFfnHidden(512)
                .build();
        assertThatThrownBy(() -> small().experts(experts).build())
                .hasMessageContaining("4 leading dense layers leave no expert layer of 4");
    }

    @Test
    void denseLayersNeedAWidth() {
        assertThatThrownBy(() -> Experts.builder(8, 2, 128).firstDenseLayers(1).build())
                .hasMessageContaining("width of dense layers is 0, but there are dense layers");
    }

    @Test
    void tokenCannotVisitMoreExpertsThanThereAre() {
        assertThatThrownBy(() -> Experts.of(4, 5, 128)).hasMessageContaining("a token visits 5 experts");
        assertThatThrownBy(() -> Experts.of(8, 2, 128).withLoad(0))
                .hasMessage("load of the busiest rank over the mean is 0.0, but must be finite and above 0");
    }

    @Test
    void windowMustFitItsPeriod() {
        assertThatThrownBy(() -> new SlidingWindow(128, 3, 2)).hasMessageContaining("do not fit a period of 2");
    }

    @Test
    void absurdSizesAreRefused() {
        assertThatThrownBy(() -> small().hidden(2_000_000_000)
                        .headDim(64)
                        .ffnHidden(2_000_000_000)
                        .build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at most 1.0E18 can be counted; check hidden width 2000000000");
        assertThatThrownBy(() -> small().layers(0).build()).hasMessageContaining("layers is 0");
        assertThatThrownBy(() -> small().heads(0).build()).hasMessageContaining("heads of small is 0");
    }

    @Test
    void partsPrintInOneLine() {
        assertThat(Models.DEEPSEEK_V3.experts())
                .hasToString("8 of 256 experts x 2048, shared 2048, first 3 layers dense");
        assertThat(Models.DEEPSEEK_V3.latentAttention())
                .hasToString("latent attention: ranks 1536 and 512, heads 128 + 64, values 128");
        assertThat(Models.named("gpt-oss-20b").slidingWindow()).hasToString("window of 128 tokens in 1 of 2 layers");
    }

    @Test
    void countsAllocateNothing() {
        com.sun.management.ThreadMXBean threads =
                (com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean();
        Transformer m = Models.DEEPSEEK_V3;
        double sum = count(m, 20_000);
        long before = threads.getCurrentThreadAllocatedBytes();
        sum += count(m, 20_000);
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        assertThat(sum).isPositive();
        // The measurement itself may take a few bytes; one object a count would be 320,000.
        assertThat(allocated).isLessThan(10_000);
    }

    private static double count(Transformer m, int times) {
        double sum = 0;
        for (int i = 1; i <= times; i++) {
            sum += ParameterCount.total(m)
                    + ParameterCount.active(m)
                    + Flops.training(m, i, ScoreCounting.CAUSAL)
                    + Flops.multiTokenPrediction(m, i, ScoreCounting.FULL)
                    + ActivationBytes.perToken(m, i, KeptActivations.ALL, false);
        }
        return sum;
    }
}
