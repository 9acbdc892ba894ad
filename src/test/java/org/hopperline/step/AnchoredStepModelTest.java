package org.hopperline.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.hopperline.core.AttentionBackend;
import org.hopperline.core.Interval;
import org.hopperline.core.Precision;
import org.hopperline.core.Slot;
import org.hopperline.hardware.Chips;
import org.hopperline.hardware.Cluster;
import org.hopperline.hardware.Clusters;
import org.hopperline.hardware.Fabric;
import org.hopperline.model.Models;
import org.hopperline.plan.Batch;
import org.hopperline.plan.ParallelPlan;
import org.hopperline.plan.Sharding;
import org.hopperline.plan.SoftwareProfile;
import org.hopperline.plan.SoftwareProfiles;
import org.hopperline.plan.TrainingSetup;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A measured run scales predictions of runs like it, and of no others. */
class AnchoredStepModelTest {

    private static final StepModel MODEL = StepModel.on(Chips.H100_SXM5);

    private static TrainingSetup setup(int data, int microBatch, int length, Precision precision) {
        ParallelPlan plan = ParallelPlan.builder()
                .tensor(4)
                .pipeline(2)
                .data(data)
                .microBatch(microBatch)
                .sequenceParallel(true)
                .sharding(Sharding.OPTIMIZER)
                .build();
        return new TrainingSetup(
                Models.LLAMA3_8B,
                Clusters.dgxH100(8 * data),
                plan,
                new Batch(8 * data, length),
                precision,
                SoftwareProfiles.MEGATRON);
    }

    private static TrainingSetup alike(int data) {
        return setup(data, 1, 8192, Precision.BF16);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.9, 1, 1.3})
    void theAnchorItselfIsMet(double slower) {
        double seconds = slower * MODEL.predict(alike(1)).seconds();
        AnchoredStepModel anchored = MODEL.calibrateTo(new MeasuredStep(alike(1), seconds));
        assertThat(anchored.factor()).isCloseTo(slower, within(1e-12));
        assertThat(anchored.predict(alike(1)).seconds()).isCloseTo(seconds, within(1e-12 * seconds));
    }

    @Test
    void anAnchorSaysWhatWasMeasured() {
        AnchoredStepModel anchored = MODEL.calibrateTo(
                new MeasuredStep(alike(1), 1.1 * MODEL.predict(alike(1)).seconds()));
        assertThat(anchored)
                .hasToString(
                        "every time multiplied by 1.100, as measured: Llama 3 8B on 8 of DGX H100 cluster, TP4 PP2 DP1 MBS1,"
                                + " optimizer sharded, recompute none; 8 sequences of 8192 tokens, BF16, Megatron-Core");
    }

    /** The token rate of all devices says the same as the seconds of the step. */
    @Test
    void aRateIsAStep() {
        double rate = 0.9 * MODEL.predict(alike(2)).tokensPerSecond();
        assertThat(MODEL.calibrateTo(MeasuredStep.ofTokensPerSecond(alike(2), rate))
                        .predict(alike(2))
                        .tokensPerSecond())
                .isCloseTo(rate, within(1e-9 * rate));
    }

    /** Devices, batch and degrees may differ: every time scales, no share moves, and the answer says so. */
    @Test
    void runsAlikeScaleWhole() {
        StepPrediction plain = MODEL.predict(alike(16));
        StepPrediction anchored = MODEL.calibrateTo(new MeasuredStep(
                        alike(2), 1.25 * MODEL.predict(alike(2)).seconds()))
                .predict(alike(16), List.of("one thing"));
        double sum = 0;
        for (StepTerm term : StepTerm.values()) {
            boolean time = term.unit().equals("s");
            assertThat(anchored.get(term)).isCloseTo((time ? 1.25 : 1) * plain.get(term), within(1e-12));
            sum += term.role() == Slot.Role.CRITICAL ? anchored.get(term) : 0;
        }
        assertThat(sum).isCloseTo(anchored.seconds(), within(1e-9));
        assertThat(anchored.assumptions()).hasSize(2).first().isEqualTo("one thing");
        assertThat(anchored.assumptions().get(1))
                .startsWith("every time multiplied by 1.250, as measured on 16 devices");
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.8, 0.9})
    void anAnchorNarrowsTheInterval(double coverage) {
        MeasuredStep measured =
                new MeasuredStep(alike(2), MODEL.predict(alike(2)).seconds());
        StepPrediction plain = MODEL.predict(alike(16));
        StepPrediction anchored = MODEL.calibrateTo(measured).predict(alike(16));
        assertThat(anchored.factor(coverage).width())
                .isLessThan(plain.factor(coverage).width());
        assertThat(anchored.seconds(coverage).contains(anchored.seconds())).isTrue();
    }

    /** A run of scored size tells nothing of how a far larger one falls behind. */
    @Test
    void beyondTheScoredSizeTheIntervalStays() {
        MeasuredStep measured =
                new MeasuredStep(alike(2), MODEL.predict(alike(2)).seconds());
        assertThat(MODEL.calibrateTo(measured).predict(alike(1024)).factor(0.8))
                .isEqualTo(MODEL.predict(alike(1024)).factor(0.8));
    }

    /** One of unscored size neither, unless the run is no larger than it. */
    @Test
    void aLargeAnchorNarrowsRunsOfItsSize() {
        AnchoredStepModel anchored = MODEL.calibrateTo(
                new MeasuredStep(alike(512), MODEL.predict(alike(512)).seconds()));
        assertThat(anchored.predict(alike(1024)).factor(0.8))
                .isEqualTo(MODEL.predict(alike(1024)).factor(0.8));
        assertThat(anchored.predict(alike(1024)).assumptions())
                .singleElement()
                .asString()
                .endsWith("no such run of 8192 devices is scored, and that one had 4096");
        assertThat(anchored.predict(alike(400)).factor(0.8).width())
                .isLessThan(MODEL.predict(alike(400)).factor(0.8).width());
    }

    /** Two runs of software that nobody names need not be of the same. */
    @Test
    void unknownSoftwareDoesNotNarrow() {
        TrainingSetup unknown = alike(2).withSoftware(SoftwareProfiles.UNKNOWN);
        StepPrediction plain = MODEL.predict(unknown);
        StepPrediction anchored =
                MODEL.calibrateTo(new MeasuredStep(unknown, plain.seconds())).predict(unknown);
        assertThat(anchored.factor(0.8)).isEqualTo(plain.factor(0.8));
        assertThat(anchored.assumptions())
                .singleElement()
                .asString()
                .endsWith("nothing says that both ran on the same software: name it");
    }

    /** Twice the sequences a device, another sharding or other degrees: the time scales, the interval spans both, and the answer says why. */
    @Test
    void runsFedOrShardedOtherwiseDoNotNarrow() {
        AnchoredStepModel anchored = MODEL.calibrateTo(
                new MeasuredStep(alike(2), 1.02 * MODEL.predict(alike(2)).seconds()));
        TrainingSetup fed = alike(4).withBatch(new Batch(64, 8192));
        TrainingSetup whole = alike(4).withPlan(
                        alike(4).plan().toBuilder().sharding(Sharding.NONE).build());
        TrainingSetup split = alike(4).withPlan(
                        alike(4).plan().toBuilder().tensor(8).pipeline(1).build());
        for (TrainingSetup other : List.of(fed, whole, split)) {
            StepPrediction plain = MODEL.predict(other);
            StepPrediction scaled = anchored.predict(other);
            assertThat(scaled.seconds()).isCloseTo(1.02 * plain.seconds(), within(1e-9));
            assertThat(scaled.seconds(0.8).low()).isCloseTo(plain.seconds(0.8).low(), within(1e-9));
            assertThat(scaled.seconds(0.8).high())
                    .isCloseTo(1.02 * plain.seconds(0.8).high(), within(1e-9));
        }
        assertThat(anchored.predict(fed).assumptions())
                .singleElement()
                .asString()
                .endsWith(
                        "the interval spans those with and without it, for that run had TP4 CP1 PP2 EP1, OPTIMIZER over all,"
                                + " recompute none, 1.0 a device, and this one has TP4 CP1 PP2 EP1, OPTIMIZER over all,"
                                + " recompute none, 2.0 a device");
    }

    /** A run that nobody expected scales others alike, but does not make them sure. */
    @Test
    void anAnchorFarOffDoesNotNarrow() {
        StepPrediction plain = MODEL.predict(alike(2));
        double high = plain.factor(0.9).high();
        AnchoredStepModel off = MODEL.calibrateTo(new MeasuredStep(alike(2), 1.01 * high * plain.seconds()));
        assertThat(off.isExpected()).isFalse();
        Interval wide = off.predict(alike(4)).seconds(0.8);
        Interval without = MODEL.predict(alike(4)).seconds(0.8);
        assertThat(wide.low()).isCloseTo(without.low(), within(1e-9));
        assertThat(wide.high()).isCloseTo(off.factor() * without.high(), within(1e-9));
        assertThat(off.predict(alike(4)).assumptions())
                .singleElement()
                .asString()
                .contains("that step is outside the 90 % interval of its own prediction")
                .endsWith("look for what the question does not say");
        assertThat(MODEL.calibrateTo(new MeasuredStep(alike(2), 0.99 * high * plain.seconds()))
                        .isExpected())
                .isTrue();
    }

    /** Milliseconds for seconds, the rate of one device for that of all, or another run than the one that was described. */
    @ParameterizedTest
    @ValueSource(doubles = {0.39, 2.6, 16, 1000})
    void whatCannotBeTheRunIsRefused(double factor) {
        MeasuredStep wrong =
                new MeasuredStep(alike(2), factor * MODEL.predict(alike(2)).seconds());
        assertThatThrownBy(() -> MODEL.calibrateTo(wrong))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("that are predicted for it, but must be at most 2.5 times as long or as short")
                .hasMessageContaining("check that the step is in seconds and a token rate of all 16 devices together");
    }

    /** The same name with other kernels, and a mask that leaves less to attend to. */
    @Test
    void otherChoicesAndMasksAreUnlike() {
        MeasuredStep measured =
                new MeasuredStep(alike(2), MODEL.predict(alike(2)).seconds());
        SoftwareProfile unfused = SoftwareProfiles.MEGATRON.toBuilder()
                .attention(AttentionBackend.UNFUSED)
                .build();
        assertThat(measured.differences(alike(2).withSoftware(unfused)))
                .containsExactly(
                        "its software is Megatron-Core, that of the prediction Megatron-Core with other choices");
        SoftwareProfile named =
                SoftwareProfiles.MEGATRON.toBuilder().stack("MLPerf 4.1").build();
        assertThat(measured.differences(alike(2).withSoftware(named)))
                .containsExactly("its software is Megatron-Core, that of the prediction MLPerf 4.1");
        TrainingSetup masked = alike(2).withBatch(new Batch(16, 8192, 500));
        assertThat(measured.differences(masked))
                .containsExactly("its attended length is 8192, that of the prediction 500");
        assertThatThrownBy(() -> MODEL.calibrateTo(measured).predict(masked))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("its attended length is 8192");
    }

    /** What borrows its choices is not who lends them, and two that borrow need not be one. */
    @Test
    void borrowersAreNotTheirLender() {
        TrainingSetup borrowed = alike(2).withSoftware(
                        SoftwareProfiles.MEGATRON.toBuilder().borrowed(true).build());
        double seconds = MODEL.predict(alike(2)).seconds();
        assertThat(new MeasuredStep(alike(2), seconds).differences(borrowed))
                .containsExactly("its software is Megatron-Core, that of the prediction another with the choices of"
                        + " Megatron-Core");
        StepPrediction anchored =
                MODEL.calibrateTo(new MeasuredStep(borrowed, 1.01 * seconds)).predict(borrowed);
        assertThat(anchored.seconds(0.8).width())
                .isGreaterThan(MODEL.predict(borrowed).seconds(0.8).width());
        assertThat(anchored.assumptions().get(anchored.assumptions().size() - 1))
                .endsWith("nothing says that both ran on the same software: name it");
    }

    /** Nodes joined otherwise: the time scales, the interval does not narrow, and the answer says why. */
    @Test
    void anotherNetworkDoesNotNarrow() {
        Cluster infiniBand = alike(2).cluster();
        Fabric fabric = infiniBand.fabric();
        Cluster roce = infiniBand.withFabric(
                new Fabric("ours", Fabric.Technology.ROCE, false, false, fabric.tiers(), fabric.throughput()));
        TrainingSetup there = new TrainingSetup(
                alike(2).model(), roce, alike(2).plan(), alike(2).batch(), Precision.BF16, SoftwareProfiles.MEGATRON);
        MeasuredStep measured =
                new MeasuredStep(alike(2), MODEL.predict(alike(2)).seconds());
        AnchoredStepModel anchored = MODEL.calibrateTo(measured);
        assertThat(measured.differences(there)).isEmpty();
        assertThat(measured.near(there)).isFalse();
        assertThat(anchored.predict(there).factor(0.8))
                .isEqualTo(MODEL.predict(there).factor(0.8));
        assertThat(anchored.predict(there).assumptions())
                .singleElement()
                .asString()
                .contains("for that run had the network INFINIBAND of 8 x 50 GB/s a node")
                .contains("and this one has ROCE of 8 x 50 GB/s a node");
        assertThat(anchored.predict(alike(2)).factor(0.8).width())
                .isLessThan(MODEL.predict(alike(2)).factor(0.8).width());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "2 | 4096 | BF16 | its sequence length is 8192, that of the prediction 4096; its micro-batch is 1, that of the prediction 2",
                "1 | 8192 | FP8 | its precision is BF16, that of the prediction FP8"
            })
    void unlikeIsRefusedWithEveryDifference(int microBatch, int length, Precision precision, String differences) {
        AnchoredStepModel anchored = MODEL.calibrateTo(
                new MeasuredStep(alike(2), MODEL.predict(alike(2)).seconds()));
        assertThatThrownBy(() -> anchored.predict(setup(2, microBatch, length, precision)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("a measured run anchors runs like it only, but " + differences + ". Anchored")
                .hasMessageEndingWith("measure a run alike, or ask without an anchor");
    }

    @Test
    void otherSoftwareModelAndChipAreUnlike() {
        MeasuredStep measured = new MeasuredStep(alike(2), 100);
        assertThat(measured.differences(alike(64))).isEmpty();
        assertThat(measured.differences(alike(2).withSoftware(SoftwareProfiles.UNKNOWN)))
                .containsExactly("its software is Megatron-Core, that of the prediction unknown");
        TrainingSetup wider = new TrainingSetup(
                Models.LLAMA3_8B.toBuilder().ffnHidden(16_384).build(),
                Clusters.dgxA100(16),
                alike(2).plan(),
                alike(2).batch(),
                Precision.BF16,
                SoftwareProfiles.MEGATRON);
        assertThat(measured.differences(wider))
                .containsExactly(
                        "its chip is H100 SXM5 80GB, that of the prediction A100 SXM4 80GB",
                        "its model is Llama 3 8B, that of the prediction Llama 3 8B of another shape");
    }

    @Test
    void aStepFasterThanTheChipIsNoMeasurement() {
        double bound = SpeedOfLight.of(alike(2)).seconds();
        assertThatThrownBy(() -> new MeasuredStep(alike(2), 0.9 * bound))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is shorter than this setup's lower bound of")
                .hasMessageContaining("check devices, batch and unit");
        assertThatThrownBy(() -> new MeasuredStep(alike(2), Double.NaN))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("measured seconds of a step");
        assertThatThrownBy(() -> MeasuredStep.ofTokensPerSecond(alike(2), -1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("measured token rate");
    }
}
