package org.hopperline.core;

import java.util.Locale;

/**
 * A number with its birthplace.
 *
 * @param value the number, in the unit named; finite
 * @param unit the SI unit, such as {@code byte/s}; {@code 1} for a pure number
 * @param kind how the number came about
 * @param source the document, with a locator, or the measurements and the fit
 */
public record Figure(double value, String unit, Kind kind, String source) {

    /** @throws IllegalArgumentException if the value is not finite, or the unit or the source is blank */
    public Figure {
        Check.notBlank(unit, "unit of a figure");
        Check.finite(value, "figure", unit);
        Check.notNull(kind, "kind of a figure");
        Check.notBlank(source, "source of a figure");
    }

    /** A figure that a maker printed. */
    public static Figure specified(double value, String unit, String source) {
        return new Figure(value, unit, Kind.SPECIFIED, source);
    }

    /** A figure that somebody measured. */
    public static Figure measured(double value, String unit, String source) {
        return new Figure(value, unit, Kind.MEASURED, source);
    }

    /** A figure adjusted by a fit. */
    public static Figure fitted(double value, String unit, String source) {
        return new Figure(value, unit, Kind.FITTED, source);
    }

    /** A figure nobody published; the source says why this value was taken. */
    public static Figure assumed(double value, String unit, String reason) {
        return new Figure(value, unit, Kind.ASSUMED, reason);
    }

    /** The same birthplace with another value: for variations, which are assumptions by their nature. */
    public Figure varied(double newValue) {
        return assumed(newValue, unit, "varied from " + Units.format(value, unit) + " (" + source + ")");
    }

    /** Value and unit with an SI prefix, and the kind: {@code 3.35 TB/s (specified)}. */
    @Override
    public String toString() {
        return Units.format(value, unit) + " (" + kind.name().toLowerCase(Locale.ROOT) + ")";
    }
}
