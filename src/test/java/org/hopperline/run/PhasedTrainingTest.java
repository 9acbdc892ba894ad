package org.hopperline.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.assertj.core.data.Percentage;
import org.hopperline.core.Slot;
import org.hopperline.hardware.Cluster;
import org.hopperline.hardware.Clusters;
import org.hopperline.model.Models;
import org.hopperline.plan.ParallelPlan;
import org.hopperline.plan.Recompute;
import org.hopperline.plan.Sharding;
import org.hopperline.plan.SoftwareProfiles;
import org.hopperline.run.goodput.Checkpoint;
import org.hopperline.run.goodput.StartUp;
import org.hopperline.run.money.Price;
import org.hopperline.run.money.Prices;
import org.junit.jupiter.api.Test;

/** Phases of a run: published bookkeeping, limits, and phases that cannot be. */
class PhasedTrainingTest {

    private static final double MI = 1024 * 1024;
    private static final Cluster META = Clusters.META_ROCE.withDevices(16_384);
    private static final Training LLAMA =
            Training.of(Models.LLAMA31_405B).tokens(15.6e12).batchTokens(16 * MI);

    /**
     * arXiv 2407.21783 table 4: TP 8, PP 16, and as much CP and DP as the sequences ask for. A tenth of the layers runs
     * again, which makes room for what the paper saves by means of its own (section 3.3.2).
     */
    private static ParallelPlan meta(int context, int data) {
        return ParallelPlan.builder()
                .tensor(8)
                .context(context)
                .pipeline(16)
                .virtualStages(4)
                .data(data)
                .sequenceParallel(true)
                .sharding(Sharding.OPTIMIZER)
                .recompute(Recompute.ofLayers(0.1))
                .build();
    }

    /** One rank of a context group for each 8,192 tokens, in powers of two; table 4's for 8,192 and for 131,072. */
    private static List<TrainingPhase> published() {
        return TrainingPhases.LLAMA31_405B.stream()
                .map(phase -> {
                    int context = Math.max(1, Integer.highestOneBit(2 * (phase.sequenceLength() - 1) / 8192));
                    return phase.withPlan(meta(context, 128 / context));
                })
                .toList();
    }

    /** arXiv 2407.21783: 3.8e25 FLOPs on 15.6T tokens; section 3.4: 252M, to 2.87T, about 800B in six stages. */
    @Test
    void tokensAndFlopsOfLlama3AddUp() {
        PhasedTraining run = LLAMA.phases(TrainingPhases.LLAMA31_405B);
        double tokens = 0;
        double longContext = 0;
        for (int i = 0; i < run.phases().size(); i++) {
            tokens += run.tokensOf(i);
            longContext += run.phases().get(i).sequenceLength() > 8192 ? run.tokensOf(i) : 0;
        }
        assertThat(tokens).isCloseTo(15.6e12, Percentage.withPercentage(1e-9));
        assertThat(run.tokens()).isEqualTo(15.6e12);
        assertThat(longContext).isCloseTo(0.8e12, Percentage.withPercentage(1e-6));
        assertThat(run.tokensOf(0)).isEqualTo(252e6);
        assertThat(run.phases().stream().filter(p -> p.sequenceLength() > 8192)).hasSize(6);
        assertThat(run.phases().get(8).sequenceLength()).isEqualTo(131_072);
        assertThat(LLAMA.phases(published()).on(META).flops()).isCloseTo(3.8e25, Percentage.withPercentage(1));
    }

    /**
     * Model card of Llama 3.1: 30.84 million GPU-hours. That every phase ran on 16,384 GPUs is assumed, as are the plans of
     * the small batches: table 4 of arXiv 2407.21783 gives plans for 16M tokens a batch alone. So assumed the hours come out
     * too high, by 16 % with software as tuned as any and by 34 % with Meta's own as described in section 3.3, and the 80 %
     * interval of neither holds the published figure: eight micro-batches on sixteen stages wait for most of the pipeline.
     */
    @Test
    void gpuHoursOfLlama3ComeOutTooHighOnAllDevicesThroughout() {
        PhasedPrediction tuned = LLAMA.phases(published()).on(META);
        assertThat(tuned.deviceHours()).isCloseTo(30.84e6, Percentage.withPercentage(20));
        PhasedPrediction meta = LLAMA.software(SoftwareProfiles.named("Meta Llama 3"))
                .phases(published())
                .on(META);
        assertThat(meta.deviceHours()).isCloseTo(30.84e6, Percentage.withPercentage(40));
        assertThat(tuned.deviceHours()).isCloseTo(24.0 * 16_384 * tuned.days(), Percentage.withPercentage(1e-9));
        assertThat(tuned.deviceHours(0.8).contains(tuned.deviceHours())).isTrue();
        // All at the largest batch and 8,192 tokens is faster.
        assertThat(tuned.days()).isGreaterThan(LLAMA.plan(meta(1, 128)).on(META).days());
    }

    /** Half the devices for the small batches, assumed as no source gives their number: fewer hours, more days. */
    @Test
    void smallBatchesOnFewerDevicesCostLessAndTakeLonger() {
        List<TrainingPhase> grown = published().stream()
                .map(phase -> phase.batchTokens() < 16 * MI ? phase.withPlan(meta(1, 64)) : phase)
                .toList();
        PhasedPrediction run = LLAMA.phases(grown).on(META);
        PhasedPrediction whole = LLAMA.phases(published()).on(META);
        assertThat(run.deviceHours()).isLessThan(0.95 * whole.deviceHours());
        assertThat(run.days()).isGreaterThan(whole.days());
    }

    @Test
    void onePhaseIsTheRunItself() {
        RunPrediction whole = LLAMA.plan(meta(1, 128)).on(META);
        PhasedPrediction one = LLAMA.plan(meta(1, 128))
                .phases(TrainingPhase.of("all", 15.6e12, 16 * MI, 8192))
                .on(META);
        assertThat(one.days()).isEqualTo(whole.days());
        assertThat(one.days(0.8)).isEqualTo(whole.days(0.8));
        assertThat(one.deviceHours()).isEqualTo(whole.get(RunTerm.DEVICE_HOURS));
        assertThat(one.megawattHours()).isEqualTo(whole.energy().megawattHours());
        Price rent = Prices.named("Lambda on demand").get(0);
        assertThat(one.rented(rent)).isEqualTo(whole.cost().rented(rent));
        assertThat(one.phases().get(0).step().seconds()).isEqualTo(whole.step().seconds());
    }

    @Test
    void cuttingARunInTwoChangesOnlyTheLastStepOfEach() {
        Training plain = LLAMA.plan(meta(1, 128));
        PhasedPrediction two = plain.phases(
                        TrainingPhase.of("first", 5e12, 16 * MI, 8192),
                        TrainingPhase.of("second", 15.6e12, 16 * MI, 8192))
                .on(META);
        RunPrediction whole = plain.on(META);
        assertThat(two.days()).isCloseTo(whole.days(), within(2 * whole.step().seconds() / 86_400));
        // The job goes on.
        assertThat(two.phases().get(0).get(RunTerm.START_DAYS)).isEqualTo(whole.get(RunTerm.START_DAYS));
        assertThat(two.phases().get(1).get(RunTerm.START_DAYS)).isZero();
    }

    @Test
    void anotherPlanStartsAgainFromTheCheckpoint() {
        PhasedPrediction two = LLAMA.phases(
                        TrainingPhase.of("short", 5e12, 16 * MI, 8192).withPlan(meta(1, 128)),
                        TrainingPhase.of("long", 6e12, 16 * MI, 131_072).withPlan(meta(16, 8)))
                .on(META);
        RunPrediction later = two.phases().get(1);
        double load = StartUp.usual()
                .loadSeconds(Checkpoint.bytes(Models.LLAMA31_405B.parameters(), Checkpoint.adamBytesPerParameter()));
        assertThat(later.get(RunTerm.START_DAYS) * 86_400)
                .isCloseTo(StartUp.usual().seconds(16_384, later.step().seconds(), false) + load, within(1e-6));
    }

    @Test
    void sumsAndEndsAddUp() {
        PhasedPrediction run = LLAMA.phases(published()).on(META);
        assertThat(run.days())
                .isCloseTo(
                        run.phases().stream().mapToDouble(RunPrediction::days).sum(), within(1e-9));
        assertThat(run.days(0.8).low())
                .isCloseTo(
                        run.phases().stream()
                                .mapToDouble(p -> p.days(0.8).low())
                                .sum(),
                        within(1e-9));
        assertThat(run.explain().terms(Slot.Role.CRITICAL)).hasSize(9);
        assertThat(run.explain().terms(Slot.Role.CRITICAL).stream()
                        .mapToDouble(t -> t.share())
                        .sum())
                .isCloseTo(1, within(1e-9));
        assertThat(run.explain().toString()).contains("context of 128K").contains("calendar time");
        assertThat(run.toString())
                .contains("Llama 3.1 405B")
                .contains("in 9 phases")
                .contains("80 %");
        assertThat(run.likelyDays()).isEqualTo(run.days(0.8));
    }

    @Test
    void aMaskShortensLongContext() {
        TrainingPhase phase = TrainingPhase.of("long", 1e12, 16 * MI, 131_072).withPlan(meta(16, 8));
        double whole = LLAMA.phases(phase).on(META).days();
        double masked = LLAMA.phases(phase.withAttendedLength(8192)).on(META).days();
        double shortSequences = LLAMA.phases(
                        TrainingPhase.of("short", 1e12, 16 * MI, 8192).withPlan(meta(1, 128)))
                .on(META)
                .days();
        assertThat(masked).isLessThan(0.8 * whole).isGreaterThan(0.95 * shortSequences);
    }

    @Test
    void aPhaseWithoutAPlanIsSearched() {
        Training small = Training.of(Models.LLAMA3_8B).tokens(1e11).batchTokens(4 * MI);
        PhasedPrediction run = small.phases(
                        TrainingPhase.of("a", 5e10, 2 * MI, 4096), TrainingPhase.of("b", 1e11, 4 * MI, 8192))
                .on(Clusters.dgxH100(64));
        assertThat(run.phases().get(0).assumptions()).anyMatch(a -> a.contains("the fastest found"));
        assertThat(run.phases().get(1).days())
                .isCloseTo(small.tokens(5e10).on(Clusters.dgxH100(64)).days(), Percentage.withPercentage(1));
    }

    @Test
    void noPhases() {
        assertThatThrownBy(() -> LLAMA.phases(List.of()))
                .hasMessage("a run of no phases trains nothing; give one or more");
    }

    @Test
    void phasesOutOfOrder() {
        assertThatThrownBy(() -> LLAMA.phases(
                        TrainingPhase.of("late", 2e12, 16 * MI, 8192), TrainingPhase.of("early", 1e12, 8 * MI, 8192)))
                .hasMessage(
                        "phase \"early\" ends at 1.000e+12 tokens, but \"late\" before it ends at 2.000e+12; give the"
                                + " tokens of the whole run seen at the end of each phase, in order");
    }

    @Test
    void aBatchThatThePlanDoesNotDivide() {
        Training plain = LLAMA.plan(meta(1, 128));
        assertThatThrownBy(() -> plain.phases(TrainingPhase.of("tiny", 1e9, 16 * 8192, 8192))
                        .on(META))
                .hasMessageStartingWith(
                        "phase \"tiny\": a batch of 1.311e+05 tokens does not divide by the plan TP8 PP16")
                .hasMessageEndingWith("whose nearest is 1.049e+06; take that or fewer replicas");
    }

    @Test
    void aPhaseShorterThanItsBatch() {
        assertThatThrownBy(() -> LLAMA.phases(
                                TrainingPhase.of("main", 1e12, 16 * MI, 8192),
                                TrainingPhase.of("end", 1e12 + 1e6, 16 * MI, 8192))
                        .on(META))
                .hasMessageStartingWith("phase \"end\": a run of 1000000.0 tokens is shorter than one batch");
    }

    @Test
    void phasesOfBadNumbers() {
        assertThatThrownBy(() -> TrainingPhase.of(" ", 1e12, 16 * MI, 8192))
                .hasMessage("name of a phase is \" \", but must not be blank");
        assertThatThrownBy(() -> TrainingPhase.of("a", -1, 16 * MI, 8192))
                .hasMessage("tokens at the end of a phase is -1.0 token, but must be finite and above 0 token");
        assertThatThrownBy(() -> TrainingPhase.of("a", 1e12, 16 * MI, 8192).withAttendedLength(10_000))
                .hasMessage("attended length is 10000.0 token, but must lie between 1.0 token and 8192.0 token");
    }
}
