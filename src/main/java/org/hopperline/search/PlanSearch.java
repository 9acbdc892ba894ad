package org.hopperline.search;

import java.util.List;
import org.hopperline.core.Check;
import org.hopperline.core.Precision;
import org.hopperline.hardware.Cluster;
import org.hopperline.model.Transformer;
import org.hopperline.plan.Batch;
import org.hopperline.plan.ParallelPlan;
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
 *   <li>replicas: one number for each choice of the axes above, as many as come out even on all devices, or on each of the
 *       devices that {@link #devices(int...)} names. It is rounded down to a multiple of the highest power of two within it
 *       over eight; where so many do not fill nodes or divide the batch, the most of these multiples, above half of the
 *       devices, that do. {@code devices(Degrees.atLeast(1))} tries every number of replicas on every number of devices
 *       that fills nodes;
 *   <li>expert ranks: divisors of the experts; expert tensor ranks: powers of two up to a node;
 *   <li>micro-batches of 1, 2, 4 and 8 sequences; with and without sequence parallelism;
 *   <li>one-forward-one-backward order, interleaved where there are virtual stages, which all software has; zero-bubble
 *       and GPipe orders where they are named;
 *   <li>every kind of sharding, over all ranks or groups of a power of two of them; gradients are divided across a
 *       pipeline only by software that states it ({@link Removed#NOT_OFFERED});
 *   <li>recomputation of nothing, of norms, activations, both or the feed-forward part of each layer, of all but queries,
 *       keys and values, of every second product, of a quarter, half, three quarters or all of the layers, and, where
 *       attention is not fused, of its core.
 * </ul>
 */
public final class PlanSearch extends AxisLimits<PlanSearch> {

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
        this(other, other.machine);
    }

    private PlanSearch(PlanSearch other, Cluster machine) {
        this.machine = machine;
        model = other.model;
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
     * the best of them stands for all; so are plans that differ in replicas where every number of them is tried.
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

    @Override
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

    /** The same question on another machine with the same chips. */
    PlanSearch on(Cluster other) {
        return new PlanSearch(this, other);
    }

    SoftwareProfile software() {
        return software;
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

    @Override
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
