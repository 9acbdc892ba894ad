package org.hopperline.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Scopes as {@code --cuda-graph-scope} of Megatron-Core takes them. */
class CudaGraphsTest {

    @ParameterizedTest
    @ValueSource(strings = {"none", "attn", "attn mlp", "attn moe_router moe_preprocess", "full_iteration"})
    void whatIsWrittenIsReadAgain(String scope) {
        assertThat(CudaGraphs.parse(scope)).hasToString(scope);
    }

    @Test
    void fullIsEveryLayer() {
        assertThat(CudaGraphs.parse("full")).isEqualTo(CudaGraphs.LAYER).hasToString("attn mamba mlp moe");
    }

    @Test
    void largerPartsHoldSmallerOnes() {
        assertThat(CudaGraphs.parse("moe").cover(GraphedPart.ROUTER)).isTrue();
        assertThat(CudaGraphs.parse("moe").cover(GraphedPart.ATTENTION)).isFalse();
        assertThat(CudaGraphs.parse("moe_router").cover(GraphedPart.PREPROCESS)).isFalse();
        for (GraphedPart part : GraphedPart.values()) {
            assertThat(CudaGraphs.ITERATION.cover(part)).isTrue();
            assertThat(CudaGraphs.NONE.cover(part)).isFalse();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "attn moe_preprocess | moe_preprocess goes with moe_router only; take both, or neither",
                "moe moe_router | moe holds the router, too; take the one or the other",
                "attn full_iteration | a whole step holds all else; take full_iteration alone",
                "attention | unknown scope of CUDA graphs"
            })
    void whatMegatronRefusesIsRefused(String scope, String message) {
        assertThatThrownBy(() -> CudaGraphs.parse(scope))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }
}
