package org.hopperline.kernel;

import java.util.Arrays;
import org.hopperline.core.Check;
import org.hopperline.core.Precision;
import org.hopperline.text.FigureTable;

/** One value for each {@link GemmConstant}; immutable. */
public final class GemmConstants {

    private static final GemmConstant[] NAMES = GemmConstant.values();

    private final double[] values;

    private GemmConstants(double[] values) {
        this.values = values;
    }

    /**
     * The constants in the order of {@link GemmConstant}.
     *
     * @throws IllegalArgumentException if there are too few or too many, or one lies outside its bounds
     */
    public static GemmConstants of(double... values) {
        if (values.length != NAMES.length) {
            throw new IllegalArgumentException(values.length + " constants given, but a product needs " + NAMES.length
                    + ": " + Arrays.toString(NAMES));
        }
        for (int i = 0; i < NAMES.length; i++) {
            Check.within(values[i], NAMES[i].low(), NAMES[i].high(), NAMES[i].key(), NAMES[i].unit());
        }
        return new GemmConstants(values.clone());
    }

    /** The shipped constants, fitted on H100 SXM5, for a precision: those of BF16, or of FP8 for one-byte formats. */
    public static GemmConstants shipped(Precision precision) {
        return read(GemmFigures.SHIPPED, precision);
    }

    static GemmConstants read(FigureTable figures, Precision precision) {
        String prefix = precision.bytes() == 1 ? "fp8." : "bf16.";
        double[] values = new double[NAMES.length];
        for (int i = 0; i < NAMES.length; i++) {
            values[i] = figures.value(NAMES[i].shared() ? NAMES[i].key() : prefix + NAMES[i].key());
        }
        return of(values);
    }

    /** The value of one constant, in its unit. */
    public double get(GemmConstant name) {
        return values[name.ordinal()];
    }

    /** The same constants with one changed. */
    public GemmConstants with(GemmConstant name, double value) {
        double[] changed = values.clone();
        changed[name.ordinal()] = value;
        return of(changed);
    }

    /** A copy of all values in the order of {@link GemmConstant}. */
    public double[] toArray() {
        return values.clone();
    }
}
