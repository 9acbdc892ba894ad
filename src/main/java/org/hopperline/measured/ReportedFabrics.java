package org.hopperline.measured;

import java.util.HashMap;
import java.util.Map;
import org.hopperline.text.Csv;

/**
 * The network of a run. A row that reports none ran on that of the rows of the shipped table from the same source, on as
 * many of the same chips, that report one; or its notes name the machine. Other rows of its own table say nothing of it, so
 * that a row is read the same alone and among others.
 */
final class ReportedFabrics {

    private static final String NOT_REPORTED = "unreported";

    private static final Map<String, String> SHIPPED = shipped();

    private ReportedFabrics() {}

    private static Map<String, String> shipped() {
        Map<String, String> known = new HashMap<>();
        for (Csv.Row row :
                Csv.resource(ReportedFabrics.class, "training_runs.csv").rows()) {
            if (reported(row)) {
                known.putIfAbsent(place(row), RunCells.text(row, "fabric"));
            }
        }
        return Map.copyOf(known);
    }

    /** What is known of the network of a run; blank if nothing. */
    static String of(Csv.Row row) {
        if (reported(row)) {
            return RunCells.text(row, "fabric");
        }
        String elsewhere = RunCells.text(row, "source_group").isEmpty() ? null : SHIPPED.get(place(row));
        return elsewhere != null ? elsewhere : RunCells.text(row, "fabric") + " | " + RunCells.text(row, "notes");
    }

    private static boolean reported(Csv.Row row) {
        return !RunCells.text(row, "fabric").isEmpty()
                && !RunCells.text(row, "fabric").startsWith(NOT_REPORTED);
    }

    private static String place(Csv.Row row) {
        return row.text("source_group") + " | " + row.text("chip") + " | " + row.text("gpus");
    }
}
