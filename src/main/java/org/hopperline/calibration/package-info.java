/**
 * Fits the constants of a model to a table of measurements: bounded parameters, robust losses, priors, standard errors
 * and a report of what is left over. The solver is Levenberg-Marquardt (DDogleg), restarted until it stands still; the
 * covariance comes from the singular values of the Jacobian (EJML). Both are checked against the certified sets of the
 * NIST Statistical Reference Datasets.
 *
 * <p>The way through: a {@link org.hopperline.calibration.Model} says what it predicts for a row, a
 * {@link org.hopperline.calibration.Parameter} names each constant, a {@link org.hopperline.calibration.LeastSquares}
 * joins them to the measurements, and its {@link org.hopperline.calibration.Fit} holds what came out.
 * {@link org.hopperline.calibration.Split} keeps apart the rows that are fitted and those that judge.
 *
 * <p>The rooms that predict read the constants from resource files; none of them sees this one.
 */
@NullMarked
package org.hopperline.calibration;

import org.jspecify.annotations.NullMarked;
