package org.hopperline.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.assertj.core.data.Percentage;
import org.hopperline.core.Precision;
import org.hopperline.hardware.Clusters;
import org.hopperline.model.Biases;
import org.hopperline.model.Flops;
import org.hopperline.model.Models;
import org.hopperline.model.ParameterCount;
import org.hopperline.model.ScoreCounting;
import org.hopperline.model.Transformer;
import org.hopperline.plan.Batch;
import org.hopperline.plan.ParallelPlan;
import org.hopperline.plan.SoftwareProfiles;
import org.hopperline.plan.TrainingSetup;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The work of one rank without parallelism is the model's own count: two programs, one answer. */
class WorkAgreesWithCountsTest {

    /** A multiple of every number of experts over the visited ones, so that rows of experts come out whole. */
    private static final int SEQUENCE = 6144;

    private static final Percentage CLOSE = Percentage.withPercentage(0.1);

    static List<Transformer> models() {
        return Models.list();
    }

    private static TrainingSetup setup(Transformer m) {
        return new TrainingSetup(
                m,
                Clusters.dgxH100(8).withDevices(1),
                ParallelPlan.builder().build(),
                new Batch(1, SEQUENCE),
                Precision.BF16,
                SoftwareProfiles.MEGATRON);
    }

    /** Work leaves biases out: in narrow models they are more than a thousandth. */
    @ParameterizedTest
    @MethodSource("models")
    void parametersOfALayer(Transformer whole) {
        Transformer m = whole.toBuilder().biases(Biases.NONE).build();
        if (m.denseLayers() > 0) {
            LayerWork dense = LayerWork.dense(setup(m));
            assertThat(dense.parameters() + dense.expertParameters()).isCloseTo(ParameterCount.denseLayer(m), CLOSE);
        }
        if (m.expertLayers() > 0) {
            LayerWork expert = LayerWork.expert(setup(m));
            assertThat(expert.parameters() + expert.expertParameters()).isCloseTo(ParameterCount.expertLayer(m), CLOSE);
        }
        if (m.mambaLayers() > 0) {
            assertThat(LayerWork.mamba(setup(m)).parameters()).isCloseTo(ParameterCount.mambaLayer(m), CLOSE);
        }
        if (m.pattern() != null && m.attentionLayers() > 0) {
            assertThat(LayerWork.attention(setup(m)).parameters())
                    .isCloseTo(ParameterCount.attentionPerLayer(m) + m.hidden(), CLOSE);
        }
    }

    @ParameterizedTest
    @MethodSource("models")
    void flopsOfTheProducts(Transformer m) {
        double expected = Flops.attentionProjections(m)
                + Flops.mambaProjections(m)
                + Flops.denseFeedForward(m)
                + Flops.experts(m)
                + Flops.routers(m);
        double dense = m.denseLayers() == 0 ? 0 : m.denseLayers() * forward(LayerWork.dense(setup(m)));
        double expert = m.expertLayers() == 0 ? 0 : m.expertLayers() * forward(LayerWork.expert(setup(m)));
        double attention = m.pattern() == null || m.attentionLayers() == 0
                ? 0
                : m.attentionLayers() * forward(LayerWork.attention(setup(m)));
        double mamba = m.mambaLayers() == 0 ? 0 : m.mambaLayers() * forward(LayerWork.mamba(setup(m)));
        assertThat((dense + expert + attention + mamba) / SEQUENCE).isCloseTo(expected, CLOSE);
        assertThat(forward(LayerWork.logits(setup(m))) / SEQUENCE).isCloseTo(Flops.logits(m), CLOSE);
    }

    /** The model's own count takes the norm before the logits twice, and the embedding of the further token never. */
    @Test
    void aLayerForAFurtherToken() {
        Transformer m = Models.DEEPSEEK_V3;
        LayerWork further = LayerWork.further(setup(m));
        assertThat(further.parameters() + further.expertParameters())
                .isCloseTo(ParameterCount.multiTokenPrediction(m), CLOSE);
        double flops = forward(further) + forward(LayerWork.logits(setup(m)));
        assertThat(flops / SEQUENCE).isCloseTo(Flops.multiTokenPrediction(m, SEQUENCE, ScoreCounting.NONE), CLOSE);
        assertThatThrownBy(() -> LayerWork.further(setup(Models.LLAMA3_8B)))
                .hasMessage("Llama 3 8B predicts no further token; ask for its layers");
    }

    private static double forward(LayerWork work) {
        return work.products().stream().mapToDouble(MatrixProduct::forwardFlops).sum();
    }
}
