package org.hopperline.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.hopperline.core.Precision;
import org.hopperline.hardware.Clusters;
import org.hopperline.model.Models;
import org.hopperline.plan.Batch;
import org.hopperline.plan.ParallelPlan;
import org.hopperline.plan.Recompute;
import org.hopperline.plan.Sharding;
import org.hopperline.plan.SoftwareProfiles;
import org.hopperline.plan.TrainingSetup;
import org.hopperline.step.StepModel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sweeps in parts, by threads, stopped half-way, and line by line. */
class SweepTest {

    private static final ParallelPlan TENSOR = ParallelPlan.builder()
            .tensor(8)
            .data(2)
            .sequenceParallel(true)
            .sharding(Sharding.OPTIMIZER)
            .build();

    /** 2 models x 3 plans x 2 batches x 3 speeds of the network x 2 prices. */
    private static SweepSpace questions() {
        return SweepSpace.of(Models.LLAMA3_8B, Clusters.dgxH100(16), 1e6, 8192)
                .models(List.of(Models.LLAMA3_8B, Models.LLAMA3_70B))
                .plans(List.of(
                        TENSOR,
                        TENSOR.toBuilder().tensor(4).data(4).build(),
                        TENSOR.toBuilder().tensor(3).data(5).build()))
                .batches(List.of(BatchTarget.exactly(new Batch(64, 8192)), BatchTarget.exactly(new Batch(65, 8192))))
                .vary(HardwareFigure.NIC_BANDWIDTH, 12.5e9, 50e9, 100e9)
                .dollarsPerDeviceHour(2, 3)
                .keep(5);
    }

    private static PlanSearch plans() {
        return PlanSearch.of(Models.LLAMA3_8B, Clusters.dgxH100(16))
                .batch(new Batch(64, 8192))
                .context(1)
                .microBatch(1)
                .shardGroups(0, 8)
                .threads(1);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 7, 36, 71})
    void partsComeTogetherInAnyOrder(long cut) {
        Sweep sweep = questions().sweep();
        SweepSummary whole = sweep.best(0, sweep.size());
        assertThat(sweep.size()).isEqualTo(72);
        assertThat(whole.answered() + whole.failed()).isEqualTo(72);
        SweepSummary first = sweep.best(0, cut);
        SweepSummary second = sweep.best(cut, 72);
        assertThat(first.merge(second)).isEqualTo(whole).hasSameHashCodeAs(whole);
        assertThat(second.merge(first)).isEqualTo(whole);
        assertThat(SweepSummary.empty(5).merge(whole)).isEqualTo(whole);
        assertThat(first).isNotEqualTo(whole);
    }

    @Test
    void mergingIsAssociative() {
        Sweep sweep = questions().sweep();
        SweepSummary a = sweep.best(0, 20);
        SweepSummary b = sweep.best(20, 50);
        SweepSummary c = sweep.best(50, 72);
        assertThat(a.merge(b).merge(c)).isEqualTo(a.merge(b.merge(c)));
    }

    /** A part that keeps one knows no second; the whole keeps one, however it comes together. */
    @Test
    void mergingIsAssociativeWhateverPartsKeep() {
        SweepSummary a = questions().keep(1).sweep().best(0, 20);
        SweepSummary b = questions().keep(1).sweep().best(20, 50);
        SweepSummary c = questions().keep(5).sweep().best(50, 72);
        assertThat(a.merge(b).merge(c)).isEqualTo(a.merge(b.merge(c)));
        assertThat(a.merge(b.merge(c)).costs()).hasSize(1);
        assertThat(SweepSummary.empty(5).merge(c)).isEqualTo(c);
    }

    @Test
    void failuresAreCountedByReason() {
        SweepSummary summary = SweepRun.of(questions().sweep()).run();
        // Half of the batches are odd, a third of the plans has 15 ranks, and the larger model fits nowhere.
        assertThat(summary.failures()).containsOnlyKeys("batch not divided", "bad question", "memory");
        assertThat(summary.answered()).isEqualTo(12);
        assertThat(summary.toString()).startsWith("12 answered, 60 failed").contains("batch not divided");
    }

    @Test
    void anAnswerIsThePredictionItself() {
        Sweep sweep = questions().sweep();
        SweepSummary summary = sweep.best(0, sweep.size());
        SweepOutcome outcome = sweep.at(summary.indices()[0]);
        assertThat(outcome.failure()).isNull();
        SweepPoint point = outcome.point();
        TrainingSetup setup = new TrainingSetup(
                Models.LLAMA3_8B,
                point.machine(),
                TENSOR.toBuilder().tensor(4).data(4).build(),
                new Batch(64, 8192),
                Precision.BF16,
                SoftwareProfiles.MEGATRON);
        double seconds = StepModel.on(setup.cluster().chip()).predict(setup).seconds();
        assertThat(outcome.step()).isNotNull();
        assertThat(outcome.step().seconds()).isEqualTo(seconds);
        assertThat(summary.costs()[0]).isCloseTo(seconds / setup.batch().tokens(), within(1e-18));
        assertThat(point.varied()).containsExactly("nic_bandwidth=1.0E11");
        assertThat(outcome.dollarsPerMillionTokens())
                .isCloseTo(2 * 16 / 3600.0 * seconds / setup.batch().tokens() * 1e6, within(1e-9));
    }

    @Test
    void aFasterNetworkIsNoSlower() {
        Sweep sweep = questions().sweep();
        SweepOutcome slow = sweep.at(12);
        SweepOutcome fast = sweep.at(16);
        assertThat(slow.point().varied()).containsExactly("nic_bandwidth=1.25E10");
        assertThat(fast.point().varied()).containsExactly("nic_bandwidth=1.0E11");
        assertThat(slow.step().seconds()).isGreaterThan(fast.step().seconds());
    }

    @Test
    void withoutAPlanTheBestIsSearched() {
        Sweep sweep = SweepSpace.of(Models.LLAMA3_8B, Clusters.dgxH100(16), 1e6, 8192)
                .machines(List.of(Clusters.dgxH100(8), Clusters.dgxH100(16)))
                .by(SweepMeasure.DEVICE_TIME)
                .sweep();
        SweepOutcome outcome = sweep.at(1);
        assertThat(outcome.step().seconds())
                .isEqualTo(PlanSearch.of(Models.LLAMA3_8B, Clusters.dgxH100(16))
                        .batchTokens(1e6, 8192)
                        .best(1)
                        .first()
                        .seconds());
        assertThat(sweep.best(0, 2).answered()).isEqualTo(2);
    }

    @Test
    void noPlanIsAFailureWithItsReason() {
        Sweep sweep = SweepSpace.of(Models.LLAMA31_405B, Clusters.dgxH100(8), 1e6, 8192)
                .sweep();
        SweepOutcome outcome = sweep.at(0);
        assertThat(outcome.failure()).isEqualTo("memory");
        assertThat(outcome.message()).contains("the smallest needs");
        assertThatThrownBy(() -> sweep.cost(outcome)).hasMessage("the answer to question 0 has no step, so no cost");
    }

    @Test
    void dollarsNeedAPrice() {
        Sweep sweep = SweepSpace.of(Models.LLAMA3_8B, Clusters.dgxH100(16), 1e6, 8192)
                .plans(List.of(TENSOR))
                .dollarsPerDeviceHour(0, 2)
                .by(SweepMeasure.DOLLARS)
                .sweep();
        assertThat(sweep.best(0, 2).failures()).containsEntry("no price", 1L).hasSize(1);
    }

    @Test
    void aCombinationWithoutAStepSaysWhatItNeedsOrBreaks() {
        Sweep large = PlanSearch.of(Models.LLAMA31_405B, Clusters.dgxH100(8))
                .batch(new Batch(8, 8192))
                .tensor(8)
                .sweep(1);
        assertThat(large.at(0).failure()).isEqualTo(Removed.MEMORY.toString());
        assertThat(large.at(0).message())
                .startsWith("combination 0, TP8 ")
                .contains(", needs ")
                .endsWith(" on each device, which has 85.52 GB");
        Sweep dense = plans().expert(2).sweep(1);
        assertThat(LongStream.range(0, dense.size())
                        .mapToObj(index -> dense.at(index).message()))
                .anySatisfy(message -> assertThat(message)
                        .endsWith("breaks a rule of shape: expert parallel 2 on a dense model: there are no experts to"
                                + " share; take 1 for both degrees"));
    }

    @Test
    void whatHasNoStepLacksMoreThanAPrice() {
        Sweep sweep = SweepSpace.of(Models.LLAMA31_405B, Clusters.dgxH100(8), 1e6, 8192)
                .dollarsPerDeviceHour(0)
                .by(SweepMeasure.DOLLARS)
                .sweep();
        assertThat(sweep.at(0).failure()).isEqualTo("memory");
    }

    /** The best plans of a whole space by parts, on a parallel stream of the user's own, equal those of the search. */
    @Test
    void theSweepOverPlansFindsWhatTheSearchFinds() {
        Sweep sweep = plans().sweep(10);
        long part = 1000;
        SweepSummary swept = LongStream.range(0, (sweep.size() + part - 1) / part)
                .parallel()
                .mapToObj(i -> sweep.best(i * part, Math.min(sweep.size(), (i + 1) * part)))
                .reduce(SweepSummary.empty(10), SweepSummary::merge);
        SearchResult searched = plans().everyVariant().best(10);
        assertThat(swept.costs()).hasSize(10);
        for (int place = 0; place < 10; place++) {
            assertThat(swept.costs()[place]).isEqualTo(searched.cost(place));
            SweepOutcome outcome = sweep.at(swept.indices()[place]);
            assertThat(outcome.step().setup().plan())
                    .isEqualTo(searched.plans().get(place).setup().plan());
            assertThat(sweep.cost(outcome)).isEqualTo(searched.cost(place));
        }
        assertThat(swept.answered() + swept.failed()).isEqualTo(sweep.size());
        assertThat(swept.answered())
                .isEqualTo(plans().withoutBounds().best(1).counts().priced());
    }

    @Test
    void everyPlanOfASweepHasAnAnswer() {
        Sweep sweep = plans().tensor(1, 2).pipeline(1, 2).virtualStages(1, 2).sweep(1);
        SweepSummary whole = sweep.best(0, sweep.size());
        long answered = 0;
        for (long index = 0; index < sweep.size(); index++) {
            SweepOutcome outcome = sweep.at(index);
            answered += outcome.step() == null ? 0 : 1;
            assertThat(outcome.failure() == null).isEqualTo(outcome.step() != null);
        }
        assertThat(answered).isEqualTo(whole.answered()).isPositive();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5})
    void threadsDoNotChangeTheAnswer(int threads) {
        Sweep sweep = questions().sweep();
        assertThat(SweepRun.of(sweep).threads(threads).part(5).run()).isEqualTo(sweep.best(0, sweep.size()));
    }

    @Test
    void progressIsToldAfterEachPart() {
        List<Long> told = new ArrayList<>();
        SweepRun.of(questions().sweep())
                .part(30)
                .onProgress((done, size) -> {
                    assertThat(size).isEqualTo(72);
                    return told.add(done);
                })
                .run();
        assertThat(told).containsExactly(30L, 60L, 72L);
    }

    @Test
    void aSweepCanBeStopped() {
        SweepSummary some = SweepRun.of(questions().sweep())
                .part(10)
                .onProgress((done, size) -> done < 20)
                .run();
        assertThat(some).isEqualTo(questions().sweep().best(0, 20));
    }

    @Test
    void linesComeAsPartsAreDone() throws IOException {
        StringBuilder out = new StringBuilder();
        AtomicLong lines = new AtomicLong();
        SweepSummary summary = SweepRun.of(questions().sweep())
                .part(24)
                .toCsv(out)
                .onProgress((done, size) -> {
                    lines.set(out.chars().filter(c -> c == '\n').count());
                    assertThat(lines.get()).isEqualTo(done + 1);
                    return true;
                })
                .run();
        assertThat(lines.get()).isEqualTo(73);
        assertThat(summary).isEqualTo(questions().sweep().best(0, 72));
        String[] rows = out.toString().split("\n", -1);
        assertThat(rows[0]).startsWith("index,model,machine,machine_devices,devices,plan,");
        for (int row = 1; row <= 72; row++) {
            assertThat(rows[row]).startsWith((row - 1) + ",Llama 3");
        }
        // A plan has commas of its own, so it stands in quotes.
        assertThat(rows[13])
                .startsWith(
                        "12,Llama 3 8B,DGX H100 cluster,16,16,\"TP4 PP1 DP4 MBS1, optimizer sharded, recompute none\",64,"
                                + "8192,BF16,Megatron-Core,nic_bandwidth=1.25E10,2.00000000,");
        assertThat(rows[72]).contains(",bad question,").contains("15 devices do not fill nodes of 8");
    }

    @Test
    void parallelLinesAreWholeAndNoneIsLost() {
        StringBuilder out = new StringBuilder();
        SweepRun.of(questions().sweep()).threads(3).part(7).toCsv(out).run();
        List<String> rows = out.toString().lines().skip(1).toList();
        assertThat(rows).hasSize(72);
        assertThat(rows.stream().map(row -> row.substring(0, row.indexOf(','))).distinct())
                .hasSize(72);
    }

    @Test
    void anOutputThatBreaksIsReported() {
        Appendable broken = new Appendable() {
            @Override
            public Appendable append(CharSequence text) throws IOException {
                throw new IOException("disk full");
            }

            @Override
            public Appendable append(CharSequence text, int start, int end) throws IOException {
                throw new IOException("disk full");
            }

            @Override
            public Appendable append(char letter) throws IOException {
                throw new IOException("disk full");
            }
        };
        assertThatThrownBy(() -> SweepRun.of(questions().sweep()).toCsv(broken).run())
                .isInstanceOf(UncheckedIOException.class)
                .hasMessage("the answers of the sweep cannot be written");
    }

    /** An output that breaks in one thread leaves the others no further part to begin. */
    @Test
    void aFailureStopsEveryThread() throws InterruptedException {
        AtomicLong answered = new AtomicLong();
        Sweep slow = new Sweep() {
            private final Sweep sweep = questions().sweep();

            @Override
            public long size() {
                return 1_000_000;
            }

            @Override
            public SweepOutcome at(long index) {
                return sweep.at(index % 72);
            }

            @Override
            public SweepSummary best(long from, long to) {
                answered.incrementAndGet();
                if (from == 0 && to > 0) {
                    throw new IllegalStateException("part 0");
                }
                return sweep.best(0, 0);
            }

            @Override
            public double cost(SweepOutcome outcome) {
                return sweep.cost(outcome);
            }
        };
        assertThatThrownBy(() -> SweepRun.of(slow).threads(2).part(1).run()).hasMessageContaining("part 0");
        Thread.sleep(50);
        long then = answered.get();
        assertThat(then).isLessThan(1_000_000);
        Thread.sleep(50);
        assertThat(answered.get()).isEqualTo(then);
    }

    /** Every way to cut a sweep into three, in every order and grouping. */
    @Test
    void mergingIsAssociativeAndCommutativeForAllCuts() {
        Sweep sweep = questions().sweep();
        SweepSummary whole = sweep.best(0, 72);
        for (int a = 0; a <= 72; a += 9) {
            for (int b = a; b <= 72; b += 12) {
                SweepSummary x = sweep.best(0, a);
                SweepSummary y = sweep.best(a, b);
                SweepSummary z = sweep.best(b, 72);
                assertThat(z.merge(x).merge(y)).isEqualTo(whole);
                assertThat(y.merge(z.merge(x))).isEqualTo(whole);
                assertThat(x.merge(z).merge(y)).isEqualTo(whole);
            }
        }
    }

    /** Where the best plan is searched, it is searched within what is asked of it. */
    @Test
    void searchesOfASweepHaveLimits() {
        Sweep sweep = SweepSpace.of(Models.LLAMA3_8B, Clusters.dgxH100(16), 1e6, 8192)
                .machines(List.of(Clusters.dgxH100(8), Clusters.dgxH100(16)))
                .searching(search -> search.tensor(4).recompute(Recompute.FULL))
                .keep(1)
                .sweep();
        for (int index = 0; index < 2; index++) {
            SweepOutcome outcome = sweep.at(index);
            assertThat(outcome.step()).isNotNull();
            assertThat(outcome.step().setup().plan().tensor()).isEqualTo(4);
            assertThat(outcome.step().setup().plan().recompute()).isEqualTo(Recompute.FULL);
        }
        Sweep none = SweepSpace.of(Models.LLAMA3_8B, Clusters.dgxH100(16), 1e6, 8192)
                .searching(search -> search.where("is none", plan -> false))
                .sweep();
        assertThat(none.at(0).failure()).isEqualTo("no plan");
        assertThat(none.at(0).message()).contains("but none of them is none");
    }

    /** Counts that overflow fail one question, not the sweep. */
    @Test
    void aCountTooLargeFailsItsQuestionAlone() {
        Sweep sweep = SweepSpace.of(Models.LLAMA3_8B, Clusters.dgxH100(16), 1e6, 8192)
                .plans(List.of(TENSOR))
                .vary(
                        "sequences",
                        (point, value) ->
                                point.withBatch(BatchTarget.exactly(new Batch(Math.toIntExact((long) value), 8192))),
                        1e12,
                        64)
                .sweep();
        assertThat(sweep.best(0, 2).answered()).isEqualTo(1);
        assertThat(sweep.best(0, 2).failures()).containsEntry("bad question", 1L);
        assertThat(sweep.at(0).message()).isEqualTo("integer overflow");
    }

    @Test
    void everyLetterThatEndsALineIsQuoted() {
        StringBuilder out = new StringBuilder();
        SweepRun.of(SweepSpace.of(
                                Models.LLAMA3_8B.toBuilder().name("a \"b\"\rc").build(),
                                Clusters.dgxH100(16),
                                1e6,
                                8192)
                        .plans(List.of(TENSOR))
                        .sweep())
                .toCsv(out)
                .run();
        assertThat(out.toString()).contains("\n0,\"a \"\"b\"\"\rc\",DGX H100 cluster,16,16,");
    }

    @Test
    void aPlanOfASweepNamesItsOwnBatch() {
        BatchTarget other = BatchTarget.exactly(new Batch(128, 4096));
        Sweep sweep = plans().batches(List.of(BatchTarget.exactly(new Batch(64, 8192)), other))
                .sweep(1);
        assertThat(sweep.at(sweep.size() - 1).point().batch()).isEqualTo(other);
        assertThat(sweep.at(0).point().batch().sequenceLength()).isEqualTo(8192);
    }

    @Test
    void summariesTravel() throws IOException, ClassNotFoundException {
        SweepSummary summary = questions().sweep().best(0, 72);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(summary);
        }
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            assertThat(in.readObject()).isEqualTo(summary);
        }
    }

    @Test
    void emptyAxesAndBadRangesAreRefused() {
        SweepSpace space = questions();
        assertThatThrownBy(() -> space.models(List.of())).hasMessage("0 models make an empty sweep; give at least 1");
        assertThatThrownBy(() -> space.vary(HardwareFigure.NIC_BANDWIDTH))
                .hasMessage("0 values of nic_bandwidth make an empty sweep; give at least 1");
        assertThatThrownBy(() -> space.sweep().best(5, 4))
                .isInstanceOf(IndexOutOfBoundsException.class)
                .hasMessage("questions from 5 to 4 of a sweep of 72; take a range within 0 to 72");
        assertThatThrownBy(() -> space.sweep().at(72)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> space.keep(0)).hasMessage("answers to keep is 0, but must be at least 1");
        assertThatThrownBy(() -> SweepRun.of(space.sweep()).part(0))
                .hasMessage("questions of a part is 0, but must be at least 1");
    }

    @Test
    void aValueOutOfRangeFailsItsQuestionAlone() {
        Sweep sweep = SweepSpace.of(Models.LLAMA3_8B, Clusters.dgxH100(16), 1e6, 8192)
                .plans(List.of(TENSOR))
                .vary(HardwareFigure.NIC_BANDWIDTH, -1, 50e9)
                .sweep();
        assertThat(sweep.best(0, 2).answered()).isEqualTo(1);
        assertThat(sweep.at(0).message()).contains("nic_bandwidth is -1.0 byte/s");
    }
}
