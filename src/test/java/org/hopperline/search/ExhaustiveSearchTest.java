package org.hopperline.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.hopperline.core.Precision;
import org.hopperline.hardware.Cluster;
import org.hopperline.hardware.Clusters;
import org.hopperline.model.Models;
import org.hopperline.model.Transformer;
import org.hopperline.plan.Batch;
import org.hopperline.plan.ParallelPlan;
import org.hopperline.plan.PlanRules;
import org.hopperline.plan.Recompute;
import org.hopperline.plan.Sharding;
import org.hopperline.plan.SoftwareProfiles;
import org.hopperline.plan.TrainingSetup;
import org.hopperline.step.StepModel;
import org.hopperline.step.StepPrediction;
import org.hopperline.work.MemoryFootprint;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The search against every plan of its space tried one by one, and against itself without bounds and by threads. */
class ExhaustiveSearchTest {

    private static final Batch BATCH = new Batch(128, 8192);

    private static PlanSearch dense() {
        return PlanSearch.of(Models.LLAMA3_8B, Clusters.dgxH100(16))
                .batch(BATCH)
                .threads(1);
    }

    private static PlanSearch experts() {
        return PlanSearch.of(Models.MIXTRAL_8X7B, Clusters.dgxH100(32))
                .batch(BATCH)
                .threads(1)
                .context(1, 2)
                .expertTensor(1, 2)
                .microBatch(1, 2);
    }

    private static PlanSearch pipelines() {
        return PlanSearch.of(Models.LLAMA3_70B, Clusters.dgxH100(64))
                .batch(BATCH)
                .threads(1)
                .context(1)
                .microBatch(1, 2)
                .shardGroups(0, 8);
    }

    private static PlanSearch everyReplica() {
        return experts().context(1).batchTokens(0.5e6, 8192).devices(Degrees.atLeast(1));
    }

    private static List<PlanSearch> questions() {
        return List.of(dense(), experts(), pipelines(), everyReplica());
    }

    /** Every plan of a space for a model of 32 layers on 16 devices, written out as loops of its own. */
    @Test
    void theFirstIsTheFastestOfAllThatFit() {
        Cluster cluster = Clusters.dgxH100(16);
        StepModel step = StepModel.on(cluster.chip());
        double room = cluster.chip().visibleMemoryBytes();
        List<StepPrediction> fitting = new ArrayList<>();
        for (int tensor : new int[] {1, 2, 4, 8}) {
            for (int pipeline : new int[] {1, 2, 4, 8, 16}) {
                for (int context : new int[] {1, 2, 4}) {
                    int data = 16 / (tensor * context * pipeline);
                    if (data == 0) {
                        continue;
                    }
                    for (int v = 1; v <= 16; v++) {
                        if (32 % (pipeline * v) != 0) {
                            continue;
                        }
                        for (int micro : new int[] {1, 2, 4}) {
                            for (double share : new double[] {0, 0.5, 1}) {
                                for (Sharding sharding : new Sharding[] {Sharding.NONE, Sharding.OPTIMIZER}) {
                                    TrainingSetup setup = new TrainingSetup(
                                            Models.LLAMA3_8B,
                                            cluster,
                                            ParallelPlan.builder()
                                                    .tensor(tensor)
                                                    .context(context)
                                                    .pipeline(pipeline)
                                                    .virtualStages(v)
                                                    .data(data)
                                                    .microBatch(micro)
                                                    .sequenceParallel(tensor > 1)
                                                    .sharding(sharding)
                                                    .recompute(Recompute.ofLayers(share))
                                                    .build(),
                                            BATCH,
                                            Precision.BF16,
                                            SoftwareProfiles.MEGATRON);
                                    if (PlanRules.violations(setup).isEmpty()
                                            && MemoryFootprint.of(setup).total() <= room) {
                                        fitting.add(step.predict(setup));
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
        fitting.sort(Comparator.comparingDouble(StepPrediction::seconds));
        assertThat(fitting).hasSizeGreaterThan(50);
        SearchResult found = dense().context(Degrees.atMost(4))
                .microBatch(1, 2, 4)
                .sequenceParallel(true)
                .sharding(Sharding.NONE, Sharding.OPTIMIZER)
                .shardGroups(0)
                .recompute(Recompute.NONE, Recompute.ofLayers(0.5), Recompute.FULL)
                .where("stages divide 32 layers", plan -> 32 % (plan.pipeline() * plan.virtualStages()) == 0)
                .everyVariant()
                .best(20);
        for (int i = 0; i < 20; i++) {
            assertThat(found.plans().get(i).seconds()).isEqualTo(fitting.get(i).seconds());
        }
    }

    /** Every number of replicas on every number of devices that fills nodes, written out as loops of its own. */
    @Test
    void everyNumberOfReplicasIsTried() {
        StepModel step = StepModel.on(Clusters.dgxH100(24).chip());
        List<StepPrediction> fitting = new ArrayList<>();
        for (int tensor : new int[] {1, 2, 4, 8}) {
            for (int pipeline : new int[] {1, 2, 17}) {
                for (int data = 1; tensor * pipeline * data <= 24; data++) {
                    int devices = tensor * pipeline * data;
                    long sequences = (long) Math.rint(100.0 / data) * data;
                    if (devices > 8 && devices % 8 != 0 || Math.abs(sequences - 100) > 10) {
                        continue;
                    }
                    for (Sharding sharding : new Sharding[] {Sharding.NONE, Sharding.OPTIMIZER}) {
                        TrainingSetup setup = new TrainingSetup(
                                Models.LLAMA3_8B,
                                Clusters.dgxH100(devices),
                                ParallelPlan.builder()
                                        .tensor(tensor)
                                        .pipeline(pipeline)
                                        .data(data)
                                        .sequenceParallel(tensor > 1)
                                        .sharding(sharding)
                                        .recompute(Recompute.FULL)
                                        .build(),
                                new Batch((int) sequences, 8192),
                                Precision.BF16,
                                SoftwareProfiles.MEGATRON);
                        if (PlanRules.violations(setup).isEmpty()
                                && MemoryFootprint.of(setup).total()
                                        <= setup.cluster().chip().visibleMemoryBytes()
                                && !(sharding == Sharding.OPTIMIZER && data == 1)) {
                            fitting.add(step.predict(setup));
                        }
                    }
                }
            }
        }
        fitting.sort(Comparator.comparingDouble(p -> -p.tokensPerSecond()));
        assertThat(fitting).hasSizeGreaterThan(25);
        SearchResult found = PlanSearch.of(Models.LLAMA3_8B, Clusters.dgxH100(24))
                .batchTokens(100 * 8192, 8192)
                .devices(Degrees.atLeast(1))
                .context(1)
                .pipeline(1, 2, 17)
                .virtualStages(1)
                .microBatch(1)
                .sequenceParallel(true)
                .sharding(Sharding.NONE, Sharding.OPTIMIZER)
                .shardGroups(0)
                .recompute(Recompute.FULL)
                .everyVariant()
                .best(1000);
        assertThat(found.plans()).hasSameSizeAs(fitting);
        for (int i = 0; i < fitting.size(); i++) {
            assertThat(found.plans().get(i).tokensPerSecond())
                    .isCloseTo(
                            fitting.get(i).tokensPerSecond(),
                            within(1e-9 * fitting.get(i).tokensPerSecond()));
        }
    }

    /** Of plans that differ in replicas alone one stands for all where every number of them is tried. */
    @Test
    void plansThatDifferInReplicasAloneAreOne() {
        List<StepPrediction> plans = everyReplica().best(10).plans();
        assertThat(plans)
                .extracting(plan -> plan.setup().plan().toBuilder()
                        .data(1)
                        .sharding(Sharding.NONE)
                        .shardGroup(0)
                        .recompute(Recompute.NONE)
                        .build())
                .hasSize(10)
                .doesNotHaveDuplicates();
    }

    @Test
    void moreChoiceIsNoWorse() {
        PlanSearch few = PlanSearch.of(Models.LLAMA3_8B, Clusters.dgxH100(40)).batchTokens(1e6, 8192);
        for (Objective objective : List.of(Objectives.TIME, Objectives.DEVICE_TIME, Objectives.DEVICES)) {
            double one = few.objective(objective).best(1).cost(0);
            double any =
                    few.objective(objective).devices(Degrees.atLeast(1)).best(1).cost(0);
            assertThat(any).as(objective.label()).isLessThanOrEqualTo(one);
        }
        assertThat(few.objective(Objectives.DEVICES)
                        .devices(Degrees.atLeast(1))
                        .best(1)
                        .cost(0))
                .isLessThan(8);
    }

    /** One number after the other against the search: the same reasons the same number of times. */
    @Test
    void aSweepCountsWhatTheSearchCounts() {
        PlanSearch question = everyReplica()
                .tensor(1, 2, 3)
                .pipeline(1, 2, 3)
                .virtualStages(1, 2)
                .expert(1, 4)
                .unevenStages()
                .shardGroups(0, 3, 4)
                .recompute(Recompute.NONE, Recompute.FULL)
                .batches(List.of(BatchTarget.about(0.5e6, 8192), BatchTarget.about(0.55e6, 8192)))
                .withoutBounds();
        for (PlanSearch each : List.of(question, question.devices(8, 16, 17, 32), question.data(1, 3, 4))) {
            SpaceCounts counts = each.find(1).counts();
            Sweep sweep = each.sweep(1);
            SweepSummary summary = sweep.best(0, sweep.size());
            for (Removed why : Removed.values()) {
                assertThat(summary.failures().getOrDefault(why.toString(), 0L))
                        .as(why.name())
                        .isEqualTo(counts.get(why));
            }
            assertThat(summary.answered()).isEqualTo(counts.priced()).isPositive();
        }
    }

    @Test
    void nothingIsLostToABound() {
        for (PlanSearch question : questions()) {
            SearchResult all = question.withoutBounds().best(8);
            SearchResult some = question.best(8);
            assertThat(all.counts().get(Removed.BOUND)).isZero();
            assertThat(some.counts().get(Removed.BOUND)).isPositive();
            assertThat(plans(some)).isEqualTo(plans(all));
            assertThat(some.counts().total()).isEqualTo(all.counts().total());
        }
    }

    @Test
    void nothingIsLostToABoundAmongAllVariants() {
        for (PlanSearch question : questions()) {
            SearchResult all = question.everyVariant().withoutBounds().best(50);
            SearchResult some = question.everyVariant().best(50);
            assertThat(some.counts().priced()).isLessThan(all.counts().priced());
            assertThat(plans(some)).isEqualTo(plans(all));
        }
    }

    @ParameterizedTest
    @EnumSource(Objectives.class)
    void nothingIsLostToABoundOfAnObjective(Objectives objective) {
        PlanSearch named =
                dense().objective(objective).devices(8, 16).context(1).microBatch(1, 2);
        PlanSearch every = everyReplica().objective(objective);
        for (PlanSearch question : List.of(named, every)) {
            assertThat(plans(question.best(5)))
                    .isEqualTo(plans(question.withoutBounds().best(5)));
        }
    }

    @Test
    void nothingIsLostToABoundOfADeadline() {
        PlanSearch question = everyReplica();
        double tokensPerSecond = question.best(1).first().tokensPerSecond();
        for (double slack : new double[] {1.001, 1.5, 3, 10}) {
            PlanSearch by = question.objective(Objectives.deadline(1e12, slack * 1e12 / tokensPerSecond));
            SearchResult some = by.best(5);
            assertThat(plans(some)).isEqualTo(plans(by.withoutBounds().best(5)));
            assertThat(some.counts().get(Removed.BOUND)).isPositive();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 7})
    void theAnswerIsTheSameForAnyNumberOfThreads(int threads) {
        for (PlanSearch question : questions()) {
            SearchResult one = question.best(8);
            SearchResult many = question.threads(threads).best(8);
            assertThat(plans(many)).isEqualTo(plans(one));
            assertThat(many.counts()).hasToString(one.counts().toString());
            assertThat(question.threads(threads).front(Objectives.MEMORY))
                    .hasToString(question.front(Objectives.MEMORY).toString());
        }
    }

    @Test
    void everyCombinationIsCounted() {
        for (PlanSearch question : questions()) {
            assertThat(question.best(1).counts().total())
                    .isEqualTo(question.space().size());
        }
    }

    /** The space, one number after the other, against what the search counts. */
    @Test
    void numbersDecodeToThePlansThatAreSearched() {
        PlanSearch question = dense().context(1).microBatch(1).shardGroups(0, 2).withoutBounds();
        PlanSpace space = question.space();
        StepModel step = StepModel.on(Clusters.dgxH100(16).chip());
        double best = Double.POSITIVE_INFINITY;
        long makePlans = 0;
        for (long index = 0; index < space.size(); index++) {
            ParallelPlan plan = space.plan(index);
            Batch batch = space.batch(index);
            if (plan == null || batch == null) {
                continue;
            }
            TrainingSetup setup = new TrainingSetup(
                    Models.LLAMA3_8B,
                    Clusters.dgxH100(plan.devices()),
                    plan,
                    batch,
                    Precision.BF16,
                    SoftwareProfiles.MEGATRON);
            boolean offered = plan.sharding() != Sharding.GRADIENTS || plan.pipeline() == 1;
            if (PlanRules.violations(setup).isEmpty()
                    && offered
                    && MemoryFootprint.of(setup).total()
                            <= setup.cluster().chip().visibleMemoryBytes()) {
                best = Math.min(best, step.predict(setup).seconds());
                makePlans++;
            }
        }
        SearchResult result = question.best(1);
        assertThat(result.first().seconds()).isEqualTo(best);
        // What is the same plan twice is searched once.
        assertThat(makePlans).isGreaterThanOrEqualTo(result.counts().priced());
    }

    @Test
    void theFrontIsThatOfAllPlans() {
        for (PlanSearch question : questions()) {
            ParetoFront front = question.front(Objectives.MEMORY);
            assertThat(front)
                    .hasToString(
                            question.withoutBounds().front(Objectives.MEMORY).toString());
            assertThat(front.points()).hasSizeGreaterThan(2);
            assertThat(front.points().get(0).plan().seconds())
                    .isEqualTo(question.best(1).first().seconds());
            for (int i = 1; i < front.points().size(); i++) {
                assertThat(front.points().get(i).first())
                        .isGreaterThan(front.points().get(i - 1).first());
                assertThat(front.points().get(i).second())
                        .isLessThan(front.points().get(i - 1).second());
            }
        }
    }

    @Test
    void noPlanIsOffTheFrontUnbeaten() {
        PlanSearch question = dense().context(1).microBatch(1, 2).everyVariant().withoutBounds();
        ParetoFront front = question.front(Objectives.MEMORY);
        for (StepPrediction plan : question.best(500).plans()) {
            double bytes = MemoryFootprint.of(plan.setup()).total();
            double cost = plan.seconds() / BATCH.tokens();
            assertThat(front.points()).anySatisfy(point -> {
                assertThat(point.first()).isLessThanOrEqualTo(cost);
                assertThat(point.second()).isLessThanOrEqualTo(bytes);
            });
        }
    }

    /** The fastest plan of each number of devices, where it is faster than all on fewer. */
    @Test
    void theFrontOfDevicesIsTheBestOfEachNumber() {
        PlanSearch question = everyReplica().tensor(1, 2, 4);
        ParetoFront front = question.front(Objectives.DEVICES);
        List<Double> expected = new ArrayList<>();
        double fastest = Double.POSITIVE_INFINITY;
        for (int devices : new int[] {1, 2, 3, 4, 5, 6, 7, 8, 16, 24, 32}) {
            SearchResult on =
                    question.devices(Degrees.between(devices, devices)).find(1);
            if (!on.plans().isEmpty() && on.cost(0) < fastest) {
                fastest = on.cost(0);
                expected.add(0, fastest);
            }
        }
        assertThat(expected).hasSizeGreaterThan(2);
        assertThat(front.points()).extracting(ParetoFront.Point::first).isEqualTo(expected);
    }

    @Test
    void fewerDevicesOrMoreSpeed() {
        ParetoFront front = dense().devices(8, 16).context(1).microBatch(1, 2).front(Objectives.DEVICES);
        assertThat(front.points()).hasSize(2);
        assertThat(front.points().get(0).plan().setup().plan().devices()).isEqualTo(16);
        assertThat(front.points().get(1).plan().setup().plan().devices()).isEqualTo(8);
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, 0, -1, Double.POSITIVE_INFINITY})
    void batchesArePositive(double tokens) {
        assertThatThrownBy(() -> dense().batchTokens(tokens, 8192))
                .hasMessage("tokens of a batch is " + tokens + " token, but must be finite and above 0 token");
    }

    /** Limits and batches that come down to the same plan are one plan. */
    @Test
    void noPlanIsNamedTwice() {
        PlanSearch question = dense().context(1).microBatch(1).everyVariant();
        SearchResult once = question.best(30);
        assertThat(plans(once)).doesNotHaveDuplicates();
        assertThat(plans(question.devices(16, 17, 1000).best(30))).isEqualTo(plans(once));
        BatchTarget target = BatchTarget.exactly(BATCH);
        assertThat(plans(question.batches(List.of(target, target)).best(30))).isEqualTo(plans(once));
        assertThat(plans(question.sharding(Sharding.OPTIMIZER, Sharding.OPTIMIZER)
                        .recompute(Recompute.NONE, Recompute.NONE)
                        .shardGroups(0, 0)
                        .best(30)))
                .doesNotHaveDuplicates();
        assertThat(question.devices(16, 17).find(1).counts().total())
                .isEqualTo(question.devices(16, 17).space().size());
    }

    /** 24 replicas do not divide 128 sequences, 16 do. */
    @Test
    void moreDevicesAreNoWorseWhereTheyDoNotDivideTheBatch() {
        double sixteen = dense().best(1).cost(0);
        SearchResult more = PlanSearch.of(Models.LLAMA3_8B, Clusters.dgxH100(24))
                .batch(BATCH)
                .best(1);
        assertThat(more.cost(0)).isLessThanOrEqualTo(sixteen);
    }

    @Test
    void askingForMoreThanThereAreGivesAll() {
        PlanSearch question = dense().context(1).microBatch(1).tensor(8).everyVariant();
        SearchResult all = question.best(Integer.MAX_VALUE);
        assertThat(all.plans()).hasSize((int) all.counts().priced()).hasSizeGreaterThan(16);
    }

    @Test
    void emptyListsAllowNoPlan() {
        assertThatThrownBy(() -> dense().order()).hasMessage("0 orders of stages allow no plan; give at least 1");
        assertThatThrownBy(() -> dense().sharding()).hasMessage("0 kinds of sharding allow no plan; give at least 1");
        assertThatThrownBy(() -> dense().shardGroups()).hasMessage("0 shard groups allow no plan; give at least 1");
        assertThatThrownBy(() -> dense().recompute())
                .hasMessage("0 levels of recomputation allow no plan; give at least 1");
    }

    /** The smallest plan need not be slower than the next; the words say so. */
    @Test
    void aRunnerUpByMemoryMayBeFaster() {
        PlanComparison why = dense().context(1)
                .microBatch(1)
                .objective(Objectives.MEMORY)
                .best(2)
                .whyNotSecond();
        assertThat(why.toString())
                .contains(
                        why.differenceSeconds() < 0 ? "a step less" : "loses",
                        why.winner().setup().plan().toString())
                .doesNotContain("loses -");
    }

    /** The fastest plan of several batches is among the fastest of each. */
    @Test
    void batchesAreOneMoreAxis() {
        List<BatchTarget> targets =
                List.of(BatchTarget.exactly(new Batch(64, 8192)), BatchTarget.exactly(new Batch(256, 8192)));
        SearchResult both = dense().batches(targets).best(1);
        double small = dense().batch(new Batch(64, 8192)).best(1).cost(0);
        double large = dense().batch(new Batch(256, 8192)).best(1).cost(0);
        assertThat(both.cost(0)).isCloseTo(Math.min(small, large), within(0.0));
    }

    /** A mask that keeps documents apart shortens the steps of all plans, and is no longer there without being said. */
    @Test
    void aMaskOfDocumentsIsKept() {
        Batch masked = BATCH.withAttendedLength(1000);
        SearchResult plain = dense().best(1);
        SearchResult apart = dense().batch(masked).best(1);
        assertThat(apart.first().setup().batch()).isEqualTo(masked);
        assertThat(apart.cost(0)).isLessThan(plain.cost(0));
        SearchResult both = dense().batches(List.of(BatchTarget.exactly(BATCH), BatchTarget.exactly(masked)))
                .best(1);
        assertThat(both.cost(0)).isEqualTo(apart.cost(0));
    }

    private static List<String> plans(SearchResult result) {
        List<String> all = new ArrayList<>();
        for (StepPrediction plan : result.plans()) {
            Transformer model = plan.setup().model();
            all.add(model.name() + " " + plan.setup().plan() + " group "
                    + plan.setup().plan().shardGroup() + " SP "
                    + plan.setup().plan().sequenceParallel() + " " + plan.seconds());
        }
        return all;
    }
}
