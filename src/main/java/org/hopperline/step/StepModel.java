package org.hopperline.step;

import java.util.ArrayList;
import java.util.List;
import org.hopperline.core.Check;
import org.hopperline.core.Precision;
import org.hopperline.hardware.Chip;
import org.hopperline.hardware.Cluster;
import org.hopperline.model.Transformer;
import org.hopperline.plan.PlanRules;
import org.hopperline.plan.SoftwareProfile;
import org.hopperline.plan.TrainingSetup;

/**
 * Predicts the time of one optimizer step on one kind of chip. Immutable; made once for a chip, asked for any plan.
 */
public final class StepModel {

    private final Chip chip;
    private final Kernels kernels;
    private final StepConstants constants;
    private final RunConstants run;

    private StepModel(Chip chip, Kernels kernels, StepConstants constants, RunConstants run) {
        this.chip = chip;
        this.kernels = kernels.inRun(run);
        this.constants = constants;
        this.run = run;
    }

    /** The model of a chip with the shipped constants. */
    public static StepModel on(Chip chip) {
        Check.notNull(chip, "chip");
        return new StepModel(
                chip, Kernels.on(chip, StepConstants.shipped()), StepConstants.shipped(), RunConstants.shipped());
    }

    /** The same with other constants of overlap and waiting. */
    public StepModel with(StepConstants other) {
        Check.notNull(other, "constants of overlap and waiting");
        return new StepModel(chip, Kernels.on(chip, other), other, run);
    }

    /** The same with other constants from runs, or with {@linkplain RunConstants#none() none}. */
    public StepModel with(RunConstants other) {
        return new StepModel(chip, kernels, constants, Check.notNull(other, "constants from runs"));
    }

    /**
     * The model anchored to a measured step of the user's own, for runs like it.
     *
     * @throws IllegalArgumentException if the measured run has another chip, breaks a rule of shape or took five times as
     *     long as predicted
     */
    public AnchoredStepModel calibrateTo(MeasuredStep measured) {
        return new AnchoredStepModel(this, Check.notNull(measured, "measured step"));
    }

    /**
     * Predicts one step.
     *
     * @throws IllegalArgumentException if the plan breaks a rule of shape, listing all, or the cluster has another chip
     */
    public StepPrediction predict(TrainingSetup setup) {
        return predict(setup, List.of());
    }

    /**
     * Predicts one step of a question some of whose parts were assumed. Whether it fits the memory is not asked here: {@link
     * Feasibility} answers that.
     */
    public StepPrediction predict(TrainingSetup setup, List<String> assumptions) {
        Check.notNull(setup, "setup");
        Check.notNull(assumptions, "assumptions");
        PlanRules.check(setup);
        StepEvaluator evaluator = evaluator(setup);
        evaluator.seconds(setup.plan(), setup.batch());
        List<String> said = new ArrayList<>(assumptions);
        said.addAll(PlanRules.cautions(setup));
        return new StepPrediction(setup, evaluator.ledger(), said);
    }

    /**
     * Predicts one step of a recipe some of whose parts a rule filled in; where others may as well have run, its interval spans
     * theirs.
     *
     * @throws IllegalArgumentException if the plan breaks a rule of shape, listing all, or the cluster has another chip
     */
    public StepPrediction predict(PlanCompletion completed) {
        return predict(completed, List.of());
    }

    /** The same of a question in which moreover {@code remarks} were taken for granted. */
    public StepPrediction predict(PlanCompletion completed, List<String> remarks) {
        Check.notNull(completed, "completed plan");
        Check.notNull(remarks, "remarks");
        List<String> said = new ArrayList<>(remarks);
        said.addAll(completed.assumptions());
        StepPrediction prediction = predict(completed.setup(), said);
        return completed.alternatives().isEmpty()
                ? prediction
                : prediction.spanning(
                        completed.alternatives().stream().map(this::predict).toList());
    }

    /**
     * An evaluator of many plans, for one thread.
     *
     * @param machine as many devices as any of the plans uses, or more
     * @throws IllegalArgumentException if the machine has another chip
     */
    public StepEvaluator evaluator(
            Transformer model, Cluster machine, Precision precision, SoftwareProfile software, int sequenceLength) {
        Check.notNull(model, "model");
        Check.notNull(machine, "machine");
        Check.notNull(precision, "precision");
        Check.notNull(software, "software");
        Check.positive(sequenceLength, "sequence length");
        if (machine.chip() != chip && !machine.chip().equals(chip)) {
            throw new IllegalArgumentException("the cluster has "
                    + machine.chip().name() + ", but this model is of " + chip.name() + "; ask StepModel.on(its chip)");
        }
        return new StepEvaluator(
                new LayerTables(kernels, constants, run, model, precision, software),
                new CriticalPath(run, software.runsAhead()),
                new PricedFabrics(machine, kernels.memory()),
                constants,
                model,
                machine,
                precision,
                software,
                sequenceLength);
    }

    /** An evaluator that answers this question among others. */
    StepEvaluator evaluator(TrainingSetup setup) {
        return evaluator(
                setup.model(),
                setup.cluster(),
                setup.precision(),
                setup.software(),
                setup.batch().sequenceLength());
    }
}
