package org.hopperline.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.hopperline.core.Units;
import org.hopperline.hardware.Clusters;
import org.hopperline.model.Models;
import org.hopperline.plan.Batch;
import org.hopperline.plan.Recompute;
import org.hopperline.plan.Sharding;
import org.hopperline.plan.SoftwareProfiles;
import org.junit.jupiter.api.Test;

/** What a search says when nothing does. */
class InfeasibleTest {

    private static PlanSearch small() {
        return PlanSearch.of(Models.LLAMA3_8B, Clusters.dgxH100(16))
                .batch(new Batch(128, 8192))
                .context(1)
                .microBatch(1)
                .shardGroups(0);
    }

    @Test
    void whatFitsNowhereSaysWhatTheSmallestNeeds() {
        assertThatThrownBy(() -> PlanSearch.of(Models.LLAMA31_405B, Clusters.dgxH100(16))
                        .batchTokens(4 * 1024 * 1024, 8192)
                        .best(1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("no plan for Llama 3.1 405B on 16 H100")
                .hasMessageContaining("fits 85.52 GB: the smallest needs 4")
                .hasMessageContaining("GB on each device (TP8 CP2 PP1 DP1 MBS1, parameters sharded, recompute full)")
                .hasMessageContaining("the least devices on which one fits are 96 (");
    }

    /** What the message claims, by searches of their own: a plan on 96 devices, none on any smaller number. */
    @Test
    void theLeastDevicesAreTheLeast() {
        PlanSearch enough = PlanSearch.of(Models.LLAMA31_405B, Clusters.dgxH100(96))
                .batchTokens(4 * 1024 * 1024, 8192)
                .devices(Degrees.atLeast(1));
        assertThat(enough.best(1).first().setup().plan().devices()).isEqualTo(96);
        PlanSearch fewer = PlanSearch.of(Models.LLAMA31_405B, Clusters.dgxH100(88))
                .batchTokens(4 * 1024 * 1024, 8192)
                .devices(Degrees.atLeast(1))
                .withoutBounds();
        assertThat(fewer.find(1).plans()).isEmpty();
    }

    /** With the memory that the message names the plan fits, with a little less none does. */
    @Test
    void theMemoryNamedIsTheLeastThatDoes() {
        PlanSearch tight = small().tensor(1).pipeline(1).sharding(Sharding.NONE).memoryBytes(40e9);
        SearchResult none = tight.find(1);
        double least = none.counts().leastBytes();
        assertThat(none.whyNone()).contains("fits 40 GB: the smallest needs " + Units.format(least, "byte"));
        assertThat(tight.memoryBytes(least).find(1).plans()).hasSize(1);
        assertThat(tight.memoryBytes(0.9999 * least).find(1).plans()).isEmpty();
    }

    @Test
    void memoryWithinNamedDevicesAsksForMore() {
        assertThatThrownBy(() -> PlanSearch.of(Models.LLAMA31_405B, Clusters.dgxH100(64))
                        .batch(new Batch(128, 8192))
                        .devices(16)
                        .best(1))
                .hasMessageContaining("take more devices or replicas than the question allows")
                .hasMessageContaining("no limit taken back alone brings one");
    }

    @Test
    void whatNoNumberOfDevicesHoldsSaysSo() {
        assertThatThrownBy(() -> PlanSearch.of(Models.LLAMA31_405B, Clusters.dgxH100(16))
                        .batch(new Batch(16, 8192))
                        .tensor(1)
                        .context(1)
                        .pipeline(1)
                        .microBatch(1)
                        .sharding(Sharding.NONE)
                        .best(1))
                .hasMessageContaining("; none fits on more devices either: such a batch keeps at most 16 busy; ");
    }

    @Test
    void theLimitThatRemovedTheLastIsNamed() {
        PlanSearch tight = PlanSearch.of(Models.LLAMA3_70B, Clusters.dgxH100(64))
                .batch(new Batch(128, 8192))
                .tensor(1)
                .pipeline(1, 2)
                .sharding(Sharding.NONE);
        assertThatThrownBy(() -> tight.best(1))
                .hasMessageContaining("fits 85.52 GB: the smallest needs")
                .hasMessageContaining("without \"sharding [NONE]\" the best is TP1")
                .hasMessageContaining("without \"pipeline one of [1, 2]\" the best is");
    }

    @Test
    void limitsThatOnlyTogetherCanBeMetSaySo() {
        PlanSearch tight = PlanSearch.of(Models.LLAMA31_405B, Clusters.dgxH100(64))
                .batch(new Batch(128, 8192))
                .tensor(1)
                .pipeline(1)
                .sharding(Sharding.NONE)
                .recompute(Recompute.NONE);
        assertThatThrownBy(() -> tight.best(1)).hasMessageContaining("no limit taken back alone brings one");
    }

    @Test
    void aConditionThatNothingMeetsIsNamed() {
        assertThatThrownBy(() -> small().where("has 17 replicas", plan -> plan.data() == 17)
                        .best(1))
                .hasMessageContaining("plans keep the rules, but none of them has 17 replicas")
                .hasMessageContaining("without \"has 17 replicas\" the best is");
    }

    @Test
    void aBrokenRuleIsQuoted() {
        assertThatThrownBy(
                        () -> small().tensor(3).devices(16).pipeline(1).data(1).best(1))
                .hasMessageContaining("without \"tensor parallel 3\" the best is");
        assertThatThrownBy(() -> small().expert(2).best(1))
                .hasMessageContaining("keeps the rules of shape; most often: expert parallel 2 on a dense model")
                .hasMessageContaining("without \"expert parallel 2\" the best is");
    }

    @Test
    void aBatchThatNothingDivides() {
        assertThatThrownBy(() ->
                        small().batch(new Batch(7, 8192)).tensor(1).pipeline(1).best(1))
                .hasMessageContaining("with 5.734e+04 tokens a step divides the batch; the nearest that one divides has"
                        + " 16 sequences, 1.311e+05 tokens (TP1 PP1 DP16 MBS1, recompute none); on 7 devices the best is"
                        + " TP1 PP1 DP7 MBS1, ");
        assertThatThrownBy(() -> small().batch(new Batch(7, 8192))
                        .microBatch(2)
                        .devices(Degrees.atLeast(1))
                        .best(1))
                .hasMessageContaining(
                        "the nearest that one divides has 8 sequences, 6.554e+04 tokens (TP1 PP1 DP4 MBS2, ");
    }

    @Test
    void stagesThatDivideNothing() {
        assertThatThrownBy(() -> small().tensor(1).pipeline(16).virtualStages(5).best(1))
                .hasMessageContaining("divides 32 layers (or 34 with embedding and logits) evenly over stages x virtual"
                        + " stages; take a product among [1, 2, 4, 8, 16, 17, 32, 34], or allow uneven stages");
    }

    @Test
    void blocksThatExceedTheMachine() {
        assertThatThrownBy(() -> small().tensor(8).pipeline(4).best(1))
                .hasMessageContaining("comes out even on 16 devices in nodes of 8; the least that would do are 32, of"
                        + " ranks 32 to a model; ")
                .hasMessageContaining("without \"pipeline 4\"");
    }

    @Test
    void aDeadlineThatNothingMeets() {
        assertThatThrownBy(() ->
                        small().objective(Objectives.deadline(15e12, 3600)).best(1))
                .hasMessageContaining("does for devices for 1.500e+13 tokens in 3600 s; the fastest takes ")
                .hasMessageContaining(" days, at ")
                .hasMessageContaining(" tokens a second (TP")
                .hasMessageContaining("); ask for less, or take more devices");
    }

    @Test
    void replicasThatFillNoNodes() {
        assertThatThrownBy(() -> small().tensor(1).pipeline(1).data(9).best(1))
                .hasMessageContaining(
                        "comes out even on 16 devices in nodes of 8; the replicas named fill no whole nodes");
        assertThatThrownBy(() ->
                        small().tensor(3).pipeline(1).unevenStages().data(16).best(1))
                .hasMessageContaining("the least that would do are 48, of ranks 3 to a model");
    }

    @Test
    void groupsThatDivideNoReplicas() {
        assertThatThrownBy(() ->
                        small().sharding(Sharding.OPTIMIZER).shardGroups(3).best(1))
                .hasMessageContaining("has data x context ranks that shard groups of [3] divide")
                .hasMessageContaining("without \"shard groups [3]\" the best is");
    }

    @Test
    void gradientsAcrossAPipeline() {
        PlanSearch gradients = small().pipeline(2, 4).sharding(Sharding.GRADIENTS);
        assertThatThrownBy(() -> gradients.best(1))
                .hasMessageContaining("leaves gradients whole, and Megatron-Core divides none across a pipeline; take"
                        + " pipeline 1, or another sharding")
                .hasMessageContaining("without \"pipeline one of [2, 4]\" the best is");
        assertThat(gradients
                        .software(SoftwareProfiles.named("Meta Llama 3"))
                        .best(1)
                        .first()
                        .setup()
                        .plan()
                        .sharding())
                .isEqualTo(Sharding.GRADIENTS);
    }

    @Test
    void noNumberOfDevicesIsAllowed() {
        assertThatThrownBy(() -> small().devices(Degrees.atLeast(100)).best(1))
                .hasMessage(
                        "no value of devices is at least 100; the search tries [16, 8, 7, 6, 5, 4, 3, 2, ... 1], others"
                                + " can be given by name");
    }

    @Test
    void whatIsFoundNeedsNoReason() {
        assertThatThrownBy(() -> small().best(2).whyNone())
                .hasMessage("2 plans were found, so there is nothing to explain; ask whyNotSecond()");
    }

    @Test
    void anEmptyAxisIsRefusedAtOnce() {
        assertThatThrownBy(() -> small().tensor(Degrees.atLeast(100)).best(1))
                .hasMessage("no value of tensor parallel is at least 100; the search tries [1, 2, 4, 8], others can be"
                        + " given by name");
    }

    @Test
    void aResultMayBeEmpty() {
        SearchResult none = small().expert(2).find(3);
        assertThat(none.plans()).isEmpty();
        assertThat(none.counts().total()).isEqualTo(small().expert(2).space().size());
        assertThat(none.toString()).startsWith("no plan for").contains("breaks a rule of shape");
        assertThatThrownBy(none::first).hasMessageStartingWith("no plan for");
        assertThatThrownBy(none::whyNotSecond)
                .hasMessage("0 plans were found, but a comparison takes two; ask for at least 2");
    }

    @Test
    void aFrontOfNothingIsRefused() {
        assertThatThrownBy(() -> small().expert(2).front(Objectives.MEMORY)).hasMessageStartingWith("no plan for");
    }

    /** Plans there are, but none that the second objective takes. */
    @Test
    void aFrontThatTheOtherObjectiveRefusesNamesIt() {
        assertThatThrownBy(() -> small().front(Objectives.deadline(15e12, 3600)))
                .hasMessageContaining("does for devices for 1.500e+13 tokens in 3600 s");
    }

    @Test
    void questionsNeedParts() {
        assertThatThrownBy(() -> small().batches(List.of())).hasMessage("0 batches make no question; give at least 1");
        assertThatThrownBy(() -> small().best(0)).hasMessage("plans is 0, but must be at least 1");
        assertThatThrownBy(() -> small().threads(0)).hasMessage("threads is 0, but must be at least 1");
        assertThatThrownBy(() -> small().memoryBytes(-1)).hasMessageContaining("memory of a device is -1.0 byte");
        assertThatThrownBy(() -> small().shardGroups(-1)).hasMessage("shard group is -1, but must be at least 0");
        assertThatThrownBy(() -> small().where(" ", plan -> true)).hasMessageContaining("name of a condition");
    }

    @Test
    void numbersOfPlansAreChecked() {
        PlanSpace space = small().space();
        assertThatThrownBy(() -> space.plan(-1))
                .isInstanceOf(IndexOutOfBoundsException.class)
                .hasMessage("plan -1 of a space of " + space.size() + "; take one from 0 to " + (space.size() - 1));
        assertThatThrownBy(() -> space.batch(space.size())).isInstanceOf(IndexOutOfBoundsException.class);
    }
}
