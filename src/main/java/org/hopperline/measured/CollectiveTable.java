package org.hopperline.measured;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.hopperline.core.Check;
import org.hopperline.text.Csv;

/**
 * A table of measured collectives. Columns {@code nodes}, {@code gpus}, {@code collective}, {@code bytes} and
 * {@code latency_us}; optional {@code fabric}, {@code chip}, {@code algo}, {@code software} and {@code source}. A cell of
 * {@code bytes} or {@code latency_us} that is empty or no number means that the source does not say.
 *
 * @param rows the measurements in the order of the file
 */
public record CollectiveTable(List<CollectiveMeasurement> rows) {

    /** Copies the list. */
    public CollectiveTable {
        rows = List.copyOf(rows);
    }

    /**
     * Reads a CSV file, packed ({@code .gz}) or not.
     *
     * @throws IllegalArgumentException if a column is missing, a count is wrong, or a size or time is neither blank nor
     *     a number above 0, naming line and column
     */
    public static CollectiveTable read(Path path) {
        return of(Csv.read(path));
    }

    /** Takes the measurements from a table. */
    public static CollectiveTable of(Csv csv) {
        csv.require("nodes", "gpus", "collective", "bytes", "latency_us");
        List<CollectiveMeasurement> rows = new ArrayList<>();
        for (Csv.Row row : csv.rows()) {
            rows.add(new CollectiveMeasurement(
                    text(row, "source"),
                    text(row, "fabric"),
                    text(row, "chip"),
                    row.whole("nodes"),
                    row.whole("gpus"),
                    row.text("collective"),
                    text(row, "algo"),
                    text(row, "software"),
                    positiveOrUnknown(row, "bytes"),
                    positiveOrUnknown(row, "latency_us") * 1e-6));
        }
        return new CollectiveTable(rows);
    }

    /** The rows that satisfy a condition. */
    public CollectiveTable where(Predicate<CollectiveMeasurement> condition) {
        Check.notNull(condition, "condition");
        return new CollectiveTable(rows.stream().filter(condition).toList());
    }

    private static String text(Csv.Row row, String column) {
        return row.has(column) ? row.text(column) : "";
    }

    /** Blank where the source prints no number. */
    private static double positiveOrUnknown(Csv.Row row, String column) {
        if (!row.has(column)) {
            return Double.NaN;
        }
        double value = row.number(column);
        if (!(value > 0)) {
            throw row.wrong(column, "must be above 0, or blank if unknown");
        }
        return value;
    }
}
