package org.hopperline.run;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.hopperline.core.Check;
import org.hopperline.core.Figure;
import org.hopperline.core.Interval;
import org.hopperline.core.Kind;
import org.hopperline.core.Precision;
import org.hopperline.core.Units;
import org.hopperline.hardware.Cluster;
import org.hopperline.hardware.Clusters;
import org.hopperline.model.Transformer;
import org.hopperline.plan.Batch;
import org.hopperline.plan.ElementwiseKernels;
import org.hopperline.plan.ParallelPlan;
import org.hopperline.plan.SoftwareProfile;
import org.hopperline.plan.SoftwareProfiles;
import org.hopperline.plan.TrainingSetup;
import org.hopperline.run.goodput.Checkpoint;
import org.hopperline.run.goodput.GoodputModel;
import org.hopperline.run.goodput.StartUp;
import org.hopperline.run.machines.MachineComparison;
import org.hopperline.run.scaling.ComputeOptimum;
import org.hopperline.run.scaling.LossLaws;
import org.hopperline.search.Objective;
import org.hopperline.search.PlanSearch;
import org.hopperline.step.StepPrediction;
import org.jspecify.annotations.Nullable;

/**
 * A training run as a question: a model, how much it is trained, and on what. Immutable; each method returns a new
 * question, and {@link #on(Cluster)} answers it.
 *
 * @param model what is trained
 * @param tokens how many tokens it sees
 * @param batchTokens tokens of one optimizer step, as asked for; a plan may need the nearest batch that divides
 * @param sequenceLength tokens of a sequence
 * @param precision of the linear layers' products
 * @param software the choices of the training software
 * @param attendedLength mean length of the documents that tokens stand in under a mask that keeps documents apart, see
 *     {@link Batch}; 0 without one
 * @param goodput failures, checkpoints and recovery
 * @param startUp until the first step at full speed
 * @param plan the parallel plan; null to have the fastest chosen
 */
public record Training(
        Transformer model,
        double tokens,
        double batchTokens,
        int sequenceLength,
        double attendedLength,
        Precision precision,
        SoftwareProfile software,
        GoodputModel goodput,
        StartUp startUp,
        @Nullable ParallelPlan plan) {

    /** Llama 3's sequence length; arXiv 2407.21783 section 3.4. */
    private static final int USUAL_SEQUENCE = 8192;

    /** Llama 3's batch, 16 Mi tokens; arXiv 2407.21783 section 3.4.1. */
    private static final double USUAL_BATCH = 16.0 * 1024 * 1024;

    /** Forty times the largest machine of the catalogue; plans and groups are counted in 32 bits. */
    private static final int MOST_DEVICES = 4_000_000;

    /** Compute-optimal tokens for each parameter; arXiv 2203.15556. */
    private static final double USUAL_TOKENS_PER_PARAMETER = 20;

    /** More tokens than this are a slip of the unit; 10,000 times those of the largest published runs. */
    private static final double MOST_TOKENS = 1e18;

    /** Checks the numbers. */
    public Training {
        Check.notNull(model, "model");
        Check.positive(tokens, "tokens", "token");
        if (tokens > MOST_TOKENS) {
            throw new IllegalArgumentException("tokens are " + tokens + " token, but must be at most " + MOST_TOKENS
                    + "; give tokens, or compute in FLOP to flops()");
        }
        Check.positive(batchTokens, "tokens of a batch", "token");
        Check.positive(sequenceLength, "sequence length");
        Check.notNull(precision, "precision");
        Check.notNull(software, "software");
        Check.notNull(goodput, "goodput");
        Check.notNull(startUp, "start-up");
        if (attendedLength != 0) {
            Check.within(attendedLength, 1, sequenceLength, "attended length", "token");
        }
        if (batchTokens < sequenceLength) {
            throw new IllegalArgumentException("a batch of " + batchTokens + " tokens holds no sequence of "
                    + sequenceLength + "; take at least one sequence");
        }
        if (tokens < batchTokens) {
            throw new IllegalArgumentException("a run of " + tokens + " tokens is shorter than one batch of "
                    + batchTokens + "; take more tokens or a smaller batch");
        }
    }

    /**
     * Compute-optimal tokens (20 a parameter, and at least one batch), sequences of 8,192, batches of 16 Mi tokens, BF16,
     * Megatron-Core, Llama 3's failure rate, the fastest plan.
     */
    public static Training of(Transformer model) {
        Check.notNull(model, "model");
        double tokens = USUAL_TOKENS_PER_PARAMETER * model.activeParameters();
        return new Training(
                model,
                Math.max(tokens, USUAL_BATCH),
                USUAL_BATCH,
                USUAL_SEQUENCE,
                0,
                Precision.BF16,
                SoftwareProfiles.MEGATRON,
                GoodputModel.steady(),
                StartUp.usual(),
                null);
    }

    /**
     * What a budget should train: size and tokens by the refit of Besiroglu et al. (arXiv 2404.10102), and a dense shape in
     * the proportions of Llama 3, which is assumed. A batch of 16 Mi tokens may starve 100,000 devices; the answer then says so.
     *
     * @param flops the budget, counted as 6 N D
     */
    public static Training ofBudget(double flops) {
        return of(LossLaws.BESIROGLU.optimum(flops));
    }

    /** The same by another law: its size and its tokens. */
    public static Training of(ComputeOptimum optimum) {
        return ofParameters(optimum.parameters()).tokens(optimum.tokens());
    }

    /** A dense model of about so many parameters in the proportions of Llama 3, which are assumed. */
    public static Training ofParameters(double parameters) {
        return of(Transformer.ofParameters(parameters));
    }

    /** Trained on so many tokens. */
    public Training tokens(double count) {
        return new Training(
                model, count, batchTokens, sequenceLength, attendedLength, precision, software, goodput, startUp, plan);
    }

    /** Trained with so many FLOPs, counted as 6 N D with N the parameters active for a token. */
    public Training flops(double count) {
        Check.positive(count, "training compute", "FLOP");
        return tokens(count / (6.0 * model.activeParameters()));
    }

    /** Steps of so many tokens. */
    public Training batchTokens(double count) {
        return new Training(
                model, tokens, count, sequenceLength, attendedLength, precision, software, goodput, startUp, plan);
    }

    /** Sequences of so many tokens. */
    public Training sequenceLength(int count) {
        return new Training(
                model, tokens, batchTokens, count, attendedLength, precision, software, goodput, startUp, plan);
    }

    /** Products of the linear layers in this precision. */
    public Training precision(Precision format) {
        return new Training(
                model, tokens, batchTokens, sequenceLength, attendedLength, format, software, goodput, startUp, plan);
    }

    /** With this software. */
    public Training software(SoftwareProfile profile) {
        return new Training(
                model, tokens, batchTokens, sequenceLength, attendedLength, precision, profile, goodput, startUp, plan);
    }

    /** With these failures, checkpoints and recovery. */
    public Training goodput(GoodputModel failures) {
        return new Training(
                model,
                tokens,
                batchTokens,
                sequenceLength,
                attendedLength,
                precision,
                software,
                failures,
                startUp,
                plan);
    }

    /**
     * Under a mask that keeps documents of one sequence apart; see {@link Batch#attendedLengthOf}.
     *
     * @param tokens mean length of the documents that tokens stand in; 0 for no mask
     */
    public Training attendedLength(double tokens) {
        return new Training(
                model, this.tokens, batchTokens, sequenceLength, tokens, precision, software, goodput, startUp, plan);
    }

    /** With this start-up. */
    public Training startUp(StartUp start) {
        return new Training(
                model, tokens, batchTokens, sequenceLength, attendedLength, precision, software, goodput, start, plan);
    }

    /** In phases that differ in batch, sequence length, masking or plan, one after the other. */
    public PhasedTraining phases(TrainingPhase... inOrder) {
        return new PhasedTraining(this, List.of(inOrder));
    }

    /** In phases, such as those of {@link TrainingPhases}. */
    public PhasedTraining phases(List<TrainingPhase> inOrder) {
        return new PhasedTraining(this, inOrder);
    }

    /** With this plan. */
    public Training plan(ParallelPlan layout) {
        return new Training(
                model,
                tokens,
                batchTokens,
                sequenceLength,
                attendedLength,
                precision,
                software,
                goodput,
                startUp,
                layout);
    }

    /** The answer on a machine of the catalogue. */
    public RunPrediction on(String machine) {
        return on(Clusters.named(machine));
    }

    /**
     * The answer on a machine. Without a plan the fastest that fits is taken, on as many of the devices as come out even.
     *
     * @throws IllegalArgumentException if the plan breaks a rule or takes more devices than there are, or none fits the
     *     memory
     */
    public RunPrediction on(Cluster machine) {
        return onAfter(machine, null);
    }

    /** The answer after another stretch of the same run, or after none. */
    RunPrediction onAfter(Cluster machine, @Nullable RunPrediction before) {
        Check.notNull(machine, "machine");
        if (machine.devices() > MOST_DEVICES || machine.devices() < 1) {
            throw new IllegalArgumentException(machine.devices()
                    + " devices are more than any machine here is meant for;" + " take at most " + MOST_DEVICES);
        }
        List<String> assumed = new ArrayList<>();
        StepPrediction step = new TrainingStep(this, machine, assumed).predict();
        // Nothing can be saved within a step.
        GoodputModel failures =
                goodput.on(machine).withMinimumInterval(Math.max(goodput.minimumIntervalSeconds(), step.seconds()));
        assumed.add(String.format(
                Locale.ROOT,
                "failures of %s, %.2f per 1,000 node-days; checkpoints block for %.0f s, recovery takes %.0f s",
                failures.failures().name(),
                1000 * failures.failures().perNodeDay().value(),
                failures.checkpoint().blockingSeconds(),
                failures.recovery().seconds()));
        BatchNote.of(this, step).ifPresent(assumed::add);
        return new RunPrediction(this, machine, step, failures, startSeconds(step, before), assumed);
    }

    /**
     * The answer on a machine with the plan that is best by an objective, such as {@link RunObjectives#energy} or {@link
     * RunObjectives#rent}, instead of the fastest.
     *
     * @throws IllegalArgumentException if no plan fits the memory
     */
    public RunPrediction on(Cluster machine, Objective objective) {
        Check.notNull(machine, "machine");
        return plan(PlanSearch.of(model, machine)
                        .batchTokens(batchTokens, sequenceLength)
                        .precision(precision)
                        .software(software)
                        .objective(objective)
                        .best(1)
                        .first()
                        .setup()
                        .plan())
                .on(machine);
    }

    /**
     * The machines with the throughput of this training on each, whole, by the plan that is fastest there. Model FLOPs
     * are counted as 6 N D; the source of each figure says the plan and the band.
     *
     * @throws IllegalArgumentException if it cannot run on one of them, with the reason
     */
    public MachineComparison on(MachineComparison machines) {
        return machines.withTraining(machine -> {
            RunPrediction run = on(machine);
            double flopsPerSecond = 6 * model.activeParameters() * run.step().tokensPerSecond();
            StepBand band = StepBand.of(run.step());
            Interval likely = band.throughputFactor().times(flopsPerSecond);
            return Figure.assumed(
                    flopsPerSecond,
                    "FLOP/s",
                    String.format(
                            Locale.ROOT,
                            "%s by %s; 80 %% band %s to %s, %s",
                            model.name(),
                            run.step().setup().plan(),
                            Units.format(likely.low(), "FLOP/s"),
                            Units.format(likely.high(), "FLOP/s"),
                            band.kind() == Kind.ASSUMED ? "assumed: no run like it is scored" : "learnt"));
        });
    }

    /** From nothing, from a checkpoint, or nothing where the job before it goes on. */
    double startSeconds(StepPrediction step, @Nullable RunPrediction before) {
        TrainingSetup setup = step.setup();
        double start = startUp.seconds(
                setup.cluster().devices(), step.seconds(), software.elementwise() == ElementwiseKernels.COMPILED);
        if (before == null) {
            return start;
        }
        TrainingSetup old = before.step().setup();
        if (old.plan().equals(setup.plan())
                && old.batch().sequenceLength() == setup.batch().sequenceLength()) {
            return 0;
        }
        return start + startUp.loadSeconds(Checkpoint.bytes(model.parameters(), Checkpoint.adamBytesPerParameter()));
    }

    /** One line: {@code Llama 3.1 405B, 1.56e+13 tokens in steps of 1.6e+07, sequences of 8192, BF16, Megatron-Core}. */
    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%s, %.4g tokens in steps of %.4g, sequences of %d, %s, %s%s",
                model.name(),
                tokens,
                batchTokens,
                sequenceLength,
                precision,
                software.name(),
                plan == null ? "" : ", " + plan);
    }
}
