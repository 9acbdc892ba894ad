package org.hopperline.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.hopperline.core.AttentionBackend;
import org.hopperline.core.Precision;
import org.hopperline.hardware.Chips;
import org.hopperline.hardware.Clusters;
import org.hopperline.kernel.Attention;
import org.hopperline.model.Models;
import org.hopperline.plan.Batch;
import org.hopperline.plan.ParallelPlan;
import org.hopperline.plan.Sharding;
import org.hopperline.plan.SoftwareProfiles;
import org.hopperline.plan.TrainingSetup;
import org.junit.jupiter.api.Test;

/** How context ranks exchange keys and values, and what attention loses to it. */
class ContextExchangeTest {

    private static final StepModel H100 = StepModel.on(Chips.H100_SXM5);

    private static TrainingSetup setup(String software, int tensor, int context) {
        return new TrainingSetup(
                Models.LLAMA31_405B,
                Clusters.dgxH100(tensor * context),
                ParallelPlan.builder()
                        .tensor(tensor)
                        .context(context)
                        .sequenceParallel(tensor > 1)
                        .sharding(Sharding.NONE)
                        .build(),
                new Batch(1, 131_072),
                Precision.BF16,
                SoftwareProfiles.named(software));
    }

    private static StepPrediction step(String software, int tensor, int context) {
        return H100.predict(setup(software, tensor, context));
    }

    private static LayerTimes layer(String software, int context) {
        TrainingSetup setup = setup(software, 1, context);
        return H100.evaluator(setup).layers(setup.plan(), setup.batch()).dense();
    }

    /** A ring in a node takes 32 of 132 SMs while its hops last, one across nodes 2. */
    @Test
    void aRingTakesTheSendsChannelsFromAttention() {
        LayerTimes node = layer("llm-foundry 2023", 8);
        assertThat(node.contextForward + node.contextBackward).isZero();
        assertThat(node.contentionForward + node.contentionBackward)
                .isCloseTo(32.0 / 132 * node.contextHidden, within(1e-9 * node.contextHidden));
        LayerTimes nodes = layer("llm-foundry 2023", 16);
        assertThat(nodes.contentionForward + nodes.contentionBackward)
                .isCloseTo(2.0 / 132 * nodes.contextHidden, within(1e-9 * nodes.contextHidden));
        LayerTimes one = layer("llm-foundry 2023", 1);
        assertThat(one.contentionForward + one.contentionBackward).isZero();
    }

    /** arXiv 2407.21783 section 3.3.2: the all-gather is exposed, and small beside attention with 8 key-value heads. */
    @Test
    void aGatherBeforeAttentionIsExposedAndSlowsNothing() {
        StepPrediction step = step("Meta Llama 3", 8, 16);
        assertThat(step.get(StepTerm.CONTEXT_EXPOSED)).isPositive().isLessThan(0.1 * step.get(StepTerm.ATTENTION));
        assertThat(step.get(StepTerm.CONTEXT_HIDDEN)).isZero();
        StepPrediction ring = step("unknown", 8, 16);
        assertThat(ring.get(StepTerm.CONTEXT_HIDDEN)).isPositive();
        assertThat(ring.get(StepTerm.CONTEXT_EXPOSED)).isLessThan(step.get(StepTerm.CONTEXT_EXPOSED));
        assertThat(step.get(StepTerm.PASSES)).isLessThan(ring.get(StepTerm.PASSES));
    }

    /** The kernel then sees an early and a late part of the queries against all keys, once each. */
    @Test
    void gatheredKeysAreMetAtOnce() {
        TrainingSetup setup = setup("Meta Llama 3", 1, 8);
        LayerTimes gathered =
                H100.evaluator(setup).layers(setup.plan(), setup.batch()).dense();
        int part = 131_072 / 8;
        double kernel = Attention.on(Chips.H100_SXM5, AttentionBackend.FLASH_2)
                .sustained()
                .balancedForwardSeconds(1, 128, 8, part, 131_072, 128, 128, 0);
        assertThat(gathered.attentionForward).isCloseTo(kernel, within(1e-9 * kernel));
    }

    /** PyTorch repeats keys and values for 128 heads where the model has 8, and adds gradients in 32 bits. */
    @Test
    void repeatedHeadsMoveMore() {
        StepPrediction repeated = step("torchtitan", 1, 8);
        StepPrediction ring = step("llm-foundry 2023", 1, 8);
        double moved = repeated.get(StepTerm.CONTEXT_HIDDEN) + repeated.get(StepTerm.CONTEXT_EXPOSED);
        double ringMoved = ring.get(StepTerm.CONTEXT_HIDDEN) + ring.get(StepTerm.CONTEXT_EXPOSED);
        assertThat(moved).isBetween(10 * ringMoved, 16 * 2 * ringMoved);
    }
}
