package org.hopperline.run.money;

import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.hopperline.core.Check;
import org.hopperline.core.Kind;
import org.hopperline.text.Csv;
import org.hopperline.text.Nearest;

/** Prices that were published, each with its date. */
public final class Prices {

    private static final List<Price> ALL = read(Csv.resource(Prices.class, "prices.csv"));

    private Prices() {}

    /** All of them, in the order of the file. */
    public static List<Price> all() {
        return ALL;
    }

    /**
     * The latest price of that name asked on or before {@code date}.
     *
     * @throws IllegalArgumentException if there is none of that name, with the nearest names, or none so early
     * @throws NullPointerException if there is no date
     */
    public static Price on(String name, LocalDate date) {
        Check.notNull(date, "date of the price of " + name + " (money without a date means nothing)");
        return named(name).stream()
                .filter(p -> !p.date().isAfter(date))
                .max(Comparator.comparing(Price::date))
                .orElseThrow(() -> new IllegalArgumentException(
                        "no price of \"" + name + "\" on or before " + date + "; the earliest is of "
                                + named(name).stream()
                                        .map(Price::date)
                                        .min(Comparator.naturalOrder())
                                        .orElseThrow()));
    }

    /** All prices of that name. */
    public static List<Price> named(String name) {
        Set<String> names = new LinkedHashSet<>();
        List<Price> found = new ArrayList<>();
        for (Price price : ALL) {
            names.add(price.name());
            if (Nearest.plain(price.name()).equals(Nearest.plain(name))) {
                found.add(price);
            }
        }
        if (found.isEmpty()) {
            throw Nearest.unknown("price", name, names);
        }
        return found;
    }

    /**
     * Prices from a table with the columns {@code name,dollars,basis,date,kind,source}.
     *
     * @throws IllegalArgumentException if a cell is wrong or a date is missing, with line and column
     */
    public static List<Price> read(Csv csv) {
        csv.require("name", "dollars", "basis", "date", "kind", "source");
        List<Price> prices = new ArrayList<>();
        for (Csv.Row row : csv.rows()) {
            prices.add(new Price(
                    row.text("name"),
                    row.number("dollars"),
                    constant(PriceBasis.class, row, "basis"),
                    date(row),
                    constant(Kind.class, row, "kind"),
                    row.text("source")));
        }
        return List.copyOf(prices);
    }

    private static LocalDate date(Csv.Row row) {
        try {
            return LocalDate.parse(row.text("date"));
        } catch (DateTimeParseException e) {
            throw row.wrong("date", "must be a date such as 2024-07-22: money without a date means nothing");
        }
    }

    private static <E extends Enum<E>> E constant(Class<E> type, Csv.Row row, String column) {
        try {
            return Enum.valueOf(type, row.text(column).toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw row.wrong(column, "must be one of " + List.of(type.getEnumConstants()));
        }
    }
}
