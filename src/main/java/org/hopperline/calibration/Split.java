package org.hopperline.calibration;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;
import java.util.function.IntToLongFunction;
import java.util.stream.IntStream;
import org.hopperline.core.Check;

/**
 * The rows of a table in two parts: those that are fitted and those that judge. Rows are dealt by a hash of what they
 * measure and not by their place, so that all measurements of one shape fall on one side, whatever the order of the
 * file, on every machine.
 *
 * @param name what is held out
 * @param fit rows to fit
 * @param score rows to judge by
 */
public record Split(String name, int[] fit, int[] score) {

    /** @throws IllegalArgumentException if a side is empty */
    public Split {
        Check.notBlank(name, "name of a split");
        fit = Check.notNull(fit, "fit").clone();
        score = Check.notNull(score, "score").clone();
        if (fit.length == 0 || score.length == 0) {
            throw new IllegalArgumentException("split \"" + name + "\" has " + fit.length + " rows to fit and "
                    + score.length + " to judge by; both need at least 1");
        }
    }

    @Override
    public int[] fit() {
        return fit.clone();
    }

    @Override
    public int[] score() {
        return score.clone();
    }

    /**
     * A share of the shapes to judge by, the others to fit.
     *
     * @param rows how many rows the table has
     * @param scored share of the shapes to judge by, between 0 and 1
     * @param shape a number for what the row measures, equal for equal shapes: {@link #shape}
     */
    public static Split of(int rows, double scored, IntToLongFunction shape) {
        Check.fraction(scored, "share to judge by");
        return by(rows, String.valueOf(scored), row -> (mix(shape.applyAsLong(row)) >>> 11) * 0x1p-53 < scored);
    }

    /**
     * The shapes in {@code folds} parts, each of which judges once.
     *
     * @param rows how many rows the table has
     * @param folds how many parts, at least 2
     * @param shape a number for what the row measures
     */
    public static List<Split> folds(int rows, int folds, IntToLongFunction shape) {
        if (folds < 2) {
            throw new IllegalArgumentException("folds must be at least 2, not " + folds);
        }
        return IntStream.range(0, folds)
                .mapToObj(fold -> by(
                        rows,
                        "fold " + (fold + 1) + " of " + folds,
                        row -> Math.floorMod(mix(shape.applyAsLong(row)), (long) folds) == fold))
                .toList();
    }

    /**
     * Each group held out once: how the fit does on a group that it never saw.
     *
     * @param rows how many rows the table has
     * @param group the group of a row, such as its source
     * @return one split for each group, in the order of their first rows
     * @throws IllegalArgumentException if there are fewer than two groups
     */
    public static List<Split> groups(int rows, IntFunction<String> group) {
        Map<String, Integer> names = new LinkedHashMap<>();
        for (int row = 0; row < rows; row++) {
            names.merge(group.apply(row), 1, Integer::sum);
        }
        if (names.size() < 2) {
            throw new IllegalArgumentException("leaving a group out needs at least 2 groups; the " + rows
                    + " rows have " + names.size() + ": " + names.keySet());
        }
        List<Split> splits = new ArrayList<>();
        for (String name : names.keySet()) {
            splits.add(by(rows, name, row -> group.apply(row).equals(name)));
        }
        return List.copyOf(splits);
    }

    /** A number for a shape: equal for equal values in equal order. */
    public static long shape(double... values) {
        long hash = 0x9E3779B97F4A7C15L;
        for (double value : values) {
            hash = mix(hash ^ Double.doubleToLongBits(value)) + 0x9E3779B97F4A7C15L;
        }
        return hash;
    }

    private static Split by(int rows, String name, IntPredicate scored) {
        Check.positive(rows, "rows of a table");
        return new Split(
                name,
                IntStream.range(0, rows).filter(scored.negate()).toArray(),
                IntStream.range(0, rows).filter(scored).toArray());
    }

    /** The finaliser of SplitMix64 (Steele, Lea and Flood 2014): every bit of the input stirs every bit of the output. */
    private static long mix(long z) {
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
