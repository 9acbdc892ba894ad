package org.hopperline.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ActivationBytesTest {

    private static final Percentage EXACT = Percentage.withPercentage(1e-9);

    private static Transformer gpt(int hidden, int heads) {
        return Transformer.builder("GPT")
                .layers(8)
                .hidden(hidden)
                .heads(heads)
                .ffnHidden(4 * hidden)
                .gated(false)
                .vocab(51200)
                .normalisation(Normalisation.LAYER)
                .biases(Biases.ALL)
                .build();
    }

    @ParameterizedTest
    @CsvSource({"6144, 64, 2048", "12288, 96, 2048", "20480, 128, 2048", "25600, 160, 2048", "1024, 16, 512"})
    void fallsTogetherWithThePaperForAGpt(int hidden, int heads, int sequence) {
        double layer = ActivationBytes.perToken(gpt(hidden, heads), 0, sequence, KeptActivations.ALL, true);
        assertThat(sequence * layer).isCloseTo(ActivationBytes.korthikanti(sequence, 1, hidden, heads), EXACT);
        double selective =
                ActivationBytes.perToken(gpt(hidden, heads), 0, sequence, KeptActivations.ALL_BUT_SCORES, true);
        assertThat(sequence * selective).isCloseTo(ActivationBytes.korthikantiSelective(sequence, 1, hidden, 1), EXACT);
        double full = ActivationBytes.perToken(gpt(hidden, heads), 0, sequence, KeptActivations.LAYER_INPUTS, true);
        assertThat(sequence * full).isCloseTo(ActivationBytes.korthikantiFull(sequence, 1, hidden), EXACT);
    }

    @Test
    void scoresArePublishedShares() {
        // arXiv 2205.05198 section 5: selective recomputation saves 70 % for GPT-3 and 65 % for MT-NLG.
        assertThat(saved(12288, 96)).isBetween(0.695, 0.705);
        assertThat(saved(20480, 128)).isBetween(0.645, 0.655);
    }

    private static double saved(int hidden, int heads) {
        return 1
                - ActivationBytes.korthikantiSelective(2048, 1, hidden, 8)
                        / ActivationBytes.korthikantiSequence(2048, 1, hidden, heads, 8);
    }

    @Test
    void tensorParallelFormulasMeetAtDegreeOne() {
        double one = ActivationBytes.korthikanti(2048, 4, 6144, 64);
        assertThat(ActivationBytes.korthikantiTensor(2048, 4, 6144, 64, 1)).isCloseTo(one, EXACT);
        assertThat(ActivationBytes.korthikantiSequence(2048, 4, 6144, 64, 1)).isCloseTo(one, EXACT);
        // Without sequence parallelism ten of the thirty-four stay whole.
        assertThat(ActivationBytes.korthikantiTensor(2048, 4, 6144, 64, 8))
                .isGreaterThan(ActivationBytes.korthikantiSequence(2048, 4, 6144, 64, 8));
    }

    static java.util.List<Transformer> models() {
        return Models.list();
    }

    @ParameterizedTest
    @MethodSource("models")
    void keepingMoreTakesMoreAndLayersAddUp(Transformer m) {
        double all = ActivationBytes.perToken(m, 4096, KeptActivations.ALL, false);
        double most = ActivationBytes.perToken(m, 4096, KeptActivations.ALL_BUT_SCORES, false);
        double inputs = ActivationBytes.perToken(m, 4096, KeptActivations.LAYER_INPUTS, false);
        assertThat(all > most).isEqualTo(m.attentionLayers() > 0);
        assertThat(all).isGreaterThanOrEqualTo(most);
        assertThat(most).isGreaterThan(inputs);
        assertThat(inputs).isEqualTo(2.0 * m.hidden() * m.layers());
        double sum = 0;
        for (int i = 0; i < m.layers(); i++) {
            sum += ActivationBytes.perToken(m, i, 4096, KeptActivations.ALL, false);
        }
        assertThat(all).isCloseTo(sum, EXACT);
    }

    @Test
    void fewerKeyHeadsAndAGateAreCounted() {
        // Llama 3 8B, h 4096, a 32, g 8, d 128, f 14336: two norms, input, q and output, k and v, input, three of f.
        double expected = 2 * (2 * 4096 + 4096 + 2 * 32 * 128 + 2 * 8 * 128 + 4096 + 3 * 14336);
        assertThat(ActivationBytes.perToken(Models.LLAMA3_8B, 0, 8192, KeptActivations.ALL_BUT_SCORES, false))
                .isEqualTo(expected);
    }

    @Test
    void eachVisitedExpertTakesItsShare() {
        Transformer two = Models.MIXTRAL_8X7B;
        Transformer four = two.toBuilder().experts(Experts.of(8, 4, 14336)).build();
        double perExpert = (ActivationBytes.experts(four) - ActivationBytes.experts(two)) / 2;
        assertThat(perExpert).isEqualTo(2.0 * (4096 + 3 * 14336 + 4096));
        assertThat(ActivationBytes.experts(Models.LLAMA3_8B)).isZero();
    }

    @Test
    void badInputIsRefused() {
        assertThatThrownBy(() -> ActivationBytes.perToken(Models.LLAMA3_8B, 32, 8192, KeptActivations.ALL, false))
                .hasMessage("layer is 32, but Llama 3 8B has layers 0 to 31");
        assertThatThrownBy(() -> ActivationBytes.korthikanti(0, 1, 1, 1)).hasMessageContaining("sequence length is 0");
        assertThatThrownBy(() -> ActivationBytes.korthikantiSelective(1, 1, 1, 0))
                .hasMessageContaining("tensor parallel degree is 0");
    }
}
