package org.hopperline.validation;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.hopperline.calibration.RunCalibration;
import org.hopperline.hardware.Chip;
import org.hopperline.measured.MeasuredRun;
import org.hopperline.step.PlanCompletion;
import org.hopperline.step.RunConstants;
import org.hopperline.step.StepModel;

/**
 * Predictions of runs by constants that never saw their family: the families (software, model, precision) are dealt into
 * folds, and each fold is predicted by a fit to the others. Takes minutes; what it finds is kept in resources.
 */
public final class HeldOutRuns {

    private HeldOutRuns() {}

    /**
     * Each run beside the prediction by a fit without its family.
     *
     * @param runs calibration rows that can be predicted
     * @param folds how many groups of families, at least 2
     */
    public static Accuracy of(List<MeasuredRun> runs, int folds) {
        if (folds < 2) {
            throw new IllegalArgumentException("folds are " + folds + ", but must be at least 2");
        }
        List<Comparison> all = new ArrayList<>();
        for (int fold = 0; fold < folds; fold++) {
            int left = fold;
            List<MeasuredRun> fitted =
                    runs.stream().filter(run -> fold(run, folds) != left).toList();
            RunConstants constants =
                    RunCalibration.constants(RunCalibration.of(fitted).fit().values());
            Map<Chip, StepModel> models = new HashMap<>();
            for (MeasuredRun run : runs) {
                if (fold(run, folds) == left) {
                    StepModel model = models.computeIfAbsent(
                            run.cluster().chip(), chip -> StepModel.on(chip).with(constants));
                    PlanCompletion completed = PlanCompletion.of(
                            run.recipe(), run.model(), run.cluster(), run.batch(), run.precision(), run.software());
                    all.add(new Comparison(run, model.predict(completed.setup(), completed.assumptions())));
                }
            }
        }
        return new Accuracy(all, List.of());
    }

    private static int fold(MeasuredRun run, int folds) {
        return Math.floorMod(run.family().hashCode(), folds);
    }
}
