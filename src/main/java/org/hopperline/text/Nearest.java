package org.hopperline.text;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.hopperline.core.Check;

/** Did-you-mean: the known names nearest to an unknown one. */
public final class Nearest {

    private static final Pattern NOT_SPELLED =
            Pattern.compile("((?<=\\p{N})[^\\p{L}\\p{N}]+(?=\\p{N}))|[^\\p{L}\\p{N}]+");

    private Nearest() {}

    /**
     * The {@code count} known names nearest to {@code name}, nearest first: those that contain it or are contained in
     * it come before the rest, which are ordered by edit distance; case, spaces and punctuation do not count.
     */
    public static List<String> to(String name, Collection<String> known, int count) {
        String wanted = plain(Check.notNull(name, "name"));
        return known.stream()
                .sorted(Comparator.comparingDouble((String k) -> distance(wanted, plain(k)))
                        .thenComparing(Comparator.naturalOrder()))
                .limit(count)
                .toList();
    }

    /** An exception that says what was asked for and which names are nearest. */
    public static IllegalArgumentException unknown(String what, String name, Collection<String> known) {
        return new IllegalArgumentException(
                "unknown " + what + " \"" + name + "\"; the nearest known: " + String.join(", ", to(name, known, 3)));
    }

    /** Lower case, letters and digits only: how names are compared. */
    public static String plain(String name) {
        return name.toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N}]", "");
    }

    /** As {@link #plain}, but a point stays between numbers that anything keeps apart: {@code llama3.1.8b}. */
    static String spelled(String name) {
        return NOT_SPELLED.matcher(name.toLowerCase(Locale.ROOT)).replaceAll(run -> run.group(1) == null ? "" : ".");
    }

    private static double distance(String wanted, String known) {
        if (!wanted.isEmpty() && (known.contains(wanted) || wanted.contains(known))) {
            return Math.abs(known.length() - wanted.length()) / 1000.0;
        }
        return edits(wanted, known);
    }

    /** Levenshtein's distance: insertions, deletions and substitutions, each at cost 1. */
    static int edits(String a, String b) {
        int[] previous = new int[b.length() + 1];
        int[] current = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            current[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int substitution = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                current[j] = Math.min(substitution, 1 + Math.min(previous[j], current[j - 1]));
            }
            int[] swap = previous;
            previous = current;
            current = swap;
        }
        return previous[b.length()];
    }
}
