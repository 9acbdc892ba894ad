package org.hopperline.run;

import static org.assertj.core.api.Assertions.assertThat;

import org.hopperline.hardware.Clusters;
import org.hopperline.model.Models;
import org.hopperline.plan.ParallelPlan;
import org.hopperline.plan.Sharding;
import org.junit.jupiter.api.Test;

class BatchNoteTest {

    private static final Training LLAMA = Training.of(Models.LLAMA31_405B).tokens(15.6e12);

    @Test
    void aBatchTooSmallForTheMachineIsNamed() {
        ParallelPlan fewMicroBatches = ParallelPlan.builder()
                .tensor(8)
                .pipeline(16)
                .data(768)
                .sequenceParallel(true)
                .sharding(Sharding.OPTIMIZER)
                .build();
        assertThat(LLAMA.plan(fewMicroBatches).on(Clusters.MEMPHIS).assumptions())
                .anyMatch(
                        line -> line.matches(
                                "steps of 1\\.\\d+e\\+07 tokens are short for [\\d,]+ devices: \\d+ % of a step passes whatever.*"))
                .anyMatch(line -> line.contains("critical batch"));
    }

    @Test
    void aBatchThatFeedsTheMachineIsNot() {
        assertThat(LLAMA.batchTokens(128e6).on(Clusters.MEMPHIS).assumptions())
                .noneMatch(line -> line.contains("are short for"));
        assertThat(LLAMA.on(Clusters.dgxH100(2048)).assumptions()).noneMatch(line -> line.contains("are short for"));
    }

    @Test
    void whatTheGoodputRestsOnIsAssumed() {
        assertThat(LLAMA.on(Clusters.MEMPHIS).assumptions())
                .contains(
                        "failures of Llama 3 405B, 3.79 per 1,000 node-days; checkpoints block for 30 s, recovery takes"
                                + " 300 s");
    }
}
