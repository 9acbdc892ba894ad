package org.hopperline.calibration;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.hopperline.hardware.Chip;
import org.hopperline.measured.MeasuredRun;
import org.hopperline.plan.TrainingSetup;
import org.hopperline.step.PlanCompletion;
import org.hopperline.step.RunConstants;
import org.hopperline.step.StepModel;

/**
 * Fits {@link RunConstants} to whole training runs. Residuals are of the logarithm of the token rate, large ones count
 * less (pseudo-Huber at 6 %), a row counts {@code 1/sqrt(rows of its family)} so that tables of one recipe repeated over
 * many sizes do not drown the others, and each constant is held by a weak log-normal prior near an assumed value: a factor
 * near one, a few thousandths between ranks, and for the host an order of magnitude. Each prior says why beside it.
 */
public final class RunCalibration {

    /**
     * Logarithmic error about which a row's cost turns from squared to linear, so that a row that tells of a mistake in its
     * source pulls no harder than others. Assumed, between what nine in ten published releases of a software
     * differ by from their mean for the same step in dense runs and in runs with experts: some 4 % and 13 %, the noise floor
     * of the accuracy pages.
     */
    private static final double HUBER_SCALE = 0.06;

    /** Residuals are expected to be about this large, so that a prior of one sigma weighs as much as one such row. */
    private static final double NOISE = 0.06;

    private static final int MAXIMUM_ITERATIONS = 40;

    /** A millionth of a standard error, far below the digits that are kept. */
    private static final double SETTLED = 1e-6;

    /** For a fit that only predicts rows left out of it: a thousandth of a standard error moves no residual. */
    private static final double SETTLED_FROM_NEAR = 1e-3;

    private static final int ITERATIONS_FROM_NEAR = 6;

    /*
     * All priors are assumed, none is read from runs or from kernels_alone.csv, which stands in where nothing is fitted. They
     * are weak: where a row's rate moves by the share s of a constant's change, (NOISE / (s sigma))^2 rows, each of a family
     * of its own, weigh as much as its prior. The standard error beside sigma tells how much of the prior is left.
     */
    private static final Parameter[] PARAMETERS = {
        // As alone; a clock that yields to a power limit, and neighbours, ordinarily move products by a tenth.
        Parameter.between("hopper_products", "1", 0.92, 0.5, 1.2).withPrior(1, 0.1),
        Parameter.between("ampere_products", "1", 0.92, 0.5, 1.2).withPrior(1, 0.1),
        // As alone, but known from few kernels timed: a third up or down is ordinary.
        Parameter.between("triton_attention", "1", 1.1, 0.3, 3).withPrior(1, 0.3),
        // No difference; a release of cuBLAS that moves all products by a twentieth is ordinary.
        Parameter.between("newer_products", "1", 1.02, 0.8, 1.3).withPrior(1, 0.05),
        // No difference; cuDNN's attention was young, and a release that moves it by 15 % is ordinary.
        Parameter.between("newer_attention", "1", 1.1, 0.7, 1.8).withPrior(1, 0.15),
        // As a stream; scattered writes make a third ordinary.
        Parameter.between("transposing_casts", "1", 0.7, 0.1, 1.5).withPrior(1, 0.3),
        // A call in Python that runs a few operators of some ten microseconds each: right to a factor of two, e^0.7.
        Parameter.between("operation", "s", 8e-5, 1e-6, 1e-3).withPrior(5e-5, 0.7),
        // Data, logging and synchronization of a step on the host, tens of milliseconds: right to a factor of two.
        Parameter.between("step", "s", 0.05, 1e-3, 1).withPrior(0.05, 0.7),
        // A few thousandths, as in kernels_alone.csv: well below the 1 to 2 % by which a whole cluster varies in a day.
        Parameter.between("rank_spread", "1", 0.003, 1e-4, 0.03).withPrior(0.003, 0.5)
    };

    private RunCalibration() {}

    /**
     * The fit over some runs; every run must be one that can be predicted.
     *
     * @throws IllegalArgumentException if a run belongs to another split than calibration: all others only score
     */
    public static LeastSquares of(List<MeasuredRun> runs) {
        return of(runs, PARAMETERS);
    }

    /**
     * A fit over a part of the runs that starts from one over all of them: the minimum is near, so that one run of the
     * solver finds it.
     *
     * @param all a fit by {@link #of(List)}
     */
    public static LeastSquares from(Fit all, List<MeasuredRun> runs) {
        Parameter[] started = PARAMETERS.clone();
        for (int j = 0; j < started.length; j++) {
            started[j] = started[j].withInitial(all.value(started[j].name()));
        }
        return of(runs, started).once().maximumIterations(ITERATIONS_FROM_NEAR).settledAt(SETTLED_FROM_NEAR);
    }

    private static LeastSquares of(List<MeasuredRun> runs, Parameter... parameters) {
        for (MeasuredRun run : runs) {
            if (!run.split().equals("calibration")) {
                throw new IllegalArgumentException("run " + run.id() + " is of the " + run.split()
                        + " split, which is never fitted to; take calibration rows");
            }
        }
        TrainingSetup[] setups = runs.stream().map(RunCalibration::completed).toArray(TrainingSetup[]::new);
        double[] measured =
                runs.stream().mapToDouble(MeasuredRun::tokensPerSecondPerDevice).toArray();
        Map<Chip, StepModel> models = new HashMap<>();
        for (TrainingSetup setup : setups) {
            models.computeIfAbsent(setup.cluster().chip(), StepModel::on);
        }
        Model model = values -> {
            RunConstants constants = constants(values);
            Map<Chip, StepModel> tried = new HashMap<>();
            models.forEach((chip, step) -> tried.put(chip, step.with(constants)));
            return row -> {
                StepModel step = tried.get(setups[row].cluster().chip());
                return step == null ? Double.NaN : step.predict(setups[row]).tokensPerSecondPerDevice();
            };
        };
        return LeastSquares.of(model, measured)
                .parameters(parameters)
                .sparse()
                .settledAt(SETTLED)
                .residual(Residual.LOG)
                .loss(Loss.pseudoHuber(HUBER_SCALE))
                .noise(NOISE)
                .weights(weights(runs))
                .maximumIterations(MAXIMUM_ITERATIONS);
    }

    /** The constants of a fit, in the order of its parameters. */
    public static RunConstants constants(double... v) {
        return new RunConstants(v[0], v[1], v[2], v[3], v[4], v[5], v[6], v[7], v[8]);
    }

    private static TrainingSetup completed(MeasuredRun run) {
        return PlanCompletion.of(run.recipe(), run.model(), run.cluster(), run.batch(), run.precision(), run.software())
                .setup();
    }

    private static double[] weights(List<MeasuredRun> runs) {
        Map<String, Integer> rows = new HashMap<>();
        runs.forEach(run -> rows.merge(run.family(), 1, Integer::sum));
        return runs.stream()
                .mapToDouble(run -> 1 / Math.sqrt(rows.getOrDefault(run.family(), 1)))
                .toArray();
    }

    /**
     * A fit as the file of constants that the step room reads.
     *
     * @param measurements what the runs are, for the source of each value
     */
    public static String toCsv(Fit fit, String measurements) {
        StringBuilder csv = new StringBuilder("name,value,unit,kind,standard_error,source\n");
        for (Parameter parameter : fit.parameters()) {
            csv.append(String.format(
                    Locale.ROOT,
                    "%s,%.5g,%s,fitted,%.2g,\"calibration.RunCalibration on %s\"%n",
                    parameter.name(),
                    fit.value(parameter.name()),
                    parameter.unit(),
                    fit.standardError(parameter.name()),
                    measurements));
        }
        return csv.toString().replace("\r\n", "\n");
    }
}
