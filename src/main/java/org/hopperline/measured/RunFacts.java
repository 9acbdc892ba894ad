package org.hopperline.measured;

import java.util.Locale;
import org.hopperline.text.Csv;

/**
 * What the rules of software, routing and recipe look at.
 *
 * @param software software and release
 * @param details {@code software | source | locator | notes} as they stand
 * @param model letters and digits of the model's name, in lower case
 * @param experts true if the row says or implies that the model has experts
 */
record RunFacts(RunSoftware software, String details, String model, boolean experts) {

    static RunFacts of(Csv.Row row) {
        return of(
                row.text("software"),
                RunCells.text(row, "year"),
                row.text("source") + " | " + RunCells.text(row, "source_locator") + " | " + RunCells.text(row, "notes"),
                row.text("model"),
                RunModels.arch(row).startsWith("moe")
                        || row.has("experts")
                        || RunModels.arch(row).isEmpty()
                                && RunModels.named(row.text("model"))
                                        .filter(m -> m.experts() != null)
                                        .isPresent());
    }

    /**
     * The facts from cells.
     *
     * @param said {@code source | locator | notes}
     */
    static RunFacts of(String software, String year, String said, String model, boolean experts) {
        return new RunFacts(
                RunSoftware.of(software, year),
                software + " | " + said,
                model.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", ""),
                experts);
    }
}
