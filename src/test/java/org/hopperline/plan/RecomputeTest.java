package org.hopperline.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Set;
import org.hopperline.model.Models;
import org.hopperline.model.Transformer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What runs again, by layer, by product and by part. */
class RecomputeTest {

    @Test
    void eachChoiceHasItsName() {
        assertThat(Recompute.NONE).hasToString("none");
        assertThat(Recompute.SELECTIVE).hasToString("selective");
        assertThat(Recompute.FULL).hasToString("full");
        assertThat(Recompute.ALTERNATE_PRODUCTS).hasToString("alternate products");
        assertThat(Recompute.ALL_BUT_QUERY_KEY_VALUE).hasToString("all but queries, keys and values");
        assertThat(Recompute.ofLayers(0.3)).hasToString("30 % of layers");
        assertThat(Recompute.ofParts(RecomputedPart.ACTIVATION, RecomputedPart.NORMS))
                .hasToString("norms and activation function");
        assertThat(new Recompute(0.5, 0, Set.of(RecomputedPart.NORMS))).hasToString("50 % of layers, norms");
    }

    /** Megatron's recompute_num_layers with method block: 3 of the 20 layers of a stage. */
    @Test
    void someLayersOfAStage() {
        assertThat(Recompute.ofLayers(3, 20).layerShare()).isEqualTo(0.15);
        assertThat(Recompute.ofLayers(0, 20)).isEqualTo(Recompute.NONE);
        assertThat(Recompute.ofLayers(20, 20)).isEqualTo(Recompute.FULL);
    }

    @Test
    void moreLayersThanThereAreAreRefused() {
        assertThatThrownBy(() -> Recompute.ofLayers(21, 20))
                .hasMessage("recomputed layers are 21 of 20 in a stage; take between 0 and 20");
        assertThatThrownBy(() -> Recompute.ofLayers(-1, 20))
                .hasMessage("recomputed layers are -1 of 20 in a stage; take between 0 and 20");
        assertThatThrownBy(() -> Recompute.ofLayers(1, 0)).hasMessageContaining("layers of a stage is 0");
    }

    @Test
    void sharesBeyondOneAreRefused() {
        assertThatThrownBy(() -> Recompute.ofLayers(1.1)).hasMessageContaining("recomputed share of layers is 1.1");
        assertThatThrownBy(() -> new Recompute(0, Double.NaN, Set.of()))
                .hasMessageContaining("recomputed share of products");
    }

    @Test
    void productsAndPartsAreNotMixed() {
        assertThatThrownBy(() -> new Recompute(0, 0.5, Set.of(RecomputedPart.NORMS)))
                .hasMessage(
                        "recomputed share of products is 0.5 beside parts that run again; state the one or the other");
    }

    @ParameterizedTest
    @EnumSource(RecomputedPart.class)
    void aPartIsFoundAgain(RecomputedPart part) {
        assertThat(Recompute.ofParts(part).again(part)).isTrue();
        assertThat(Recompute.NONE.again(part)).isFalse();
        assertThat(Recompute.FULL.again(part)).isFalse();
    }

    /** What a software offers goes from the least, without whole layers, to everything, each choice once. */
    @ParameterizedTest
    @EnumSource(RecomputeLadder.class)
    void aLadderGoesFromTheLeastToEverything(RecomputeLadder ladder) {
        for (Transformer model : List.of(Models.LLAMA3_70B, Models.DEEPSEEK_V3)) {
            List<Recompute> rungs = ladder.rungs(model);
            assertThat(rungs)
                    .startsWith(ladder == RecomputeLadder.BY_POLICY ? Recompute.ALL_BUT_PRODUCTS : Recompute.NONE)
                    .endsWith(Recompute.FULL)
                    .doesNotHaveDuplicates();
        }
    }

    /** Megatron-Core documentation, recompute_modules: mla_up_proj is a part of latent attention alone. */
    @Test
    void onlyLatentAttentionMakesQueriesKeysAndValuesAgain() {
        Recompute up = Recompute.ofParts(RecomputedPart.QUERY_KEY_VALUE);
        assertThat(RecomputeLadder.BY_PART.rungs(Models.DEEPSEEK_V3)).contains(up);
        assertThat(RecomputeLadder.BY_PART.rungs(Models.LLAMA3_70B)).doesNotContain(up);
        assertThat(RecomputeLadder.BY_LAYER.rungs(Models.DEEPSEEK_V3)).doesNotContain(up);
    }

    /** A flash kernel that is named alone does what it does anyway; a policy that drops more drops its output, too. */
    @Test
    void theCoreOfAttentionRunsAgainBesideOtherParts() {
        assertThat(Recompute.SELECTIVE.coreAgain(false)).isFalse();
        assertThat(Recompute.SELECTIVE.coreAgain(true)).isTrue();
        assertThat(Recompute.ALL_BUT_PRODUCTS.coreAgain(false)).isTrue();
        assertThat(Recompute.ofParts(RecomputedPart.NORMS).coreAgain(true)).isFalse();
    }

    @Test
    void policiesHaveNames() {
        assertThat(Recompute.ALL_BUT_PRODUCTS).hasToString("all but products");
        assertThat(Recompute.ALL_BUT_PROJECTIONS).hasToString("all but attention's products");
    }

    /** Bytes of a logit: 16-bit logits with a 32-bit copy; plain cross entropy holds two more, divided three more. */
    @Test
    void bytesOfALogit() {
        assertThat(LossKernel.FUSED.bytes(false)).isEqualTo(6);
        assertThat(LossKernel.FUSED.bytes(true)).isEqualTo(6);
        assertThat(LossKernel.UNFUSED.bytes(false)).isEqualTo(14);
        assertThat(LossKernel.UNFUSED.bytes(true)).isEqualTo(18);
        assertThat(LossKernel.FUSED_16_BIT.bytes(false)).isEqualTo(4);
        assertThat(LossKernel.IN_PLACE.bytes(true)).isEqualTo(2);
        assertThat(LossKernel.UNFUSED_16_BIT.bytes(false)).isEqualTo(8);
    }
}
