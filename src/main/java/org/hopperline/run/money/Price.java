package org.hopperline.run.money;

import java.time.LocalDate;
import java.util.Locale;
import org.hopperline.core.Check;
import org.hopperline.core.Kind;

/**
 * What somebody asked for something on some date.
 *
 * @param name what is sold, and by whom
 * @param dollars nominal US dollars, above 0
 * @param basis what one price buys
 * @param date when it was asked; where only the month is known, its first day
 * @param kind specified if it was listed, measured if it was paid, assumed otherwise
 * @param source where it stands
 */
public record Price(String name, double dollars, PriceBasis basis, LocalDate date, Kind kind, String source) {

    /**
     * @throws NullPointerException if there is no date
     * @throws IllegalArgumentException if the amount is not above 0, or the name or source is blank
     */
    public Price {
        Check.notBlank(name, "name of a price");
        Check.positive(dollars, "price of " + name, "USD");
        Check.notNull(basis, "basis of the price of " + name);
        Check.notNull(date, "date of the price of " + name + " (money without a date means nothing)");
        Check.notNull(kind, "kind of the price of " + name);
        Check.notBlank(source, "source of the price of " + name);
    }

    /** An assumed price, for variations. */
    public static Price assumed(String name, double dollars, PriceBasis basis, LocalDate date) {
        return new Price(name, dollars, basis, date, Kind.ASSUMED, "given by the caller");
    }

    /** The cost of {@code quantity} of what one price buys. */
    public Money times(double quantity) {
        return new Money(dollars * Check.nonNegative(quantity, "quantity", basis.unit()), date, date);
    }

    /** This price, if it is for {@code wanted}. */
    Price require(PriceBasis wanted) {
        if (basis != wanted) {
            throw new IllegalArgumentException(
                    "the price of " + name + " is per " + basis.unit() + ", but must be per " + wanted.unit());
        }
        return this;
    }

    /** Amount, basis and date. */
    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%s: $%,.4g per %s (%s)", name, dollars, basis.unit(), date);
    }
}
