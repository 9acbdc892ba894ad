package org.hopperline.calibration;

/** How a prediction is compared with a measurement. */
public enum Residual {
    /** Predicted minus measured, in the unit of the measurement. */
    LINEAR {
        @Override
        public double of(double predicted, double measured) {
            return predicted - measured;
        }

        @Override
        double slope(double predicted, double measured) {
            return 1;
        }
    },
    /** {@code predicted / measured - 1}; the measurement must not be zero. */
    RELATIVE {
        @Override
        public double of(double predicted, double measured) {
            return predicted / measured - 1;
        }

        @Override
        double slope(double predicted, double measured) {
            return 1 / measured;
        }
    },
    /** {@code ln(predicted / measured)}: the same weight to twice as slow and twice as fast; both must be above zero. */
    LOG {
        @Override
        public double of(double predicted, double measured) {
            return Math.log(predicted / measured);
        }

        @Override
        double slope(double predicted, double measured) {
            return 1 / predicted;
        }
    };

    /** The residual of a prediction; NaN where it has none. */
    public abstract double of(double predicted, double measured);

    /** Derivative of the residual by the prediction. */
    abstract double slope(double predicted, double measured);
}
