package org.hopperline.collective;

import java.util.LinkedHashMap;
import java.util.Map;
import org.hopperline.core.Check;
import org.hopperline.core.Figure;
import org.hopperline.text.FigureTable;
import org.hopperline.text.Nearest;

/**
 * The constants of the cost model, each with its birthplace, by name. Rates inside a node are shares of the specified
 * link rate, so that they carry over to other links; rates of the network are shares of the specified rate of the
 * network interfaces.
 */
public final class CollectiveConstants {

    private static final CollectiveConstants DEFAULT =
            new CollectiveConstants(read(FigureTable.resource(CollectiveConstants.class, "constants.csv")));

    private final Map<String, Figure> figures;
    private final Rates rates;
    private final Latencies latencies;
    private final Pipe pipe;

    private CollectiveConstants(Map<String, Figure> figures) {
        this.figures = figures;
        // Read once: a model of another cluster takes these over without a look-up.
        this.rates = new Rates(this);
        this.latencies = new Latencies(this);
        this.pipe = new Pipe(this);
    }

    Rates rates() {
        return rates;
    }

    Latencies latencies() {
        return latencies;
    }

    Pipe pipe() {
        return pipe;
    }

    /** The constants that come with the library. */
    public static CollectiveConstants standard() {
        return DEFAULT;
    }

    /**
     * The constants of a table with the columns name, value, unit, kind and source.
     *
     * @throws IllegalArgumentException if one that the model needs is missing, or a value is below zero
     */
    public static CollectiveConstants of(FigureTable table) {
        return new CollectiveConstants(read(table));
    }

    /**
     * The figure of that name.
     *
     * @throws IllegalArgumentException if there is none, with the nearest names
     */
    public Figure get(String name) {
        Figure figure = figures.get(name);
        if (figure == null) {
            throw Nearest.unknown("constant of a collective", name, figures.keySet());
        }
        return figure;
    }

    /** The value of the figure of that name, in its unit. */
    public double value(String name) {
        return get(name).value();
    }

    /** All figures by name, in the order of the table. */
    public Map<String, Figure> figures() {
        return java.util.Collections.unmodifiableMap(figures);
    }

    /**
     * The same constants with another figure under a name that exists.
     *
     * @throws IllegalArgumentException if there is no such name, the unit differs, or the value is below zero
     */
    public CollectiveConstants with(String name, Figure figure) {
        return with(Map.of(name, figure));
    }

    /**
     * The same constants with other figures under names that exist.
     *
     * @throws IllegalArgumentException if there is no such name, a unit differs, or a value is below zero
     */
    public CollectiveConstants with(Map<String, Figure> others) {
        Map<String, Figure> copy = new LinkedHashMap<>(figures);
        others.forEach((name, figure) -> {
            Figure old = get(name);
            if (!old.unit().equals(figure.unit())) {
                throw new IllegalArgumentException(
                        name + " is in " + old.unit() + ", but the new figure is in " + figure.unit());
            }
            Check.nonNegative(figure.value(), name, figure.unit());
            copy.put(name, figure);
        });
        return new CollectiveConstants(copy);
    }

    private static Map<String, Figure> read(FigureTable table) {
        Map<String, Figure> map = new LinkedHashMap<>();
        for (String name : table.names()) {
            Figure figure = table.get(name);
            Check.nonNegative(figure.value(), name, figure.unit());
            map.put(name, figure);
        }
        return map;
    }
}
