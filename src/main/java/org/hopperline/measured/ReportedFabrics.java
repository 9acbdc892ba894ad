package org.hopperline.measured;

import java.util.HashMap;
import java.util.Map;
import org.hopperline.text.Csv;

/**
 * The networks of a table of runs. A row that reports none ran on that of the rows of the same source, on as many of the
 * same chips, that report one; or its notes name the machine.
 */
final class ReportedFabrics {

    private static final String NOT_REPORTED = "unreported";

    private final boolean grouped;
    private final Map<String, String> known = new HashMap<>();

    private ReportedFabrics(boolean grouped) {
        this.grouped = grouped;
    }

    static ReportedFabrics of(Csv csv) {
        ReportedFabrics fabrics = new ReportedFabrics(csv.columns().contains("source_group"));
        for (Csv.Row row : csv.rows()) {
            if (fabrics.grouped && reported(row)) {
                fabrics.known.putIfAbsent(place(row), RunCells.text(row, "fabric"));
            }
        }
        return fabrics;
    }

    /** What is known of the network of a run; blank if nothing. */
    String of(Csv.Row row) {
        if (reported(row)) {
            return RunCells.text(row, "fabric");
        }
        String elsewhere = grouped ? known.get(place(row)) : null;
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
