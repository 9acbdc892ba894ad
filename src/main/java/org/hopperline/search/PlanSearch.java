package org.hopperline.search;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.hopperline.core.Check;
import org.hopperline.core.Precision;
import org.hopperline.hardware.Cluster;
import org.hopperline.model.Transformer;
import org.hopperline.plan.Batch;
import org.hopperline.plan.ParallelPlan;
import org.hopperline.plan.PipelineOrder;
import org.hopperline.plan.Recompute;
import org.hopperline.plan.Sharding;
import org.hopperline.plan.SoftwareProfile;
import org.hopperline.plan.SoftwareProfiles;
import org.hopperline.step.StepModel;
import org.hopperline.step.StepPrediction;
import org.jspecify.annotations.Nullable;

/**
 * The best plans for a model, a machine and a batch: {@code PlanSearch.of(model, machine).batchTokens(16e6, 8192).tensor(4,
 * 8).pipeline(Degrees.atMost(16)).best(5)}. Immutable; each method returns a new question, and {@link #best} and {@link
 * #front} answer it.
 *
 * <p>The search looks at every combination of every axis (tensor, context, pipeline, virtual stages, data, expert, expert
 * tensor, micro-batch, sequence parallelism, order of stages, sharding and its groups, recomputation). It prices what keeps the rules and
 * fits the memory, except plans that a bound proves to be worse than what is asked for; {@link SearchResult#counts} says
 * how many fell for which reason. The answer is the same for any number of threads; plans of equal cost stand in the order
 * of their numbers in the {@linkplain #space() space}.
 *
 * <p>An axis of which nothing is said has these values; others can be given by name:
 *
 * <ul>
 *   <li>tensor ranks: powers of two up to a node; context ranks: powers of two up to 16;
 *   <li>stages up to 64 and virtual stages up to 16 that divide the layers, or the layers with embedding and logits
 *       counted as one each, unless {@link #unevenStages} is set;
 *   <li>replicas: one number for each choice of the axes above, as many as come out even on all devices, or, where devices
 *       are limited by a condition, on each of the halvings of the machine that meet it. It is
 *       rounded down to a multiple of the highest power of two within it over eight; where so many do not fill nodes or
 *       divide the batch, the most of these multiples, above half of the devices, that do;
 *   <li>expert ranks: divisors of the experts; expert tensor ranks: powers of two up to a node;
 *   <li>micro-batches of 1, 2, 4 and 8 sequences; with and without sequence parallelism;
 *   <li>one-forward-one-backward order, interleaved where there are virtual stages, which all software has; zero-bubble
 *       and GPipe orders where they are named;
 *   <li>every kind of sharding, over all ranks or groups of a power of two of them; gradients are divided only where there
 *       is no pipeline, as their traffic across one is not modelled;
 *   <li>recomputation of nothing, of norms, activations, both or the feed-forward part of each layer, of all but queries,
 *       keys and values, of every second product, of a quarter, half, three quarters or all of the layers, and, where
 *       attention is not fused, of its core.
 * </ul>
 */
public final class PlanSearch {

    private static final int USUAL_SEQUENCE = 8192;

    /** Llama 3's batch, 16 Mi tokens; arXiv 2407.21783 section 3.4.1. */
    private static final double USUAL_BATCH_TOKENS = 16.0 * 1024 * 1024;

    private final Transformer model;
    private final Cluster machine;
    private List<BatchTarget> batches = List.of(BatchTarget.about(USUAL_BATCH_TOKENS, USUAL_SEQUENCE));
    private Precision precision = Precision.BF16;
    private SoftwareProfile software = SoftwareProfiles.MEGATRON;
    private StepModel step;
    private PlanLimits limits = PlanLimits.NONE;
    private Objective objective = Objectives.TIME;
    private double roomBytes;
    private int perShape = 1;
    private int threads = Runtime.getRuntime().availableProcessors();
    private boolean bounded = true;

    private PlanSearch(Transformer model, Cluster machine) {
        this.model = Check.notNull(model, "model");
        this.machine = Check.notNull(machine, "machine");
        this.step = StepModel.on(machine.chip());
        this.roomBytes = machine.chip().visibleMemoryBytes();
    }

    private PlanSearch(PlanSearch other) {
        model = other.model;
        machine = other.machine;
        batches = other.batches;
        precision = other.precision;
        software = other.software;
        step = other.step;
        limits = other.limits;
        objective = other.objective;
        roomBytes = other.roomBytes;
        perShape = other.perShape;
        threads = other.threads;
        bounded = other.bounded;
    }

    /**
     * The question with nothing ruled out: batches of about 16 Mi tokens in sequences of 8,192, BF16, Megatron-Core, the
     * least time for a token.
     */
    public static PlanSearch of(Transformer model, Cluster machine) {
        return new PlanSearch(model, machine);
    }

    /**
     * The {@code count} fastest plans, the fastest first, on as many devices of the machine as come out even.
     *
     * @param batchTokens tokens of a step; a plan takes the nearest batch that it divides, at most a tenth away
     * @throws IllegalArgumentException if no plan keeps the rules and fits the memory, saying what the smallest needs
     */
    public static List<StepPrediction> best(
            Transformer model,
            Cluster machine,
            double batchTokens,
            int sequenceLength,
            Precision precision,
            SoftwareProfile software,
            int count) {
        return of(model, machine)
                .batchTokens(batchTokens, sequenceLength)
                .precision(precision)
                .software(software)
                .best(count)
                .plans();
    }

    /** Steps of about so many tokens: each plan takes the nearest batch that it divides, at most a tenth away. */
    public PlanSearch batchTokens(double tokens, int sequenceLength) {
        return batches(List.of(BatchTarget.about(tokens, sequenceLength)));
    }

    /** Steps of this batch and no other. */
    public PlanSearch batch(Batch batch) {
        return batches(List.of(BatchTarget.exactly(batch)));
    }

    /** Steps of any of these batches: one more axis. */
    public PlanSearch batches(List<BatchTarget> targets) {
        if (targets.isEmpty()) {
            throw new IllegalArgumentException("0 batches make no question; give at least 1");
        }
        PlanSearch next = new PlanSearch(this);
        next.batches = List.copyOf(targets);
        return next;
    }

    /** Products of the linear layers in this precision. */
    public PlanSearch precision(Precision format) {
        PlanSearch next = new PlanSearch(this);
        next.precision = Check.notNull(format, "precision");
        return next;
    }

    /** With this software. */
    public PlanSearch software(SoftwareProfile profile) {
        PlanSearch next = new PlanSearch(this);
        next.software = Check.notNull(profile, "software");
        return next;
    }

    /** Steps priced by this model, such as one with other constants. */
    public PlanSearch step(StepModel other) {
        PlanSearch next = new PlanSearch(this);
        next.step = Check.notNull(other, "step model");
        return next;
    }

    /** Best by this objective. */
    public PlanSearch objective(Objective wanted) {
        PlanSearch next = new PlanSearch(this);
        next.objective = Check.notNull(wanted, "objective");
        return next;
    }

    /** With so many bytes of memory on each device, instead of what the driver shows. */
    public PlanSearch memoryBytes(double bytes) {
        PlanSearch next = new PlanSearch(this);
        next.roomBytes = Check.positive(bytes, "memory of a device", "byte");
        return next;
    }

    /**
     * With at most so many threads, as many as there are processors if nothing is said; no more run at once than the common
     * pool has.
     */
    public PlanSearch threads(int count) {
        PlanSearch next = new PlanSearch(this);
        next.threads = Check.positive(count, "threads");
        return next;
    }

    /**
     * Every plan for itself among the best. Without this, plans that differ in sharding or recomputation alone are one, and
     * the best of them stands for all.
     */
    public PlanSearch everyVariant() {
        PlanSearch next = new PlanSearch(this);
        next.perShape = Integer.MAX_VALUE;
        return next;
    }

    /** Nothing skipped by a bound: every plan that keeps the rules and fits the memory is priced. */
    public PlanSearch withoutBounds() {
        PlanSearch next = new PlanSearch(this);
        next.bounded = false;
        return next;
    }

    /** These values of an axis. */
    public PlanSearch with(PlanAxis axis, Degrees allowed) {
        return limited(limits.with(axis, allowed));
    }

    /** These tensor parallel degrees. */
    public PlanSearch tensor(int... degrees) {
        return with(PlanAxis.TENSOR, Degrees.of(degrees));
    }

    /** These tensor parallel degrees. */
    public PlanSearch tensor(Degrees allowed) {
        return with(PlanAxis.TENSOR, allowed);
    }

    /** These context parallel degrees. */
    public PlanSearch context(int... degrees) {
        return with(PlanAxis.CONTEXT, Degrees.of(degrees));
    }

    /** These context parallel degrees. */
    public PlanSearch context(Degrees allowed) {
        return with(PlanAxis.CONTEXT, allowed);
    }

    /** These numbers of pipeline stages. */
    public PlanSearch pipeline(int... stages) {
        return with(PlanAxis.PIPELINE, Degrees.of(stages));
    }

    /** These numbers of pipeline stages. */
    public PlanSearch pipeline(Degrees allowed) {
        return with(PlanAxis.PIPELINE, allowed);
    }

    /** These numbers of virtual stages. */
    public PlanSearch virtualStages(int... chunks) {
        return with(PlanAxis.VIRTUAL_STAGES, Degrees.of(chunks));
    }

    /** These numbers of virtual stages. */
    public PlanSearch virtualStages(Degrees allowed) {
        return with(PlanAxis.VIRTUAL_STAGES, allowed);
    }

    /** These data parallel degrees; each plan takes just as many replicas. */
    public PlanSearch data(int... degrees) {
        return with(PlanAxis.DATA, Degrees.of(degrees));
    }

    /** These data parallel degrees; each plan takes the most that come out even. */
    public PlanSearch data(Degrees allowed) {
        return with(PlanAxis.DATA, allowed);
    }

    /** These expert parallel degrees. */
    public PlanSearch expert(int... degrees) {
        return with(PlanAxis.EXPERT, Degrees.of(degrees));
    }

    /** These expert parallel degrees. */
    public PlanSearch expert(Degrees allowed) {
        return with(PlanAxis.EXPERT, allowed);
    }

    /** These tensor parallel degrees of experts. */
    public PlanSearch expertTensor(int... degrees) {
        return with(PlanAxis.EXPERT_TENSOR, Degrees.of(degrees));
    }

    /** These micro-batches. */
    public PlanSearch microBatch(int... sequences) {
        return with(PlanAxis.MICRO_BATCH, Degrees.of(sequences));
    }

    /** These micro-batches. */
    public PlanSearch microBatch(Degrees allowed) {
        return with(PlanAxis.MICRO_BATCH, allowed);
    }

    /** On at most so many devices; several numbers are one more axis, on which what comes down to the same plan counts once. */
    public PlanSearch devices(int... most) {
        return with(PlanAxis.DEVICES, Degrees.of(most));
    }

    /** With sequence parallelism, or without. */
    public PlanSearch sequenceParallel(boolean on) {
        return limited(limits.withSequenceParallel(List.of(on ? 1 : 0)));
    }

    /** These orders of stages; one-forward-one-backward if nothing is said. */
    public PlanSearch order(PipelineOrder... orders) {
        return limited(limits.withOrder(some("orders of stages", List.of(orders))));
    }

    /** These kinds of sharding. */
    public PlanSearch sharding(Sharding... kinds) {
        return limited(limits.withSharding(some("kinds of sharding", List.of(kinds))));
    }

    /** Shards over so many ranks; 0 for all. */
    public PlanSearch shardGroups(int... ranks) {
        List<Integer> groups = new ArrayList<>();
        for (int group : ranks) {
            groups.add(group);
        }
        return limited(limits.withShardGroups(some("shard groups", groups)));
    }

    /** These levels of recomputation. */
    public PlanSearch recompute(Recompute... levels) {
        return limited(limits.withRecompute(some("levels of recomputation", List.of(levels))));
    }

    /** Also stages, and virtual stages, that do not divide the layers. */
    public PlanSearch unevenStages() {
        return limited(limits.withUnevenStages(true));
    }

    /**
     * Plans that meet a condition.
     *
     * @param name what it demands, for messages
     * @param condition called from several threads
     */
    public PlanSearch where(String name, Predicate<ParallelPlan> condition) {
        List<PlanCondition> all = new ArrayList<>(limits.conditions());
        all.add(new PlanCondition(name, condition));
        return limited(limits.withConditions(all));
    }

    private static <T> List<T> some(String what, List<T> values) {
        if (values.isEmpty()) {
            throw new IllegalArgumentException("0 " + what + " allow no plan; give at least 1");
        }
        return values;
    }

    PlanSearch limited(PlanLimits other) {
        PlanSearch next = new PlanSearch(this);
        next.limits = other;
        return next;
    }

    /** The space that is searched. */
    public PlanSpace space() {
        return limits.space(model, machine, software, batches);
    }

    /**
     * The {@code count} best plans, the best first.
     *
     * @throws IllegalArgumentException if there is none, saying what removed the last and what the nearest would need
     */
    public SearchResult best(int count) {
        SearchResult result = find(count);
        if (result.plans().isEmpty()) {
            throw new IllegalArgumentException(result.whyNone());
        }
        return result;
    }

    /** The {@code count} best plans, the best first; perhaps none, which {@link SearchResult#whyNone} explains. */
    public SearchResult find(int count) {
        Check.positive(count, "plans");
        return SearchRun.of(this).best(count);
    }

    /**
     * Every plan of the space as a sweep, to be priced in parts and on many machines; nothing is skipped by a bound.
     *
     * @param keep how many of the best each part keeps; plans that differ in sharding or recomputation alone count one by
     *     one
     */
    public Sweep sweep(int keep) {
        return new PlanSweep(this, Check.positive(keep, "plans to keep"));
    }

    /**
     * The plans that no other beats in both this search's objective and {@code other}, the best by the former first.
     *
     * @throws IllegalArgumentException if there is no plan, as {@link #best}
     */
    public ParetoFront front(Objective other) {
        ParetoFront front = SearchRun.of(this).front(Check.notNull(other, "other objective"));
        if (front.points().isEmpty()) {
            SearchResult alone = find(1);
            throw new IllegalArgumentException(
                    (alone.plans().isEmpty() ? alone : objective(other).find(1)).whyNone());
        }
        return front;
    }

    Transformer model() {
        return model;
    }

    Cluster machine() {
        return machine;
    }

    List<BatchTarget> batchTargets() {
        return batches;
    }

    PlanLimits limits() {
        return limits;
    }

    Objective objective() {
        return objective;
    }

    double roomBytes() {
        return roomBytes;
    }

    int perShape() {
        return perShape;
    }

    int threads() {
        return threads;
    }

    boolean bounded() {
        return bounded;
    }

    StepModel step() {
        return step;
    }

    /** This question as one of a sweep. */
    SweepPoint point(@Nullable ParallelPlan plan, BatchTarget batch) {
        return new SweepPoint(model, machine, plan, batch, precision, software, 0, List.of());
    }

    /** A pricer of plans of this question, for one thread. */
    StepPricer pricer() {
        return new StepPricer(step, model, machine, precision, software, batches);
    }
}
