package org.hopperline.run.money;

import java.time.LocalDate;
import java.util.Locale;
import org.hopperline.core.Check;

/**
 * An amount of nominal US dollars with the dates of the prices behind it.
 *
 * @param dollars at least 0
 * @param earliest date of the oldest price
 * @param latest date of the newest price
 */
public record Money(double dollars, LocalDate earliest, LocalDate latest) {

    /**
     * @throws NullPointerException if a date is missing
     * @throws IllegalArgumentException if the amount is below 0, or the dates are swapped
     */
    public Money {
        Check.nonNegative(dollars, "amount", "USD");
        Check.notNull(earliest, "date of the oldest price (money without a date means nothing)");
        Check.notNull(latest, "date of the newest price (money without a date means nothing)");
        if (latest.isBefore(earliest)) {
            throw new IllegalArgumentException(
                    "the newest price is of " + latest + ", before the oldest of " + earliest + "; swap them");
        }
    }

    /** The sum; its dates span both. */
    public Money plus(Money other) {
        return new Money(
                dollars + other.dollars,
                earliest.isBefore(other.earliest) ? earliest : other.earliest,
                latest.isAfter(other.latest) ? latest : other.latest);
    }

    /** The amount multiplied by {@code factor}, at least 0. */
    public Money times(double factor) {
        return new Money(dollars * Check.nonNegative(factor, "factor", "1"), earliest, latest);
    }

    /** The amount and its dates. */
    @Override
    public String toString() {
        String dates = earliest.equals(latest) ? earliest.toString() : earliest + " to " + latest;
        return String.format(Locale.ROOT, "$%,.0f (prices of %s)", dollars, dates);
    }
}
