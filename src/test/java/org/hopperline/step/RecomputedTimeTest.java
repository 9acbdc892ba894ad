package org.hopperline.step;

import static org.assertj.core.api.Assertions.assertThat;

import org.hopperline.core.Precision;
import org.hopperline.hardware.Chips;
import org.hopperline.hardware.Clusters;
import org.hopperline.model.Models;
import org.hopperline.plan.Batch;
import org.hopperline.plan.ParallelPlan;
import org.hopperline.plan.Recompute;
import org.hopperline.plan.RecomputedPart;
import org.hopperline.plan.SoftwareProfile;
import org.hopperline.plan.SoftwareProfiles;
import org.hopperline.plan.TrainingSetup;
import org.junit.jupiter.api.Test;

/** Seconds of what runs again in the backward pass. */
class RecomputedTimeTest {

    private static final ParallelPlan ONE = ParallelPlan.builder().build();
    private static final SoftwareProfile MEGATRON = SoftwareProfiles.MEGATRON;
    private static final SoftwareProfile UNFUSED = SoftwareProfiles.named("Megatron-LM 2022");

    private static StepPrediction step(Recompute what, SoftwareProfile software) {
        TrainingSetup setup = new TrainingSetup(
                Models.LLAMA3_8B,
                Clusters.dgxH100(1),
                ONE.toBuilder().recompute(what).build(),
                new Batch(8, 4096),
                Precision.BF16,
                software);
        return StepModel.on(Chips.H100_SXM5).predict(setup);
    }

    private static double again(Recompute what, SoftwareProfile software) {
        return step(what, software).get(StepTerm.RECOMPUTE);
    }

    /** arXiv 2205.05198 section 5: full recomputation runs the forward pass of the layers once more. */
    @Test
    void everyLayerRunsAgainToItsEnd() {
        double full = again(Recompute.FULL, MEGATRON);
        assertThat(again(Recompute.NONE, MEGATRON)).isZero();
        assertThat(again(Recompute.ofLayers(0.25), MEGATRON))
                .isCloseTo(full / 4, org.assertj.core.data.Percentage.withPercentage(1e-9));
        StepPrediction step = step(Recompute.NONE, MEGATRON);
        // The forward pass of linear layers and attention is a third and less of what they take; passes take the rest.
        double products = step.get(StepTerm.LINEAR) + step.get(StepTerm.ATTENTION);
        assertThat(full).isBetween(0.25 * products, 0.5 * products);
    }

    /**
     * A checkpoint that stops at the last activation that is needed (PyTorch without re-entrance, XLA) does not run the
     * layer's last product again.
     */
    @Test
    void aLayerMayStopBeforeItsLastProduct() {
        LayerTimes layer = new LayerTimes();
        layer.linearForward = 10;
        layer.lastForward = 3;
        layer.attentionForward = 2;
        assertThat(layer.again(Recompute.FULL, false, true)).isEqualTo(12);
        assertThat(layer.again(Recompute.FULL, false, false)).isEqualTo(9);
        assertThat(layer.again(Recompute.ofLayers(0.5), false, false)).isEqualTo(4.5);
        assertThat(SoftwareProfiles.named("JAX").wholeLayerAgain()).isFalse();
        assertThat(MEGATRON.wholeLayerAgain()).isTrue();
    }

    /** Scores that a kernel wrote run again; a flash kernel makes them again by its nature, at no further time. */
    @Test
    void theCoreOfAttentionRunsAgainOnlyWhereItWasWritten() {
        assertThat(again(Recompute.SELECTIVE, MEGATRON)).isZero();
        assertThat(again(Recompute.SELECTIVE, UNFUSED)).isPositive();
        assertThat(again(Recompute.SELECTIVE, UNFUSED)).isLessThan(again(Recompute.FULL, UNFUSED));
    }

    /** Each part costs something, more parts cost more, and all of them no more than the layer. */
    @Test
    void partsAddUpToNoMoreThanTheLayer() {
        double full = again(Recompute.FULL, MEGATRON);
        double norms = again(Recompute.ofParts(RecomputedPart.NORMS), MEGATRON);
        double activation = again(Recompute.ofParts(RecomputedPart.ACTIVATION), MEGATRON);
        double both = again(Recompute.ofParts(RecomputedPart.NORMS, RecomputedPart.ACTIVATION), MEGATRON);
        assertThat(norms).isPositive();
        assertThat(activation).isPositive();
        assertThat(both).isCloseTo(norms + activation, org.assertj.core.data.Percentage.withPercentage(1e-9));
        double feedForward = again(Recompute.ofParts(RecomputedPart.FEED_FORWARD), MEGATRON);
        assertThat(feedForward).isGreaterThan(activation).isLessThan(full);
        double most = again(Recompute.ALL_BUT_QUERY_KEY_VALUE, MEGATRON);
        assertThat(most).isGreaterThan(feedForward).isLessThan(full);
        assertThat(again(Recompute.ofParts(RecomputedPart.values()), MEGATRON))
                .isGreaterThan(most)
                .isLessThanOrEqualTo(full * (1 + 1e-9));
    }
}
