package org.hopperline.examples;

import java.io.IOException;
import java.nio.file.Path;
import org.hopperline.measured.TrainingRuns;
import org.hopperline.validation.Accuracy;

/** Writes everything that states the accuracy anew: the interval table, the README's tables and the pages. */
public final class AccuracyPages {

    private AccuracyPages() {}

    /**
     * Runs in the project's directory.
     *
     * @param arguments {@code intervals} for the table that the library reads, or {@code pages} for what is read by
     *     people; the pages score the table that was read when this started, so they come second and in a new run
     */
    public static void main(String[] arguments) throws IOException {
        Path project = Path.of(".");
        String part = arguments.length == 1 ? arguments[0] : "nothing";
        switch (part) {
            case "intervals" -> AccuracyDocuments.writeIntervals(project);
            case "pages" -> AccuracyDocuments.writePages(project, Accuracy.of(TrainingRuns.shipped()));
            default ->
                throw new IllegalArgumentException(
                        "asked to write " + part + "; give one argument, intervals or pages");
        }
    }
}
