package org.hopperline.validation;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.hopperline.core.Check;
import org.hopperline.hardware.Chip;
import org.hopperline.measured.MeasuredRun;
import org.hopperline.measured.SetAside;
import org.hopperline.measured.TrainingRuns;
import org.hopperline.step.PlanCompletion;
import org.hopperline.step.RunConstants;
import org.hopperline.step.StepModel;

/**
 * Every measured run beside its prediction.
 *
 * @param comparisons one for each usable row, in the order of the file
 * @param setAside rows that could not be used or predicted, with the reason
 */
public record Accuracy(List<Comparison> comparisons, List<SetAside> setAside) {

    /** Copies the lists. */
    public Accuracy {
        comparisons = List.copyOf(comparisons);
        setAside = List.copyOf(setAside);
    }

    /** Predicts every usable run with the shipped constants. */
    public static Accuracy of(TrainingRuns runs) {
        return of(runs, RunConstants.shipped());
    }

    /** Predicts every usable run with other constants from runs, or with {@linkplain RunConstants#none() none}. */
    public static Accuracy of(TrainingRuns runs, RunConstants constants) {
        Check.notNull(runs, "runs");
        List<Comparison> comparisons = new ArrayList<>();
        List<SetAside> setAside = new ArrayList<>(runs.setAside());
        Map<Chip, StepModel> models = new HashMap<>();
        for (MeasuredRun run : runs.runs()) {
            try {
                StepModel model = models.computeIfAbsent(
                        run.cluster().chip(), chip -> StepModel.on(chip).with(constants));
                PlanCompletion completed = PlanCompletion.of(
                        run.recipe(), run.model(), run.cluster(), run.batch(), run.precision(), run.software());
                comparisons.add(new Comparison(run, model.predict(completed, run.remarks())));
            } catch (IllegalArgumentException e) {
                setAside.add(new SetAside(run.id(), run.line(), run.source(), String.valueOf(e.getMessage())));
            }
        }
        return new Accuracy(comparisons, setAside);
    }

    /**
     * Hands over each comparison together with the one that other constants from runs give.
     *
     * @param constants the other constants
     * @param pairs takes a comparison of this accuracy and its counterpart
     */
    public void with(RunConstants constants, BiConsumer<Comparison, Comparison> pairs) {
        Map<Chip, StepModel> models = new HashMap<>();
        for (Comparison comparison : comparisons) {
            StepModel model = models.computeIfAbsent(
                    comparison.run().cluster().chip(),
                    chip -> StepModel.on(chip).with(constants));
            pairs.accept(
                    comparison,
                    new Comparison(
                            comparison.run(),
                            model.predict(comparison.prediction().setup())));
        }
    }

    /** The comparisons that satisfy {@code wanted}; rows set aside stay. */
    public Accuracy where(Predicate<MeasuredRun> wanted) {
        return new Accuracy(
                comparisons.stream().filter(c -> wanted.test(c.run())).toList(), setAside);
    }

    /** The score of all rows. */
    public Score score(String label) {
        return Score.of(label, comparisons);
    }

    /** A score for each value of {@code key}, in the order in which they come up. */
    public List<Score> scoresBy(Function<MeasuredRun, String> key) {
        Map<String, List<Comparison>> groups = new LinkedHashMap<>();
        for (Comparison comparison : comparisons) {
            groups.computeIfAbsent(key.apply(comparison.run()), k -> new ArrayList<>())
                    .add(comparison);
        }
        return groups.entrySet().stream()
                .map(e -> Score.of(e.getKey(), e.getValue()))
                .toList();
    }

    /** The {@code count} rows with the largest error, the worst first. */
    public List<Comparison> worst(int count) {
        return comparisons.stream()
                .sorted(Comparator.comparingDouble((Comparison c) -> -Math.abs(c.logError())))
                .limit(count)
                .toList();
    }
}
