package org.hopperline.schedule;

import java.util.Arrays;
import java.util.Locale;

/**
 * Draws a timeline as text, one row a stage, every column the same time. A task reads as its letter (F forward, B
 * backward, W weight gradient), its micro-batch where it fits, and a filling; chunks after the first show as a, b, c
 * after the letter; a dot is idle time.
 *
 * <pre>{@code
 * stage 0 |F0-F1-F2-....B0====...
 * stage 1 |...F0-F1-B0====F2-B1====
 * }</pre>
 */
public final class TimelineText {

    private static final int FEWEST_COLUMNS = 20;
    private static final int MOST_COLUMNS = 10_000;

    private TimelineText() {}

    /**
     * Draws a timeline.
     *
     * @param timeline what to draw
     * @param columns columns for the whole step, 20 to 10,000; tasks narrower than two columns show their letter only
     */
    public static String draw(Timeline timeline, int columns) {
        if (columns < FEWEST_COLUMNS || columns > MOST_COLUMNS) {
            throw new IllegalArgumentException("columns is " + columns + ", but must lie between " + FEWEST_COLUMNS
                    + " and " + MOST_COLUMNS + "; 120 suits a terminal");
        }
        char[][] rows = new char[timeline.stages()][columns];
        for (char[] row : rows) {
            Arrays.fill(row, '.');
        }
        double columnsPerSecond = timeline.seconds() > 0 ? columns / timeline.seconds() : 0;
        for (Task task : timeline.tasks()) {
            int from = (int) Math.min(columns - 1, Math.round(task.startSeconds() * columnsPerSecond));
            int to = (int) Math.min(columns, Math.round(task.endSeconds() * columnsPerSecond));
            put(rows[task.stage()], from, to, task);
        }
        StringBuilder text = new StringBuilder();
        int digits = Integer.toString(timeline.stages() - 1).length();
        for (int i = 0; i < rows.length; i++) {
            text.append(String.format(Locale.ROOT, "stage %" + digits + "d |", i))
                    .append(rows[i])
                    .append("|\n");
        }
        return text.append(String.format(
                                Locale.ROOT,
                                "0 to %.4g s; one column %.3g s%n",
                                timeline.seconds(),
                                timeline.seconds() / columns)
                        .replace(System.lineSeparator(), "\n"))
                .toString();
    }

    private static void put(char[] row, int from, int to, Task task) {
        if (to <= from) {
            return;
        }
        Arrays.fill(row, from, to, filling(task.kind()));
        String label = letter(task.kind()) + (task.chunk() > 0 ? chunkLetter(task.chunk()) : "");
        String full = label + task.microBatch();
        String shown = full.length() <= to - from ? full : label.substring(0, Math.min(label.length(), to - from));
        shown.getChars(0, shown.length(), row, from);
    }

    private static String letter(TaskKind kind) {
        return kind.name().substring(0, 1);
    }

    private static String chunkLetter(int chunk) {
        return chunk <= 26 ? Character.toString('a' + chunk - 1) : "*";
    }

    private static char filling(TaskKind kind) {
        return switch (kind) {
            case FORWARD -> '-';
            case BACKWARD -> '=';
            case WEIGHT_GRADIENT -> '~';
        };
    }
}
