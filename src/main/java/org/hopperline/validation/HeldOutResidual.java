package org.hopperline.validation;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.hopperline.measured.MeasuredRun;
import org.hopperline.plan.TrainingSetup;
import org.hopperline.step.StepInterval;
import org.hopperline.text.Csv;

/**
 * How far one calibration run lay from predictions by constants that never saw anything like it.
 *
 * @param id the row
 * @param regime the class of the run
 * @param software what it ran on, as {@link StepInterval#stack} names it
 * @param family software, model and precision
 * @param like runs that share it, and the family, may anchor each other
 * @param log natural logarithm of measured over predicted step time by constants that never saw the family
 * @param logWithoutSoftware the same by constants that never saw the software
 */
public record HeldOutResidual(
        String id,
        StepInterval.Regime regime,
        String software,
        String family,
        String like,
        double log,
        double logWithoutSoftware) {

    /** The residuals that the shipped intervals were learnt from. */
    public static List<HeldOutResidual> shipped() {
        return read(Csv.resource(HeldOutResidual.class, "residuals.csv"));
    }

    /** The residuals of a table as {@link #toCsv} writes it. */
    public static List<HeldOutResidual> read(Csv table) {
        return table.rows().stream()
                .map(row -> new HeldOutResidual(
                        row.text("id"),
                        StepInterval.Regime.valueOf(row.text("class").toUpperCase(Locale.ROOT)),
                        row.text("software"),
                        row.text("family"),
                        row.text("like"),
                        row.number("log"),
                        row.number("log_without_software")))
                .toList();
    }

    /**
     * The residuals of some runs.
     *
     * @param withoutFamily each run by a fit without its family
     * @param withoutSoftware the same runs, in the same order, by a fit without their software
     */
    public static List<HeldOutResidual> of(Accuracy withoutFamily, Accuracy withoutSoftware) {
        List<HeldOutResidual> all = new ArrayList<>();
        for (int i = 0; i < withoutFamily.comparisons().size(); i++) {
            Comparison comparison = withoutFamily.comparisons().get(i);
            MeasuredRun run = comparison.run();
            TrainingSetup setup = comparison.prediction().setup();
            all.add(new HeldOutResidual(
                    run.id(),
                    StepInterval.regime(setup),
                    StepInterval.stack(run.software()),
                    run.family(),
                    String.format(
                            Locale.ROOT,
                            "%s / %s / %d x %d",
                            run.softwareVersion(),
                            run.chip(),
                            setup.plan().microBatch(),
                            setup.batch().sequenceLength()),
                    comparison.logError(),
                    withoutSoftware.comparisons().get(i).logError()));
        }
        return all;
    }

    /** The residuals as a table. */
    public static String toCsv(List<HeldOutResidual> residuals) {
        StringBuilder csv =
                new StringBuilder("# ln(measured / predicted) step time of calibration rows, each predicted by"
                        + " constants fitted without its family, and without its software.\n"
                        + "id,class,software,family,like,log,log_without_software\n");
        for (HeldOutResidual r : residuals) {
            csv.append(String.format(
                    Locale.ROOT,
                    "%s,%s,%s,\"%s\",\"%s\",%.4f,%.4f\n",
                    r.id(),
                    r.regime().name().toLowerCase(Locale.ROOT),
                    r.software(),
                    r.family(),
                    r.like(),
                    r.log(),
                    r.logWithoutSoftware()));
        }
        return csv.toString();
    }
}
