package org.hopperline.calibration;

/**
 * What a fit adjusts: from parameters to one prediction a row. The two steps are apart so that the constants of a model
 * are built once for each set of parameters and not once for each row:
 *
 * <pre>{@code
 * Model model = p -> {
 *     Gemm gemm = constants(p);
 *     return row -> gemm.seconds(m[row], n[row], k[row]);
 * };
 * }</pre>
 */
@FunctionalInterface
public interface Model {

    /**
     * The model under the given parameters.
     *
     * @param parameters values in their own units, in the order in which they were declared; not to be kept or changed
     * @return the predictor of a row
     */
    Predictor under(double[] parameters);

    /** The prediction of one row. */
    @FunctionalInterface
    interface Predictor {

        /**
         * What the model says of a row.
         *
         * @param row index of the row in the table of measurements, from 0
         * @return the prediction, in the unit of the measurement; where it is not finite, the parameters are refused
         */
        double predict(int row);
    }

    /** Exact derivatives of the prediction; without them a fit takes central differences. */
    @FunctionalInterface
    interface Gradient {

        /**
         * Writes the derivative of the prediction by each parameter.
         *
         * @param parameters values in their own units
         * @param row index of the row
         * @param gradient one cell a parameter, to be overwritten
         */
        void at(double[] parameters, int row, double[] gradient);
    }
}
