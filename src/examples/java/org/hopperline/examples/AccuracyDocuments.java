package org.hopperline.examples;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.hopperline.report.Charts;
import org.hopperline.report.Report;
import org.hopperline.step.StepInterval;
import org.hopperline.text.Csv;
import org.hopperline.validation.Accuracy;
import org.hopperline.validation.HeldOutResidual;
import org.hopperline.validation.IntervalTable;

/** The files of this project that state how accurate it is, each as it ought to be. */
public final class AccuracyDocuments {

    /** What writes them. */
    public static final String COMMAND = "./mvnw -q -Pexamples,pages process-test-classes";

    /** The table of intervals that the library reads. */
    public static final String INTERVALS = "src/main/resources/org/hopperline/step/interval.csv";

    private static final String README = "README.md";

    private AccuracyDocuments() {}

    /** Residuals of calibration rows by constants that never saw their family; {@link RunConstantsFile} writes them. */
    public static final String RESIDUALS = "src/main/resources/org/hopperline/validation/residuals.csv";

    /** The table of intervals that the kept residuals teach. */
    public static String intervals(Path project) {
        return IntervalTable.toCsv(IntervalTable.learn(HeldOutResidual.read(Csv.read(project.resolve(RESIDUALS)))));
    }

    /** The README and the pages by their paths; their intervals are those that {@link StepInterval} has read. */
    public static Map<String, String> pages(Path project, Accuracy accuracy) {
        Report report = Report.of(accuracy);
        if (report.chart() == null) {
            throw new IllegalStateException("the report has no chart");
        }
        Map<String, String> pages = new LinkedHashMap<>();
        pages.put(README, readme(project, report));
        pages.put(
                "src/docs/accuracy.md",
                report.toMarkdown()
                        .replaceFirst(
                                "\n\n",
                                "\n\n![Predicted against measured](accuracy.svg)\n\n![Predicted over measured](errors.svg)\n\n"));
        pages.put("src/docs/accuracy.csv", report.toCsv());
        pages.put("src/docs/accuracy.svg", report.chart().toSvg());
        pages.put("src/docs/errors.svg", Charts.predictedOverMeasured(accuracy).toSvg());
        return pages;
    }

    /** Writes the table of intervals, and into the compiled resources, so that the next run reads it. */
    static void writeIntervals(Path project) throws IOException {
        String table = intervals(project);
        Files.writeString(project.resolve(INTERVALS), table);
        Files.writeString(project.resolve(INTERVALS.replace("src/main/resources", "target/classes")), table);
    }

    /** Writes the README and the pages. */
    static void writePages(Path project, Accuracy accuracy) throws IOException {
        for (Map.Entry<String, String> page : pages(project, accuracy).entrySet()) {
            Path path = project.resolve(page.getKey());
            Files.createDirectories(path.toAbsolutePath().getParent());
            Files.writeString(path, page.getValue());
        }
    }

    private static String readme(Path project, Report report) {
        try {
            String text = Files.readString(project.resolve(README));
            String withAnswers = replaced(
                    text,
                    "predictions",
                    TwoPredictions.report().section("Prediction").body());
            return replaced(withAnswers, "accuracy", report.section("Summary").body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The text with everything between the two comments that name {@code part} replaced. */
    private static String replaced(String text, String part, String body) {
        String begin = "<!-- " + part + ": written by AccuracyPages -->\n";
        String end = "<!-- end of " + part + " -->\n";
        int from = text.indexOf(begin);
        int to = text.indexOf(end);
        if (from < 0 || to < from) {
            throw new IllegalStateException(
                    README + " lacks the lines " + begin.strip() + " and " + end.strip() + ", in this order");
        }
        return text.substring(0, from + begin.length()) + "\n" + body + text.substring(to);
    }
}
