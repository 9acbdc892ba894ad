package org.hopperline.examples;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.DoubleSupplier;
import java.util.stream.Collectors;
import org.hopperline.core.Units;
import org.hopperline.text.Csv;

/**
 * The 24 questions about the machine in Memphis, each with our answer beside the published one. Give numbers to ask some:
 * {@code -Dexample=Questions -Dexec.args="4 8"}.
 */
public final class Questions {

    private static final Csv TABLE = Csv.resource(Questions.class, "questions.csv")
            .require("id", "number", "question", "relation", "published", "unit", "tolerance_percent", "source");
    private static final Map<String, DoubleSupplier> OURS = answers();

    private static final String LEGEND = """
            Tolerances are those of the tests: narrow where formulas and published figures settle the answer; 25 to 50 %
            where a step is predicted, since its plan is the fastest found and not the published one. A bound ("to be
            above", "to be below") asks less than a tolerance. Some "published" figures are worked from published ones;
            the source then says so.""";

    private Questions() {}

    /** Prints the answers. */
    public static void main(String[] numbers) {
        Set<Integer> asked = Arrays.stream(numbers).map(Integer::valueOf).collect(Collectors.toSet());
        for (Csv.Row row : table()) {
            if (asked.isEmpty() || asked.contains(row.whole("number"))) {
                System.out.print(line(row, ours(row)));
            }
        }
        System.out.println(LEGEND);
    }

    /** The questions with the published answers. */
    public static List<Csv.Row> table() {
        return TABLE.rows();
    }

    /** The identifiers of the questions that have an answer. */
    public static Set<String> answered() {
        return OURS.keySet();
    }

    /** Our answer, in the unit of the question. */
    public static double ours(Csv.Row row) {
        DoubleSupplier answer = OURS.get(row.text("id"));
        if (answer == null) {
            throw row.wrong("id", "has no answer");
        }
        return answer.getAsDouble();
    }

    /** True if our answer stands to the published one as the row asks; also where nobody published one. */
    public static boolean agrees(Csv.Row row, double ours) {
        if (!Double.isFinite(ours)) {
            return false;
        }
        return switch (row.text("relation")) {
            case "none" -> true;
            case "=" -> Math.abs(ours / row.number("published") - 1) <= row.number("tolerance_percent") / 100;
            case ">" -> ours > row.number("published");
            case "<" -> ours < row.number("published");
            default -> throw row.wrong("relation", "must be =, >, < or none");
        };
    }

    /** Question, our answer, the published one with its source. */
    static String line(Csv.Row row, double ours) {
        return String.format(
                Locale.ROOT,
                "%2d. %s%n    ours %s%s%n",
                row.whole("number"),
                row.text("question"),
                shown(ours, row.text("unit")),
                beside(row, ours));
    }

    private static String beside(Csv.Row row, double ours) {
        if (row.text("relation").equals("none")) {
            return "; nothing published beside it: " + row.text("source");
        }
        double published = row.number("published");
        String stands = row.text("relation").equals("=")
                ? String.format(
                        Locale.ROOT,
                        "%+.1f %%, within %s %%",
                        100 * (ours / published - 1),
                        row.text("tolerance_percent"))
                : "to be " + (row.text("relation").equals(">") ? "above" : "below") + " it";
        return String.format(
                Locale.ROOT,
                "; published %s (%s%s): %s",
                shown(published, row.text("unit")),
                stands,
                agrees(row, ours) ? "" : ", which it is NOT",
                row.text("source"));
    }

    private static String shown(double value, String unit) {
        return switch (unit) {
            case "FLOP/s", "W" -> Units.format(value, unit);
            case "1" -> String.format(Locale.ROOT, "%.4g", value);
            default ->
                String.format(Locale.ROOT, value < 1e4 ? "%.4g %s" : value < 1e9 ? "%,.0f %s" : "%.4g %s", value, unit);
        };
    }

    private static Map<String, DoubleSupplier> answers() {
        Map<String, DoubleSupplier> all = new HashMap<>(FormulaAnswers.all());
        all.putAll(PredictedAnswers.all());
        return Map.copyOf(all);
    }
}
