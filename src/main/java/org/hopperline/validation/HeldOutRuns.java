package org.hopperline.validation;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.hopperline.calibration.Fit;
import org.hopperline.calibration.RunCalibration;
import org.hopperline.hardware.Chip;
import org.hopperline.measured.MeasuredRun;
import org.hopperline.measured.TrainingRuns;
import org.hopperline.plan.SoftwareProfiles;
import org.hopperline.step.PlanCompletion;
import org.hopperline.step.RunConstants;
import org.hopperline.step.StepModel;

/**
 * Predictions of runs by constants that never saw anything like them: runs are put into groups, and each group is predicted
 * by a fit to the others, started from the fit to all. What it finds is kept in resources.
 */
public final class HeldOutRuns {

    private HeldOutRuns() {}

    /**
     * Each run beside the prediction by a fit without its family: the families (software, model, precision) are dealt into
     * folds.
     *
     * @param runs calibration rows that can be predicted
     * @param all the fit to all of them
     * @param folds how many groups of families, at least 2
     */
    public static Accuracy withoutFamily(List<MeasuredRun> runs, Fit all, int folds) {
        if (folds < 2) {
            throw new IllegalArgumentException("folds are " + folds + ", but must be at least 2");
        }
        return without(runs, all, run -> Math.floorMod(run.family().hashCode(), folds));
    }

    /**
     * Each run beside the prediction by a fit without the release or mode of its software, as profiles tell them apart: what
     * to expect of a release that nobody calibrated. Its choices stay known.
     *
     * @param runs calibration rows that can be predicted
     * @param all the fit to all of them
     */
    public static Accuracy withoutRelease(List<MeasuredRun> runs, Fit all) {
        return without(runs, all, run -> run.software().name());
    }

    /**
     * Each run beside the prediction by a fit without its software, all its releases together, every software being left
     * out in turn: what to expect of software with documented choices that nobody calibrated. Its choices stay known.
     *
     * @param runs calibration rows that can be predicted
     * @param all the fit to all of them
     */
    public static Accuracy withoutSoftware(List<MeasuredRun> runs, Fit all) {
        return without(runs, all, run -> run.software().stack());
    }

    /**
     * The same, and moreover as if nobody knew what choices the software makes: by {@link SoftwareProfiles#UNKNOWN}. Runs
     * that its kernels cannot compute are set aside.
     *
     * @param runs calibration rows that can be predicted
     * @param all the fit to all of them
     */
    public static Accuracy asUnknown(List<MeasuredRun> runs, Fit all) {
        Accuracy possible = Accuracy.of(new TrainingRuns(
                runs.stream().map(run -> run.on(SoftwareProfiles.UNKNOWN)).toList(), List.of()));
        Set<String> ids = possible.comparisons().stream().map(c -> c.run().id()).collect(Collectors.toSet());
        Accuracy held = without(
                runs.stream().filter(run -> ids.contains(run.id())).toList(),
                all,
                run -> run.software().stack(),
                run -> run.on(SoftwareProfiles.UNKNOWN));
        return new Accuracy(held.comparisons(), possible.setAside());
    }

    /**
     * Each run beside the prediction by a fit without its group.
     *
     * @param group what is left out together; at least two values must come up
     * @return one comparison a run, in the order of the runs
     */
    public static Accuracy without(List<MeasuredRun> runs, Fit all, Function<MeasuredRun, Object> group) {
        return without(runs, all, group, run -> run);
    }

    private static Accuracy without(
            List<MeasuredRun> runs,
            Fit all,
            Function<MeasuredRun, Object> group,
            UnaryOperator<MeasuredRun> predictedAs) {
        List<Object> groups = runs.stream().map(group).distinct().toList();
        if (groups.size() < 2) {
            throw new IllegalArgumentException("all " + runs.size() + " runs are of one group, " + groups
                    + "; leaving it out leaves nothing to fit");
        }
        Map<String, Comparison> held = new HashMap<>();
        groups.parallelStream().map(left -> without(runs, all, group, left, predictedAs)).toList().stream()
                .flatMap(Collection::stream)
                .forEach(comparison -> held.put(comparison.run().id(), comparison));
        return new Accuracy(runs.stream().map(run -> held.get(run.id())).toList(), List.of());
    }

    private static List<Comparison> without(
            List<MeasuredRun> runs,
            Fit all,
            Function<MeasuredRun, Object> group,
            Object left,
            UnaryOperator<MeasuredRun> predictedAs) {
        List<MeasuredRun> fitted =
                runs.stream().filter(run -> !group.apply(run).equals(left)).toList();
        RunConstants constants =
                RunCalibration.constants(RunCalibration.from(all, fitted).fit().values());
        Map<Chip, StepModel> models = new HashMap<>();
        return runs.stream()
                .filter(run -> group.apply(run).equals(left))
                .map(predictedAs)
                .map(run -> compared(
                        run,
                        models.computeIfAbsent(
                                run.cluster().chip(), chip -> StepModel.on(chip).with(constants))))
                .toList();
    }

    private static Comparison compared(MeasuredRun run, StepModel model) {
        PlanCompletion completed = PlanCompletion.of(
                run.recipe(), run.model(), run.cluster(), run.batch(), run.precision(), run.software());
        return new Comparison(run, model.predict(completed));
    }
}
