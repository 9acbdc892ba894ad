package org.hopperline.measured;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Units as Nsight Compute prints them: {@code nsecond} or {@code ns}, {@code Kbyte} or {@code KB}, {@code Gbyte/s},
 * {@code inst}, or none for a plain count. Prefixes are decimal.
 */
final class ProfilerUnits {

    private static final Pattern TIME = Pattern.compile("([mun]?)s(econd)?");
    private static final Pattern COUNT = Pattern.compile("([KMGT]?)(byte|B|inst|)(/s(econd)?)?");

    private ProfilerUnits() {}

    /** What a number in the unit is multiplied by to be in seconds, bytes, bytes per second or a count; NaN if unknown. */
    static double factor(String unit) {
        Matcher time = TIME.matcher(unit);
        if (time.matches()) {
            return prefix(time.group(1));
        }
        Matcher count = COUNT.matcher(unit);
        return count.matches() ? prefix(count.group(1)) : Double.NaN;
    }

    private static double prefix(String prefix) {
        return switch (prefix) {
            case "n" -> 1e-9;
            case "u" -> 1e-6;
            case "m" -> 1e-3;
            case "K" -> 1e3;
            case "M" -> 1e6;
            case "G" -> 1e9;
            case "T" -> 1e12;
            default -> 1;
        };
    }
}
