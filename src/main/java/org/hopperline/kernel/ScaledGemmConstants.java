package org.hopperline.kernel;

import org.hopperline.core.Check;
import org.hopperline.text.FigureTable;

/**
 * Constants of {@link ScaledGemm} beside those of the product.
 *
 * @param quantiseLaunchSeconds fixed time of the quantising kernel, s
 * @param rowSeconds time of a row, whatever its length, with the whole chip at work, s
 * @param chunkSeconds time of a chunk of 2,048 elements of a row, with the whole chip at work, s
 * @param boundary added share of a product's time for each share of its tiles that is empty
 */
public record ScaledGemmConstants(
        double quantiseLaunchSeconds, double rowSeconds, double chunkSeconds, double boundary) {

    /** @throws IllegalArgumentException if a value is negative or not finite */
    public ScaledGemmConstants {
        Check.nonNegative(quantiseLaunchSeconds, "launch of quantisation", "s");
        Check.nonNegative(rowSeconds, "time of a row", "s");
        Check.nonNegative(chunkSeconds, "time of a chunk", "s");
        Check.nonNegative(boundary, "boundary share", "1");
    }

    /** The shipped constants, fitted on H100 SXM5. */
    public static ScaledGemmConstants shipped() {
        return read(GemmFigures.SHIPPED);
    }

    static ScaledGemmConstants read(FigureTable figures) {
        return new ScaledGemmConstants(
                figures.value("quantise.launch"),
                figures.value("quantise.row"),
                figures.value("quantise.chunk"),
                figures.value("cutlass.boundary"));
    }
}
