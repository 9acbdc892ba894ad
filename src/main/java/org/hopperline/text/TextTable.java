package org.hopperline.text;

import java.util.ArrayList;
import java.util.List;
import org.hopperline.core.Check;

/** Rows of text in aligned columns, for cards and comparisons. */
public final class TextTable {

    private final int columns;
    private final List<List<String>> rows = new ArrayList<>();

    private TextTable(int columns) {
        this.columns = columns;
    }

    /** A table with that many columns, at least one. */
    public static TextTable of(int columns) {
        return new TextTable(Check.positive(columns, "columns"));
    }

    /**
     * Adds a row.
     *
     * @throws IllegalArgumentException if it has another number of cells than the table has columns
     */
    public TextTable row(List<String> cells) {
        if (cells.size() != columns) {
            throw new IllegalArgumentException(
                    "a row of " + cells.size() + " cells, but the table has " + columns + " columns; fill each");
        }
        rows.add(List.copyOf(cells));
        return this;
    }

    /** Adds a row. */
    public TextTable row(String... cells) {
        return row(List.of(cells));
    }

    /** The rows, each on a line that ends without spaces, columns two spaces apart. */
    @Override
    public String toString() {
        int[] widths = new int[columns];
        for (List<String> row : rows) {
            for (int i = 0; i < columns; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        StringBuilder text = new StringBuilder();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < columns; i++) {
                line.append(row.get(i)).append(" ".repeat(widths[i] - row.get(i).length() + 2));
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
        return text.toString();
    }
}
