package org.hopperline.run;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.hopperline.hardware.Cluster;
import org.hopperline.hardware.Clusters;
import org.hopperline.model.Models;
import org.hopperline.plan.ParallelPlan;
import org.junit.jupiter.api.Test;

@SuppressWarnings("NullAway")
class AbsurdTrainingTest {

    private static final Training QUESTION = Training.of(Models.LLAMA3_70B);

    @Test
    void tokensBeyondAllTextAreRefused() {
        assertThatThrownBy(() -> QUESTION.tokens(1e300))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("tokens are 1.0E300 token, but must be at most 1.0E18");
    }

    @Test
    void whatIsMissingIsNamed() {
        assertThatThrownBy(() -> Training.of((org.hopperline.model.Transformer) null))
                .hasMessageContaining("model is null");
        assertThatThrownBy(() -> QUESTION.precision(null)).hasMessageContaining("precision is null");
        assertThatThrownBy(() -> QUESTION.software(null)).hasMessageContaining("software is null");
        assertThatThrownBy(() -> QUESTION.goodput(null)).hasMessageContaining("goodput is null");
    }

    @Test
    void aPlanBeyondTheMemoryIsRefusedWithItsBreakdown() {
        ParallelPlan eight =
                ParallelPlan.builder().tensor(8).sequenceParallel(true).build();
        assertThatThrownBy(() -> Training.of(Models.LLAMA31_405B).plan(eight).on(Clusters.dgxH100(8)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("weights")
                .hasMessageContaining("H100 SXM5 80GB shows 85.52 GB; no more recomputation")
                .hasMessageContaining("take more devices");
    }

    @Test
    void aMachineBeyondAnyIsRefused() {
        Cluster huge = Clusters.MEMPHIS.withDevices(8_000_000);
        assertThatThrownBy(() -> QUESTION.on(huge))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("8000000 devices are more than any machine");
    }
}
