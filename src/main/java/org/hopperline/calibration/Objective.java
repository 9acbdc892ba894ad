package org.hopperline.calibration;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The vector whose half square is minimised, as a function of the free coordinates: one entry for each fitted row,
 * {@code sqrt(weight) root(residual)}, then one for each prior, {@code noise (ln value - ln mean) / sigma}.
 */
final class Objective {

    /** Step of a central difference, relative: the cube root of the rounding unit balances rounding and truncation. */
    private static final double STEP = Math.cbrt(Math.ulp(1.0));

    /** How far a parameter is tried, in free coordinates: twentyfold where it has a minimum only. */
    private static final double PROBE = 3;

    private final Model model;
    private final Model.@Nullable Gradient gradient;
    private final Parameter[] parameters;
    private final double[] measured;
    private final double[] rootWeights;
    private final int[] rows;
    private final Residual residual;
    private final Loss loss;
    private final double noise;
    private final int priors;
    private final boolean @Nullable [][] responds;

    Objective(
            Model model,
            Model.@Nullable Gradient gradient,
            Parameter[] parameters,
            double[] measured,
            double[] weights,
            int[] rows,
            Residual residual,
            Loss loss,
            double noise,
            boolean sparse) {
        this.model = model;
        this.gradient = gradient;
        this.parameters = parameters;
        this.measured = measured;
        this.rows = rows;
        this.residual = residual;
        this.loss = loss;
        this.noise = noise;
        this.rootWeights =
                Arrays.stream(rows).mapToDouble(row -> Math.sqrt(weights[row])).toArray();
        this.priors =
                (int) Arrays.stream(parameters).filter(p -> p.prior() != null).count();
        this.responds = sparse ? responses() : null;
    }

    /** Which rows each parameter moves, tried far to either side of its start. */
    private boolean[][] responses() {
        double[] start =
                Arrays.stream(parameters).mapToDouble(Parameter::initial).toArray();
        double[] at = free(start);
        boolean[][] moves = new boolean[parameters.length][rows.length];
        Model.Predictor still = model.under(start);
        double[] base = Arrays.stream(rows).mapToDouble(still::predict).toArray();
        for (int j = 0; j < parameters.length; j++) {
            for (double side : new double[] {-PROBE, PROBE}) {
                double[] moved = at.clone();
                moved[j] += side;
                Model.Predictor predictor = model.under(values(moved));
                for (int i = 0; i < rows.length; i++) {
                    moves[j][i] |= predictor.predict(rows[i]) != base[i];
                }
            }
        }
        return moves;
    }

    /** Number of parameters. */
    int columns() {
        return parameters.length;
    }

    /** Number of entries: fitted rows and priors. */
    int size() {
        return rows.length + priors;
    }

    /** Values in their own units at a free point. */
    double[] values(double[] free) {
        double[] values = new double[parameters.length];
        for (int j = 0; j < values.length; j++) {
            values[j] = parameters[j].value(free[j]);
        }
        return values;
    }

    /** The free point of values in their own units. */
    double[] free(double[] values) {
        double[] free = new double[parameters.length];
        for (int j = 0; j < free.length; j++) {
            free[j] = parameters[j].free(values[j]);
        }
        return free;
    }

    /** Writes the entries at a free point into {@code out}; what cannot be computed is NaN or infinite. */
    void entries(double[] free, double[] out) {
        entries(free, null, out);
    }

    /** The same with 0 for rows that are not among {@code some}. */
    private void entries(double[] free, boolean @Nullable [] some, double[] out) {
        double[] values = values(free);
        Model.Predictor predictor = model.under(values);
        for (int i = 0; i < rows.length; i++) {
            if (some != null && !some[i]) {
                out[i] = 0;
                continue;
            }
            double r = residual.of(predictor.predict(rows[i]), measured[rows[i]]);
            out[i] = rootWeights[i] * loss.root(r);
        }
        int next = rows.length;
        for (int j = 0; j < parameters.length; j++) {
            Prior prior = parameters[j].prior();
            if (prior != null) {
                out[next++] = noise * prior.deviation(values[j]);
            }
        }
    }

    /** Half the sum of squares of the entries. */
    static double cost(double[] entries, int size) {
        double sum = 0;
        for (int i = 0; i < size; i++) {
            sum += entries[i] * entries[i];
        }
        return sum / 2;
    }

    /**
     * Writes the derivatives of the entries by the free coordinates, row-major.
     *
     * @param free where
     * @param out {@code size() x columns()} cells
     */
    void jacobian(double[] free, double[] out) {
        if (gradient == null) {
            differences(free, out);
        } else {
            exact(free, gradient, out);
        }
    }

    private void exact(double[] free, Model.Gradient derivatives, double[] out) {
        int p = parameters.length;
        double[] values = values(free);
        double[] slopes = new double[p];
        for (int j = 0; j < p; j++) {
            slopes[j] = parameters[j].slope(free[j]);
        }
        Model.Predictor predictor = model.under(values);
        double[] row = new double[p];
        for (int i = 0; i < rows.length; i++) {
            double predicted = predictor.predict(rows[i]);
            double y = measured[rows[i]];
            double outer = rootWeights[i] * loss.rootSlope(residual.of(predicted, y)) * residual.slope(predicted, y);
            derivatives.at(values, rows[i], row);
            for (int j = 0; j < p; j++) {
                out[i * p + j] = outer * row[j] * slopes[j];
            }
        }
        int next = rows.length;
        for (int j = 0; j < p; j++) {
            Prior prior = parameters[j].prior();
            if (prior != null) {
                Arrays.fill(out, next * p, (next + 1) * p, 0);
                out[next++ * p + j] = noise * slopes[j] / (values[j] * prior.sigma());
            }
        }
    }

    private void differences(double[] free, double[] out) {
        int p = parameters.length;
        int n = size();
        double[] up = new double[n];
        double[] down = new double[n];
        double[] moved = free.clone();
        for (int j = 0; j < p; j++) {
            double h = STEP * width(j, free[j]);
            moved[j] = free[j] + h;
            double above = moved[j];
            boolean[] some = responds == null ? null : responds[j];
            entries(moved, some, up);
            moved[j] = free[j] - h;
            double span = above - moved[j];
            entries(moved, some, down);
            moved[j] = free[j];
            for (int i = 0; i < n; i++) {
                out[i * p + j] = (up[i] - down[i]) / span;
            }
        }
    }

    /** The size of a coordinate to which the step is relative; that of its start where it comes close to zero. */
    private double width(int j, double free) {
        double start = Math.abs(parameters[j].free(parameters[j].initial()));
        double size = Math.max(Math.abs(free), start / 1000);
        return size > 0 ? size : 1;
    }

    /**
     * Variance of one residual of weight 1, and what a robust loss loses: {@code sum(w psi^2) / (n - p)} over the square
     * of the mean of psi' (Huber 1981, section 7.6). For the squared loss it is the residual variance.
     */
    double variance(double[] free) {
        Model.Predictor predictor = model.under(values(free));
        double squares = 0;
        double curvature = 0;
        for (int i = 0; i < rows.length; i++) {
            double r = residual.of(predictor.predict(rows[i]), measured[rows[i]]);
            double pull = rootWeights[i] * loss.influence(r);
            squares += pull * pull;
            curvature += loss.curvature(r);
        }
        double mean = curvature / rows.length;
        return squares / (size() - columns()) / (mean * mean);
    }
}
