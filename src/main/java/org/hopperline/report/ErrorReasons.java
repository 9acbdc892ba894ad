package org.hopperline.report;

import java.util.List;
import java.util.regex.Pattern;
import org.hopperline.measured.MeasuredRun;
import org.hopperline.text.Csv;

/** Why rows are predicted badly, as far as it is known: one ordered list of patterns, the first that fits decides. */
final class ErrorReasons {

    /** Said of a row that no pattern fits. */
    static final String UNKNOWN = "not known";

    private record Reason(Pattern id, Pattern software, Pattern model, String text) {

        boolean fits(MeasuredRun run) {
            return id.matcher(run.id()).matches()
                    && software.matcher(run.softwareVersion()).matches()
                    && model.matcher(run.model().name()).matches();
        }
    }

    private static final List<Reason> REASONS = Csv.resource(ErrorReasons.class, "error_reasons.csv").rows().stream()
            .map(row -> new Reason(
                    pattern(row.text("id")),
                    pattern(row.text("software")),
                    pattern(row.text("model")),
                    row.text("reason")))
            .toList();

    private ErrorReasons() {}

    /** What is known of a row. */
    static String of(MeasuredRun run) {
        return REASONS.stream()
                .filter(reason -> reason.fits(run))
                .findFirst()
                .map(Reason::text)
                .orElse(UNKNOWN);
    }

    private static Pattern pattern(String cell) {
        return Pattern.compile(cell.isEmpty() ? ".*" : cell);
    }
}
