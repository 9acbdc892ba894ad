package org.hopperline.kernel;

import org.hopperline.core.Precision;
import org.hopperline.hardware.Architecture;
import org.hopperline.hardware.Chip;
import org.hopperline.text.FigureTable;

/**
 * How far a priced product may be off, as a share of its time, by whether the model was scored there.
 *
 * @param trainingSize forward products with m, n and k of at least {@link #TRAINING_SIZE}
 * @param anySize forward products of any size
 * @param unscored everything else
 */
record GemmError(double trainingSize, double anySize, double unscored) {

    /** Share of measured products within the band. */
    static final double COVERAGE = 0.9;

    /** Least dimension of a product of the size of training. */
    static final long TRAINING_SIZE = 1024;

    static GemmError of(Chip chip, Precision precision, FigureTable figures) {
        double unscored = figures.value("error.unscored");
        boolean scored = precision == Precision.BF16 && chip.architecture() == Architecture.HOPPER;
        return scored
                ? new GemmError(
                        figures.value("bf16.error.training-size"), figures.value("bf16.error.any-size"), unscored)
                : new GemmError(unscored, unscored, unscored);
    }

    /** The same where the model is no longer scored. */
    static GemmError unscored(GemmError other) {
        return new GemmError(other.unscored, other.unscored, other.unscored);
    }

    double share(GemmLayout layout, long leastDimension) {
        if (!layout.scored()) {
            return unscored;
        }
        return leastDimension >= TRAINING_SIZE ? trainingSize : anySize;
    }
}
