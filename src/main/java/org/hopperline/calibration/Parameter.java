package org.hopperline.calibration;

import org.hopperline.core.Check;
import org.jspecify.annotations.Nullable;

/**
 * One constant to be found. Bounds are open: the fit moves a transformed parameter that has none
 * ({@code ln(x - minimum)} where there is a minimum, {@code -ln(maximum - x)} where there is a maximum, the logit where
 * there are both), so that a value can come close to a bound and never reach it.
 *
 * @param name what it is called in the report; no two of a fit alike
 * @param unit SI unit; {@code 1} for a pure number
 * @param initial where the fit starts, between the bounds
 * @param minimum every value is above it; {@code -Infinity} if there is none
 * @param maximum every value is below it; {@code Infinity} if there is none
 * @param prior what is known of it, or null
 */
public record Parameter(
        String name,
        String unit,
        double initial,
        double minimum,
        double maximum,
        @Nullable Prior prior) {

    /** @throws IllegalArgumentException if the initial value is not between the bounds, or a prior has no minimum of 0 or more */
    public Parameter {
        Check.notBlank(name, "name of a parameter");
        Check.notBlank(unit, "unit of parameter " + name);
        if (Double.isNaN(minimum) || Double.isNaN(maximum) || !(minimum < maximum)) {
            throw new IllegalArgumentException(
                    "parameter " + name + ": minimum " + minimum + " must be below maximum " + maximum + " " + unit);
        }
        if (!(initial > minimum && initial < maximum)) {
            throw new IllegalArgumentException("parameter " + name + ": initial value " + initial
                    + " must stand between " + minimum + " and " + maximum + " " + unit + ", bounds left out");
        }
        if (prior != null && !(minimum >= 0)) {
            throw new IllegalArgumentException(
                    "parameter " + name + ": a prior is on the logarithm, so the minimum must" + " be 0 or more, not "
                            + minimum + " " + unit);
        }
    }

    /** A parameter without bounds. */
    public static Parameter of(String name, String unit, double initial) {
        return new Parameter(name, unit, initial, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY, null);
    }

    /** A parameter above zero. */
    public static Parameter positive(String name, String unit, double initial) {
        return new Parameter(name, unit, initial, 0, Double.POSITIVE_INFINITY, null);
    }

    /** A parameter between two bounds, bounds left out. */
    public static Parameter between(String name, String unit, double initial, double minimum, double maximum) {
        return new Parameter(name, unit, initial, minimum, maximum, null);
    }

    /** The same parameter with a log-normal prior. */
    public Parameter withPrior(double mean, double sigma) {
        return new Parameter(name, unit, initial, minimum, maximum, new Prior(mean, sigma));
    }

    /** The same parameter with another start. */
    public Parameter withInitial(double newInitial) {
        return new Parameter(name, unit, newInitial, minimum, maximum, prior);
    }

    /** The coordinate without bounds in which the solver moves. */
    double free(double value) {
        boolean below = minimum > Double.NEGATIVE_INFINITY;
        boolean above = maximum < Double.POSITIVE_INFINITY;
        if (below && above) {
            return Math.log((value - minimum) / (maximum - value));
        }
        if (below) {
            return Math.log(value - minimum);
        }
        return above ? -Math.log(maximum - value) : value;
    }

    /** The value at a free coordinate. */
    double value(double free) {
        boolean below = minimum > Double.NEGATIVE_INFINITY;
        boolean above = maximum < Double.POSITIVE_INFINITY;
        if (below && above) {
            return minimum + (maximum - minimum) / (1 + Math.exp(-free));
        }
        if (below) {
            return minimum + Math.exp(free);
        }
        return above ? maximum - Math.exp(-free) : free;
    }

    /** Derivative of the value by the free coordinate. */
    double slope(double free) {
        boolean below = minimum > Double.NEGATIVE_INFINITY;
        boolean above = maximum < Double.POSITIVE_INFINITY;
        if (below && above) {
            double e = Math.exp(-Math.abs(free));
            return (maximum - minimum) * e / ((1 + e) * (1 + e));
        }
        if (below) {
            return Math.exp(free);
        }
        return above ? Math.exp(-free) : 1;
    }
}
