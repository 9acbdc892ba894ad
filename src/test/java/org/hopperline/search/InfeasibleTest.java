package org.hopperline.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.hopperline.hardware.Clusters;
import org.hopperline.model.Models;
import org.hopperline.plan.Batch;
import org.hopperline.plan.Recompute;
import org.hopperline.plan.Sharding;
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
                .hasMessageContaining("fits 85.5")
                .hasMessageContaining("the smallest needs")
                .hasMessageContaining("take more devices");
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
                .hasMessageContaining("divides the batch; take more tokens a step or fewer devices");
    }

    @Test
    void stagesThatDivideNothing() {
        assertThatThrownBy(() -> small().tensor(1).pipeline(16).virtualStages(5).best(1))
                .hasMessageContaining("divides 32 layers (or two more) evenly over stages and virtual stages");
    }

    @Test
    void blocksThatExceedTheMachine() {
        assertThatThrownBy(() -> small().tensor(8).pipeline(4).best(1))
                .hasMessageContaining("comes out even on the devices")
                .hasMessageContaining("without \"pipeline 4\"");
    }

    @Test
    void aDeadlineThatNothingMeets() {
        assertThatThrownBy(() ->
                        small().objective(Objectives.deadline(15e12, 3600)).best(1))
                .hasMessageContaining("does for devices for 1.500e+13 tokens in 3600 s")
                .hasMessageContaining("take more devices");
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
