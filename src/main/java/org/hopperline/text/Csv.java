package org.hopperline.text;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.zip.GZIPInputStream;
import org.hopperline.core.Check;

/**
 * A table read from CSV (RFC 4180): a header line, then rows with as many cells. Lines that start with {@code #} are
 * comments. Every complaint names the line and the column.
 */
public final class Csv {

    /** The most bytes that are read, after unpacking: 256 MiB. */
    public static final long MAXIMUM_BYTES = 256L << 20;

    private final String name;
    private final Map<String, Integer> columns;
    private final List<Row> rows;

    private Csv(String name, Map<String, Integer> columns, List<Row> rows) {
        this.name = name;
        this.columns = columns;
        this.rows = rows;
    }

    /**
     * Reads a file; one whose name ends in {@code .gz} is unpacked on the way.
     *
     * @throws UncheckedIOException if the file cannot be read
     * @throws IllegalArgumentException if it is no CSV, with line and column
     */
    public static Csv read(Path path) {
        Check.notNull(path, "path");
        try (InputStream in = Files.newInputStream(path)) {
            boolean packed = path.getFileName().toString().endsWith(".gz");
            return read(path.getFileName().toString(), packed ? new GZIPInputStream(in) : in);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + path + ": " + e.getMessage(), e);
        }
    }

    /**
     * Reads a resource that lies beside {@code owner}.
     *
     * @throws IllegalArgumentException if there is no such resource, or it is no CSV
     */
    public static Csv resource(Class<?> owner, String resource) {
        try (InputStream in = owner.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalArgumentException(
                        "no resource \"" + resource + "\" beside " + owner.getName() + "; check the jar");
            }
            return read(resource, in);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read resource " + resource + ": " + e.getMessage(), e);
        }
    }

    /** Reads CSV text; {@code name} stands in messages. */
    public static Csv parse(String name, String text) {
        try (InputStream in =
                new java.io.ByteArrayInputStream(Check.notNull(text, "text").getBytes(StandardCharsets.UTF_8))) {
            return read(name, in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Csv read(String name, InputStream raw) throws IOException {
        InputStream in = new Limited(new BufferedInputStream(raw), name);
        Map<String, Integer> columns = new LinkedHashMap<>();
        List<Row> rows = new ArrayList<>();
        try (CsvReader<CsvRecord> reader = CsvReader.builder()
                .commentStrategy(de.siegmar.fastcsv.reader.CommentStrategy.SKIP)
                .skipEmptyLines(true)
                .allowExtraFields(true)
                .allowMissingFields(true)
                .ofCsvRecord(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            for (CsvRecord record : reader) {
                if (columns.isEmpty()) {
                    header(name, record, columns);
                } else {
                    rows.add(row(name, record, columns));
                }
            }
        } catch (CsvParseException e) {
            throw new IllegalArgumentException(name + " is not readable as CSV: " + e.getMessage(), e);
        }
        if (columns.isEmpty()) {
            throw new IllegalArgumentException(name + " is empty; the first line must name the columns");
        }
        return new Csv(name, columns, List.copyOf(rows));
    }

    private static void header(String name, CsvRecord record, Map<String, Integer> columns) {
        for (int i = 0; i < record.getFieldCount(); i++) {
            String column = record.getField(i).strip().replace("\uFEFF", "");
            if (columns.put(column, i) != null) {
                throw new IllegalArgumentException(name + " line " + record.getStartingLineNumber() + ": column \""
                        + column + "\" stands twice; rename one");
            }
        }
    }

    private static Row row(String name, CsvRecord record, Map<String, Integer> columns) {
        if (record.getFieldCount() != columns.size()) {
            throw new IllegalArgumentException(name + " line " + record.getStartingLineNumber() + ": "
                    + record.getFieldCount() + " cells, but the header has " + columns.size()
                    + " columns; quote cells that hold a comma");
        }
        return new Row(name, record.getStartingLineNumber(), columns, record.getFields());
    }

    /** The file or resource name, as it stands in messages. */
    public String name() {
        return name;
    }

    /** Column names in the order of the file. */
    public List<String> columns() {
        return List.copyOf(columns.keySet());
    }

    /** The rows in the order of the file. */
    public List<Row> rows() {
        return rows;
    }

    /**
     * Refuses a table that lacks a column.
     *
     * @throws IllegalArgumentException naming the column, and the nearest that is there
     */
    public Csv require(String... names) {
        for (String wanted : names) {
            if (!columns.containsKey(wanted)) {
                throw new IllegalArgumentException(this.name + " line 1: no column \"" + wanted
                        + "\"; the nearest there: " + String.join(", ", Nearest.to(wanted, columns.keySet(), 3)));
            }
        }
        return this;
    }

    /** One row: cells by column name. */
    public static final class Row {

        private final String table;
        private final long line;
        private final Map<String, Integer> columns;
        private final List<String> cells;

        private Row(String table, long line, Map<String, Integer> columns, List<String> cells) {
            this.table = table;
            this.line = line;
            this.columns = columns;
            this.cells = cells;
        }

        /** Line number in the file, from 1. */
        public long line() {
            return line;
        }

        /** The same row with cells of some columns blank where they say nothing; columns that are not there are passed over. */
        public Row blanking(Collection<String> of, Predicate<String> saysNothing) {
            List<String> told = new ArrayList<>(cells);
            for (String column : of) {
                Integer index = columns.get(column);
                if (index != null && saysNothing.test(told.get(index).strip())) {
                    told.set(index, "");
                }
            }
            return new Row(table, line, columns, told);
        }

        /** True if the column is there and its cell is not blank. */
        public boolean has(String column) {
            Integer index = columns.get(column);
            return index != null && !cells.get(index).isBlank();
        }

        /**
         * The cell as text, stripped; empty if blank.
         *
         * @throws IllegalArgumentException if there is no such column
         */
        public String text(String column) {
            Integer index = columns.get(column);
            if (index == null) {
                throw new IllegalArgumentException(table + ": no column \"" + column + "\"; the nearest there: "
                        + String.join(", ", Nearest.to(column, columns.keySet(), 3)));
            }
            return cells.get(index).strip();
        }

        /**
         * The cell as a finite number.
         *
         * @throws IllegalArgumentException if the cell is blank or no finite number, with line and column
         */
        public double number(String column) {
            String cell = text(column);
            double value;
            try {
                value = Double.parseDouble(cell);
            } catch (NumberFormatException e) {
                throw wrong(column, cell.isEmpty() ? "is blank, but must be a number" : "must be a number");
            }
            if (Double.isNaN(value) || Double.isInfinite(value)) {
                throw wrong(column, "must be finite");
            }
            return value;
        }

        /** The cell as a finite number, or {@code otherwise} if it is blank. */
        public double number(String column, double otherwise) {
            return has(column) ? number(column) : otherwise;
        }

        /** The cell as a whole number. */
        public int whole(String column) {
            double value = number(column);
            if (value != Math.rint(value) || Math.abs(value) > Integer.MAX_VALUE) {
                throw wrong(column, "must be a whole number");
            }
            return (int) value;
        }

        /** The cell as a whole number, or {@code otherwise} if it is blank. */
        public int whole(String column, int otherwise) {
            return has(column) ? whole(column) : otherwise;
        }

        /** An exception that names table, line, column and cell, and then the rule. */
        public IllegalArgumentException wrong(String column, String rule) {
            return new IllegalArgumentException(
                    table + " line " + line + ", column \"" + column + "\": \"" + text(column) + "\" " + rule);
        }
    }

    /** Ends the reading of a stream that is longer than {@link #MAXIMUM_BYTES}. */
    private static final class Limited extends java.io.FilterInputStream {

        private final String name;
        private long left = MAXIMUM_BYTES;

        Limited(InputStream in, String name) {
            super(in);
            this.name = name;
        }

        @Override
        public int read() throws IOException {
            int value = super.read();
            count(value < 0 ? 0 : 1);
            return value;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            int got = super.read(buffer, offset, length);
            count(Math.max(0, got));
            return got;
        }

        private void count(int got) throws IOException {
            left -= got;
            if (left < 0) {
                throw new IOException(name + " is larger than " + MAXIMUM_BYTES + " bytes; split it");
            }
        }
    }
}
