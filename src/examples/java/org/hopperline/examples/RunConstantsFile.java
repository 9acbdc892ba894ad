package org.hopperline.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.hopperline.calibration.Fit;
import org.hopperline.calibration.RunCalibration;
import org.hopperline.measured.MeasuredRun;
import org.hopperline.measured.TrainingRuns;
import org.hopperline.validation.Accuracy;
import org.hopperline.validation.Comparison;
import org.hopperline.validation.HeldOutResidual;
import org.hopperline.validation.HeldOutRuns;

/**
 * Fits the constants from runs to the calibration rows and writes them where the step room reads them; then predicts each
 * calibration row by fits without its family, its release and its software and keeps the residuals, from which the intervals are learnt. Takes some
 * minutes; {@link AccuracyPages} comes after it.
 */
public final class RunConstantsFile {

    private static final Path CONSTANTS = Path.of("src/main/resources/org/hopperline/step/runs.csv");
    private static final int FOLDS = 10;

    private RunConstantsFile() {}

    /** Runs in the project's directory. */
    public static void main(String[] arguments) throws IOException {
        List<MeasuredRun> calibration = Accuracy.of(TrainingRuns.shipped()).comparisons().stream()
                .map(Comparison::run)
                .filter(run -> run.split().equals("calibration"))
                .toList();
        String rows = calibration.size() + " published runs, the calibration rows of training_runs.csv";
        Fit fit = RunCalibration.of(calibration).fit();
        Files.writeString(CONSTANTS, RunCalibration.toCsv(fit, rows));
        Files.writeString(
                Path.of(AccuracyDocuments.RESIDUALS),
                HeldOutResidual.toCsv(HeldOutResidual.of(
                        HeldOutRuns.withoutFamily(calibration, fit, FOLDS),
                        HeldOutRuns.withoutRelease(calibration, fit),
                        HeldOutRuns.withoutSoftware(calibration, fit),
                        HeldOutRuns.asUnknown(calibration, fit))));
    }
}
