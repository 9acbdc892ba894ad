package org.hopperline.calibration;

/**
 * How much a residual costs. The pseudo-Huber loss (Charbonnier and others 1997)
 *
 * <pre>rho(r) = scale^2 (sqrt(1 + (r / scale)^2) - 1)</pre>
 *
 * is {@code r^2 / 2} for small residuals and {@code scale |r|} for large ones, so that an outlier pulls with a bounded
 * force. It is smooth, which Levenberg-Marquardt needs; the squared loss is its limit for an infinite scale.
 *
 * @param scale the residual at which the loss turns from squared to linear, in the unit of the residual; infinite for
 *     the squared loss
 */
public record Loss(double scale) {

    /** @throws IllegalArgumentException if the scale is not above zero */
    public Loss {
        if (!(scale > 0)) {
            throw new IllegalArgumentException(
                    "scale of a loss: " + scale + "; it must be above 0, such as 0.06 for log residuals of 6 %");
        }
    }

    /** {@code r^2 / 2}. */
    public static Loss squared() {
        return new Loss(Double.POSITIVE_INFINITY);
    }

    /** Squared below {@code scale}, linear above. */
    public static Loss pseudoHuber(double scale) {
        return new Loss(scale);
    }

    /** The cost of a residual. */
    public double of(double residual) {
        double root = root(residual);
        return root * root / 2;
    }

    /**
     * {@code sign(r) sqrt(2 rho(r))}: the number whose half square is the loss, so that a solver of squares minimises
     * the loss. Written without the cancellation of {@code sqrt(1 + t^2) - 1}.
     */
    double root(double residual) {
        return residual * Math.sqrt(2 / (1 + w(residual)));
    }

    /** Derivative of {@link #root}. */
    double rootSlope(double residual) {
        double w = w(residual);
        return Math.sqrt((1 + w) / 2) / w;
    }

    /** Derivative of the loss: the force with which a residual pulls. */
    double influence(double residual) {
        return residual / w(residual);
    }

    /** Second derivative of the loss. */
    double curvature(double residual) {
        double w = w(residual);
        return 1 / (w * w * w);
    }

    private double w(double residual) {
        double t = residual / scale;
        return Math.sqrt(1 + t * t);
    }
}
