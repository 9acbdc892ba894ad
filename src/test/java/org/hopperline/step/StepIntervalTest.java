package org.hopperline.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.hopperline.core.AttentionBackend;
import org.hopperline.core.Interval;
import org.hopperline.core.Precision;
import org.hopperline.hardware.Chip;
import org.hopperline.hardware.Chips;
import org.hopperline.hardware.Cluster;
import org.hopperline.hardware.Clusters;
import org.hopperline.hardware.Node;
import org.hopperline.measured.MeasuredRun;
import org.hopperline.measured.TrainingRuns;
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
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which interval a question gets, and what it is said to rest on. */
class StepIntervalTest {

    private static TrainingSetup setup(int context, int data, SoftwareProfile software) {
        ParallelPlan plan = ParallelPlan.builder()
                .tensor(8)
                .context(context)
                .data(data)
                .sequenceParallel(true)
                .sharding(Sharding.OPTIMIZER)
                .build();
        return new TrainingSetup(
                Models.LLAMA3_8B,
                Clusters.dgxH100(8 * context * data),
                plan,
                new Batch(data, 8192),
                Precision.BF16,
                software);
    }

    @Test
    void theReachIsThatOfTheCalibrationRuns() {
        List<MeasuredRun> runs = TrainingRuns.shipped().ofSplit("calibration").stream()
                .filter(run -> run.model().mamba() == null)
                .toList();
        Map<List<Object>, List<TrainingSetup>> groups = runs.stream()
                .map(StepIntervalTest::completed)
                .collect(Collectors.groupingBy(setup ->
                        List.of(setup.software().stack(), setup.cluster().chip().name(), StepInterval.regime(setup))));
        assertThat(ScoredRuns.reaches())
                .containsExactlyInAnyOrderElementsOf(groups.values().stream()
                        .map(some -> new ScoredRuns.Reach(
                                some.get(0).software().stack(),
                                some.get(0).cluster().chip().name(),
                                some.get(0).cluster().chip().architecture(),
                                StepInterval.regime(some.get(0)),
                                most(some, setup -> setup.cluster().devices()),
                                most(some, setup -> setup.plan().expert())))
                        .toList());
    }

    private static TrainingSetup completed(MeasuredRun run) {
        return PlanCompletion.of(run.recipe(), run.model(), run.cluster(), run.batch(), run.precision(), run.software())
                .setup();
    }

    private static int most(List<TrainingSetup> runs, ToIntFunction<TrainingSetup> count) {
        return runs.stream().mapToInt(count).max().orElseThrow();
    }

    /** Releases count as the software that they are of. */
    @ParameterizedTest
    @CsvSource({
        "Megatron-Core, Megatron-Core",
        "Megatron-Core 2025, Megatron-Core",
        "NeMo before 24.07, Megatron-Core",
        "llm-foundry 2023 pure, llm-foundry",
        "Meta Llama 3, Meta Llama 3",
        "compiled FSDP, PyTorch FSDP",
        "torchtitan row-wise, torchtitan"
    })
    void aReleaseIsOfItsSoftware(String profile, String stack) {
        assertThat(SoftwareProfiles.named(profile).stack()).isEqualTo(stack);
    }

    /** Software without calibrated runs, sizes and rings that nobody measured: never narrower than what was. */
    @Test
    void theUnscoredIsNoNarrower() {
        Interval scored = StepInterval.factor(setup(1, 4, SoftwareProfiles.MEGATRON), 0.8);
        assertThat(StepInterval.factor(setup(1, 1024, SoftwareProfiles.MEGATRON), 0.8)
                        .width())
                .isGreaterThan(scored.width());
        assertThat(StepInterval.factor(setup(8, 4, SoftwareProfiles.MEGATRON), 0.8)
                        .width())
                .isGreaterThan(scored.width());
        assertThat(StepInterval.factor(setup(1, 4, SoftwareProfiles.MEGATRON), 0.9)
                        .width())
                .isGreaterThan(scored.width());
        assertThat(StepInterval.factor(setup(1, 4, SoftwareProfiles.UNKNOWN), 0.8)
                        .width())
                .isGreaterThan(StepInterval.factor(setup(1, 4, SoftwareProfiles.named("Meta Llama 3")), 0.8)
                        .width());
    }

    /** Whatever the software: sizes and rings that nobody measured, and both together, are less sure than what was. */
    @ParameterizedTest
    @MethodSource("org.hopperline.plan.SoftwareProfiles#list")
    void everySoftwareIsLessSureBeyondTheScored(SoftwareProfile software) {
        for (double coverage : new double[] {0.8, 0.9}) {
            Interval scored = StepInterval.factor(setup(1, 4, software), coverage);
            Interval large = StepInterval.factor(setup(1, 12_800, software), coverage);
            Interval ring = StepInterval.factor(setup(16, 4, software), coverage);
            Interval both = StepInterval.factor(setup(16, 800, software), coverage);
            assertThat(large.low()).isLessThan(scored.low());
            assertThat(large.high()).isGreaterThan(scored.high());
            assertThat(ring.low()).isLessThan(scored.low());
            assertThat(ring.high()).isGreaterThan(scored.high());
            assertThat(both.width()).isGreaterThan(large.width());
            assertThat(both.high() * both.low()).isCloseTo(1, within(1e-3));
        }
    }

    /** Nothing says that software which nobody calibrated is met as well as what is met best. */
    @ParameterizedTest
    @CsvSource({
        "Megatron-Core, MegaScale",
        "NeMo 24.07, MegaScale",
        "llm-foundry 2023, Meta Llama 3",
        "torchtitan, unknown",
        "JAX, unknown"
    })
    void softwareWithoutRunsIsLessSureThanWhatIsMetBest(String calibrated, String stranger) {
        TrainingSetup own = setup(1, 4, SoftwareProfiles.named(calibrated));
        TrainingSetup strange = setup(1, 4, SoftwareProfiles.named(stranger));
        assertThat(StepInterval.regime(strange)).isEqualTo(StepInterval.regime(own));
        assertThat(StepInterval.factor(strange, 0.9).width())
                .isGreaterThan(StepInterval.factor(own, 0.9).width());
    }

    /** Pythagoras on the scale of logarithms. */
    @Test
    void independentErrorsAddInSquares() {
        Interval own = new Interval(Math.exp(-0.03), Math.exp(0.03), 0.8);
        Interval added = new Interval(Math.exp(-0.04), Math.exp(0.04), 0.8);
        Interval wide = StepInterval.widened(own, added, 1);
        assertThat(Math.log(wide.low())).isCloseTo(-0.05, within(1e-12));
        assertThat(Math.log(wide.high())).isCloseTo(0.05, within(1e-12));
        assertThat(StepInterval.halfWidth(0.3, 0.4, 4)).isCloseTo(Math.sqrt(0.73), within(1e-12));
        assertThat(StepInterval.halfWidth(0.3, 0.4, 0)).isEqualTo(0.3);
    }

    /** A tenth slower by an anchor that may hold or not: from the low end about the plain time to the high end about the slower. */
    @Test
    void whatMayHoldOrNotIsSpanned() {
        Interval plain = new Interval(0.9, 1.2, 0.8);
        Interval slower = StepInterval.spanned(plain, 1.1).times(1.1);
        assertThat(slower.low()).isCloseTo(0.9, within(1e-12));
        assertThat(slower.high()).isCloseTo(1.2 * 1.1, within(1e-12));
        Interval faster = StepInterval.spanned(plain, 0.8).times(0.8);
        assertThat(faster.low()).isCloseTo(0.9 * 0.8, within(1e-12));
        assertThat(faster.high()).isCloseTo(1.2, within(1e-12));
        assertThat(StepInterval.spanned(plain, 1)).isEqualTo(plain);
    }

    /** Megatron-Core was calibrated on H100 alone, the largest run of A100 on other software. */
    @Test
    void softwareCountsOnTheChipsThatItRanOn() {
        TrainingSetup hopper = setup(1, 4, SoftwareProfiles.MEGATRON);
        TrainingSetup ampere = on(Clusters.dgxA100(32), hopper);
        assertThat(StepInterval.factor(ampere, 0.8).width())
                .isGreaterThan(StepInterval.factor(hopper, 0.8).width());
        assertThat(StepInterval.basis(ampere)).endsWith("for there is no calibrated run of Megatron-Core on Ampere");
        SoftwareProfile ranThere = SoftwareProfiles.named("Megatron-LM 2022");
        assertThat(StepInterval.scored(on(Clusters.dgxA100(3072), setup(1, 384, ranThere))))
                .isTrue();
        assertThat(StepInterval.basis(on(Clusters.dgxA100(3080), setup(1, 385, ranThere))))
                .endsWith("for there is no calibrated run of Megatron-LM on Ampere of more than 3072 devices");
    }

    private static TrainingSetup on(Cluster cluster, TrainingSetup setup) {
        return new TrainingSetup(
                setup.model(), cluster, setup.plan(), setup.batch(), setup.precision(), setup.software());
    }

    /** Runs of experts on Megatron-Core were dispatched over 8 ranks at most, those of others over more. */
    @Test
    void wideDispatchIsLessSure() {
        assertThat(StepInterval.basis(experts(8, "Megatron-Core")))
                .isEqualTo("families of experts on Megatron-Core, each left out of the fit");
        assertThat(StepInterval.basis(experts(16, "Megatron-Core")))
                .endsWith("for there is no calibrated run of Megatron-Core with expert parallelism beyond 8");
        assertThat(StepInterval.factor(experts(16, "Megatron-Core"), 0.8).width())
                .isGreaterThan(
                        StepInterval.factor(experts(8, "Megatron-Core"), 0.8).width());
        assertThat(StepInterval.basis(experts(16, "Megatron-Bridge")))
                .endsWith("for there is no calibrated run of Megatron-Bridge on Hopper of more than 64 devices");
        assertThat(StepInterval.basis(experts(128, "Meta Llama 3")))
                .endsWith("for there is no calibrated run with expert parallelism beyond 64");
    }

    private static TrainingSetup experts(int expert, String software) {
        return new TrainingSetup(
                Models.named("Qwen3-30B-A3B"),
                Clusters.dgxH100(128),
                ParallelPlan.builder().data(128).expert(expert).build(),
                new Batch(256, 4096),
                Precision.BF16,
                SoftwareProfiles.named(software));
    }

    @Test
    void hybridsHaveNoInterval() {
        TrainingSetup hybrid = new TrainingSetup(
                Models.named("Nemotron-H 8B"),
                Clusters.dgxH100(8),
                ParallelPlan.builder().data(8).build(),
                new Batch(8, 8192),
                Precision.BF16,
                SoftwareProfiles.MEGATRON);
        assertThat(StepInterval.isLearnt(hybrid)).isFalse();
        assertThat(StepInterval.basis(hybrid))
                .isEqualTo("no run of a hybrid with Mamba-2 layers stands behind the intervals");
        assertThatThrownBy(() -> StepInterval.factor(hybrid, 0.8))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("no run of a hybrid with Mamba-2 layers stands behind the intervals, so nothing supports an"
                        + " interval; ask for the prediction alone");
    }

    @Test
    void theBasisIsSaid() {
        assertThat(StepInterval.basis(setup(1, 4, SoftwareProfiles.MEGATRON)))
                .isEqualTo("families of tuned dense on Megatron-Core, each left out of the fit");
        assertThat(StepInterval.basis(setup(1, 4, SoftwareProfiles.named("Megatron-Core 2025"))))
                .isEqualTo(
                        "no calibrated run of tuned dense on Megatron-Core 2025: as for releases of Megatron-Core left out"
                                + " of the fit");
        assertThat(StepInterval.factor(setup(1, 4, SoftwareProfiles.named("Megatron-Core 2025")), 0.8)
                        .width())
                .isGreaterThanOrEqualTo(StepInterval.factor(setup(1, 4, SoftwareProfiles.MEGATRON), 0.8)
                        .width());
        assertThat(StepInterval.basis(setup(1, 4, SoftwareProfiles.named("Meta Llama 3"))))
                .endsWith("on Meta Llama 3: as for software left out of the fit");
        assertThat(StepInterval.basis(setup(1, 4, SoftwareProfiles.UNKNOWN)))
                .isEqualTo("runs on all calibrated software, each left out of the fit and predicted as if unknown");
        String widened =
                "families of tuned dense on Megatron-Core, each left out of the fit; widened by what software left"
                        + " out of the fit showed, for there is ";
        assertThat(StepInterval.basis(setup(1, 1024, SoftwareProfiles.MEGATRON)))
                .isEqualTo(widened + "no calibrated run of Megatron-Core on Hopper of more than 2304 devices");
        assertThat(StepInterval.basis(setup(8, 4, SoftwareProfiles.MEGATRON)))
                .isEqualTo(widened + "hardly a calibrated run with context parallelism beyond 2");
        assertThat(StepInterval.basis(setup(8, 1024, SoftwareProfiles.MEGATRON)))
                .contains("more than 2304 devices, and there is hardly a calibrated run");
    }

    @Test
    void otherLevelsWereNotLearnt() {
        assertThatThrownBy(() -> StepInterval.factor(setup(1, 4, SoftwareProfiles.MEGATRON), 0.5))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("coverage 0.5 was not learnt; take 0.8 or 0.9");
    }

    /** Choices that are borrowed for another software tell nothing of how well it is met. */
    @ParameterizedTest
    @ValueSource(strings = {"llm-foundry 2023", "JAX", "llm-foundry 2024"})
    void borrowedChoicesAreNewSoftware(String profile) {
        SoftwareProfile own = SoftwareProfiles.named(profile);
        TrainingSetup setup = setup(1, 4, own.toBuilder().borrowed(true).build());
        assertThat(StepInterval.factor(setup, 0.8)).isEqualTo(newSoftware(0.8));
        assertThat(StepInterval.factor(setup(1, 4, own), 0.8)).isNotEqualTo(newSoftware(0.8));
        assertThat(StepInterval.basis(setup))
                .isEqualTo("no calibrated run of other dense on what has the choices of " + profile
                        + " for want of its own: as for software left out of the fit");
    }

    private static Interval newSoftware(double coverage) {
        return StepInterval.factor(setup(1, 4, SoftwareProfiles.named("Meta Llama 3")), coverage);
    }

    /** Who borrows is never surer than the release it borrows from. */
    @ParameterizedTest
    @MethodSource("calibrated")
    void borrowingMakesNobodySurer(SoftwareProfile own) {
        for (double coverage : new double[] {0.8, 0.9}) {
            Interval lender = StepInterval.factor(setup(1, 4, own), coverage);
            Interval borrower = StepInterval.factor(
                    setup(1, 4, own.toBuilder().borrowed(true).build()), coverage);
            assertThat(borrower.width()).isGreaterThanOrEqualTo(lender.width());
        }
    }

    private static Stream<SoftwareProfile> calibrated() {
        return SoftwareProfiles.list().stream()
                .filter(software -> !software.stack().equals(SoftwareProfiles.UNKNOWN.stack()));
    }

    /** Software that is met worse than others is so for those who borrow from it. */
    @Test
    void whoBorrowsFromWhatIsMetBadlyIsNoSurer() {
        SoftwareProfile borrowed =
                SoftwareProfiles.named("torchtitan").toBuilder().borrowed(true).build();
        Interval wide = StepInterval.factor(setup(1, 4, borrowed), 0.9);
        assertThat(wide.width()).isGreaterThan(newSoftware(0.9).width());
        assertThat(StepInterval.basis(setup(1, 4, borrowed)))
                .endsWith("for want of its own: as for releases of torchtitan left out of the fit");
    }

    /** Other choices under the old name are a new release, under a name of their own new software; a new name alone is neither. */
    @Test
    void otherChoicesAreNotTheCalibratedRelease() {
        SoftwareProfile calibrated = SoftwareProfiles.named("llm-foundry 2023");
        SoftwareProfile changed =
                calibrated.toBuilder().attention(AttentionBackend.UNFUSED).build();
        SoftwareProfile ours = changed.toBuilder().name("ours").build();
        SoftwareProfile renamed = calibrated.toBuilder().name("ours").build();
        Interval release = StepInterval.factor(setup(1, 4, changed), 0.8);
        assertThat(release.width())
                .isGreaterThan(StepInterval.factor(setup(1, 4, calibrated), 0.8).width());
        assertThat(StepInterval.factor(setup(1, 4, renamed), 0.8)).isEqualTo(release);
        assertThat(StepInterval.factor(setup(1, 4, ours), 0.8)).isEqualTo(newSoftware(0.8));
        assertThat(newSoftware(0.8).width()).isGreaterThan(release.width());
        assertThat(StepInterval.basis(setup(1, 4, changed)))
                .isEqualTo("no calibrated run of other dense on llm-foundry 2023 with these choices: as for releases of"
                        + " llm-foundry left out of the fit");
        assertThat(StepInterval.basis(setup(1, 4, ours)))
                .isEqualTo("no calibrated run of other dense on ours, a software with these choices: as for software"
                        + " left out of the fit");
    }

    /** Two sources ran on H200, both of torchtitan; nobody on the others. */
    @Test
    void aChipCountsForTheSoftwareThatRanOnIt() {
        SoftwareProfile titan = SoftwareProfiles.named("torchtitan");
        SoftwareProfile foundry = SoftwareProfiles.named("llm-foundry 2023");
        for (Chip chip : List.of(Chips.H200_SXM, Chips.H100_HBM2E_500W)) {
            Cluster cluster = with(chip);
            assertThat(StepInterval.scored(on(cluster, setup(1, 4, titan)))).isTrue();
            assertThat(StepInterval.basis(on(cluster, setup(1, 4, foundry))))
                    .endsWith("no calibrated run on " + cluster.chip().name() + " but of torchtitan");
            assertThat(StepInterval.factor(on(cluster, setup(1, 4, foundry)), 0.8)
                            .width())
                    .isGreaterThan(
                            StepInterval.factor(setup(1, 4, foundry), 0.8).width());
        }
        assertThat(StepInterval.scored(setup(1, 4, titan))).isTrue();
        for (Chip chip : List.of(Chips.H100_PCIE, Chips.H100_NVL, Chips.H800_SXM5, Chips.GH200)) {
            Cluster cluster = with(chip);
            assertThat(StepInterval.basis(on(cluster, setup(1, 4, titan))))
                    .contains("for there is no calibrated run on "
                            + cluster.chip().name());
        }
    }

    private static Cluster with(Chip chip) {
        Node node = Clusters.dgxH100(32).node();
        return Clusters.dgxH100(32)
                .withNode(new Node(
                        node.name(),
                        chip,
                        node.devices(),
                        node.scaleUp(),
                        node.nics(),
                        node.nic(),
                        node.packageDevices(),
                        node.packageLink(),
                        node.ratedPower()));
    }

    /** One device more than the largest run is hardly less sure; eight times as many are as unsure as new software is more. */
    @Test
    void sizeCountsByHowFarItGoes() {
        double own = half(setup(1, 288, SoftwareProfiles.MEGATRON));
        double other = Math.log(StepInterval.factor(
                        setup(
                                1,
                                4,
                                SoftwareProfiles.MEGATRON.toBuilder()
                                        .stack("new")
                                        .build()),
                        0.8)
                .high());
        assertThat(StepInterval.scored(setup(1, 288, SoftwareProfiles.MEGATRON)))
                .isTrue();
        double hardly = half(setup(1, 289, SoftwareProfiles.MEGATRON));
        assertThat(hardly).isGreaterThan(own).isCloseTo(own, within(0.02 * own));
        assertThat(half(setup(1, 8 * 288, SoftwareProfiles.MEGATRON))).isCloseTo(Math.hypot(own, other), within(1e-3));
        assertThat(half(setup(1, 2048, SoftwareProfiles.MEGATRON)))
                .isGreaterThan(half(setup(1, 512, SoftwareProfiles.MEGATRON)));
    }

    private static double half(TrainingSetup setup) {
        return Math.log(StepInterval.factor(setup, 0.8).high());
    }

    /** Experts of AutoModel ran on 64 devices at most, those of others on 2,048; software that is new is judged by its class. */
    @Test
    void sizeIsJudgedBySoftwareAndClass() {
        assertThat(StepInterval.basis(experts(16, "AutoModel")))
                .endsWith("no calibrated run of AutoModel on Hopper of more than 64 devices");
        assertThat(ScoredRuns.beyond(experts(16, "AutoModel")))
                .singleElement()
                .satisfies(respect -> assertThat(respect.times()).isCloseTo(1.0 / 6, within(1e-12)));
        assertThat(StepInterval.scored(experts(16, "Meta Llama 3"))).isTrue();
    }
}
