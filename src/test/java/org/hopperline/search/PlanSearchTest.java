package org.hopperline.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.hopperline.core.Precision;
import org.hopperline.hardware.Cluster;
import org.hopperline.hardware.Clusters;
import org.hopperline.model.Experts;
import org.hopperline.model.Models;
import org.hopperline.model.Transformer;
import org.hopperline.plan.PlanRules;
import org.hopperline.plan.SoftwareProfiles;
import org.hopperline.step.StepPrediction;
import org.hopperline.work.MemoryFootprint;
import org.junit.jupiter.api.Test;

class PlanSearchTest {

    private static List<StepPrediction> best(Transformer model, Cluster machine, double batchTokens, int count) {
        return PlanSearch.best(model, machine, batchTokens, 8192, Precision.BF16, SoftwareProfiles.MEGATRON, count);
    }

    @Test
    void theFastestStandsFirst() {
        List<StepPrediction> plans = best(Models.LLAMA3_8B, Clusters.dgxH100(16), 2e6, 20);
        assertThat(plans).isSortedAccordingTo((a, b) -> Double.compare(b.tokensPerSecond(), a.tokensPerSecond()));
    }

    @Test
    void everyPlanKeepsTheRulesAndFits() {
        List<StepPrediction> plans = best(Models.MIXTRAL_8X7B, Clusters.dgxH100(128), 4e6, 40);
        assertThat(plans).isNotEmpty().allSatisfy(plan -> {
            assertThat(PlanRules.violations(plan.setup())).isEmpty();
            assertThat(MemoryFootprint.of(plan.setup()).total())
                    .isLessThanOrEqualTo(plan.setup().cluster().chip().visibleMemoryBytes());
            assertThat(plan.setup().batch().tokens()).isCloseTo(4e6, within(0.4e6));
        });
    }

    @Test
    void expertsTooLargeForOneNodeAreDividedAmongTensorRanks() {
        Transformer wide = Models.GROK1.toBuilder()
                .name("wide experts")
                .hidden(12_288)
                .heads(96)
                .layers(96)
                .experts(Experts.of(8, 2, 65_536))
                .build();
        StepPrediction plan = best(wide, Clusters.MEMPHIS, 16e6, 1).get(0);
        assertThat(plan.setup().plan().expertTensor()).isGreaterThan(1);
        assertThat(plan.setup().plan().toString())
                .contains("ETP" + plan.setup().plan().expertTensor());
    }

    @Test
    void aBatchTooSmallForTheMachineIsRefused() {
        assertThatThrownBy(() -> best(Models.LLAMA3_8B, Clusters.MEMPHIS, 8192, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("8192 tokens a step")
                .hasMessageContaining("divides the batch; the nearest that one divides has ")
                .hasMessageContaining("devices the best is TP");
    }

    @Test
    void aModelTooLargeForTheMachineIsRefused() {
        assertThatThrownBy(() -> best(Models.LLAMA31_405B, Clusters.dgxH100(8), 1e6, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("85.52 GB")
                .hasMessageContaining("the least devices on which one fits are 96 (");
    }

    @Test
    void noPlansAreNoQuestion() {
        assertThatThrownBy(() -> best(Models.LLAMA3_8B, Clusters.dgxH100(8), 1e6, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("plans");
    }
}
