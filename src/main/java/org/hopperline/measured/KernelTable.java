package org.hopperline.measured;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.DoublePredicate;
import java.util.function.Predicate;
import org.hopperline.core.Check;
import org.hopperline.text.Csv;

/**
 * A table of measured kernels, of any columns, read column by column into arrays, as a fit wants them. Selections share
 * the rows of the file, so that a complaint still names the line.
 *
 * <pre>{@code
 * KernelTable table = KernelTable.read(path).where("dtype", "bf16"::equals).whereNumber("k", k -> k >= 1024);
 * double[] m = table.positive("m");
 * double[] seconds = table.scaled("latency_us", 1e-6);
 * }</pre>
 */
public final class KernelTable {

    private final Csv csv;
    private final List<Csv.Row> rows;

    private KernelTable(Csv csv, List<Csv.Row> rows) {
        this.csv = csv;
        this.rows = rows;
    }

    /**
     * Reads a CSV file with a header line; one whose name ends in {@code .gz} is unpacked on the way.
     *
     * @throws java.io.UncheckedIOException if the file cannot be read
     * @throws IllegalArgumentException if it is no CSV, with the line
     */
    public static KernelTable read(Path path) {
        return of(Csv.read(path));
    }

    /** The table of rows already read. */
    public static KernelTable of(Csv csv) {
        return new KernelTable(Check.notNull(csv, "csv"), csv.rows());
    }

    /** Column names in the order of the file. */
    public List<String> columns() {
        return csv.columns();
    }

    /** How many rows are selected. */
    public int size() {
        return rows.size();
    }

    /** Line in the file of a selected row, from 1. */
    public long line(int row) {
        return rows.get(row).line();
    }

    /**
     * The rows whose cell, as text, suits.
     *
     * @throws IllegalArgumentException if there is no such column, with the nearest, or no row suits, with what is there
     */
    public KernelTable where(String column, Predicate<String> suits) {
        csv.require(column);
        List<Csv.Row> selected = new ArrayList<>();
        Set<String> seen = new LinkedHashSet<>();
        for (Csv.Row row : rows) {
            String cell = row.text(column);
            if (suits.test(cell)) {
                selected.add(row);
            } else if (seen.size() < 10) {
                seen.add(cell);
            }
        }
        return selected(column, selected, seen);
    }

    /**
     * The rows whose cell, as a number, suits; rows where it is blank do not.
     *
     * @throws IllegalArgumentException if there is no such column, a cell is no number, or no row suits
     */
    public KernelTable whereNumber(String column, DoublePredicate suits) {
        csv.require(column);
        List<Csv.Row> selected = new ArrayList<>();
        Set<String> seen = new LinkedHashSet<>();
        for (Csv.Row row : rows) {
            if (row.has(column) && suits.test(row.number(column))) {
                selected.add(row);
            } else if (seen.size() < 10) {
                seen.add(row.text(column));
            }
        }
        return selected(column, selected, seen);
    }

    private KernelTable selected(String column, List<Csv.Row> selected, Set<String> seen) {
        if (selected.isEmpty()) {
            throw new IllegalArgumentException(csv.name() + ": none of the " + rows.size()
                    + " rows suits the condition on \"" + column + "\"; cells there: " + seen);
        }
        return new KernelTable(csv, List.copyOf(selected));
    }

    /**
     * A column of finite numbers, in the unit of the file.
     *
     * @throws IllegalArgumentException if there is no such column, or a cell is blank or no finite number, with its line
     */
    public double[] numbers(String column) {
        csv.require(column);
        return rows.stream().mapToDouble(row -> row.number(column)).toArray();
    }

    /**
     * A column of finite numbers above zero, in the unit of the file.
     *
     * @throws IllegalArgumentException as {@link #numbers}, and if a number is zero or negative
     */
    public double[] positive(String column) {
        return scaled(column, 1);
    }

    /**
     * A column of finite numbers above zero, times a factor: {@code scaled("latency_us", 1e-6)} gives seconds.
     *
     * @throws IllegalArgumentException as {@link #positive}
     */
    public double[] scaled(String column, double factor) {
        Check.positive(factor, "factor", "1");
        csv.require(column);
        double[] out = new double[rows.size()];
        for (int i = 0; i < out.length; i++) {
            double value = rows.get(i).number(column);
            if (!(value > 0)) {
                throw rows.get(i).wrong(column, "must be above 0");
            }
            out[i] = value * factor;
        }
        return out;
    }

    /**
     * A column of numbers, blank cells replaced.
     *
     * @throws IllegalArgumentException if there is no such column, or a cell is neither blank nor a finite number
     */
    public double[] numbers(String column, double whereBlank) {
        csv.require(column);
        return rows.stream().mapToDouble(row -> row.number(column, whereBlank)).toArray();
    }

    /**
     * A column of text, stripped; blank cells are empty.
     *
     * @throws IllegalArgumentException if there is no such column
     */
    public String[] text(String column) {
        csv.require(column);
        return rows.stream().map(row -> row.text(column)).toArray(String[]::new);
    }

    /** File, columns and number of rows. */
    @Override
    public String toString() {
        return csv.name() + ": " + rows.size() + " rows of " + csv.columns();
    }
}
