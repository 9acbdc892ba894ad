package org.hopperline.measured;

import java.util.regex.Pattern;
import org.hopperline.measured.RunSoftware.Release;
import org.hopperline.text.Csv;
import org.jspecify.annotations.Nullable;

/**
 * When a rule of {@code software_rules.csv}, {@code routing_rules.csv} or {@code recipe_rules.csv} holds: every condition
 * that is not left blank.
 *
 * @param software the software by its name; blank for any
 * @param from the first release; a run that states none is of no release in particular, and the rule does not hold
 * @param before the first release that is no longer meant
 * @param details what the text of the row contains, case aside
 * @param model what the letters and digits of the model's name contain
 * @param experts true where only models of experts are meant
 */
record RunCondition(
        String software,
        @Nullable Release from,
        @Nullable Release before,
        Pattern details,
        Pattern model,
        boolean experts) {

    /** From the columns of a line. */
    static RunCondition of(Csv.Row row) {
        return new RunCondition(
                row.text("software"),
                row.has("from") ? Release.parse(row.text("from")) : null,
                row.has("before") ? Release.parse(row.text("before")) : null,
                Pattern.compile(row.text("details"), Pattern.CASE_INSENSITIVE),
                Pattern.compile(row.text("model")),
                RunCells.text(row, "arch").equals("moe"));
    }

    boolean holds(RunFacts run) {
        return (software.isEmpty() || software.equals(run.software().name()))
                && released(run.software().release())
                && details.matcher(run.details()).find()
                && model.matcher(run.model()).find()
                && (!experts || run.experts());
    }

    private boolean released(@Nullable Release release) {
        if (release == null) {
            return from == null && before == null;
        }
        return (from == null || release.compareTo(from) >= 0) && (before == null || release.compareTo(before) < 0);
    }
}
