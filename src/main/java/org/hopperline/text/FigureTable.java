package org.hopperline.text;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.hopperline.core.Check;
import org.hopperline.core.Figure;
import org.hopperline.core.Kind;

/**
 * Named constants with their birthplace, read from CSV with the columns {@code name,value,unit,kind,source}; further
 * columns are ignored.
 */
public final class FigureTable {

    private final String table;
    private final Map<String, Figure> figures;

    private FigureTable(String table, Map<String, Figure> figures) {
        this.table = table;
        this.figures = figures;
    }

    /** Reads a resource that lies beside {@code owner}. */
    public static FigureTable resource(Class<?> owner, String resource) {
        return of(Csv.resource(owner, resource));
    }

    /**
     * Takes the figures from a table.
     *
     * @throws IllegalArgumentException if a column is missing, a name stands twice, or a cell is wrong
     */
    public static FigureTable of(Csv csv) {
        csv.require("name", "value", "unit", "kind", "source");
        Map<String, Figure> figures = new LinkedHashMap<>();
        for (Csv.Row row : csv.rows()) {
            String name = Check.notBlank(row.text("name"), "name in line " + row.line() + " of " + csv.name());
            Figure figure = new Figure(row.number("value"), row.text("unit"), kind(row), row.text("source"));
            if (figures.put(name, figure) != null) {
                throw row.wrong("name", "stands twice; keep one");
            }
        }
        return new FigureTable(csv.name(), figures);
    }

    private static Kind kind(Csv.Row row) {
        try {
            return Kind.valueOf(row.text("kind").toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw row.wrong("kind", "must be one of specified, measured, fitted, assumed");
        }
    }

    /**
     * The figure of that name.
     *
     * @throws IllegalArgumentException if there is none, with the nearest names
     */
    public Figure get(String name) {
        Figure figure = figures.get(name);
        if (figure == null) {
            throw Nearest.unknown("constant of " + table, name, figures.keySet());
        }
        return figure;
    }

    /** The value of the figure of that name, in its unit. */
    public double value(String name) {
        return get(name).value();
    }

    /** The names in the order of the file. */
    public Set<String> names() {
        return java.util.Collections.unmodifiableSet(figures.keySet());
    }
}
