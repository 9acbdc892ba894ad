package org.hopperline.calibration;

import java.util.Arrays;

/**
 * Central differences over a visible step, for models that choose the best of several kernels: where the choice
 * changes, the prediction has a kink or a small jump, and over a tiny step that jump would pass for a huge slope.
 */
final class WideDifferences implements Model.Gradient {

    /** Relative step: well above the jumps at a change of kernel, well below the curvature. */
    private static final double STEP = 0.01;

    private final Model model;
    private final Parameter[] parameters;
    private double[] centre = {};
    private final Model.Predictor[] above;
    private final Model.Predictor[] below;
    private final double[] width;

    WideDifferences(Model model, Parameter[] parameters) {
        this.model = model;
        this.parameters = parameters.clone();
        this.above = new Model.Predictor[parameters.length];
        this.below = new Model.Predictor[parameters.length];
        this.width = new double[parameters.length];
    }

    @Override
    public void at(double[] values, int row, double[] gradient) {
        if (!Arrays.equals(values, centre)) {
            move(values);
        }
        for (int j = 0; j < width.length; j++) {
            gradient[j] = (above[j].predict(row) - below[j].predict(row)) / width[j];
        }
    }

    private void move(double[] values) {
        centre = values.clone();
        for (int j = 0; j < width.length; j++) {
            double high = Math.min(values[j] * (1 + STEP), parameters[j].maximum());
            double low = Math.max(values[j] * (1 - STEP), parameters[j].minimum());
            above[j] = model.under(replaced(values, j, high));
            below[j] = model.under(replaced(values, j, low));
            width[j] = high - low;
        }
    }

    private static double[] replaced(double[] values, int index, double value) {
        double[] copy = values.clone();
        copy[index] = value;
        return copy;
    }
}
