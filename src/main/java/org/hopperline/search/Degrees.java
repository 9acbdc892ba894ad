package org.hopperline.search;

import java.util.Arrays;
import java.util.function.IntPredicate;
import org.hopperline.core.Check;

/**
 * What a user allows on one axis of a plan. Values given by name replace those that the search would try; limits and
 * conditions thin them out.
 */
public final class Degrees {

    private static final Degrees ANY = new Degrees("any", new int[0], value -> true);

    private final String text;
    private final int[] values;
    private final IntPredicate allowed;

    private Degrees(String text, int[] values, IntPredicate allowed) {
        this.text = text;
        this.values = values;
        this.allowed = allowed;
    }

    /** All that the search would try. */
    public static Degrees any() {
        return ANY;
    }

    /**
     * These values and no others, also those that the search would not try by itself.
     *
     * @param values at least one, each at least 1
     */
    public static Degrees of(int... values) {
        if (values.length == 0) {
            throw new IllegalArgumentException("0 values allow no plan; give at least 1, or Degrees.any()");
        }
        for (int value : values) {
            Check.positive(value, "value of an axis");
        }
        int[] sorted = Arrays.stream(values).sorted().distinct().toArray();
        return new Degrees(
                sorted.length == 1 ? Integer.toString(sorted[0]) : "one of " + Arrays.toString(sorted),
                sorted,
                value -> true);
    }

    /** Up to {@code most}. */
    public static Degrees atMost(int most) {
        Check.positive(most, "upper limit of an axis");
        return new Degrees("at most " + most, new int[0], value -> value <= most);
    }

    /** From {@code least} on. */
    public static Degrees atLeast(int least) {
        Check.positive(least, "lower limit of an axis");
        return new Degrees("at least " + least, new int[0], value -> value >= least);
    }

    /** From {@code least} to {@code most}, both included. */
    public static Degrees between(int least, int most) {
        Check.positive(least, "lower limit of an axis");
        if (most < least) {
            throw new IllegalArgumentException(
                    "from " + least + " to " + most + " is empty; put the lower limit first");
        }
        return new Degrees(least + " to " + most, new int[0], value -> value >= least && value <= most);
    }

    /** Those that meet a condition of the user's. */
    public static Degrees where(String name, IntPredicate condition) {
        Check.notNull(condition, "condition");
        return new Degrees(Check.notBlank(name, "name of a condition"), new int[0], condition);
    }

    /** The values to try on an axis whose own are {@code usual}; perhaps none. */
    int[] among(int[] usual) {
        return values.length > 0
                ? values.clone()
                : Arrays.stream(usual).filter(allowed).toArray();
    }

    /** True if {@code value} may stand. */
    boolean allows(int value) {
        return values.length > 0 ? Arrays.binarySearch(values, value) >= 0 : allowed.test(value);
    }

    /** The values given by name; empty if there are none. */
    int[] named() {
        return values.clone();
    }

    /** True if nothing is ruled out. */
    boolean isAny() {
        return this == ANY;
    }

    /** {@code at most 16}, {@code one of [4, 8]}. */
    @Override
    public String toString() {
        return text;
    }
}
