package org.hopperline.core;

/**
 * A range that claims to hold the true value with a stated frequency.
 *
 * @param low lower end, in the unit of what it bounds
 * @param high upper end, same unit; not below {@code low}
 * @param coverage the share of cases in which the true value is claimed to lie inside, above 0 and below 1
 */
public record Interval(double low, double high, double coverage) {

    /** @throws IllegalArgumentException if an end is not finite, the ends are swapped, or coverage is not in (0, 1) */
    public Interval {
        Check.finite(low, "low end", "1");
        Check.finite(high, "high end", "1");
        if (low > high) {
            throw new IllegalArgumentException(
                    "interval from " + low + " to " + high + " is empty: the low end must not exceed the high end");
        }
        if (!(coverage > 0 && coverage < 1)) {
            throw new IllegalArgumentException(
                    "coverage is " + coverage + ", but must lie between 0 and 1, such as 0.8");
        }
    }

    /** Both ends multiplied by {@code factor}, which must be above zero. */
    public Interval times(double factor) {
        Check.positive(factor, "factor", "1");
        return new Interval(low * factor, high * factor, coverage);
    }

    /** True if {@code value} lies inside, ends included. */
    public boolean contains(double value) {
        return value >= low && value <= high;
    }

    /** {@code high - low}. */
    public double width() {
        return high - low;
    }

    /**
     * The interval score of Gneiting and Raftery (2007), JASA 102, eq. 43: {@code (u - l) + (2/alpha)(l - x)+ +
     * (2/alpha)(x - u)+}, with {@code alpha = 1 - coverage}. Lower is better; width and misses are paid in one coin.
     */
    public double score(double measured) {
        double alpha = 1 - coverage;
        return width() + 2 / alpha * (Math.max(0, low - measured) + Math.max(0, measured - high));
    }
}
