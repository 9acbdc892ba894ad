package org.hopperline.core;

import java.util.Locale;
import java.util.Map;

/**
 * Units, parsed and printed at the edge; inside, everything is a double in SI. Decimal prefixes ({@code k M G T P E})
 * are powers of 1000, binary ones ({@code Ki Mi Gi Ti Pi}) powers of 1024, and the two are never guessed from each
 * other. Covers byte, bit, FLOP, second, hertz, watt, joule and their rates; it is no algebra of units.
 */
public final class Units {

    private static final Map<String, Double> PREFIXES = Map.ofEntries(
            Map.entry("", 1.0),
            Map.entry("n", 1e-9),
            Map.entry("u", 1e-6),
            Map.entry("m", 1e-3),
            Map.entry("k", 1e3),
            Map.entry("M", 1e6),
            Map.entry("G", 1e9),
            Map.entry("T", 1e12),
            Map.entry("P", 1e15),
            Map.entry("E", 1e18),
            Map.entry("Z", 1e21),
            Map.entry("Ki", 0x1p10),
            Map.entry("Mi", 0x1p20),
            Map.entry("Gi", 0x1p30),
            Map.entry("Ti", 0x1p40),
            Map.entry("Pi", 0x1p50));

    private static final Map<String, String> SYMBOLS = Map.ofEntries(
            Map.entry("byte", "B"),
            Map.entry("byte/s", "B/s"),
            Map.entry("FLOP", "FLOP"),
            Map.entry("FLOP/s", "FLOP/s"),
            Map.entry("bit/s", "b/s"),
            Map.entry("s", "s"),
            Map.entry("Hz", "Hz"),
            Map.entry("W", "W"),
            Map.entry("J", "J"));

    private static final String[] UP = {"", "k", "M", "G", "T", "P", "E", "Z"};
    private static final String[] DOWN = {"", "m", "u", "n"};

    private Units() {}

    /**
     * Reads a number with a unit, such as {@code 3.35 TB/s}, {@code 81,559 MiB} or {@code 400 Gb/s}, into SI.
     *
     * @param text a number, an optional space, an optional prefix and one of B, B/s, b/s, FLOP, FLOP/s, s, Hz, W, J
     * @return the value in byte, byte/s, FLOP, FLOP/s, s, Hz, W or J; {@code b/s} (bits) becomes byte/s
     * @throws IllegalArgumentException if the number or the unit cannot be read
     */
    public static double parse(String text) {
        String trimmed = Check.notBlank(text, "quantity").trim();
        int end = 0;
        while (end < trimmed.length() && "0123456789.,eE+-".indexOf(trimmed.charAt(end)) >= 0) {
            end++;
        }
        // "1 E..." cannot clash: an exponent follows its digits without a space.
        double number;
        try {
            number = Double.parseDouble(trimmed.substring(0, end).replace(",", ""));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "\"" + text + "\" does not start with a number; write a quantity such as \"3.35 TB/s\"", e);
        }
        String unit = trimmed.substring(end).trim();
        for (String symbol : SYMBOLS.values()) {
            if (unit.endsWith(symbol)) {
                Double prefix = PREFIXES.get(unit.substring(0, unit.length() - symbol.length()));
                if (prefix != null) {
                    return number * prefix / ("b/s".equals(symbol) ? 8 : 1);
                }
            }
        }
        throw new IllegalArgumentException("unit \"" + unit + "\" in \"" + text
                + "\" is unknown; use B, B/s, b/s, FLOP, FLOP/s, s, Hz, W or J with a prefix such as G or Gi");
    }

    /**
     * Prints a value with four significant digits and a decimal prefix: {@code 3.35 TB/s}. Units outside the table,
     * and pure numbers ({@code 1}), get no prefix.
     */
    public static String format(double value, String unit) {
        StringBuilder text = new StringBuilder(16);
        append(text, value, unit);
        return text.toString();
    }

    /** Appends what {@link #format} gives. */
    static void append(StringBuilder text, double value, String unit) {
        String symbol = SYMBOLS.get(unit);
        if (symbol == null || value == 0 || Double.isNaN(value) || Double.isInfinite(value)) {
            digits(text, value);
            if (!"1".equals(unit)) {
                text.append(' ').append(symbol == null ? unit : symbol);
            }
            return;
        }
        double size = Math.abs(value);
        if ("s".equals(unit) && size >= 1e3) {
            digits(text, value);
            text.append(" s");
        } else if (size >= 1) {
            int step = (int) Math.min(UP.length - 1, Math.floor(Math.log10(size * (1 + 5e-5)) / 3));
            digits(text, value / Math.pow(1000, step));
            text.append(' ').append(UP[step]).append(symbol);
        } else {
            int step = (int) Math.min(DOWN.length - 1, Math.ceil(-Math.log10(size * (1 + 5e-5)) / 3));
            digits(text, value * Math.pow(1000, step));
            text.append(' ').append(DOWN[step]).append(symbol);
        }
    }

    private static void digits(StringBuilder text, double value) {
        double size = Math.abs(value);
        if (value == Math.rint(value) && size < 1e7) {
            Decimals.append(text, value, 0);
        } else if (size >= 1e7 || size < 1e-3) {
            text.append(String.format(Locale.ROOT, "%.3e", value));
        } else {
            int from = text.length();
            Decimals.append(text, value, (int) Math.max(0, 3 - Math.floor(Math.log10(size))));
            Decimals.trim(text, from);
        }
    }
}
