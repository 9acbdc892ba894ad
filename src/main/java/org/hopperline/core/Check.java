package org.hopperline.core;

import org.jspecify.annotations.Nullable;

/**
 * Argument checks that return their argument, so that they stand inside an assignment. Each message gives the value
 * with its unit and the rule it broke.
 */
public final class Check {

    private Check() {}

    /** Returns {@code value} if it is finite and above zero. */
    public static double positive(double value, String name, String unit) {
        if (!(value > 0) || Double.isInfinite(value)) {
            throw bad(name, show(value, unit), "be finite and above " + limit(unit));
        }
        return value;
    }

    /** Returns {@code value} if it is finite and not below zero. */
    public static double nonNegative(double value, String name, String unit) {
        if (!(value >= 0) || Double.isInfinite(value)) {
            throw bad(name, show(value, unit), "be finite and at least " + limit(unit));
        }
        return value;
    }

    /** Returns {@code value} if it is finite. */
    public static double finite(double value, String name, String unit) {
        if (Double.isNaN(value) || Double.isInfinite(value)) {
            throw bad(name, show(value, unit), "be a finite number");
        }
        return value;
    }

    /** Returns {@code value} if it lies in {@code [low, high]}. */
    public static double within(double value, double low, double high, String name, String unit) {
        if (!(value >= low && value <= high)) {
            throw bad(name, show(value, unit), "lie between " + show(low, unit) + " and " + show(high, unit));
        }
        return value;
    }

    /** Returns {@code value} if it is above zero and at most one. */
    public static double fraction(double value, String name) {
        if (!(value > 0 && value <= 1)) {
            throw bad(name, Double.toString(value), "be above 0 and at most 1");
        }
        return value;
    }

    /** Returns {@code value} if it is at least one. */
    public static int positive(int value, String name) {
        if (value < 1) {
            throw bad(name, Integer.toString(value), "be at least 1");
        }
        return value;
    }

    /** Returns {@code value} if it is at least one. */
    public static long positive(long value, String name) {
        if (value < 1) {
            throw bad(name, Long.toString(value), "be at least 1");
        }
        return value;
    }

    /** Returns {@code value} if it is not below zero. */
    public static int nonNegative(int value, String name) {
        if (value < 0) {
            throw bad(name, Integer.toString(value), "be at least 0");
        }
        return value;
    }

    /** Returns {@code value} if it has a visible character. */
    public static String notBlank(String value, String name) {
        if (notNull(value, name).isBlank()) {
            throw bad(name, "\"" + value + "\"", "not be blank");
        }
        return value;
    }

    /** Returns {@code value} if it is not null. */
    public static <T> T notNull(@Nullable T value, String name) {
        // No supplier of the message: it would be made anew for each check.
        if (value == null) {
            throw new NullPointerException(name + " is null, but must be given");
        }
        return value;
    }

    private static IllegalArgumentException bad(String name, String shown, String rule) {
        return new IllegalArgumentException(name + " is " + shown + ", but must " + rule);
    }

    private static String limit(String unit) {
        return unit.isEmpty() || "1".equals(unit) ? "0" : "0 " + unit;
    }

    private static String show(double value, String unit) {
        return unit.isEmpty() || "1".equals(unit) ? Double.toString(value) : value + " " + unit;
    }
}
