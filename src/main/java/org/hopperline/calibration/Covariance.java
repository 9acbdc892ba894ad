package org.hopperline.calibration;

import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.QRDecomposition;
import org.ejml.interfaces.decomposition.SingularValueDecomposition_F64;

/**
 * Covariance of the parameters at the minimum, {@code variance (J'J)^-1}, by QR and the singular values of R, so that
 * J'J is never formed. A parameter that the rows do not determine has an infinite variance.
 */
final class Covariance {

    /** Singular values below this share of the largest belong to directions that no row determines. */
    private static final double RANK = 1e-13;

    private Covariance() {}

    /**
     * The covariance in the coordinates of the Jacobian.
     *
     * @param jacobian {@code rows x columns}, row-major; overwritten
     * @param variance of one entry
     */
    static double[][] of(double[] jacobian, int rows, int columns, double variance) {
        double[] lengths = normalise(jacobian, rows, columns);
        QRDecomposition<DMatrixRMaj> qr = DecompositionFactory_DDRM.qr(rows, columns);
        qr.decompose(DMatrixRMaj.wrap(rows, columns, jacobian));
        DMatrixRMaj r = qr.getR(null, true);
        SingularValueDecomposition_F64<DMatrixRMaj> svd =
                DecompositionFactory_DDRM.svd(columns, columns, false, true, true);
        svd.decompose(r);
        double[] singular = svd.getSingularValues();
        DMatrixRMaj v = svd.getV(null, false);
        double largest = 0;
        for (int k = 0; k < columns; k++) {
            largest = Math.max(largest, singular[k]);
        }
        double[][] covariance = new double[columns][columns];
        for (int i = 0; i < columns; i++) {
            for (int j = 0; j < columns; j++) {
                double sum = 0;
                for (int k = 0; k < columns; k++) {
                    double product = v.get(i, k) * v.get(j, k);
                    if (singular[k] > RANK * largest) {
                        sum += product / (singular[k] * singular[k]);
                    } else if (Math.abs(product) > 1e-12) {
                        sum = Double.POSITIVE_INFINITY;
                    }
                }
                covariance[i][j] = variance * sum / (lengths[i] * lengths[j]);
            }
        }
        return covariance;
    }

    /** Divides each column by its length, which makes the rank a matter of directions and not of units. */
    private static double[] normalise(double[] jacobian, int rows, int columns) {
        double[] lengths = new double[columns];
        for (int j = 0; j < columns; j++) {
            double squares = 0;
            for (int i = 0; i < rows; i++) {
                squares += jacobian[i * columns + j] * jacobian[i * columns + j];
            }
            lengths[j] = squares > 0 ? Math.sqrt(squares) : 1;
            for (int i = 0; i < rows; i++) {
                jacobian[i * columns + j] /= lengths[j];
            }
        }
        return lengths;
    }
}
