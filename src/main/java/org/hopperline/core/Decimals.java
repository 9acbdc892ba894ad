package org.hopperline.core;

import java.util.Locale;

/**
 * Numbers with a fixed count of decimals, character for character what {@code String.format(Locale.ROOT, "%.2f", value)}
 * writes. An explanation has a number in every line, and reading the pattern anew took most of its time.
 */
final class Decimals {

    private static final double[] POWERS = {1, 10, 100, 1e3, 1e4, 1e5, 1e6};

    /** Below, a scaled value is known to {@link #MARGIN} although its product was rounded. */
    private static final double LARGEST = 1e9;

    /** Values nearer than this to the middle between two numbers are rounded by their decimal digits, as the JDK does. */
    private static final double MARGIN = 1e-6;

    private Decimals() {}

    /**
     * Writes a value, rounded half up.
     *
     * @param text to which it is appended
     * @param decimals digits after the point, from 0
     */
    static void append(StringBuilder text, double value, int decimals) {
        double scaled = decimals < POWERS.length ? Math.abs(value) * POWERS[decimals] : Double.NaN;
        double whole = Math.floor(scaled);
        double rest = scaled - whole;
        if (!(scaled < LARGEST) || Math.abs(rest - 0.5) < MARGIN) {
            text.append(String.format(Locale.ROOT, "%." + decimals + "f", value));
            return;
        }
        long rounded = (long) whole + (rest > 0.5 ? 1 : 0);
        long power = (long) POWERS[decimals];
        if (Math.copySign(1, value) < 0) {
            text.append('-');
        }
        text.append(rounded / power);
        if (decimals > 0) {
            // The leading one keeps the zeros after the point.
            int point = text.length();
            text.append(power + rounded % power).setCharAt(point, '.');
        }
    }

    /** Takes zeros off the end of decimals, and a point that nothing follows. */
    static void trim(StringBuilder text, int from) {
        if (text.indexOf(".", from) < 0) {
            return;
        }
        int end = text.length();
        while (text.charAt(end - 1) == '0') {
            end--;
        }
        text.setLength(text.charAt(end - 1) == '.' ? end - 1 : end);
    }

    /** Appends blanks until what was written since {@code from} is so wide. */
    static void padAfter(StringBuilder text, int from, int width) {
        for (int i = text.length() - from; i < width; i++) {
            text.append(' ');
        }
    }

    /** Puts blanks before what was written since {@code from}, so that it is so wide. */
    static void padBefore(StringBuilder text, int from, int width) {
        int blanks = width - (text.length() - from);
        if (blanks > 0) {
            text.insert(from, " ".repeat(blanks));
        }
    }
}
