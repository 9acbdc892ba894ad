package org.hopperline.calibration;

import org.hopperline.core.Check;

/**
 * What was known of a positive parameter before the fit: its logarithm is normal about {@code ln(mean)}. A fit adds
 * {@code 1/2 ((ln value - ln mean) / sigma)^2} to its cost, in units of the noise of one residual.
 *
 * @param mean the expected value, in the unit of the parameter; above zero
 * @param sigma standard deviation of the logarithm: 0.1 says that 10 % up or down is ordinary; above zero
 */
public record Prior(double mean, double sigma) {

    /** @throws IllegalArgumentException if either is not finite and above zero */
    public Prior {
        Check.positive(mean, "mean of a prior", "of its parameter");
        Check.positive(sigma, "sigma of a prior", "in ln");
    }

    /** How far a value stands from the mean, in sigmas. */
    double deviation(double value) {
        return Math.log(value / mean) / sigma;
    }
}
