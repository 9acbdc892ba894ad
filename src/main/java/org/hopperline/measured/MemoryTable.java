package org.hopperline.measured;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.hopperline.core.Check;
import org.hopperline.text.Csv;

/**
 * Measured memory-bound kernels, one a row. Columns: {@code source}, {@code chip}, {@code op}, {@code bytes} and
 * {@code latency_us}; rows without bytes or time are left out, other columns ignored.
 */
public final class MemoryTable {

    private final List<Row> rows;

    private MemoryTable(List<Row> rows) {
        this.rows = rows;
    }

    /**
     * One measurement.
     *
     * @param source who measured
     * @param chip on what, as the source names it
     * @param operation the kernel as the source names it
     * @param bytes bytes read and written, each counted once
     * @param seconds measured time, s
     */
    public record Row(String source, String chip, String operation, double bytes, double seconds) {

        /** Checks that bytes and time are positive. */
        public Row {
            Check.notBlank(source, "source");
            Check.notBlank(chip, "chip");
            Check.notBlank(operation, "operation");
            Check.positive(bytes, "bytes", "byte");
            Check.positive(seconds, "measured time", "s");
        }
    }

    /** Reads a file, which may be packed with gzip. */
    public static MemoryTable read(Path path) {
        return of(Csv.read(path));
    }

    /**
     * Takes the rows of a table that have both bytes and time.
     *
     * @throws IllegalArgumentException naming line and column of a cell that is wrong
     */
    public static MemoryTable of(Csv csv) {
        csv.require("source", "chip", "op", "bytes", "latency_us");
        List<Row> rows = new ArrayList<>();
        for (Csv.Row row : csv.rows()) {
            if (row.has("bytes") && row.has("latency_us")) {
                rows.add(new Row(
                        row.text("source"),
                        row.text("chip"),
                        row.text("op"),
                        above(row, "bytes"),
                        above(row, "latency_us") * 1e-6));
            }
        }
        return new MemoryTable(List.copyOf(rows));
    }

    /** The rows in the order of the file. */
    public List<Row> rows() {
        return rows;
    }

    private static double above(Csv.Row row, String column) {
        double value = row.number(column);
        if (!(value > 0)) {
            throw row.wrong(column, "must be above 0");
        }
        return value;
    }
}
