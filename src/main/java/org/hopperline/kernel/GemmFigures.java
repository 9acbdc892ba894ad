package org.hopperline.kernel;

import org.hopperline.text.FigureTable;

/** The constants of products with their birthplace, read once: building a {@link Gemm} then takes microseconds. */
final class GemmFigures {

    /** Immutable, so one for all. */
    static final FigureTable SHIPPED = FigureTable.resource(GemmFigures.class, "gemm.csv");

    private GemmFigures() {}
}
