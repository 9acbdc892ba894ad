package org.hopperline.calibration;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.hopperline.core.Check;
import org.jspecify.annotations.Nullable;

/**
 * A fit of a {@link Model} to measurements: the parameters minimise
 *
 * <pre>sum over rows of weight * loss(residual) + noise^2 * sum over priors of 1/2 ((ln value - ln mean) / sigma)^2</pre>
 *
 * <p>Declare what is fitted to what, then {@link #fit}:
 *
 * <pre>{@code
 * Fit fit = LeastSquares.of(p -> row -> flops[row] / p[0] + p[1], seconds)
 *         .parameters(
 *                 Parameter.positive("rate", "FLOP/s", 7e14),
 *                 Parameter.positive("launch", "s", 3e-6))
 *         .residual(Residual.LOG)
 *         .loss(Loss.pseudoHuber(0.06))
 *         .fit();
 * double rate = fit.value("rate");
 * }</pre>
 *
 * <p>Each start runs twice, with bold and with cautious first steps (unless told {@link #once}), and the lowest cost is
 * kept; {@link Fit#agreed} tells whether all found the same. The
 * result depends on nothing but the arguments: no random numbers, no threads.
 */
public final class LeastSquares {

    private final Model model;
    private final double[] measured;
    private Parameter[] parameters = {};
    private int[] rows;
    private double[] weights;
    private Residual residual = Residual.LINEAR;
    private Loss loss = Loss.squared();
    private Model.@Nullable Gradient gradient;
    private double noise = Double.NaN;
    private int maximumIterations = 2000;
    private boolean sparse;
    private boolean once;
    private double settled = Solver.SETTLED;
    private final List<double[]> starts = new ArrayList<>();

    private LeastSquares(Model model, double[] measured) {
        this.model = Check.notNull(model, "model");
        this.measured = Check.notNull(measured, "measured").clone();
        this.rows = IntStream.range(0, measured.length).toArray();
        this.weights = new double[measured.length];
        Arrays.fill(weights, 1);
    }

    private LeastSquares(LeastSquares other, int[] rows) {
        this(other.model, other.measured);
        this.parameters = other.parameters.clone();
        this.rows = rows.clone();
        this.weights = other.weights.clone();
        this.residual = other.residual;
        this.loss = other.loss;
        this.gradient = other.gradient;
        this.noise = other.noise;
        this.maximumIterations = other.maximumIterations;
        this.sparse = other.sparse;
        this.once = other.once;
        this.settled = other.settled;
        this.starts.addAll(other.starts);
    }

    /**
     * A fit of a model to a table.
     *
     * @param model predicts each row of the table
     * @param measured what was measured, one number a row
     */
    public static LeastSquares of(Model model, double[] measured) {
        return new LeastSquares(model, measured);
    }

    /**
     * The constants to find, in the order in which the model takes them.
     *
     * @throws IllegalArgumentException if there is none, or two share a name
     */
    public LeastSquares parameters(Parameter... declared) {
        Set<String> names = new HashSet<>();
        for (Parameter parameter : declared) {
            if (!names.add(parameter.name())) {
                throw new IllegalArgumentException(
                        "two parameters are called \"" + parameter.name() + "\"; rename one");
            }
        }
        if (declared.length == 0) {
            throw new IllegalArgumentException("0 parameters; a fit needs at least 1");
        }
        this.parameters = declared.clone();
        return this;
    }

    /**
     * The rows to fit, the others being left for judging; without this call, all.
     *
     * @throws IllegalArgumentException if one is not in the table
     */
    public LeastSquares rows(int... fitted) {
        for (int row : fitted) {
            if (row < 0 || row >= measured.length) {
                throw new IllegalArgumentException("row " + row + " is not among the " + measured.length
                        + " of the table; rows count from 0 to " + (measured.length - 1));
            }
        }
        this.rows = fitted.clone();
        return this;
    }

    /**
     * What each row of the table counts; without this call, 1.
     *
     * @param ofRows one number for each row of the table, zero or more: a row of weight 4 counts as four alike
     */
    public LeastSquares weights(double... ofRows) {
        if (ofRows.length != measured.length) {
            throw new IllegalArgumentException(
                    ofRows.length + " weights for " + measured.length + " rows; give one for each row of the table");
        }
        for (int row = 0; row < ofRows.length; row++) {
            Check.nonNegative(ofRows[row], "weight of row " + row, "1");
        }
        this.weights = ofRows.clone();
        return this;
    }

    /** How a prediction is compared with a measurement; without this call, linearly. */
    public LeastSquares residual(Residual kind) {
        this.residual = Check.notNull(kind, "residual");
        return this;
    }

    /** What a residual costs; without this call, half its square. */
    public LeastSquares loss(Loss kind) {
        this.loss = Check.notNull(kind, "loss");
        return this;
    }

    /** Exact derivatives; without this call, central differences. */
    public LeastSquares gradient(Model.Gradient exact) {
        this.gradient = Check.notNull(exact, "gradient");
        return this;
    }

    /**
     * The standard deviation expected of one residual, by which priors are weighed against rows; without this call, the
     * scale of the loss. The squared loss has none, so a prior then needs this call.
     */
    public LeastSquares noise(double standardDeviation) {
        this.noise = Check.positive(standardDeviation, "noise", "of a residual");
        return this;
    }

    /**
     * Draws each parameter that has a minimum of 0 or more to its initial value: for a table too small to determine all
     * of them, started from constants that hold for a similar machine.
     *
     * @param sigma standard deviation of the logarithm: 0.1 where 10 % up or down is ordinary
     */
    public LeastSquares priorsAtInitial(double sigma) {
        for (int j = 0; j < parameters.length; j++) {
            if (parameters[j].minimum() >= 0) {
                parameters[j] = parameters[j].withPrior(parameters[j].initial(), sigma);
            }
        }
        return this;
    }

    /** Most steps that one run may try; without this call, 2000. */
    public LeastSquares maximumIterations(int most) {
        this.maximumIterations = Check.positive(most, "maximum iterations");
        return this;
    }

    /**
     * Most parameters move a part of the rows only, so differences are taken of the rows that a parameter moves: those whose
     * prediction changes when it is pushed far to either side of its start, the others staying where they are. It changes
     * the time of a fit, not what it finds, as long as no row answers to a parameter only when another has moved first.
     */
    public LeastSquares sparse() {
        this.sparse = true;
        return this;
    }

    /** One run for each start, with bold first steps: for a start that is known to stand near the minimum. */
    public LeastSquares once() {
        this.once = true;
        return this;
    }

    /**
     * The relative offset ({@link Fit#relativeOffset}) at which the parameters count as settled; without this call, the fit
     * goes on to the last digits that differences give. At 1e-6 the next step would be a millionth of a standard error.
     */
    public LeastSquares settledAt(double offset) {
        this.settled = Check.positive(offset, "relative offset", "1");
        return this;
    }

    /**
     * Another point to start from, beside the initial values of the parameters: for models with several minima.
     *
     * @param values one for each parameter, between its bounds
     */
    public LeastSquares startAlsoAt(double... values) {
        starts.add(values.clone());
        return this;
    }

    /**
     * Fits.
     *
     * @throws IllegalArgumentException if no parameter was declared, the rows are too few, a measurement does not suit
     *     the residual, or the model has no finite value at the start
     */
    public Fit fit() {
        if (parameters.length == 0) {
            throw new IllegalArgumentException("0 parameters; declare at least 1 with parameters(...)");
        }
        checkMeasurements();
        Objective objective = objective();
        if (objective.size() <= parameters.length) {
            throw new IllegalArgumentException(rows.length + " rows cannot determine " + parameters.length
                    + " parameters and their errors; give at least " + (parameters.length + 1)
                    + " rows, or fewer parameters");
        }
        List<Solver.Solution> solutions = new ArrayList<>();
        for (double[] start : allStarts()) {
            checkStart(objective, start);
            double[] free = objective.free(start);
            solutions.add(Solver.solve(objective, free, false, maximumIterations, settled));
            if (!once) {
                solutions.add(Solver.solve(objective, free, true, maximumIterations, settled));
            }
        }
        return new Fit(model, measured, weights, rows, parameters, objective, solutions);
    }

    /**
     * Fits on one part and judges on the other, for each split.
     *
     * @param splits as made by {@link Split}
     * @return one for each split, in the same order
     */
    public List<HeldOut> heldOut(List<Split> splits) {
        List<HeldOut> out = new ArrayList<>();
        for (Split split : splits) {
            Fit fit = new LeastSquares(this, split.fit()).fit();
            out.add(new HeldOut(split.name(), fit, fit.errors(split.score())));
        }
        return List.copyOf(out);
    }

    private List<double[]> allStarts() {
        List<double[]> all = new ArrayList<>();
        all.add(Arrays.stream(parameters).mapToDouble(Parameter::initial).toArray());
        for (double[] start : starts) {
            if (start.length != parameters.length) {
                throw new IllegalArgumentException("a start has " + start.length + " values for " + parameters.length
                        + " parameters; give one for each");
            }
            for (int j = 0; j < start.length; j++) {
                // The record checks that it lies between the bounds.
                parameters[j].withInitial(start[j]);
            }
            all.add(start);
        }
        return all;
    }

    private Objective objective() {
        double weighing = Double.isNaN(noise) ? loss.scale() : noise;
        for (Parameter parameter : parameters) {
            if (parameter.prior() != null && Double.isInfinite(weighing)) {
                throw new IllegalArgumentException("parameter " + parameter.name()
                        + " has a prior, but the noise of a residual is unknown; give it with noise(...), such as 0.05"
                        + " for log residuals of 5 %");
            }
        }
        return new Objective(model, gradient, parameters, measured, weights, rows, residual, loss, weighing, sparse);
    }

    private void checkMeasurements() {
        for (int row : rows) {
            double y = measured[row];
            boolean suits = Double.isFinite(y)
                    && switch (residual) {
                        case LINEAR -> true;
                        case RELATIVE -> y != 0;
                        case LOG -> y > 0;
                    };
            if (!suits) {
                throw new IllegalArgumentException("row " + row + ": measured " + y + "; a " + residual
                        + " residual needs a finite number"
                        + switch (residual) {
                            case LINEAR -> "";
                            case RELATIVE -> " other than 0";
                            case LOG -> " above 0";
                        });
            }
        }
    }

    private void checkStart(Objective objective, double[] start) {
        double[] entries = new double[objective.size()];
        objective.entries(objective.free(start), entries);
        for (int i = 0; i < rows.length; i++) {
            if (!Double.isFinite(entries[i])) {
                double predicted = model.under(start).predict(rows[i]);
                throw new IllegalArgumentException("row " + rows[i] + ": the model predicts " + predicted
                        + " at the start "
                        + Arrays.toString(start) + ", measured " + measured[rows[i]] + "; start where every row has a "
                        + residual + " residual");
            }
        }
    }
}
