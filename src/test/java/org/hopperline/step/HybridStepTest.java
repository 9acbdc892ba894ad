package org.hopperline.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.hopperline.core.Precision;
import org.hopperline.hardware.Chips;
import org.hopperline.hardware.Clusters;
import org.hopperline.kernel.StateSpaceScan;
import org.hopperline.model.LayerPattern;
import org.hopperline.model.Models;
import org.hopperline.model.Transformer;
import org.hopperline.model.TransformerBuilder;
import org.hopperline.plan.Batch;
import org.hopperline.plan.CudaGraphs;
import org.hopperline.plan.ParallelPlan;
import org.hopperline.plan.Recompute;
import org.hopperline.plan.SoftwareProfile;
import org.hopperline.plan.SoftwareProfiles;
import org.hopperline.plan.TrainingSetup;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Steps of models whose layers are single blocks. */
class HybridStepTest {

    private static final StepModel H100 = StepModel.on(Chips.H100_SXM5);
    private static final StepModel NO_HOST = H100.with(RunConstants.none());
    private static final SoftwareProfile SOFTWARE = SoftwareProfiles.named("Megatron-Bridge");

    private static TrainingSetup setup(Transformer model, ParallelPlan plan, int sequences) {
        return new TrainingSetup(
                model,
                Clusters.MEMPHIS.withDevices(plan.devices()),
                plan,
                new Batch(sequences, 8192),
                Precision.BF16,
                SOFTWARE);
    }

    private static TransformerBuilder llama() {
        return Transformer.builder("llama")
                .hidden(4096)
                .heads(32)
                .kvHeads(8)
                .ffnHidden(14336)
                .vocab(32000);
    }

    static List<Transformer> hybrids() {
        return Models.list().stream().filter(m -> m.pattern() != null).toList();
    }

    /** Layers cut in halves take as long, but that hybrids have no rotary positions. */
    @Test
    void halvesOfALayerTakeAsLongAsTheWhole() {
        ParallelPlan plan = ParallelPlan.builder().tensor(2).pipeline(2).data(2).build();
        StepPrediction whole = NO_HOST.predict(setup(llama().layers(4).build(), plan, 16));
        Transformer split = llama().pattern(new LayerPattern("*-*-*-*-")).build();
        StepPrediction halves = NO_HOST.predict(setup(split, plan, 16));
        for (StepTerm term : List.of(
                StepTerm.LINEAR, StepTerm.ATTENTION, StepTerm.LOGITS, StepTerm.OPTIMIZER, StepTerm.TENSOR_EXPOSED)) {
            assertThat(halves.get(term)).isCloseTo(whole.get(term), within(1e-9));
        }
        assertThat(halves.get(StepTerm.PASSES)).isLessThan(whole.get(StepTerm.PASSES));
        assertThat(halves.get(StepTerm.SCAN)).isZero();
        assertThat(halves.seconds()).isBetween(0.97 * whole.seconds(), whole.seconds());
    }

    /** Every published shape, no faster than its hardware allows. */
    @ParameterizedTest
    @MethodSource("hybrids")
    void stepsArePredicted(Transformer model) {
        int groups = model.mamba().groups();
        ParallelPlan plan = ParallelPlan.builder()
                .tensor(groups)
                .data(8)
                .expert(model.experts() == null ? 1 : 8)
                .build();
        TrainingSetup setup = setup(model, plan, 16);
        StepPrediction step = H100.predict(setup);
        assertThat(step.seconds()).isGreaterThan(SpeedOfLight.of(setup).seconds());
        // 2 micro-batches of as many scans as the model has mixers.
        StateSpaceScan scan = StateSpaceScan.on(Chips.H100_SXM5);
        int heads = model.mamba().heads() / groups;
        double each = scan.forwardSeconds(
                        8192, heads, model.mamba().headDim(), 1, model.mamba().state(), SOFTWARE.scanChunk())
                + scan.backwardSeconds(
                        8192, heads, model.mamba().headDim(), 1, model.mamba().state(), SOFTWARE.scanChunk());
        assertThat(step.get(StepTerm.SCAN)).isCloseTo(2 * model.mambaLayers() * each, within(1e-9));
    }

    /** A stage waits for the one whose part of the pattern takes longest. */
    @Test
    void theSlowestStageHasMostMixers() {
        Transformer uneven = mixed("MMMM*----*");
        Transformer even = mixed("MM--*MM--*");
        ParallelPlan plan = ParallelPlan.builder().pipeline(2).build();
        StepPrediction slow = NO_HOST.predict(setup(uneven, plan, 16));
        StepPrediction level = NO_HOST.predict(setup(even, plan, 16));
        assertThat(slow.seconds()).isGreaterThan(1.03 * level.seconds());
        ParallelPlan one = ParallelPlan.builder().build();
        assertThat(NO_HOST.predict(setup(uneven, one, 4)).seconds())
                .isCloseTo(NO_HOST.predict(setup(even, one, 4)).seconds(), within(1e-9));
    }

    private static Transformer mixed(String pattern) {
        return Models.named("Nemotron-H 8B").toBuilder()
                .pattern(new LayerPattern(pattern))
                .vocab(1024)
                .build();
    }

    /** More layers of each kind take longer, each by itself. */
    @Test
    void everyLayerTakesTime() {
        ParallelPlan plan = ParallelPlan.builder().build();
        double base = NO_HOST.predict(setup(mixed("M-*"), plan, 1)).seconds();
        for (String more : List.of("M-*M", "M-*-", "M-**")) {
            assertThat(NO_HOST.predict(setup(mixed(more), plan, 1)).seconds()).isGreaterThan(1.02 * base);
        }
    }

    /** A sequence twice as long takes a pure Mamba-2 model twice as long. */
    @Test
    void pureMambaIsLinearInTheSequence() {
        Transformer model = Models.named("Mamba-2 2.7B");
        ParallelPlan plan = ParallelPlan.builder().build();
        StepPrediction once = NO_HOST.predict(setup(model, plan, 1));
        StepPrediction twice = NO_HOST.predict(new TrainingSetup(
                model,
                Clusters.MEMPHIS.withDevices(plan.devices()),
                plan,
                new Batch(1, 16384),
                Precision.BF16,
                SOFTWARE));
        assertThat(once.get(StepTerm.ATTENTION)).isZero();
        double layers = once.get(StepTerm.LINEAR) + once.get(StepTerm.SCAN);
        assertThat(twice.get(StepTerm.LINEAR) + twice.get(StepTerm.SCAN)).isBetween(1.9 * layers, 2.02 * layers);
    }

    /** A layer that runs again runs its scan again; a graph of mixers takes them from the host. */
    @Test
    void scansRunAgain() {
        Transformer nano = Models.named("Nemotron 3 Nano");
        ParallelPlan plan = ParallelPlan.builder().data(8).expert(8).build();
        double scan = StateSpaceScan.on(Chips.H100_SXM5).forwardSeconds(8192, 64, 64, 8, 128, 128);
        StepPrediction full = NO_HOST.predict(
                setup(nano, plan.toBuilder().recompute(Recompute.FULL).build(), 8));
        assertThat(full.get(StepTerm.RECOMPUTE)).isGreaterThan(23 * scan);
        TrainingSetup eager = new TrainingSetup(
                nano, Clusters.MEMPHIS.withDevices(plan.devices()), plan, new Batch(8, 512), Precision.BF16, SOFTWARE);
        TrainingSetup graphed = new TrainingSetup(
                nano,
                Clusters.MEMPHIS.withDevices(plan.devices()),
                plan,
                new Batch(8, 512),
                Precision.BF16,
                SOFTWARE.withGraphs(CudaGraphs.parse("mamba")));
        assertThat(H100.predict(graphed).get(StepTerm.HOST))
                .isLessThan(H100.predict(eager).get(StepTerm.HOST));
    }
}
