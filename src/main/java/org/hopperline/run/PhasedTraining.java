package org.hopperline.run;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.hopperline.core.Check;
import org.hopperline.hardware.Cluster;
import org.hopperline.hardware.Clusters;
import org.hopperline.plan.Batch;

/**
 * A training run in phases: a batch that grows, sequences that grow, a long-context stage. A phase whose plan or sequence
 * length differs from the one before begins as a new job from a checkpoint; else it goes on within the running one.
 *
 * @param training what all phases have in common; its tokens, batch, sequence length and mask are those of the phases
 * @param phases in order, each ending at more tokens than the one before
 */
public record PhasedTraining(Training training, List<TrainingPhase> phases) {

    /** A plan that divides no batch nearer than this to the one asked for is refused. */
    private static final double BATCH_TOLERANCE = 0.1;

    /** @throws IllegalArgumentException if there is no phase, or they are out of order */
    public PhasedTraining {
        Check.notNull(training, "training");
        phases = List.copyOf(Check.notNull(phases, "phases"));
        if (phases.isEmpty()) {
            throw new IllegalArgumentException("a run of no phases trains nothing; give one or more");
        }
        for (int i = 1; i < phases.size(); i++) {
            TrainingPhase before = phases.get(i - 1);
            TrainingPhase phase = phases.get(i);
            if (phase.untilTokens() <= before.untilTokens()) {
                throw new IllegalArgumentException(String.format(
                        Locale.ROOT,
                        "phase \"%s\" ends at %.4g tokens, but \"%s\" before it ends at %.4g; give the tokens of the whole"
                                + " run seen at the end of each phase, in order",
                        phase.name(),
                        phase.untilTokens(),
                        before.name(),
                        before.untilTokens()));
            }
        }
    }

    /** Tokens of the whole run: where the last phase ends. */
    public double tokens() {
        return phases.get(phases.size() - 1).untilTokens();
    }

    /** Tokens of phase {@code index}, from 0. */
    public double tokensOf(int index) {
        return phases.get(index).untilTokens()
                - (index == 0 ? 0 : phases.get(index - 1).untilTokens());
    }

    /** The answer on a machine of the catalogue. */
    public PhasedPrediction on(String machine) {
        return on(Clusters.named(machine));
    }

    /**
     * The answer on a machine, phase by phase.
     *
     * @throws IllegalArgumentException if a phase cannot run, saying which and why
     */
    public PhasedPrediction on(Cluster machine) {
        List<RunPrediction> answers = new ArrayList<>();
        for (int i = 0; i < phases.size(); i++) {
            RunPrediction before = answers.isEmpty() ? null : answers.get(i - 1);
            try {
                RunPrediction answer = question(i).onAfter(machine, before);
                requireBatch(answer, phases.get(i));
                answers.add(answer);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("phase \"" + phases.get(i).name() + "\": " + e.getMessage(), e);
            }
        }
        return new PhasedPrediction(this, answers);
    }

    private Training question(int index) {
        TrainingPhase phase = phases.get(index);
        Training question = new Training(
                training.model(),
                tokensOf(index),
                phase.batchTokens(),
                phase.sequenceLength(),
                phase.attendedLength(),
                training.precision(),
                training.software(),
                training.goodput(),
                training.startUp(),
                training.plan());
        return phase.plan() == null ? question : question.plan(phase.plan());
    }

    private static void requireBatch(RunPrediction answer, TrainingPhase phase) {
        Batch batch = answer.step().setup().batch();
        if (Math.abs(batch.tokens() / phase.batchTokens() - 1) > BATCH_TOLERANCE) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT,
                    "a batch of %.4g tokens does not divide by the plan %s, whose nearest is %.4g; take that or fewer"
                            + " replicas",
                    phase.batchTokens(),
                    answer.step().setup().plan(),
                    batch.tokens()));
        }
    }
}
