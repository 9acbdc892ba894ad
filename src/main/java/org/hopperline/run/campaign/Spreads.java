package org.hopperline.run.campaign;

import java.time.LocalDate;
import org.hopperline.core.Check;
import org.hopperline.run.goodput.FailureModel;
import org.hopperline.run.goodput.FailureModels;
import org.hopperline.run.money.Price;
import org.hopperline.run.money.PriceBasis;
import org.hopperline.run.money.Prices;

/** How far published figures lie apart, as distributions: each as likely as the others, linear between them. */
public final class Spreads {

    private Spreads() {}

    /**
     * Published failure rates over the rate of {@code nominal}: Llama 3's and those of Meta's two research clusters.
     *
     * @param nominal the rate that a factor of 1 stands for
     */
    public static Distribution failureFactor(FailureModel nominal) {
        double rate = Check.notNull(nominal, "failure model").perNodeDay().value();
        return Distribution.empirical(FailureModels.all().stream()
                .mapToDouble(m -> m.perNodeDay().value() / rate)
                .toArray());
    }

    /**
     * Published prices of one kind within a time.
     *
     * @param basis what one price buys
     * @param from first day
     * @param until last day, included
     * @return US dollars of those days
     * @throws IllegalArgumentException if the dates are swapped, or no price was published within them
     */
    public static Distribution dollars(PriceBasis basis, LocalDate from, LocalDate until) {
        if (until.isBefore(from)) {
            throw new IllegalArgumentException(
                    "prices from " + from + " until " + until + ": the second date must not be before the first");
        }
        double[] dollars = Prices.all().stream()
                .filter(p -> p.basis() == basis
                        && !p.date().isBefore(from)
                        && !p.date().isAfter(until))
                .mapToDouble(Price::dollars)
                .toArray();
        if (dollars.length == 0) {
            throw new IllegalArgumentException("no price per " + basis.unit() + " is known from " + from + " until "
                    + until + "; known are those of "
                    + Prices.all().stream()
                            .filter(p -> p.basis() == basis)
                            .map(Price::date)
                            .sorted()
                            .distinct()
                            .toList());
        }
        return Distribution.empirical(dollars);
    }
}
