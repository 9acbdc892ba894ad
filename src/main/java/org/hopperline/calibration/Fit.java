package org.hopperline.calibration;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntFunction;
import org.hopperline.core.Check;
import org.hopperline.core.Figure;
import org.hopperline.text.Nearest;

/**
 * What a fit found: values, their standard errors and covariance, and what is left over, on the fitted rows or on any
 * others of the table.
 *
 * <p>The covariance is that of the linearised model at the minimum, {@code s^2 (J'J)^-1}, carried from the free
 * coordinates to the parameters by their slopes. {@code s^2} is estimated from the fitted rows, so it tells the
 * uncertainty that these rows leave under this model: not what the model leaves out, for which there is
 * {@link LeastSquares#heldOut}.
 */
public final class Fit {

    private final Model model;
    private final double[] measured;
    private final double[] weights;
    private final int[] rows;
    private final Parameter[] parameters;
    private final double[] values;
    private final double[][] covariance;
    private final double[] costs;
    private final Solver.Solution best;
    private final int iterations;
    private final double variance;

    Fit(
            Model model,
            double[] measured,
            double[] weights,
            int[] rows,
            Parameter[] parameters,
            Objective objective,
            List<Solver.Solution> solutions) {
        this.model = model;
        this.measured = measured.clone();
        this.weights = weights.clone();
        this.rows = rows.clone();
        this.parameters = parameters.clone();
        this.best = best(solutions);
        this.costs = solutions.stream().mapToDouble(Solver.Solution::cost).toArray();
        this.iterations =
                solutions.stream().mapToInt(Solver.Solution::iterations).sum();
        this.values = objective.values(best.free());
        this.variance = objective.variance(best.free());
        double[] jacobian = new double[objective.size() * parameters.length];
        objective.jacobian(best.free(), jacobian);
        this.covariance = Covariance.of(jacobian, objective.size(), parameters.length, variance);
        for (int i = 0; i < parameters.length; i++) {
            for (int j = 0; j < parameters.length; j++) {
                covariance[i][j] *= parameters[i].slope(best.free()[i]) * parameters[j].slope(best.free()[j]);
            }
        }
    }

    private static Solver.Solution best(List<Solver.Solution> solutions) {
        Solver.Solution best = solutions.get(0);
        for (Solver.Solution solution : solutions) {
            boolean lower = solution.cost() < best.cost() * (1 - 1e-9);
            boolean nearer = solution.cost() <= best.cost() * (1 + 1e-9) && solution.offset() < best.offset();
            best = lower || nearer ? solution : best;
        }
        return best;
    }

    /** The parameters, in the order in which they were declared. */
    public List<Parameter> parameters() {
        return List.of(parameters);
    }

    /** All values, in the order and the units of the parameters. */
    public double[] values() {
        return values.clone();
    }

    /**
     * One value, in the unit of its parameter.
     *
     * @throws IllegalArgumentException if no parameter has the name, with the nearest
     */
    public double value(String name) {
        return values[index(name)];
    }

    /** Standard error of one value, in its unit; infinite where the rows do not determine it. */
    public double standardError(String name) {
        int j = index(name);
        return Math.sqrt(covariance[j][j]);
    }

    /** Covariance of all values, in the product of their units. */
    public double[][] covariance() {
        return Arrays.stream(covariance).map(double[]::clone).toArray(double[][]::new);
    }

    /** Correlation of two values, between -1 and 1: near either end, the rows fix one combination of them only. */
    public double correlation(String first, String second) {
        int i = index(first);
        int j = index(second);
        return covariance[i][j] / Math.sqrt(covariance[i][i] * covariance[j][j]);
    }

    /** The values as figures with their birthplace, by name. */
    public Map<String, Figure> figures(String source) {
        Map<String, Figure> figures = new LinkedHashMap<>();
        for (int j = 0; j < values.length; j++) {
            figures.put(parameters[j].name(), Figure.fitted(values[j], parameters[j].unit(), source));
        }
        return figures;
    }

    /** The rows that were fitted. */
    public int[] rows() {
        return rows.clone();
    }

    /** What the fitted model says of any row of the table. */
    public double predicted(int row) {
        return model.under(values).predict(row);
    }

    /** Predicted minus measured on each fitted row, in the order of {@link #rows}. */
    public double[] residuals() {
        Model.Predictor predictor = model.under(values);
        return Arrays.stream(rows)
                .mapToDouble(row -> predictor.predict(row) - measured[row])
                .toArray();
    }

    /** Weighted sum of the squares of {@link #residuals}. */
    public double residualSumOfSquares() {
        double[] residuals = residuals();
        double sum = 0;
        for (int i = 0; i < residuals.length; i++) {
            sum += weights[rows[i]] * residuals[i] * residuals[i];
        }
        return sum;
    }

    /** Standard deviation of a residual of weight 1, in the unit of the residual that was minimised. */
    public double residualDeviation() {
        return Math.sqrt(variance);
    }

    /** Relative errors on the fitted rows. */
    public ErrorStatistics errors() {
        return errors(rows);
    }

    /** Relative errors on other rows of the table. */
    public ErrorStatistics errors(int... others) {
        Model.Predictor predictor = model.under(values);
        double[] predictions = new double[others.length];
        double[] truths = new double[others.length];
        for (int i = 0; i < others.length; i++) {
            predictions[i] = predictor.predict(others[i]);
            truths[i] = measured[others[i]];
        }
        return ErrorStatistics.of(predictions, truths);
    }

    /**
     * Relative errors by region.
     *
     * @param others rows of the table, fitted or not
     * @param region the label of a row, such as {@code "k < 1024"}
     * @return one entry for each label, in the order of their first rows
     */
    public ResidualReport report(int[] others, IntFunction<String> region) {
        Map<String, List<Integer>> groups = new LinkedHashMap<>();
        for (int row : others) {
            groups.computeIfAbsent(region.apply(row), label -> new ArrayList<>())
                    .add(row);
        }
        List<ResidualReport.Region> regions = new ArrayList<>();
        groups.forEach((label, members) -> regions.add(new ResidualReport.Region(
                label, errors(members.stream().mapToInt(Integer::intValue).toArray()))));
        return new ResidualReport(regions, errors(others));
    }

    /** Half the sum of squares at the minimum: what was minimised. */
    public double cost() {
        return best.cost();
    }

    /** Where each run ended: two for each start, bold and cautious. */
    public double[] costs() {
        return costs.clone();
    }

    /** True if all runs ended at the same cost within a thousandth; if not, the model has several minima. */
    public boolean agreed() {
        double highest = Arrays.stream(costs).max().orElse(cost());
        return highest - cost() <= 1e-3 * cost();
    }

    /** Steps tried by all runs together. */
    public int iterations() {
        return iterations;
    }

    /**
     * True if the best run stands at a minimum that the rows determine: the next Gauss-Newton step would move the
     * parameters by less than a thousandth of their joint standard error (the relative offset of Bates and Watts 1981),
     * or change nothing in ten digits, and no standard error is infinite.
     */
    public boolean converged() {
        boolean determined = true;
        for (int j = 0; j < values.length; j++) {
            determined &= Double.isFinite(covariance[j][j]);
        }
        return best.converged() && determined;
    }

    /** The relative offset that {@link #converged} judges. */
    public double relativeOffset() {
        return best.offset();
    }

    private int index(String name) {
        Check.notNull(name, "name");
        for (int j = 0; j < parameters.length; j++) {
            if (parameters[j].name().equals(name)) {
                return j;
            }
        }
        throw Nearest.unknown(
                "parameter",
                name,
                Arrays.stream(parameters).map(Parameter::name).toList());
    }

    /** A table of the values with their standard errors, and the errors of the rows. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (int j = 0; j < values.length; j++) {
            text.append(String.format(
                    Locale.ROOT,
                    "%-24s %14.6g +- %-10.2g %s%n",
                    parameters[j].name(),
                    values[j],
                    Math.sqrt(covariance[j][j]),
                    parameters[j].unit()));
        }
        return text.append(errors())
                .append(converged() ? "; converged" : "; NOT converged")
                .append(agreed() ? "" : "; starts ended at different minima")
                .toString();
    }
}
