package org.hopperline.report;

import java.util.ArrayList;
import java.util.List;
import org.hopperline.text.TextTable;

/**
 * A table of text.
 *
 * @param header names of the columns
 * @param rows cells, as many in each row as there are columns
 */
public record Table(List<String> header, List<List<String>> rows) {

    /** @throws IllegalArgumentException if a row has another number of cells than the header */
    public Table {
        header = List.copyOf(header);
        rows = rows.stream().map(List::copyOf).toList();
        for (List<String> row : rows) {
            if (row.size() != header.size()) {
                throw new IllegalArgumentException("a row of " + row.size() + " cells under " + header.size()
                        + " columns: " + row + "; fill each");
            }
        }
    }

    /** Aligned by spaces, for a terminal. */
    public String toText() {
        TextTable table = TextTable.of(header.size()).row(header);
        rows.forEach(table::row);
        return table.toString();
    }

    /** A Markdown table whose source is aligned too; bars inside cells are escaped. */
    public String toMarkdown() {
        List<List<String>> lines = new ArrayList<>();
        lines.add(header);
        lines.addAll(rows);
        int[] widths = new int[header.size()];
        for (List<String> line : lines) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], escaped(line.get(i)).length());
            }
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < lines.size(); i++) {
            for (int c = 0; c < widths.length; c++) {
                String cell = escaped(lines.get(i).get(c));
                text.append("| ").append(cell).append(" ".repeat(widths[c] - cell.length() + 1));
            }
            text.append("|\n");
            if (i == 0) {
                for (int width : widths) {
                    text.append('|').append("-".repeat(width + 2));
                }
                text.append("|\n");
            }
        }
        return text.toString();
    }

    /** Comma-separated values (RFC 4180), lines ended by a line feed. */
    public String toCsv() {
        StringBuilder text = new StringBuilder();
        append(text, header);
        rows.forEach(row -> append(text, row));
        return text.toString();
    }

    private static void append(StringBuilder text, List<String> cells) {
        for (int i = 0; i < cells.size(); i++) {
            String cell = cells.get(i);
            boolean quoted = cell.contains(",") || cell.contains("\"") || cell.contains("\n");
            text.append(i == 0 ? "" : ",").append(quoted ? '"' + cell.replace("\"", "\"\"") + '"' : cell);
        }
        text.append('\n');
    }

    private static String escaped(String cell) {
        return cell.replace("|", "\\|");
    }
}
