package org.hopperline.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.hopperline.core.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelsTest {

    @Test
    void namesIgnoreCaseAndPunctuation() {
        assertThat(Models.named("llama3.1-405b")).isSameAs(Models.LLAMA31_405B);
        assertThat(Models.named("LLAMA 3.1 405B")).isSameAs(Models.LLAMA31_405B);
        assertThat(Models.named("gpt3-175b")).isSameAs(Models.GPT3_175B);
    }

    @Test
    void namesOfMeasuredRunsAreFoundOrNot() {
        assertThat(Models.find("deepseek-v3")).containsSame(Models.DEEPSEEK_V3);
        assertThat(Models.find("grok1-314b")).containsSame(Models.GROK1);
        assertThat(Models.find("gpt-oss-20b")).isPresent();
        assertThat(Models.find("mpt-7b")).isEmpty();
    }

    @Test
    void unknownNameGetsTheNearest() {
        assertThatThrownBy(() -> Models.named("Lama 3.1 405B"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("unknown model \"Lama 3.1 405B\"")
                .hasMessageContaining("Llama 3.1 405B");
    }

    @Test
    void everyModelPrintsInOneLineAndNamesItsSource() {
        assertThat(Models.list()).hasSizeGreaterThanOrEqualTo(26).allSatisfy(m -> {
            assertThat(m.toString())
                    .hasSizeLessThan(80)
                    .startsWith(m.name())
                    .contains(" parameters")
                    .doesNotEndWith("...");
            assertThat(m.kind()).isEqualTo(Kind.SPECIFIED);
            assertThat(m.card()).contains(m.source()).contains(Long.toString(m.parameters()));
        });
    }

    @Test
    void searchFindsEveryWordInTheCard() {
        assertThat(Models.search("latent")).containsExactly(Models.DEEPSEEK_V3, Models.named("Kimi K2"));
        assertThat(Models.search("llama 405b")).containsExactly(Models.LLAMA31_405B);
        assertThat(Models.search("no such words")).isEmpty();
    }

    @Test
    void comparisonHasALineForEach() {
        assertThat(Models.compare(Models.LLAMA3_8B, Models.GROK1).lines())
                .hasSize(3)
                .anyMatch(line -> line.startsWith("Llama 3 8B") && line.contains("8.030 B"))
                .anyMatch(line -> line.startsWith("Grok-1") && line.contains("131072"));
    }

    @Test
    void grokExpertsHaveThreeMatrices() {
        Transformer grok = Models.GROK1;
        assertThat(ParameterCount.expertsPerLayer(grok, 1)).isEqualTo(3L * 6144 * 32768);
        // Two matrices an expert would give about 212 B: the trap that the public code rules out.
        assertThat(grok.toBuilder().gated(false).build().parameters() / 1e9).isBetween(211.0, 213.0);
    }

    @ParameterizedTest
    @ValueSource(doubles = {1e8, 3.5e8, 1e9, 2.7e9, 7e9, 13e9, 70e9, 175e9, 405e9, 1e12, 1.8e12, 1e13, 1e14})
    void bareSizeIsMetWithinThreePercentAndSaidToBeAssumed(double parameters) {
        Transformer m = Transformer.ofParameters(parameters);
        assertThat(m.parameters()).isBetween((long) (0.97 * parameters), (long) (1.03 * parameters));
        assertThat(m.hidden() / (double) m.layers()).isBetween(40.0, 256.0);
        assertThat(m.kind()).isEqualTo(Kind.ASSUMED);
        assertThat(m.card()).contains("made from the size alone");
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, -1, 0, 1e3, 1e15, Double.POSITIVE_INFINITY})
    void absurdBareSizesAreRefused(double parameters) {
        assertThatThrownBy(() -> Transformer.ofParameters(parameters))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("model size");
    }
}
